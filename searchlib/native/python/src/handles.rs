//! The handles that Python holds. Each method crosses once, with the interpreter released.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyList, PyString};
use searchlib_core::Result as CoreResult;
use searchlib_core::analysis;
use searchlib_core::automata::Regex;
use searchlib_core::builder::{self, FieldSpec};
use searchlib_core::error::Error;
use searchlib_core::search::batch;
use searchlib_core::search::deletes::Deletes;
use searchlib_core::search::expand::Cut;
use searchlib_core::search::plan::{Plan as CorePlan, Spelling};
use searchlib_core::search::ranking::Ranking;
use searchlib_core::search::searcher;
use searchlib_core::search::suggest::suggest;
use searchlib_core::segment::answers::InSegments;
use searchlib_core::segment::{self, FieldInfo, FieldKind};
use searchlib_core::storage::{self, DiskStorage, MemoryStorage};

use crate::analyzer::Analyzer;
use crate::asked::{Plan, Words};
use crate::errors::exception;
use crate::objects::{BatchTuple, batch_tuple, explained, stored};
use crate::page::Page;
use crate::plans::{patterns, plan};
use crate::rankings::ranking;
use crate::rows::held_rows;
use crate::texts;

/// Runs the engine with the interpreter released and turns its errors into exceptions.
pub fn engine<T: Send>(py: Python<'_>, work: impl FnOnce() -> CoreResult<T> + Send) -> PyResult<T> {
    py.detach(work).map_err(|error| exception(py, error))
}

