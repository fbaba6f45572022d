//! The handles that Python holds. Each method crosses once, with the interpreter released.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyList, PyString};
use searchlib_core::Result as CoreResult;
use searchlib_core::analysis;
use searchlib_core::builder::{self, FieldSpec};
use searchlib_core::error::Error;
use searchlib_core::search::batch::Page;
use searchlib_core::search::deletes::Deletes;
use searchlib_core::search::{Explanation, bm25::Bm25, searcher};
use searchlib_core::segment::values::Value;
use searchlib_core::segment::{self, FieldInfo, FieldKind};
use searchlib_core::storage::{self, DiskStorage, MemoryStorage};

use crate::components::{Callables, components};
use crate::errors::exception;
use crate::plans::{patterns, plan};
use crate::rows::held_rows;

/// Runs the engine with the interpreter released and turns its errors into exceptions.
fn engine<T: Send>(py: Python<'_>, work: impl FnOnce() -> CoreResult<T> + Send) -> PyResult<T> {
    py.detach(work).map_err(|error| exception(py, error))
}

#[pyclass(frozen, module = "searchlib._native")]
pub struct Storage(Arc<dyn storage::Storage>);

#[pymethods]
impl Storage {
    #[staticmethod]
    fn disk(path: &str, mmap: bool) -> Self {
        Storage(Arc::new(DiskStorage::new(path, mmap)))
    }

    #[staticmethod]
    fn memory() -> Self {
        Storage(Arc::new(MemoryStorage::default()))
    }

    fn remove(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        engine(py, || self.0.remove(name))
    }
}

/// (form, term, position, start, end), the last two in characters.
type TokenTuple = (String, String, u32, usize, usize);

#[pyclass(frozen, module = "searchlib._native")]
pub struct Analyzer(Arc<analysis::Analyzer>);

#[pymethods]
impl Analyzer {
    #[new]
    #[pyo3(signature = (spec_json, tokenizers = Callables::new(), filters = Callables::new()))]
    fn new(
        py: Python<'_>,
        spec_json: &str,
        tokenizers: Callables,
        filters: Callables,
    ) -> PyResult<Self> {
        let components = components(tokenizers, filters);
        let analyzer = engine(py, || analysis::Analyzer::from_json(spec_json, &components))?;
        Ok(Analyzer(Arc::new(analyzer)))
    }

    fn tokens(&self, py: Python<'_>, text: &str) -> PyResult<Vec<TokenTuple>> {
        engine(py, || {
            let mut characters = Characters::new(text);
            let token = |token: analysis::Token| {
                let form = text[token.start..token.end].to_string();
                let start = characters.before(token.start);
                let end = start + form.chars().count();
                (form, token.term, token.position, start, end)
            };
            Ok(self.0.tokens(text)?.into_iter().map(token).collect())
        })
    }

    /// (term, position)
    fn terms(&self, py: Python<'_>, text: &str) -> PyResult<Vec<(String, u32)>> {
        let tokens = self.0.tokens(text).map_err(|error| exception(py, error))?;
        Ok(tokens.into_iter().map(|token| (token.term, token.position)).collect())
    }

    /// The same, cut where a token follows another with nothing between, or overlaps it.
    fn words(&self, py: Python<'_>, text: &str) -> PyResult<Vec<Vec<(String, u32)>>> {
        let tokens = self.0.tokens(text).map_err(|error| exception(py, error))?;
        let mut words: Vec<Vec<(String, u32)>> = Vec::new();
        let mut last = None;
        for token in tokens {
            match (words.last_mut(), last) {
                (Some(word), Some((position, end)))
                    if token.position == position || token.start > end =>
                {
                    word.push((token.term, token.position));
                }
                _ => words.push(vec![(token.term, token.position)]),
            }
            last = Some((token.position, token.end));
        }
        Ok(words)
    }
}

/// Counts characters before rising places of a text, each stretch once.
struct Characters<'a> {
    text: &'a str,
    at: usize,
    count: usize,
}

impl<'a> Characters<'a> {
    fn new(text: &'a str) -> Self {
        Characters { text, at: 0, count: 0 }
    }

