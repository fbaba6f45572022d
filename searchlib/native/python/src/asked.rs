//! Plans that are made here: of texts of common kinds.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use searchlib_core::search::asked::{self, Analyzers, Group, Target};
use searchlib_core::search::plan;
use searchlib_core::search::typed::Joined;

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

/// (analyzers of words and of starts of words, (field, weight) of each field)
type GroupTuple = (Option<(Py<Analyzer>, Py<Analyzer>)>, Vec<(usize, f64)>);

/// Where texts look that name no field, and the fields that they may name.
#[pyclass(frozen, module = "searchlib._native")]
pub struct Words {
    words: Target,
    named: Vec<(String, Target)>,
}

#[pymethods]
impl Words {
    #[new]
    fn new(
        groups: Vec<GroupTuple>,
        named: Vec<(String, Vec<GroupTuple>)>,
        dates: Vec<(String, usize)>,
    ) -> Self {
        let named = named.into_iter().map(|(name, groups)| (name, target(groups)));
        let dates = dates.into_iter().map(|(name, field)| (name, Target::Date(field)));
        Words { words: target(groups), named: named.chain(dates).collect() }
    }

    /// The plan of a text of a common kind; what stands side by side is joined by AND for `all`.
    fn plan(&self, text: &Bound<'_, PyString>, all: bool) -> PyResult<Option<Plan>> {
        Ok(self.plan_of(text, all)?.map(Plan))
    }

    /// The same of many queries; None of what is no text, and where making a plan fails.
    fn plan_many(
        &self,
        queries: &Bound<'_, PyList>,
        all: bool,
        threads: usize,
    ) -> Vec<Option<Plan>> {
        let held: Vec<_> = queries.iter().map(|query| query.cast_into::<PyString>().ok()).collect();
        let texts: Vec<_> = held.iter().map(|text| text.as_ref()?.to_str().ok()).collect();
        let plans = queries
            .py()
            .detach(|| asked::plan_many(&texts, &self.words, &self.named, joined(all), threads));
        plans.into_iter().map(|plan| plan.map(Plan)).collect()
    }
}

impl Words {
    pub fn plan_of(&self, text: &Bound<'_, PyString>, all: bool) -> PyResult<Option<plan::Plan>> {
        // Half a character is no word.
        let Ok(utf8) = text.to_str() else { return Ok(None) };
        let plan = asked::plan(utf8, &self.words, &self.named, joined(all));
        plan.map_err(|error| exception(text.py(), error))
    }
}

/// What joins what stands side by side.
fn joined(all: bool) -> Joined {
    if all { Joined::And } else { Joined::Or }
}

fn target(groups: Vec<GroupTuple>) -> Target {
    let group = |(analyzers, members): GroupTuple| {
        let analyzers = analyzers.map(|(of_words, of_starts)| Analyzers {
            of_words: Arc::clone(&of_words.get().0),
            of_starts: Arc::clone(&of_starts.get().0),
        });
        Group { analyzers, members }
    };
    Target::Words(groups.into_iter().map(group).collect())
}