/// The documents that `find` finds by their keys, -1 where there is none.
fn found(
    py: Python<'_>,
    keys: Vec<Bound<'_, PyString>>,
    find: impl FnOnce(&[&str]) -> CoreResult<Vec<Option<u32>>> + Send,
) -> PyResult<Vec<i64>> {
    let keys = texts::keys(keys)?;
    let keys: Vec<&str> = keys.iter().map(|key| &**key).collect();
    let docs = engine(py, || find(&keys))?;
    Ok(docs.iter().map(|doc| doc.map_or(-1, i64::from)).collect())
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

/// What Python's allocator aligns objects to, on all platforms with 64 bits.
const PYTHON_ALIGN: usize = 16;
const _: () = assert!(
    align_of::<Analyzer>() <= PYTHON_ALIGN
        && align_of::<Storage>() <= PYTHON_ALIGN
        && align_of::<Builder>() <= PYTHON_ALIGN
        && align_of::<Segment>() <= PYTHON_ALIGN
        && align_of::<Searcher>() <= PYTHON_ALIGN
        && align_of::<Answers>() <= PYTHON_ALIGN
);

type FieldTuple = (String, u8, bool, Vec<Py<Analyzer>>);

/// Boxed: tables of the compressor ask for more alignment than Python's allocator gives.
#[pyclass(frozen, module = "searchlib._native")]
pub struct Builder(Mutex<Box<builder::Builder>>);

impl Builder {
    fn with<T>(&self, work: impl FnOnce(&mut builder::Builder) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[pymethods]
impl Builder {
    #[new]
    fn new(py: Python<'_>, fields: Vec<FieldTuple>) -> PyResult<Self> {
        let spec = |(name, kind, stored, analyzers): FieldTuple| {
            let mut analyzers = analyzers.iter().map(|analyzer| Arc::clone(&analyzer.get().0));
            Ok(FieldSpec {
                info: field_info((name, kind, stored))?,
                analyzer: analyzers.next(),
                others: analyzers.collect(),
            })
        };
        let specs: CoreResult<Vec<_>> = fields.into_iter().map(spec).collect();
        let builder = specs.and_then(builder::Builder::new);
        builder.map(|b| Builder(Mutex::new(Box::new(b)))).map_err(|error| exception(py, error))
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

    fn find(
        &self,
        py: Python<'_>,
        field: usize,
        keys: Vec<Bound<'_, PyString>>,
    ) -> PyResult<Vec<i64>> {
        found(py, keys, |keys| self.with(|builder| builder.last_docs(field, keys)))
    }

    fn remember(&self, segments: Vec<Py<Segment>>) {
        let segments = segments.iter().map(|segment| Arc::clone(&segment.get().0)).collect();
        self.with(|builder| builder.remember(segments));
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

    /// (name, kind, stored)
    #[getter]
    fn fields(&self) -> Vec<(String, u8, bool)> {
        let infos = self.0.fields().iter().map(|field| &field.info);
        infos.map(|info| (info.name.clone(), info.kind as u8, info.stored)).collect()
    }

    #[getter]
    fn byte_count(&self) -> u64 {
        self.0.byte_count()
    }

    /// (offset, what is wrong there)
    fn check(&self, py: Python<'_>) -> Vec<(u64, String)> {
        py.detach(|| self.0.check())
    }

    /// What another segment of the same documents says differently.
    fn differences(&self, py: Python<'_>, made: &Segment) -> PyResult<Vec<String>> {
        engine(py, || segment::check::differences(&self.0, &made.0))
    }
}

type SegmentTuple = (Py<Segment>, Option<Vec<u8>>);
/// (field number, pattern, terms found, terms taken, whether the walk ended early)
type CutTuple = (usize, String, usize, usize, bool);

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
        ranking: &Bound<'_, PyAny>,
    ) -> PyResult<(Vec<u32>, Vec<f64>)> {
        let (py, plan, ranking) = (plan.py(), self::plan(plan)?, self::ranking(ranking)?);
        let best = engine(py, || self.searcher.search(&plan, limit, &ranking))?;
        Ok(best.iter().map(|scored| (scored.doc, scored.score)).unzip())
    }

    /// The best `limit` after the first `offset`, and their keys
    fn page(
        &self,
        plan: &Bound<'_, PyAny>,
        limit: usize,
        offset: usize,
        key_field: Option<usize>,
        ranking: &Bound<'_, PyAny>,
    ) -> PyResult<Page> {
        let (py, plan, ranking) = (plan.py(), self::plan(plan)?, self::ranking(ranking)?);
        self.page_of(py, &plan, batch::Page { limit, offset, key_field }, &ranking)
    }

    /// The plan of a text of words and its page, ranked as usual
    fn ask(
        &self,
        words: &Words,
        text: &Bound<'_, PyString>,
        all: bool,
        limit: usize,
        offset: usize,
        key_field: Option<usize>,
    ) -> PyResult<Option<(Plan, Page)>> {
        let Some(plan) = words.plan_of(text, all)? else { return Ok(None) };
        let page = batch::Page { limit, offset, key_field };
        let page = self.page_of(text.py(), &plan, page, &Ranking::default())?;
        Ok(Some((Plan(plan), page)))
    }

    /// (tried, scored, blocks, blocks read, exhaustive)
    fn work(
        &self,
        plan: &Bound<'_, PyAny>,
        limit: usize,
        ranking: &Bound<'_, PyAny>,
    ) -> PyResult<(u64, u64, u64, u64, bool)> {
        let (py, plan, ranking) = (plan.py(), self::plan(plan)?, self::ranking(ranking)?);
        let work = engine(py, || self.searcher.work(&plan, limit, &ranking))?;
        Ok((work.tried, work.scored, work.blocks, work.blocks_read, work.exhaustive))
    }

    fn search_many<'py>(
        &self,
        plans: &Bound<'py, PyList>,
        limit: usize,
        offset: usize,
        key_field: Option<usize>,
        threads: usize,
        ranking: &Bound<'py, PyAny>,
    ) -> PyResult<BatchTuple<'py>> {
        let (py, ranking) = (plans.py(), self::ranking(ranking)?);
        let held: Vec<_> = plans.iter().collect();
        let plans = held.iter().map(self::plan).collect::<PyResult<Vec<_>>>()?;
        let page = batch::Page { limit, offset, key_field };
        let work = || self.searcher.search_many(&plans, page, &ranking, threads);
        batch_tuple(py, &engine(py, work)?)
    }

    fn count(&self, plan: &Bound<'_, PyAny>) -> PyResult<u64> {
        let (py, plan) = (plan.py(), self::plan(plan)?);
        engine(py, || self.searcher.count(&plan))
    }

    fn cuts(&self, plan: &Bound<'_, PyAny>) -> PyResult<Vec<CutTuple>> {
        let (py, plan) = (plan.py(), self::plan(plan)?);
        let cuts = engine(py, || self.searcher.cuts(&plan))?;
        let tuple = |cut: Cut| (cut.field, cut.pattern, cut.found, cut.kept, cut.gave_up);
        Ok(cuts.into_iter().map(tuple).collect())
    }

    /// (word, edits, documents)
    fn suggest(
        &self,
        py: Python<'_>,
        fields: Vec<usize>,
        word: String,
        edits: u8,
        prefix: usize,
        limit: usize,
    ) -> PyResult<Vec<(String, u8, u64)>> {
        let spelling = Spelling { word, edits, prefix };
        let found = engine(py, || suggest(&self.searcher, &fields, &spelling, limit))?;
        Ok(found.into_iter().map(|each| (each.word, each.edits, each.doc_freq)).collect())
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
        let values = engine(py, || self.searcher.document(doc, &self.fields))?;
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
        let value = engine(py, || self.searcher.value(doc, field))?;
        value.map(|value| stored(py, value)).transpose()
    }

    fn answers(&self, doc: u32, field: usize, prefix: String) -> Option<Answers> {
        let mut first = 0;
        for (number, segment) in self.searcher.segments().iter().enumerate() {
            if doc - first < segment.doc_count() {
                self.searcher.field(number, field)?.answers.as_ref()?;
                let segments = vec![Arc::clone(segment)];
                let field = self.fields.get(field)?.clone();
                return Some(Answers(InSegments { segments, field, prefix }));
            }
            first += segment.doc_count();
        }
        None
    }

    fn find(
        &self,
        py: Python<'_>,
        field: usize,
        keys: Vec<Bound<'_, PyString>>,
    ) -> PyResult<Vec<i64>> {
        found(py, keys, |keys| self.searcher.find(field, keys))
    }

    fn next_live(&self, py: Python<'_>, doc: u32) -> i64 {
        py.detach(|| self.searcher.next_live(doc).map_or(-1, i64::from))
    }

    fn explain<'py>(
        &self,
        plan: &Bound<'py, PyAny>,
        doc: u32,
        ranking: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, plan, ranking) = (plan.py(), self::plan(plan)?, self::ranking(ranking)?);
        let explanation = engine(py, || self.searcher.explain(&plan, doc, &ranking))?;
        explained(py, &explanation)
    }
}

