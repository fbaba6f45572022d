//! Plans that are made here: of texts that are words and nothing else.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyString;
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

    /// The plan of a text of words, joined by AND where `all` are wanted, or of one phrase.
    fn plan(&self, text: &Bound<'_, PyString>, all: bool) -> PyResult<Option<Plan>> {
        Ok(self.plan_of(text, all)?.map(Plan))
    }
}

impl Words {
    pub fn plan_of(&self, text: &Bound<'_, PyString>, all: bool) -> PyResult<Option<plan::Plan>> {
        // Half a character is no word.
        let Ok(utf8) = text.to_str() else { return Ok(None) };
        let side_by_side = if all { Joined::And } else { Joined::Or };
        let Some((words, joined)) = asked::read(utf8, side_by_side) else { return Ok(None) };
        asked::plan(&self.0, &words, joined).map_err(|error| exception(text.py(), error))
    }
}
