//! Segment files in memory: the same engine with nothing on disk.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::{FileBytes, NewFile, Storage};
use crate::error::{Error, Result};

type Files = Arc<Mutex<HashMap<String, Arc<Vec<u8>>>>>;

/// Files by name, gone with the value.
#[derive(Default)]
pub struct MemoryStorage {
    files: Files,
}

impl Storage for MemoryStorage {
    fn describe(&self, name: &str) -> String {
        name.to_string()
    }

    fn read(&self, name: &str) -> Result<FileBytes> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        match files.get(name) {
            Some(bytes) => Ok(FileBytes::Owned(Arc::clone(bytes))),
            None => Err(Error::io(name, io::Error::from(io::ErrorKind::NotFound))),
        }
    }

    fn create(&self, name: &str) -> Result<Box<dyn NewFile>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if files.contains_key(name) {
            let source = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(Error::io(name, source));
        }
        Ok(Box::new(MemoryFile {
            name: name.to_string(),
            bytes: Vec::new(),
            files: Arc::clone(&self.files),
        }))
    }

    fn remove(&self, name: &str) -> Result<()> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.remove(name);
        Ok(())
    }
}

struct MemoryFile {
    name: String,
    bytes: Vec<u8>,
    files: Files,
}

impl NewFile for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(self.name, Arc::new(self.bytes));
        Ok(())
    }
}