    fn before(&mut self, place: usize) -> usize {
        self.count += self.text[self.at..place].chars().count();
        self.at = place;
        self.count
    }
}

type FieldTuple = (String, u8, bool, Option<Py<Analyzer>>);

#[pyclass(frozen, module = "searchlib._native")]
pub struct Builder(Mutex<builder::Builder>);

impl Builder {
    fn with<T>(&self, work: impl FnOnce(&mut builder::Builder) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[pymethods]
impl Builder {
    #[new]
    fn new(py: Python<'_>, fields: Vec<FieldTuple>) -> PyResult<Self> {
        let spec = |(name, kind, stored, analyzer): FieldTuple| {
            let kind = FieldKind::from_number(kind).ok_or_else(|| {
                Error::Input(format!("field {name:?} has an unknown kind {kind}"))
            })?;
            Ok(FieldSpec {
                info: FieldInfo { name, kind, stored },
                analyzer: analyzer.map(|analyzer| Arc::clone(&analyzer.get().0)),
            })
        };
        let specs: CoreResult<Vec<_>> = fields.into_iter().map(spec).collect();
        let builder = specs.and_then(builder::Builder::new);
        builder.map(|b| Builder(Mutex::new(b))).map_err(|error| exception(py, error))
    }

    #[getter]
    fn heap_bytes(&self, py: Python<'_>) -> usize {
        py.detach(|| self.with(|builder| builder.heap_bytes()))
    }

    #[getter]
    fn doc_count(&self, py: Python<'_>) -> u32 {
        py.detach(|| self.with(|builder| builder.doc_count()))
    }

    /// (place of the row, field number, tokens left out)
    fn add(&self, rows: &Bound<'_, PyList>) -> PyResult<Vec<(usize, usize, usize)>> {
        let held = held_rows(rows)?;
        let left_out = engine(rows.py(), || {
            let rows: Vec<Vec<_>> =
                held.iter().map(|row| row.iter().map(|cell| cell.cell()).collect()).collect();
            self.with(|builder| builder.add(&rows))
        })?;
        Ok(left_out.iter().map(|note| (note.row, note.field, note.tokens)).collect())
    }

    fn write(&self, py: Python<'_>, storage: &Storage, name: &str) -> PyResult<u64> {
        engine(py, || self.with(|builder| builder.write(&*storage.0, name)))
    }
}

#[pyclass(frozen, module = "searchlib._native")]
pub struct Segment(Arc<segment::Segment>);

#[pymethods]
impl Segment {
    #[new]
    fn new(py: Python<'_>, storage: &Storage, name: &str) -> PyResult<Self> {
        let segment = engine(py, || segment::Segment::open(&*storage.0, name))?;
        Ok(Segment(Arc::new(segment)))
    }

    #[getter]
    fn doc_count(&self) -> u32 {
        self.0.doc_count()
    }

    #[getter]
    fn byte_count(&self) -> u64 {
        self.0.byte_count()
    }

    /// (offset, what is wrong there)
    fn check(&self, py: Python<'_>) -> Vec<(u64, String)> {
        py.detach(|| self.0.check())
    }
}

type SegmentTuple = (Py<Segment>, Option<Vec<u8>>);

#[pyclass(frozen, module = "searchlib._native")]
pub struct Searcher {
    searcher: searcher::Searcher,
    fields: Vec<String>,
}

#[pymethods]
impl Searcher {
    #[new]
    fn new(py: Python<'_>, fields: Vec<String>, segments: Vec<SegmentTuple>) -> PyResult<Self> {
        let segment = |(segment, deletes): SegmentTuple| {
            (Arc::clone(&segment.get().0), deletes.unwrap_or_default())
        };
        let segments = segments.into_iter().map(segment).collect();
        let searcher = engine(py, || searcher::Searcher::new(&fields, segments))?;
        Ok(Searcher { searcher, fields })
    }

    #[getter]
    fn doc_count(&self) -> u32 {
        self.searcher.doc_count()
    }

    #[getter]
    fn doc_space(&self) -> u32 {
        self.searcher.doc_space()
    }

    fn search(
        &self,
        plan: &Bound<'_, PyAny>,
        limit: usize,
        k1: f64,
        b: f64,
    ) -> PyResult<(Vec<u32>, Vec<f64>)> {
        let (py, plan) = (plan.py(), self::plan(plan)?);
        let best = engine(py, || self.searcher.search(&plan, limit, Bm25 { k1, b }))?;
        Ok(best.iter().map(|scored| (scored.doc, scored.score)).unzip())
    }

    /// (hits before each plan, documents, scores, bytes before each key, keys)
    #[allow(clippy::too_many_arguments, reason = "one crossing takes all that it needs")]
    fn search_many<'py>(
        &self,
        plans: &Bound<'py, PyList>,
        limit: usize,
        offset: usize,
        key_field: Option<usize>,
        threads: usize,
        k1: f64,
        b: f64,
    ) -> PyResult<BatchTuple<'py>> {
        let py = plans.py();
        let plans = plans.iter().map(|plan| self::plan(&plan)).collect::<PyResult<Vec<_>>>()?;
        let page = Page { limit, offset, key_field };
        let work = || self.searcher.search_many(&plans, page, Bm25 { k1, b }, threads);
        let batch = engine(py, work)?;
        Ok((
            buffer(py, starts(&batch.ends))?,
            buffer(py, batch.docs.iter().map(|doc| doc.to_ne_bytes()))?,
            buffer(py, batch.scores.iter().map(|score| score.to_ne_bytes()))?,
            buffer(py, starts(batch.keys.ends()))?,
            PyBytes::new(py, batch.keys.bytes()),
        ))
    }

