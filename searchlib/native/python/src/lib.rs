//! The engine as a Python module. Names, shapes and errors are described in `_native.pyi`.

mod components;
mod errors;
mod handles;
mod objects;
mod plans;
mod rows;

#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::handles::{
        Analyzer, Answers, Builder, Searcher, Segment, Storage, build_mode, merge, passages,
        pattern_fault, stem_languages,
    };
}
