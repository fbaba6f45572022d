//! Plans: nested tuples in, the engine's plan out. The shapes stand in `_native.pyi`, "Plan".

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyFloat, PyInt, PyTuple};
use searchlib_core::passages::Pattern;
use searchlib_core::search::plan::{Number, Plan, PrefixPart, WordPart};

/// Deeper plans are refused, so that no plan can exhaust the stack.
const MAX_DEPTH: usize = 500;

pub fn plan(node: &Bound<'_, PyAny>) -> PyResult<Plan> {
    plan_at(node, MAX_DEPTH)
}

fn plan_at(node: &Bound<'_, PyAny>, depth: usize) -> PyResult<Plan> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(PyValueError::new_err(format!("a plan is limited to {MAX_DEPTH} levels")));
    };
    let node = node.cast::<PyTuple>()?;
    let kind: PyBackedStr = node.get_item(0)?.extract()?;
    let boost = || -> PyResult<f64> { node.get_item(1)?.extract() };
    let plans = |place: usize| -> PyResult<Vec<Plan>> {
        let children = node.get_item(place)?;
        let child = |child: PyResult<Bound<'_, PyAny>>| plan_at(&child?, depth);
        children.try_iter()?.map(child).collect()
    };
    Ok(match &*kind {
        "match" => Plan::Word { boost: boost()?, parts: words(&node.get_item(2)?)? },
        "prefix" => {
            let parts: Vec<(usize, PyBackedStr)> = node.get_item(2)?.extract()?;
            let part = |(field, prefix): (usize, PyBackedStr)| PrefixPart {
                field,
                prefix: prefix.as_bytes().to_vec(),
            };
            Plan::Prefix { boost: boost()?, parts: parts.into_iter().map(part).collect() }
        }
        "range" => Plan::Range {
            boost: boost()?,
            field: node.get_item(2)?.extract()?,
            low: number(&node.get_item(3)?)?,
            high: number(&node.get_item(4)?)?,
        },
        "all" => Plan::All { boost: boost()? },
        "none" => Plan::Nothing,
        "bool" => Plan::Bool {
            must: plans(1)?,
            should: plans(2)?,
            must_not: plans(3)?,
            filter: plans(4)?,
        },
        other => {
            return Err(PyValueError::new_err(format!(
                "unknown kind of plan {other:?}; known: all, bool, match, none, prefix, range"
            )));
        }
    })
}

type Terms = Vec<(PyBackedStr, u32)>;

fn words(parts: &Bound<'_, PyAny>) -> PyResult<Vec<WordPart>> {
    let parts: Vec<(usize, f64, Terms, u32)> = parts.extract()?;
    let part = |(field, weight, terms, slop): (usize, f64, Terms, u32)| WordPart {
        field,
        weight,
        terms: terms.into_iter().map(|(term, offset)| (term.as_bytes().to_vec(), offset)).collect(),
        slop,
    };
    Ok(parts.into_iter().map(part).collect())
}

/// Whole numbers stay exact; those beyond 64 bits compare as the nearest double.
fn number(value: &Bound<'_, PyAny>) -> PyResult<Option<Number>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Ok(int) = value.cast::<PyInt>()
        && let Ok(int) = int.extract()
    {
        return Ok(Some(Number::Int(int)));
    }
    let float = value.cast::<PyFloat>().map(|float| float.value());
    let float = float.or_else(|_| value.extract())?;
    if float.is_nan() {
        return Err(PyValueError::new_err("a bound of a range is not a number"));
    }
    Ok(Some(Number::Float(float)))
}

pub fn patterns(patterns: &Bound<'_, PyAny>) -> PyResult<Vec<Pattern>> {
    let pattern = |pattern: PyResult<Bound<'_, PyAny>>| -> PyResult<Pattern> {
        let pattern = pattern?;
        let pattern = pattern.cast::<PyTuple>()?;
        let weight = pattern.get_item(1)?.extract()?;
        let kind: PyBackedStr = pattern.get_item(0)?.extract()?;
        match &*kind {
            "match" => {
                let terms: Terms = pattern.get_item(2)?.extract()?;
                let terms = terms.iter().map(|(term, offset)| (term.to_string(), *offset));
                let slop = pattern.get_item(3)?.extract()?;
                Ok(Pattern::Word { weight, terms: terms.collect(), slop })
            }
            "prefix" => {
                let prefix: PyBackedStr = pattern.get_item(2)?.extract()?;
                Ok(Pattern::Prefix { weight, prefix: prefix.to_string() })
            }
            other => Err(PyValueError::new_err(format!(
                "unknown kind of pattern {other:?}; known: match, prefix"
            ))),
        }
    };
    patterns.try_iter()?.map(pattern).collect()
}