    fn count(&self, plan: &Bound<'_, PyAny>) -> PyResult<u64> {
        let (py, plan) = (plan.py(), self::plan(plan)?);
        engine(py, || self.searcher.count(&plan))
    }

    fn keys<'py>(
        &self,
        py: Python<'py>,
        docs: Vec<u32>,
        field: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        let keys = engine(py, || self.searcher.keys(docs.into_iter(), field))?;
        // No key is empty.
        let key = |key: &str| (!key.is_empty()).then(|| PyString::new(py, key));
        PyList::new(py, keys.iter().map(key).collect::<Vec<_>>())
    }

    fn document<'py>(
        &self,
        py: Python<'py>,
        doc: u32,
    ) -> PyResult<Bound<'py, pyo3::types::PyDict>> {
        let values = engine(py, || self.searcher.document(doc, &self.fields, None))?;
        let document = pyo3::types::PyDict::new(py);
        for (field, value) in values {
            document.set_item(field, stored(py, value)?)?;
        }
        Ok(document)
    }

    fn value<'py>(
        &self,
        py: Python<'py>,
        doc: u32,
        field: usize,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let values = engine(py, || self.searcher.document(doc, &self.fields, Some(&[field])))?;
        values.into_iter().next().map(|(_, value)| stored(py, value)).transpose()
    }

    fn find(&self, py: Python<'_>, field: usize, keys: Vec<PyBackedStr>) -> PyResult<Vec<i64>> {
        let keys: Vec<&str> = keys.iter().map(|key| &**key).collect();
        let docs = engine(py, || self.searcher.find(field, &keys))?;
        Ok(docs.iter().map(|doc| doc.map_or(-1, i64::from)).collect())
    }

    fn next_live(&self, py: Python<'_>, doc: u32) -> i64 {
        py.detach(|| self.searcher.next_live(doc).map_or(-1, i64::from))
    }

    fn explain<'py>(
        &self,
        plan: &Bound<'py, PyAny>,
        doc: u32,
        k1: f64,
        b: f64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, plan) = (plan.py(), self::plan(plan)?);
        let explanation = engine(py, || self.searcher.explain(&plan, doc, Bm25 { k1, b }))?;
        explained(py, &explanation)
    }
}

/// See [`Searcher::search_many`]: 64-bit starts, 32-bit documents, doubles, as this machine has them.
type BatchTuple<'py> = (
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);

/// Where each of some pieces starts, and the last one ends.
fn starts(ends: &[usize]) -> impl ExactSizeIterator<Item = [u8; 8]> {
    (0..ends.len() + 1)
        .map(|i| i.checked_sub(1).map_or(0, |before| ends[before] as i64).to_ne_bytes())
}

