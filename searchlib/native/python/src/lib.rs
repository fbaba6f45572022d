//! The engine as a Python module. Names, shapes and errors are described in `_native.pyi`.

mod allocator;
mod analyzer;
mod asked;
mod components;
mod documents;
mod errors;
mod found;
mod handles;
mod objects;
mod page;
mod plans;
mod rankings;
mod rows;
mod texts;

#[global_allocator]
static ALLOCATOR: allocator::BySize = allocator::BySize;

#[pyo3::pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::analyzer::Analyzer;
    #[pymodule_export]
    use crate::asked::{Plan, Words};
    #[pymodule_export]
    use crate::documents::{chars_of, next_batch, plain_rows};
    #[pymodule_export]
    use crate::handles::{
        Answers, Builder, Searcher, Segment, Storage, build_mode, merge, passages, pattern_fault,
        stem_languages,
    };
    #[pymodule_export]
    use crate::page::Page;
    #[pymodule_export]
    use crate::texts::is_whole;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("Found", crate::found::class(module.py())?)
    }
}
