//! Segment files in a directory.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{FileBytes, NewFile, Storage};
use crate::error::{Error, Result};

/// A directory. With `map` files are memory-mapped, else read whole.
pub struct DiskStorage {
    directory: PathBuf,
    map: bool,
}

impl DiskStorage {
    pub fn new(directory: impl Into<PathBuf>, map: bool) -> Self {
        DiskStorage { directory: directory.into(), map }
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        if name.is_empty() || name.contains(['/', '\\', '\0']) || name == "." || name == ".." {
            return Err(Error::Input(format!("{name:?} is not a file name")));
        }
        Ok(self.directory.join(name))
    }
}

impl Storage for DiskStorage {
    fn describe(&self, name: &str) -> String {
        self.directory.join(name).to_string_lossy().into_owned()
    }

    fn read(&self, name: &str) -> Result<FileBytes> {
        let path = self.path(name)?;
        let fail = |source| Error::io(&path.to_string_lossy(), source);
        let mut file = File::open(&path).map_err(fail)?;
        let len = file.metadata().map_err(fail)?.len();
        // An empty file cannot be mapped; a short one is refused by the reader either way.
        if self.map && len > 0 {
            // SAFETY: segment files are written once and never changed by this library. Another
            // program that cuts one short while it is mapped can stop the process (SIGBUS):
            // docs/format.md, "What a map cannot catch", names that and `mmap=False`.
            let map = unsafe { memmap2::Mmap::map(&file) }.map_err(fail)?;
            return Ok(FileBytes::Mapped(Arc::new(map)));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fail)?;
        Ok(FileBytes::Owned(Arc::new(bytes)))
    }

    fn create(&self, name: &str) -> Result<Box<dyn NewFile>> {
        let path = self.path(name)?;
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(|source| Error::io(&path.to_string_lossy(), source))?;
        Ok(Box::new(DiskFile { path, out: BufWriter::with_capacity(1 << 18, file) }))
    }

    fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name)?;
        match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(Error::io(&path.to_string_lossy(), source))
            }
            _ => Ok(()),
        }
    }
}

struct DiskFile {
    path: PathBuf,
    out: BufWriter<File>,
}

impl NewFile for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|source| failed(&self.path, source))
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out
            .flush()
            .and_then(|()| self.out.get_ref().sync_all())
            .map_err(|source| failed(&self.path, source))
    }
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::io(&path.to_string_lossy(), source)
}
