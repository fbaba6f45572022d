//! Segments against the plain documents they were made of.

use std::sync::Arc;

use proptest::prelude::*;
use searchlib_core::analysis::{Analyzer, Components};
use searchlib_core::builder::{Builder, Cell, FieldSpec};
use searchlib_core::merge::merge;
use searchlib_core::search::deletes::Deletes;
use searchlib_core::segment::cursor::Cursor;
use searchlib_core::segment::file::{SectionKind, SegmentFile};
use searchlib_core::segment::pairs::{DOCS_FROM, Pairs};
use searchlib_core::segment::postings::END;
use searchlib_core::segment::values::Value;
use searchlib_core::segment::{FieldInfo, FieldKind, Segment};
use searchlib_core::storage::{MemoryStorage, Storage};

const STANDARD: &str = r#"{"tokenizer": {"name": "words"}, "filters": [{"name": "lowercase"}]}"#;

fn specs() -> Vec<FieldSpec> {
    let analyzer = Arc::new(Analyzer::from_json(STANDARD, &Components::default()).unwrap());
    let spec = |name: &str, kind, analyzer| FieldSpec {
        info: FieldInfo { name: name.into(), kind, stored: true },
        analyzer,
        others: Vec::new(),
    };
    vec![
        spec("body", FieldKind::Text, Some(analyzer)),
        spec("tags", FieldKind::Keyword, None),
        spec("size", FieldKind::Number, None),
    ]
}

/// A document: the words of its body, its tags, its size.
type Doc = (Vec<u8>, Vec<u8>, Option<i64>);

fn body(words: &[u8]) -> String {
    words.iter().map(|word| format!("w{word} ")).collect()
}

fn add(builder: &mut Builder, docs: &[Doc]) {
    for (words, tags, size) in docs {
        let body = body(words);
        let tags: Vec<String> = tags.iter().map(|tag| format!("t{tag}")).collect();
        let row = vec![
            Cell::Text(&body),
            Cell::Texts(tags.iter().map(String::as_str).collect()),
            size.map_or(Cell::Empty, Cell::Int),
        ];
        assert_eq!(builder.add(&[row]).unwrap(), []);
    }
}

fn segment(storage: &MemoryStorage, name: &str, docs: &[Doc]) -> Segment {
    let mut builder = Builder::new(specs()).unwrap();
    add(&mut builder, docs);
    builder.write(storage, name).unwrap();
    Segment::open(storage, name).unwrap()
}

/// Where `word` stands: (document, positions).
fn truth(docs: &[Doc], word: u8) -> Vec<(u32, Vec<u32>)> {
    let places = docs.iter().enumerate().map(|(doc, (words, ..))| {
        let positions = words.iter().enumerate().filter(|(_, w)| **w == word);
        (doc as u32, positions.map(|(position, _)| position as u32).collect::<Vec<_>>())
    });
    places.filter(|(_, positions)| !positions.is_empty()).collect()
}

fn docs(max: usize) -> impl Strategy<Value = Vec<Doc>> {
    let words = prop_oneof![
        prop::collection::vec(0..4u8, 0..6),
        prop::collection::vec(0..200u8, 0..40),
        prop::collection::vec(0..2u8, 150..300),
    ];
    let tags = prop::collection::vec(0..5u8, 0..3);
    prop::collection::vec((words, tags, prop::option::of(any::<i64>())), 0..max)
}

fn check_lists(segment: &Segment, docs: &[Doc]) {
    let field = segment.field("body").unwrap();
    for word in 0..200u8 {
        let truth = truth(docs, word);
        let list = field.list(format!("w{word}").as_bytes()).unwrap();
        let Some(list) = list else {
            assert_eq!(truth, []);
            continue;
        };
        assert_eq!(list.doc_freq as usize, truth.len());
        let mut cursor = field.cursor(list, segment.doc_count()).unwrap().unwrap();
        assert_eq!(places(&mut cursor), truth);
        let held: Vec<(u32, u32)> =
            truth.iter().map(|(doc, positions)| (*doc, positions.len() as u32)).collect();
        check_ways(&mut cursor, &held, segment.doc_count());
    }
}

/// What a list says: (document, positions).
fn places(cursor: &mut Cursor<'_>) -> Vec<(u32, Vec<u32>)> {
    let mut found = Vec::new();
    let mut positions = Vec::new();
    cursor.seek(0).unwrap();
    while cursor.doc() != END {
        cursor.positions(&mut positions).unwrap();
        assert_eq!(cursor.freq().unwrap() as usize, positions.len());
        found.push((cursor.doc(), positions.clone()));
        cursor.skip(1).unwrap();
    }
    found
}

