//! Plans: nested tuples in, the engine's plan out. The shapes stand in `_native.pyi`, "Plan".

use std::borrow::Cow;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyFloat, PyInt, PyTuple};
use searchlib_core::passages;
use searchlib_core::search::plan::{
    Curve, Function, FuzzyPart, LikePart, NearPart, Number, Pattern, PatternPart, Plan, PrefixPart,
    Shape, Span, Spelling, TermsPart, WordPart,
};

use crate::asked;

/// Deeper plans are refused, so that no plan can exhaust the stack.
const MAX_DEPTH: usize = 500;

/// A plan that was made before is borrowed.
pub fn plan<'a>(node: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, Plan>> {
    match node.cast::<asked::Plan>() {
        Ok(made) => Ok(Cow::Borrowed(&made.get().0)),
        Err(_) => plan_at(node, MAX_DEPTH).map(Cow::Owned),
    }
}

fn plan_at(node: &Bound<'_, PyAny>, depth: usize) -> PyResult<Plan> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(PyValueError::new_err(format!("a plan is limited to {MAX_DEPTH} levels")));
    };
    if let Ok(made) = node.cast::<asked::Plan>() {
        return Ok(made.get().0.clone());
    }
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
        "wildcard" | "regex" | "texts" => {
            let parts = node.get_item(2)?;
            let part = |part: PyResult<Bound<'_, PyAny>>| -> PyResult<PatternPart> {
                let part = part?;
                let part = part.cast::<PyTuple>()?;
                let field = part.get_item(0)?.extract()?;
                Ok(PatternPart { field, pattern: pattern(&kind, part, 1)? })
            };
            let parts = parts.try_iter()?.map(part).collect::<PyResult<_>>()?;
            Plan::Pattern { boost: boost()?, parts, limit: node.get_item(3)?.extract()? }
        }
        "fuzzy" => {
            let parts: Vec<(usize, f64, String, u8, usize)> = node.get_item(2)?.extract()?;
            let part = |(field, weight, word, edits, prefix)| FuzzyPart {
                field,
                weight,
                spelling: Spelling { word, edits, prefix },
            };
            let parts = parts.into_iter().map(part).collect();
            Plan::Fuzzy { boost: boost()?, parts, limit: node.get_item(3)?.extract()? }
        }
        "terms" => {
            let parts: Vec<(usize, Vec<PyBackedStr>)> = node.get_item(2)?.extract()?;
            let part = |(field, texts): (usize, Vec<PyBackedStr>)| {
                let mut terms: Vec<_> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
                terms.sort_unstable();
                terms.dedup();
                TermsPart { field, terms }
            };
            let parts = parts.into_iter().map(part).collect();
            Plan::Terms { boost: boost()?, parts, wanted: String::new() }
        }
        "exists" => Plan::Exists { boost: boost()?, fields: node.get_item(2)?.extract()? },
        "near" => {
            let parts = node.get_item(2)?;
            let part = |part: PyResult<Bound<'_, PyAny>>| -> PyResult<NearPart> {
                let (field, weight, spans) = part?.extract::<(usize, f64, Bound<'_, PyAny>)>()?;
                Ok(NearPart { field, weight, span: span(&spans, depth)? })
            };
            let parts = parts.try_iter()?.map(part).collect::<PyResult<_>>()?;
            Plan::Near { boost: boost()?, parts, limit: node.get_item(3)?.extract()? }
        }
        "more_like" => {
            let parts: Vec<(usize, f64, Terms)> = node.get_item(2)?.extract()?;
            let part = |(field, weight, terms): (usize, f64, Terms)| LikePart {
                field,
                weight,
                terms: byte_terms(&terms),
            };
            Plan::MoreLike {
                boost: boost()?,
                parts: parts.into_iter().map(part).collect(),
                max_terms: node.get_item(3)?.extract()?,
                min_freq: node.get_item(4)?.extract()?,
                min_docs: node.get_item(5)?.extract()?,
            }
        }
        "constant" => {
            Plan::Constant { score: boost()?, plan: plan_at(&node.get_item(2)?, depth)?.into() }
        }
        "dis_max" => Plan::DisMax { tie: boost()?, plans: plans(2)?, blended: false },
        "at_least" => Plan::AtLeast { count: node.get_item(1)?.extract()?, plans: plans(2)? },
        "demote" => Plan::Demote {
            factor: boost()?,
            plan: plan_at(&node.get_item(2)?, depth)?.into(),
            negative: plan_at(&node.get_item(3)?, depth)?.into(),
        },
        "decay" | "value" => Plan::Scaled {
            plan: plan_at(&node.get_item(1)?, depth)?.into(),
            field: node.get_item(2)?.extract()?,
            function: function(&kind, node)?,
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
                "unknown kind of plan {other:?}; known: all, at_least, bool, constant, decay, \
                 demote, dis_max, exists, fuzzy, match, more_like, near, none, prefix, range, \
                 regex, terms, texts, value, wildcard"
            )));
        }
    })
}

type Terms = Vec<(PyBackedStr, u32)>;

fn byte_terms(terms: &Terms) -> Vec<(Vec<u8>, u32)> {
    terms.iter().map(|(term, number)| (term.as_bytes().to_vec(), *number)).collect()
}

