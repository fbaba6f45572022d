//! Plans that are made here: of texts that are words and nothing else.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use searchlib_core::search::asked::{self, Group, Joined};
use searchlib_core::search::plan;

use crate::analyzer::Analyzer;
use crate::errors::exception;
use crate::plans;

/// A plan made ready, to be used many times.
#[pyclass(frozen, eq, module = "searchlib._native")]
#[derive(PartialEq)]
pub struct Plan(pub plan::Plan);

#[pymethods]
impl Plan {
    #[new]
    fn new(plan: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Plan(plans::plan(plan)?.into_owned()))
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

type GroupTuple = (Option<Py<Analyzer>>, Vec<(usize, f64)>);

/// Fields in which words are looked for.
#[pyclass(frozen, module = "searchlib._native")]
pub struct Words(Vec<Group>);

#[pymethods]
impl Words {
    #[new]
    fn new(groups: Vec<GroupTuple>) -> Self {
        let group = |(analyzer, members): GroupTuple| {
            let analyzer = analyzer.map(|analyzer| Arc::clone(&analyzer.get().0));
            Group { analyzer, members }
        };
        Words(groups.into_iter().map(group).collect())
    }

    fn plan(
        &self,
        py: Python<'_>,
        texts: Vec<PyBackedStr>,
        joined: &str,
    ) -> PyResult<Option<Plan>> {
        let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
        let joined = match joined {
            "or" => Joined::Or,
            "and" => Joined::And,
            "phrase" if texts.len() == 1 => Joined::Phrase,
            _ => return Err(PyValueError::new_err(format!("texts are not joined by {joined:?}"))),
        };
        let plan = asked::plan(&self.0, &texts, joined);
        Ok(plan.map_err(|error| exception(py, error))?.map(Plan))
    }
}
