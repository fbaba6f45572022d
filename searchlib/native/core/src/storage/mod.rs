//! Where do segment files lie, and what does the engine ask of that place?
//!
//! All file access of the engine goes through [`Storage`]: a directory on disk, memory, or in tests
//! a place that fails. It knows nothing of what is inside a file.

mod disk;
mod memory;

use std::sync::Arc;

use crate::error::Result;

pub use disk::DiskStorage;
pub use memory::MemoryStorage;

/// A place that holds files by name. A name has no folder in it; a file is written once and whole.
pub trait Storage: Send + Sync {
    /// How messages name the file.
    fn describe(&self, name: &str) -> String;
    /// The bytes of the file, alive as long as the value is, even when the file is removed.
    fn read(&self, name: &str) -> Result<FileBytes>;
    /// A new file. It counts as written only after [`NewFile::finish`].
    fn create(&self, name: &str) -> Result<Box<dyn NewFile>>;
    /// Forgets the file. Fine if there is none.
    fn remove(&self, name: &str) -> Result<()>;
}

/// A file being written, from front to back.
pub trait NewFile: Send {
    fn write(&mut self, bytes: &[u8]) -> Result<()>;
    /// Makes what was written durable. After an error the file is not to be used or tried again.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// The bytes of one file.
#[derive(Clone)]
pub enum FileBytes {
    Mapped(Arc<memmap2::Mmap>),
    Owned(Arc<Vec<u8>>),
}

impl FileBytes {
    /// Gives the memory of mapped pages back to the system; they are read from the file again when
    /// they are touched again. No change to what anybody reads.
    pub fn release(&self) {
        #[cfg(unix)]
        if let FileBytes::Mapped(map) = self {
            // SAFETY: the map is of a file and never written to, so a page that goes comes back
            // with the same bytes. A refusal costs memory alone.
            let _ = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }
}

impl std::ops::Deref for FileBytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            FileBytes::Mapped(map) => map,
            FileBytes::Owned(bytes) => bytes,
        }
    }
}