/// The pattern whose values stand from `place` on.
fn pattern(kind: &str, values: &Bound<'_, PyTuple>, place: usize) -> PyResult<Pattern> {
    let text = |place: usize| -> PyResult<String> { values.get_item(place)?.extract() };
    Ok(match kind {
        "prefix" => Pattern::Prefix(text(place)?),
        "wildcard" => Pattern::Wildcard(text(place)?),
        "regex" => Pattern::Regex(text(place)?),
        "fuzzy" => Pattern::Fuzzy(Spelling {
            word: text(place)?,
            edits: values.get_item(place + 1)?.extract()?,
            prefix: values.get_item(place + 2)?.extract()?,
        }),
        "texts" => Pattern::Range(
            values.get_item(place)?.extract()?,
            values.get_item(place + 1)?.extract()?,
        ),
        other => {
            return Err(PyValueError::new_err(format!(
                "unknown kind of pattern {other:?}; known: fuzzy, prefix, regex, texts, wildcard"
            )));
        }
    })
}

pub fn span(span: &Bound<'_, PyAny>, depth: usize) -> PyResult<Span> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(PyValueError::new_err(format!("a plan is limited to {MAX_DEPTH} levels")));
    };
    let span = span.cast::<PyTuple>()?;
    let kind: PyBackedStr = span.get_item(0)?.extract()?;
    let spans = || -> PyResult<Vec<Span>> {
        let parts = span.get_item(1)?;
        parts.try_iter()?.map(|part| self::span(&part?, depth)).collect()
    };
    Ok(match &*kind {
        "terms" => {
            let terms: Vec<PyBackedStr> = span.get_item(1)?.extract()?;
            Span::Terms(terms.iter().map(|term| term.as_bytes().to_vec()).collect())
        }
        "phrase" => {
            let terms: Terms = span.get_item(1)?.extract()?;
            Span::Phrase { terms: byte_terms(&terms), slop: span.get_item(2)?.extract()? }
        }
        "near" => Span::Near {
            spans: spans()?,
            distance: span.get_item(2)?.extract()?,
            ordered: span.get_item(3)?.extract()?,
        },
        "any" => Span::Any(spans()?),
        "first" => Span::First {
            span: self::span(&span.get_item(1)?, depth)?.into(),
            within: span.get_item(2)?.extract()?,
        },
        kind => Span::Pattern(pattern(kind, span, 1)?),
    })
}

fn function(kind: &str, node: &Bound<'_, PyTuple>) -> PyResult<Function> {
    let number = |place: usize| -> PyResult<f64> {
        let value: f64 = node.get_item(place)?.extract()?;
        if value.is_finite() {
            return Ok(value);
        }
        Err(PyValueError::new_err(format!("{kind}: number {value} is not finite")))
    };
    let name: PyBackedStr = node.get_item(3)?.extract()?;
    let unknown = || PyValueError::new_err(format!("{kind}: unknown function {:?}", &*name));
    if kind == "value" {
        let curve = Curve::ALL.into_iter().find(|curve| curve.name() == &*name);
        let curve = curve.ok_or_else(unknown)?;
        return Ok(Function::Value { curve, factor: number(4)?, missing: number(5)? });
    }
    let shape = Shape::ALL.into_iter().find(|shape| shape.name() == &*name);
    let shape = shape.ok_or_else(unknown)?;
    let (origin, scale, offset, decay) = (number(4)?, number(5)?, number(6)?, number(7)?);
    if scale <= 0.0 || offset < 0.0 || !(0.0..=1.0).contains(&decay) {
        return Err(PyValueError::new_err(format!(
            "decay: scale {scale} must be above 0, offset {offset} not below, and decay {decay} \
             from 0 to 1"
        )));
    }
    Ok(Function::Decay { shape, origin, scale, offset, decay })
}

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

pub fn patterns(patterns: &Bound<'_, PyAny>) -> PyResult<Vec<passages::Pattern>> {
    let pattern = |pattern: PyResult<Bound<'_, PyAny>>| -> PyResult<passages::Pattern> {
        let pattern = pattern?;
        let pattern = pattern.cast::<PyTuple>()?;
        let weight = pattern.get_item(1)?.extract()?;
        let kind: PyBackedStr = pattern.get_item(0)?.extract()?;
        match &*kind {
            "match" => {
                let terms: Terms = pattern.get_item(2)?.extract()?;
                let terms = terms.iter().map(|(term, offset)| (term.to_string(), *offset));
                let slop = pattern.get_item(3)?.extract()?;
                Ok(passages::Pattern::Word { weight, terms: terms.collect(), slop })
            }
            "prefix" => {
                let prefix: PyBackedStr = pattern.get_item(2)?.extract()?;
                Ok(passages::Pattern::Prefix { weight, prefix: prefix.to_string() })
            }
            "near" => {
                let span = span(&pattern.get_item(2)?, MAX_DEPTH)?;
                Ok(passages::Pattern::near(weight, &span))
            }
            other => Err(PyValueError::new_err(format!(
                "unknown kind of pattern {other:?}; known: match, near, prefix"
            ))),
        }
    };
    patterns.try_iter()?.map(pattern).collect()
}
