//! What do the main loops cost? One pass through each, for `python -m benchmarks kernels`, which
//! counts the instructions of every `kernel_…` function under callgrind.
//!
//! A kernel is one line of the list at the end: a name, and what it does with a [`World`].

use std::hint::black_box;
use std::sync::Arc;

use searchlib_core::analysis::forms::Interner;
use searchlib_core::analysis::{Analyzer, Components};
use searchlib_core::builder::{Builder, Cell, FieldSpec};
use searchlib_core::search::plan::{Plan, PrefixPart, WordPart};
use searchlib_core::search::ranking::Ranking;
use searchlib_core::search::searcher::Searcher;
use searchlib_core::segment::postings::END;
use searchlib_core::segment::{FieldInfo, FieldKind, Segment};
use searchlib_core::storage::MemoryStorage;

const STANDARD: &str = r#"{"tokenizer": {"name": "words"}, "filters": [{"name": "lowercase"}]}"#;
const DOCS: usize = 6_000;
const WORDS_PER_DOC: usize = 60;
const VOCABULARY: u64 = 4_000;

/// Made-up documents and an index of them, the same in every run.
struct World {
    texts: Vec<String>,
    accented: String,
    analyzer: Arc<Analyzer>,
    searcher: Searcher,
}

impl World {
    fn new() -> Self {
        let analyzer = Arc::new(Analyzer::from_json(STANDARD, &Components::default()).unwrap());
        let mut random = Random(2);
        let texts: Vec<String> = (0..DOCS)
            .map(|_| (0..WORDS_PER_DOC).map(|_| random.word()).collect::<Vec<_>>().join(" "))
            .collect();
        let storage = MemoryStorage::default();
        build(&texts, &analyzer).write(&storage, "made-up").unwrap();
        let segment = Arc::new(Segment::open(&storage, "made-up").unwrap());
        World {
            accented: texts[0].replace('a', "é"),
            texts,
            analyzer,
            searcher: Searcher::new(&["body".into()], vec![(segment, Vec::new())]).unwrap(),
        }
    }

    fn search(&self, plan: &Plan) -> usize {
        self.searcher.search(plan, 10, &Ranking::bm25(1.2, 0.75)).unwrap().len()
    }

    /// Every document number and frequency of a word, block by block.
    fn walk(&self, word: &str) -> u64 {
        let field = self.searcher.field(0, 0).unwrap();
        let info = field.list(word.as_bytes()).unwrap().unwrap();
        let mut cursor = field.cursor(info, DOCS as u32).unwrap().unwrap();
        let mut sum = 0;
        cursor.seek(0).unwrap();
        while cursor.doc() != END {
            let run = cursor.run(true).unwrap();
            sum += run.docs.iter().chain(run.freqs).map(|&number| u64::from(number)).sum::<u64>();
            let count = run.docs.len();
            cursor.skip(count).unwrap();
        }
        sum
    }
}

fn build(texts: &[String], analyzer: &Arc<Analyzer>) -> Builder {
    let info = FieldInfo { name: "body".into(), kind: FieldKind::Text, stored: true };
    let mut builder =
        Builder::new(vec![FieldSpec { info, analyzer: Some(analyzer.clone()), others: vec![] }])
            .unwrap();
    let rows: Vec<Vec<Cell<'_>>> = texts.iter().map(|text| vec![Cell::Text(text)]).collect();
    builder.add(&rows).unwrap();
    builder
}

/// Numbers that look random: a linear congruence, Knuth's constants.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % end
    }

    /// A word of the vocabulary; low numbers far more often, as in language.
    fn word(&mut self) -> String {
        let bound = 1 + self.below(VOCABULARY);
        name(self.below(bound))
    }
}

fn name(word: u64) -> String {
    format!("wa{word}")
}

/// A word, or a phrase of several, in the one field.
fn word(numbers: &[u64]) -> Plan {
    let terms = numbers
        .iter()
        .zip(0..)
        .map(|(&number, place)| (name(number).into_bytes(), place))
        .collect();
    Plan::Word { boost: 1.0, parts: vec![WordPart { field: 0, weight: 1.0, terms, slop: 0 }] }
}

fn or(numbers: &[u64]) -> Plan {
    let should = numbers.iter().map(|&number| word(&[number])).collect();
    Plan::Bool { must: vec![], should, must_not: vec![], filter: vec![] }
}

fn and(numbers: &[u64]) -> Plan {
    let must = numbers.iter().map(|&number| word(&[number])).collect();
    Plan::Bool { must, should: vec![], must_not: vec![], filter: vec![] }
}

macro_rules! kernels {
    ($($name:ident: |$world:ident| $work:expr;)*) => {
        $(
            // A name of its own, so that callgrind can tell it.
            #[unsafe(no_mangle)]
            #[inline(never)]
            extern "Rust" fn $name($world: &World) {
                black_box($work);
            }
        )*
        fn main() {
            let world = World::new();
            $($name(black_box(&world));)*
        }
    };
}

kernels! {
    kernel_tokenize: |w| w.texts.iter().take(500).map(|text| {
        let mut bytes = 0;
        w.analyzer.tokenize(text, |start, end| bytes += end - start).unwrap();
        bytes
    }).sum::<usize>();
    kernel_tokenize_unicode: |w| (0..20).map(|_| {
        let mut bytes = 0;
        w.analyzer.tokenize(&w.accented, |start, end| bytes += end - start).unwrap();
        bytes
    }).sum::<usize>();
    kernel_intern: |w| {
        let mut forms = Interner::default();
        w.texts.iter().take(500).flat_map(|text| text.split(' ')).map(|form| {
            forms.intern(form.as_bytes()).0 as usize
        }).sum::<usize>()
    };
    kernel_index: |w| build(&w.texts[..500], &w.analyzer)
        .write(&MemoryStorage::default(), "again").unwrap();
    kernel_decode: |w| (0..8).map(|number| w.walk(&name(number))).sum::<u64>();
    kernel_word: |w| w.search(&word(&[1]));
    kernel_or: |w| w.search(&or(&[3, 40, 500, 1500]));
    kernel_or_frequent: |w| w.search(&or(&[0, 1, 2, 3]));
    kernel_and: |w| w.search(&and(&[1, 7]));
    kernel_phrase: |w| w.search(&word(&[1, 2]));
    kernel_prefix: |w| w.search(&Plan::Prefix {
        boost: 1.0,
        parts: vec![PrefixPart { field: 0, prefix: b"wa12".to_vec() }],
    });
    kernel_count_or: |w| w.searcher.count(&or(&[3, 40, 500, 1500])).unwrap();
    kernel_count_and: |w| w.searcher.count(&and(&[1, 7])).unwrap();
}
