//! Where do small pieces of memory come from? From mimalloc; large ones from the system.
//!
//! A search for a rare word makes some fifty, nearly a third of its instructions with the allocator
//! of a C library. Large ones stay there: it lets them grow by moving pages, not bytes,
//! and gives them back at once, which an index being built needs.

use std::alloc::{GlobalAlloc, Layout, System};

use libmimalloc_sys::{mi_free, mi_malloc, mi_realloc, mi_zalloc};

const SMALL: usize = 4096; // bytes, at most
/// What all pieces of mimalloc are aligned to.
const ALIGN: usize = 8;

pub struct BySize;

fn is_small(layout: Layout) -> bool {
    layout.size() <= SMALL && layout.align() <= ALIGN
}

// SAFETY: the layout that comes with a piece says which of the two allocators has made it, since
// both see pieces of one kind only, and each keeps the promises of `GlobalAlloc`: mimalloc aligns to
// eight bytes, and gives pieces of one byte where none are asked for.
unsafe impl GlobalAlloc for BySize {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: what the caller promises.
        unsafe {
            if is_small(layout) { mi_malloc(layout.size()).cast() } else { System.alloc(layout) }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: what the caller promises.
        unsafe {
            if is_small(layout) {
                mi_zalloc(layout.size()).cast()
            } else {
                System.alloc_zeroed(layout)
            }
        }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        // SAFETY: what the caller promises, and the layout that the piece was made with.
        unsafe {
            if is_small(layout) {
                mi_free(piece.cast());
            } else {
                System.dealloc(piece, layout);
            }
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: what the caller promises; `size` is not 0 and makes a layout with its alignment.
        unsafe {
            let grown = Layout::from_size_align_unchecked(size, layout.align());
            match (is_small(layout), is_small(grown)) {
                (true, true) => mi_realloc(piece.cast(), size).cast(),
                (false, false) => System.realloc(piece, layout, size),
                _ => {
                    let moved = self.alloc(grown);
                    if !moved.is_null() {
                        piece.copy_to_nonoverlapping(moved, layout.size().min(size));
                        self.dealloc(piece, layout);
                    }
                    moved
                }
            }
        }
    }
}