/// Each way to read a list says what `held`, the documents and frequencies, says.
fn check_ways(cursor: &mut Cursor<'_>, held: &[(u32, u32)], doc_count: u32) {
    let docs: Vec<u32> = held.iter().map(|(doc, _)| *doc).collect();
    let forward = (0..doc_count).step_by(3);
    for target in forward.chain((0..doc_count).rev().step_by(7)) {
        let slow = docs.iter().copied().find(|&doc| target <= doc);
        assert_eq!(cursor.seek(target).unwrap(), slow.unwrap_or(END), "seek {target}");
        let slow = held.iter().find(|(doc, _)| *doc == target).map_or(0, |(_, freq)| *freq);
        assert_eq!(cursor.freq_in(target).unwrap(), slow, "freq in {target}");
    }
    for step in [1, 2, 5, 130] {
        let asked: Vec<u32> = (0..doc_count).step_by(step).collect();
        let mut found = Vec::new();
        cursor.look_up(&asked, |i, _| found.push(asked[i])).unwrap();
        let slow: Vec<u32> = asked.iter().copied().filter(|doc| docs.contains(doc)).collect();
        assert_eq!(found, slow, "look up each {step}");
        let mut found = Vec::new();
        cursor.frequencies(&asked, |i, freq| found.push((asked[i], freq))).unwrap();
        let slow: Vec<_> = held.iter().copied().filter(|(doc, _)| asked.contains(doc)).collect();
        assert_eq!(found, slow, "frequencies of each {step}");
    }
    for start in [0, 64, 192] {
        let mut mask = [0u64; 3];
        let before = cursor.mark(start, &mut mask).unwrap() as usize;
        assert_eq!(before, docs.iter().filter(|&&doc| doc < start).count(), "rank of {start}");
        let slow = docs.iter().map(|doc| doc.wrapping_sub(start)).filter(|&place| place < 192);
        let mut expected = [0u64; 3];
        slow.for_each(|place| expected[place as usize / 64] |= 1 << (place % 64));
        assert_eq!(mask, expected, "mark from {start}");
    }
    if cursor.list().peaks().is_some() {
        let (start, end) = (doc_count / 3, doc_count / 3 * 2 + 1);
        let odd = |classes: &[u8]| {
            classes.iter().enumerate().map(|(i, class)| u128::from(class & 1) << i).sum()
        };
        let mut found = Vec::new();
        cursor
            .passing(start, end, &odd, |docs, classes, _| {
                found.extend(docs.iter().copied().zip(classes.iter().copied()));
            })
            .unwrap();
        let classes: Vec<u8> = (0..)
            .map_while(|block| cursor.list().classes_of(block).first().map(|_| block))
            .flat_map(|block| cursor.list().classes_of(block).to_vec())
            .collect();
        let pairs = docs.iter().copied().zip(classes);
        let slow: Vec<(u32, u8)> =
            pairs.filter(|(doc, class)| (start..end).contains(doc) && class & 1 == 1).collect();
        assert_eq!(found, slow);
    }
}

/// All sections but those of stored documents, whose blocks a merge may take over as they are.
fn indexed(storage: &MemoryStorage, name: &str) -> Vec<Option<Vec<u8>>> {
    use SectionKind::{Forms, Lengths, Numbers, Ordinals, PairPostings, Pairs, Postings, Terms};
    let file = SegmentFile::open(storage, name).unwrap();
    let kinds = [Terms, Postings, Lengths, Forms, Ordinals, Numbers, PairPostings, Pairs];
    let sections = (0..specs().len()).flat_map(|field| kinds.map(|kind| (kind, field as u16)));
    let bytes = |(kind, field)| Some(file.section(kind, field)?.all().unwrap().to_vec());
    sections.map(bytes).collect()
}

fn check_values(segment: &Segment, docs: &[Doc]) {
    for (doc, (words, tags, size)) in docs.iter().enumerate() {
        let stored = segment.document(doc as u32, &|_| true).unwrap();
        let tags = tags.iter().map(|tag| format!("t{tag}")).collect();
        let mut expected = vec![("body", Value::Text(body(words))), ("tags", Value::Texts(tags))];
        expected.extend(size.map(|size| ("size", Value::Int(size))));
        assert_eq!(stored, expected);
        assert_eq!(segment.document(doc as u32, &|name| name == "size").unwrap(), expected[2..]);
    }
}

