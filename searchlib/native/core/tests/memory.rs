//! Does a search of a larger index need more memory, or a merge of longer documents?

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell as Counter;
use std::sync::Arc;

use searchlib_core::analysis::{Analyzer, Components};
use searchlib_core::builder::{Builder, Cell, FieldSpec};
use searchlib_core::error::Result;
use searchlib_core::merge::merge;
use searchlib_core::search::deletes::Deletes;
use searchlib_core::search::plan::{Number, Plan, PrefixPart, WordPart};
use searchlib_core::search::ranking::Ranking;
use searchlib_core::search::searcher::Searcher;
use searchlib_core::segment::{FieldInfo, FieldKind, Segment};
use searchlib_core::storage::{FileBytes, MemoryStorage, NewFile, Storage};

/// The system's allocator, which counts what each thread holds.
struct Counting;

thread_local! {
    static HELD: Counter<isize> = const { Counter::new(0) };
    static MOST: Counter<isize> = const { Counter::new(0) };
}

fn count(bytes: isize) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    MOST.set(MOST.get().max(held));
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The most that `work` holds at once, in bytes.
fn most_held<T>(work: impl FnOnce() -> T) -> isize {
    let before = HELD.get();
    MOST.set(before);
    work();
    MOST.get() - before
}

const NAMES: [&str; 3] = ["body", "tags", "size"];
const ANALYZER: &str = r#"{"tokenizer": {"name": "words"}, "filters": []}"#;

fn searcher(doc_count: u32) -> Searcher {
    let analyzer = Arc::new(Analyzer::from_json(ANALYZER, &Components::default()).unwrap());
    let kinds = [FieldKind::Text, FieldKind::Keyword, FieldKind::Number];
    let specs = NAMES.iter().zip(kinds).map(|(name, kind)| FieldSpec {
        info: FieldInfo { name: name.to_string(), kind, stored: false },
        analyzer: (kind == FieldKind::Text).then(|| Arc::clone(&analyzer)),
        others: Vec::new(),
    });
    let mut builder = Builder::new(specs.collect()).unwrap();
    for doc in 0..doc_count {
        // Each word and phrase stands in the same share of the documents, however many there are.
        let frequent = ["sea", "wind wind", "sea wind", "calm"][doc as usize % 4];
        let body = format!("{frequent} x{}", doc % 97);
        let tags = Cell::Texts(vec![if doc % 3 == 0 { "red" } else { "blue" }]);
        builder.add(&[vec![Cell::Text(&body), tags, Cell::Int(i64::from(doc % 1000))]]).unwrap();
    }
    let storage = MemoryStorage::default();
    builder.write(&storage, "one").unwrap();
    let segment = Arc::new(Segment::open(&storage, "one").unwrap());
    let names = NAMES.map(String::from);
    Searcher::new(&names, vec![(segment, Vec::new())]).unwrap()
}

fn words(field: usize, texts: &[&str]) -> Plan {
    let terms = texts.iter().zip(0..).map(|(text, place)| (text.as_bytes().to_vec(), place));
    let part = WordPart { field, weight: 1.0, terms: terms.collect(), slop: 0 };
    Plan::Word { boost: 1.0, parts: vec![part] }
}

fn bool(must: Vec<Plan>, should: Vec<Plan>, must_not: Vec<Plan>, filter: Vec<Plan>) -> Plan {
    Plan::Bool { must, should, must_not, filter }
}

fn plans() -> Vec<(&'static str, Plan)> {
    let word = |text| words(0, &[text]);
    let range = || Plan::Range {
        boost: 1.0,
        field: 2,
        low: Some(Number::Int(100)),
        high: Some(Number::Int(700)),
    };
    vec![
        ("word", word("sea")),
        ("or", bool(vec![], vec![word("sea"), word("wind"), word("x7")], vec![], vec![])),
        ("and", bool(vec![word("sea"), word("wind")], vec![], vec![], vec![])),
        ("and a rare one", bool(vec![word("sea"), word("x7")], vec![], vec![], vec![])),
        ("not", bool(vec![word("sea")], vec![], vec![word("wind")], vec![])),
        ("phrase", words(0, &["sea", "wind"])),
        ("keyword", words(1, &["red"])),
        ("filtered", bool(vec![word("sea")], vec![], vec![], vec![range(), words(1, &["red"])])),
        ("filter alone", bool(vec![], vec![], vec![], vec![word("sea")])),
        ("range", range()),
        ("all", Plan::All { boost: 1.0 }),
    ]
}