fn buffer<const N: usize>(
    py: Python<'_>,
    items: impl ExactSizeIterator<Item = [u8; N]>,
) -> PyResult<Bound<'_, PyBytes>> {
    PyBytes::new_with(py, items.len() * N, |bytes| {
        let places = bytes.as_chunks_mut::<N>().0;
        places.iter_mut().zip(items).for_each(|(place, item)| *place = item);
        Ok(())
    })
}

fn stored(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Value::Text(text) => text.into_pyobject(py)?.into_any(),
        Value::Texts(texts) => texts.into_pyobject(py)?.into_any(),
        Value::Int(int) => int.into_pyobject(py)?.into_any(),
        Value::Float(float) => float.into_pyobject(py)?.into_any(),
        Value::Bool(bool) => bool.into_pyobject(py)?.to_owned().into_any(),
    })
}

/// (matched, score, kind, facts, children)
fn explained<'py>(py: Python<'py>, explanation: &Explanation) -> PyResult<Bound<'py, PyAny>> {
    let children = explanation.children.iter();
    let children: Vec<_> = children.map(|child| explained(py, child)).collect::<PyResult<_>>()?;
    let facts = json(py, &explanation.facts)?;
    let Explanation { matched, score, kind, .. } = explanation;
    Ok((*matched, *score, *kind, facts, children).into_pyobject(py)?.into_any())
}

fn json<'py>(py: Python<'py>, value: &serde_json::Value) -> PyResult<Bound<'py, PyAny>> {
    use serde_json::Value as Json;
    Ok(match value {
        Json::Null => py.None().into_bound(py),
        Json::Bool(value) => value.into_pyobject(py)?.to_owned().into_any(),
        Json::Number(value) => match value.as_i64() {
            Some(int) => int.into_pyobject(py)?.into_any(),
            None => value.as_f64().into_pyobject(py)?,
        },
        Json::String(text) => text.into_pyobject(py)?.into_any(),
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| json(py, item)).collect::<PyResult<_>>()?;
            pyo3::types::PyTuple::new(py, items)?.into_any()
        }
        Json::Object(items) => {
            let facts = pyo3::types::PyDict::new(py);
            for (name, item) in items {
                facts.set_item(name, json(py, item)?)?;
            }
            facts.into_any()
        }
    })
}

/// Writes the live documents of the segments as one.
#[pyfunction]
pub fn merge(
    py: Python<'_>,
    storage: &Storage,
    name: &str,
    segments: Vec<SegmentTuple>,
) -> PyResult<u64> {
    let segments: Vec<(Arc<segment::Segment>, Vec<u8>)> = segments
        .into_iter()
        .map(|(segment, deletes)| (Arc::clone(&segment.get().0), deletes.unwrap_or_default()))
        .collect();
    engine(py, || {
        let sources: Vec<_> =
            segments.iter().map(|(segment, deletes)| (&**segment, Deletes::new(deletes))).collect();
        searchlib_core::merge::merge(&*storage.0, name, &sources)
    })
}

type PassageTuple = (usize, usize, f64, Vec<(usize, usize)>);

/// The best passages of a text: (start, end, score, marks), in characters.
#[pyfunction]
pub fn passages(
    analyzer: &Analyzer,
    text: PyBackedStr,
    patterns: &Bound<'_, PyAny>,
    width: usize,
    limit: usize,
) -> PyResult<Vec<PassageTuple>> {
    let (py, patterns) = (patterns.py(), self::patterns(patterns)?);
    let found = engine(py, || {
        searchlib_core::passages::passages(&analyzer.0, &text, &patterns, width, limit)
    })?;
    let tuple = |p: searchlib_core::passages::Passage| (p.start, p.end, p.score, p.marks);
    Ok(found.into_iter().map(tuple).collect())
}

/// "release", or "debug" for a module that checks itself and is slow.
#[pyfunction]
pub fn build_mode() -> &'static str {
    if cfg!(debug_assertions) { "debug" } else { "release" }
}

/// The languages that the filter "stem" knows, sorted.
#[pyfunction]
pub fn stem_languages() -> Vec<&'static str> {
    analysis::filters::stem_languages()
}