impl Searcher {
    fn page_of(
        &self,
        py: Python<'_>,
        plan: &CorePlan,
        page: batch::Page,
        ranking: &Ranking,
    ) -> PyResult<Page> {
        let (best, keys) = engine(py, || self.searcher.page_of(plan, page, ranking))?;
        Ok(Page { best, keys })
    }
}

fn field_info((name, kind, stored): (String, u8, bool)) -> CoreResult<FieldInfo> {
    match FieldKind::from_number(kind) {
        Some(kind) => Ok(FieldInfo { name, kind, stored }),
        None => Err(Error::Input(format!("field {name:?} has an unknown kind {kind}"))),
    }
}

/// Writes the live documents of the segments as one with these fields.
#[pyfunction]
pub fn merge(
    py: Python<'_>,
    storage: &Storage,
    name: &str,
    segments: Vec<SegmentTuple>,
    fields: Vec<(String, u8, bool)>,
) -> PyResult<u64> {
    let infos: CoreResult<Vec<_>> = fields.into_iter().map(field_info).collect();
    let infos = infos.map_err(|error| exception(py, error))?;
    let segments: Vec<(Arc<segment::Segment>, Vec<u8>)> = segments
        .into_iter()
        .map(|(segment, deletes)| (Arc::clone(&segment.get().0), deletes.unwrap_or_default()))
        .collect();
    engine(py, || {
        let sources: Vec<_> =
            segments.iter().map(|(segment, deletes)| (&**segment, Deletes::new(deletes))).collect();
        searchlib_core::merge::merge_as(&*storage.0, name, &sources, &infos)
    })
}

/// What filters in Python made of the forms of one segment's field.
#[pyclass(frozen, module = "searchlib._native")]
pub struct Answers(InSegments);

type PassageTuple = (usize, usize, f64, Vec<(usize, usize)>);

/// The best passages of a text: (start, end, score, marks), in characters.
#[pyfunction]
#[pyo3(signature = (analyzer, text, patterns, width, limit, answers = None))]
pub fn passages(
    analyzer: &Analyzer,
    text: PyBackedStr,
    patterns: &Bound<'_, PyAny>,
    width: usize,
    limit: usize,
    answers: Option<&Answers>,
) -> PyResult<Vec<PassageTuple>> {
    let (py, patterns) = (patterns.py(), self::patterns(patterns)?);
    let found = engine(py, || {
        let known = answers.map(|answers| &answers.0 as &dyn analysis::Known);
        searchlib_core::passages::passages(&analyzer.0, known, &text, &patterns, width, limit)
    })?;
    let tuple = |p: searchlib_core::passages::Passage| (p.start, p.end, p.score, p.marks);
    Ok(found.into_iter().map(tuple).collect())
}

/// What is wrong with a pattern, "wildcard" or "regex"; None where nothing is.
#[pyfunction]
pub fn pattern_fault(kind: &str, text: &str) -> Option<String> {
    let made = match kind {
        "wildcard" => Regex::wildcard(text),
        _ => Regex::new(text),
    };
    made.err().map(|error| error.to_string())
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