/// More documents than the words of a pair must stand in: some texts again and again.
fn many_docs() -> impl Strategy<Value = Vec<Doc>> {
    let words = prop_oneof![
        9 => prop::collection::vec(0..5u8, 0..9),
        1 => prop::collection::vec(0..40u8, 0..9),
        // Longer than the positions that are put in order together.
        1 => (0..5u8, 0..5u8).prop_map(|(a, b)| {
            let filling = std::iter::repeat_n(200, 4094 + usize::from(a));
            [a, b].into_iter().chain(filling).chain([a, b, b]).collect()
        }),
    ];
    (prop::collection::vec(words, 1..12), 1000..1300usize).prop_map(|(texts, count)| {
        let text = |i: usize| &texts[(i * i + i / 7) % texts.len()];
        (0..count).map(|i| (text(i).clone(), vec![], None)).collect()
    })
}

/// The words that stand in so many documents that their pairs are kept.
fn frequent(docs: &[Doc]) -> Vec<u8> {
    let doc_freq = |word: u8| docs.iter().filter(|(words, ..)| words.contains(&word)).count();
    (0..=200).filter(|&word| doc_freq(word) >= DOCS_FROM as usize).collect()
}

fn check_pairs(segment: &Segment, docs: &[Doc]) {
    let frequent = frequent(docs);
    let field = segment.field("body").unwrap();
    let name = |word: u8| format!("w{word}").into_bytes();
    let mut count = 0;
    for first in 0..=200 {
        for second in 0..=200 {
            let list = |pairs: &Pairs| pairs.list(&name(first), &name(second)).unwrap();
            let list = field.pairs.as_ref().and_then(list);
            let of_both = frequent.contains(&first) && frequent.contains(&second);
            let truth: Vec<(u32, Vec<u32>)> = docs
                .iter()
                .enumerate()
                .filter(|_| of_both)
                .map(|(doc, (words, ..))| {
                    let two = words.windows(2).enumerate();
                    let here = two.filter(|(_, two)| **two == [first, second]);
                    (doc as u32, here.map(|(position, _)| position as u32).collect())
                })
                .filter(|(_, positions): &(u32, Vec<u32>)| !positions.is_empty())
                .collect();
            let Some(list) = list else {
                assert_eq!(truth, [], "{first} {second}");
                continue;
            };
            let pairs = field.pairs.as_ref().unwrap();
            let mut cursor = pairs.cursor(list, segment.doc_count()).unwrap();
            assert_eq!(places(&mut cursor), truth, "{first} {second}");
            count += 1;
        }
    }
    assert_eq!(field.pairs.is_some(), count > 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn pairs_hold_every_place_where_one_frequent_word_follows_another(docs in many_docs()) {
        let storage = MemoryStorage::default();
        let segment = segment(&storage, "s", &docs);
        check_pairs(&segment, &docs);
        prop_assert_eq!(segment.check(), []);
    }

    #[test]
    fn a_merge_finds_the_pairs_that_one_builder_would(
        docs in many_docs(),
        cut in 0..1300usize,
        deletes in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let storage = MemoryStorage::default();
        let (first, second) = docs.split_at(cut.min(docs.len()));
        let (first, second) = (segment(&storage, "a", first), segment(&storage, "b", second));
        let gone = Deletes::new(&deletes);
        merge(&storage, "merged", &[(&first, gone), (&second, Deletes::default())]).unwrap();
        let is_live = |i: &usize| *i >= cut || !gone.contains(*i as u32);
        let kept: Vec<Doc> = (0..docs.len()).filter(is_live).map(|i| docs[i].clone()).collect();
        segment(&storage, "kept", &kept);
        prop_assert_eq!(indexed(&storage, "merged"), indexed(&storage, "kept"));
        check_pairs(&Segment::open(&storage, "merged").unwrap(), &kept);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn lists_hold_every_place_of_every_word(docs in docs(40)) {
        let storage = MemoryStorage::default();
        let segment = segment(&storage, "s", &docs);
        check_lists(&segment, &docs);
        check_values(&segment, &docs);
    }

    #[test]
    fn a_merge_writes_what_one_builder_would(docs in docs(60), cut in 0..60usize) {
        let storage = MemoryStorage::default();
        let (first, second) = docs.split_at(cut.min(docs.len()));
        let (first, second) = (segment(&storage, "a", first), segment(&storage, "b", second));
        let none = Deletes::default();
        merge(&storage, "merged", &[(&first, none), (&second, none)]).unwrap();
        segment(&storage, "whole", &docs);
        prop_assert_eq!(indexed(&storage, "merged"), indexed(&storage, "whole"));
        check_values(&Segment::open(&storage, "merged").unwrap(), &docs);
    }

    #[test]
    fn a_merge_drops_what_is_deleted(docs in docs(40), deletes in prop::collection::vec(any::<u8>(), 5)) {
        let storage = MemoryStorage::default();
        let source = segment(&storage, "a", &docs);
        let bits = Deletes::new(&deletes);
        merge(&storage, "merged", &[(&source, bits)]).unwrap();
        let live = |i: &usize| !bits.contains(*i as u32);
        let kept: Vec<Doc> = (0..docs.len()).filter(live).map(|i| docs[i].clone()).collect();
        segment(&storage, "kept", &kept);
        prop_assert_eq!(indexed(&storage, "merged"), indexed(&storage, "kept"));
        check_values(&Segment::open(&storage, "merged").unwrap(), &kept);
    }
}

#[test]
fn long_lists_cross_blocks_and_position_groups() {
    let doc = |i: u32| {
        let mut words: Vec<u8> = (0..i % 50).map(|j| ((i * 7 + j * j) % 11) as u8).collect();
        if i % 300 != 7 {
            words.push(3); // so that some blocks hold 128 documents side by side
        }
        (words, vec![], Some(i64::from(i) << 40))
    };
    let docs: Vec<Doc> = (0..1500).map(doc).collect();
    let storage = MemoryStorage::default();
    let segment = segment(&storage, "s", &docs);
    check_lists(&segment, &docs);
    check_values(&segment, &docs);
}

/// More stretches than a cursor keeps, asked for in any order, of lists that are dense here and there.
#[test]
fn a_dense_list_is_marked_in_stretches() {
    let held = |i: u32| match i / 3000 % 4 {
        0 => i.is_multiple_of(3),
        1 => true,
        2 => i.wrapping_mul(2_654_435_761) >> 30 == 0,
        _ => i.is_multiple_of(1000),
    };
    let doc = |i: u32| (vec![5; if held(i) { 1 + i as usize % 11 } else { 0 }], vec![], None);
    let docs: Vec<Doc> = (0..70_001).map(doc).collect();
    let storage = MemoryStorage::default();
    let segment = segment(&storage, "s", &docs);
    let field = segment.field("body").unwrap();
    let list = field.list(b"w5").unwrap().unwrap();
    let mut cursor = field.cursor(list, segment.doc_count()).unwrap().unwrap();
    assert!(cursor.is_dense());
    let mut seed = 1u32;
    let mut random = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((u64::from(seed) * u64::from(below)) >> 32) as u32
    };
    for _ in 0..300 {
        let start = random(70_000);
        let end = start + 1 + random(4096.min(70_001 - start));
        let mut mask = [0; 64];
        let rank = cursor.marks(start, end, &mut mask).unwrap();
        assert_eq!(rank as usize, (0..start).filter(|&doc| held(doc)).count());
        let mut expected = [0u64; 64];
        for place in (0..end - start).filter(|place| held(start + place)) {
            expected[place as usize / 64] |= 1 << (place % 64);
        }
        assert_eq!(mask, expected, "{start}..{end}");
        let (first, most) = (random(70_000), 1 << random(12));
        let step = 1 + random(most);
        let asked: Vec<u32> = (first..70_001).step_by(step as usize).take(500).collect();
        let slow = || asked.iter().copied().filter(|&doc| held(doc));
        let (mut found, mut freqs) = (Vec::new(), Vec::new());
        cursor.look_up(&asked, |i, _| found.push(asked[i])).unwrap();
        assert!(slow().eq(found), "look up from {first} by {step}");
        cursor.frequencies(&asked, |i, freq| freqs.push((asked[i], freq))).unwrap();
        let slow: Vec<_> = slow().map(|doc| (doc, 1 + doc % 11)).collect();
        assert_eq!(freqs, slow, "frequencies from {first} by {step}");
    }
}

/// Changes a byte of a segment, mends no checksum, and reads everything.
#[test]
fn any_flipped_byte_and_any_cut_is_an_error() {
    let storage = MemoryStorage::default();
    let docs: Vec<Doc> = (0..20).map(|i| (vec![i; 5], vec![i], Some(5))).collect();
    segment(&storage, "s", &docs);
    let whole = storage.read("s").unwrap().to_vec();
    let write = |name: &str, bytes: &[u8]| {
        storage.remove(name).unwrap();
        let mut file = storage.create(name).unwrap();
        file.write(bytes).unwrap();
        file.finish().unwrap();
    };
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        write("flipped", &bytes);
        let noticed = Segment::open(&storage, "flipped").is_err_and(|_| true)
            || !Segment::open(&storage, "flipped").unwrap().check().is_empty();
        assert!(noticed, "byte {at}");
        write("cut", &whole[..at]);
        assert!(Segment::open(&storage, "cut").is_err(), "cut at {at}");
    }
}