/// Each is long enough for several of the longest windows.
const SMALL: u32 = 200_000;
const LARGE: u32 = 4 * SMALL;

fn search_and_count(searcher: &Searcher, plan: &Plan) {
    let bm25 = Ranking::bm25(1.2, 0.75);
    assert_eq!(searcher.search(plan, 10, &bm25).unwrap().len(), 10);
    assert!(searcher.count(plan).unwrap() > 10);
}

#[test]
fn the_memory_of_a_search_does_not_grow_with_the_index() {
    let (small, large) = (searcher(SMALL), searcher(LARGE));
    for (name, plan) in plans() {
        let few = most_held(|| search_and_count(&small, &plan));
        let many = most_held(|| search_and_count(&large, &plan));
        println!("{name}: {few} and {many} bytes");
        assert!(few > 0 && few < 4 << 20, "{name}: {few} bytes");
        assert!(many <= few + (16 << 10), "{name}: {few} bytes, then {many}");
    }
    // A prefix may stand for any number of lists, which are united in one bit a document.
    let part = PrefixPart { field: 0, prefix: b"se".to_vec() };
    let prefix = Plan::Prefix { boost: 1.0, parts: vec![part] };
    let few = most_held(|| search_and_count(&small, &prefix));
    let many = most_held(|| search_and_count(&large, &prefix));
    println!("prefix: {few} and {many} bytes");
    let bits = (LARGE - SMALL) as isize / 8;
    assert!(many <= few + bits + (16 << 10), "prefix: {few} bytes, then {many}");
}

/// A place that forgets what is written: merging into it holds no more than merging needs.
struct Nowhere;

impl Storage for Nowhere {
    fn describe(&self, name: &str) -> String {
        name.to_string()
    }

    fn read(&self, _: &str) -> Result<FileBytes> {
        Ok(FileBytes::Owned(Arc::default()))
    }

    fn create(&self, _: &str) -> Result<Box<dyn NewFile>> {
        Ok(Box::new(Nowhere))
    }

    fn remove(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

impl NewFile for Nowhere {
    fn write(&mut self, _: &[u8]) -> Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}

/// A thousand documents that store a text of this length, which has no words and packs badly.
fn lengthy(text_bytes: u32) -> Segment {
    let analyzer = Arc::new(Analyzer::from_json(ANALYZER, &Components::default()).unwrap());
    let spec = FieldSpec {
        info: FieldInfo { name: "body".to_string(), kind: FieldKind::Text, stored: true },
        analyzer: Some(analyzer),
        others: Vec::new(),
    };
    let mut builder = Builder::new(vec![spec]).unwrap();
    let mut state = 1u32;
    for _ in 0..1_000 {
        let mark = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b"!#%&()*+,-./:;<=>?@[]^{|}~"[(state >> 16) as usize % 26])
        };
        let body: String = std::iter::repeat_with(mark).take(text_bytes as usize).collect();
        builder.add(&[vec![Cell::Text(&body)]]).unwrap();
    }
    let storage = MemoryStorage::default();
    builder.write(&storage, "one").unwrap();
    Segment::open(&storage, "one").unwrap()
}

#[test]
fn the_memory_of_a_merge_does_not_grow_with_what_is_stored() {
    let merged = |segment: &Segment, deletes: &[u8]| {
        let deletes = Deletes::new(deletes);
        most_held(|| merge(&Nowhere, "two", &[(segment, deletes), (segment, deletes)]).unwrap())
    };
    let (shorter, longer) = (lengthy(2_000), lengthy(16_000));
    assert!(longer.byte_count() > 8 << 20);
    // Blocks are copied as they lie, or unpacked and packed again where documents are gone.
    for deletes in [vec![], vec![0x11; 125]] {
        let (few, many) = (merged(&shorter, &deletes), merged(&longer, &deletes));
        println!("{} deleted: {few} and {many} bytes", deletes.len() * 2);
        assert!(many <= few + (256 << 10), "{few} bytes, then {many}");
    }
}
