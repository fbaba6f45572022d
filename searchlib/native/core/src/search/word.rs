//! A word or a phrase in one segment: which documents hold it, and how well it scores.
//!
//! The word's fields count as one (BM25F): frequencies and lengths are summed with the fields'
//! weights, then saturated once. Bounds come from class bytes where one field makes up most of the
//! length, else from frequency and length; they add up over fields, since saturation is concave
//! (docs/ranking.md, "Bounds").

use std::rc::Rc;

use crate::error::Result;
use crate::search::bm25::{Bm25, saturation};
use crate::search::phrase::{Phrase, Place};
use crate::search::plan::WordPart;
use crate::search::searcher::Searcher;
use crate::search::statistics::WordStatistics;
use crate::search::window::{Accumulator, NO_MATCH, Window};
use crate::segment::cursor::Cursor;
use crate::segment::lengths::{LengthColumn, LengthSteps, class_freq};
use crate::segment::postings::{END, ListInfo};
use crate::segment::{Field, FieldKind};

/// What a leaf of the plan becomes in one segment.
pub struct Word<'a> {
    scorer: Scorer<'a>,
    /// The fields that hold a term for every place here; alternatives of one word stand apart.
    parts: Vec<Part<'a>>,
}

/// What a score needs beside the frequency.
struct Scorer<'a> {
    /// boost × idf
    weight: f64,
    bm25: Bm25,
    average_length: f64,
    lengths: Vec<FieldLength<'a>>,
    only_keywords: bool,
    /// Whether bounds and scores are wanted, or matches only.
    scored: bool,
}

/// A searched text field that this segment has.
struct FieldLength<'a> {
    /// Place among the plan's parts.
    number: usize,
    weight: f64,
    column: LengthColumn<'a>,
}

struct Part<'a> {
    /// Place among the plan's parts.
    number: usize,
    weight: f64,
    /// Walks forward through the windows.
    walk: Places<'a>,
    /// Jumps to the documents that are probed and scored.
    probe: Places<'a>,
    bounds: Option<Rc<[f32; 256]>>,
}

/// What one field says of one document.
pub struct PartScore {
    pub number: usize,
    pub frequency: u32,
}

impl<'a> Word<'a> {
    pub fn new(
        searcher: &'a Searcher,
        segment: usize,
        parts: &[WordPart],
        boost: f64,
        statistics: &WordStatistics,
        bm25: Bm25,
        scored: bool,
    ) -> Result<Self> {
        let only_keywords = |part: &WordPart| searcher.kind(part.field) == Some(FieldKind::Keyword);
        let mut scorer = Scorer {
            weight: boost * statistics.idf,
            bm25,
            average_length: statistics.average_length,
            lengths: Vec::new(),
            only_keywords: parts.iter().all(only_keywords),
            scored,
        };
        let mut held = Vec::new();
        let doc_count = searcher.segments()[segment].doc_count();
        for (number, part) in parts.iter().enumerate() {
            let Some(field) = searcher.field(segment, part.field) else {
                continue;
            };
            let mut steps = None;
            if let Some(lengths) = &field.lengths {
                let column = lengths.column()?;
                scorer.lengths.push(FieldLength { number, weight: part.weight, column });
                steps = Some(lengths.steps());
            }
            // Where the other fields are long beside this one, its class says little.
            let share = part.weight * statistics.average_lengths[number];
            let by_class = scored && 2.0 * share >= statistics.average_length;
            let bounds = steps
                .filter(|_| by_class)
                .map(|steps| Rc::new(scorer.class_bounds(part.weight, steps)));
            let lists = &statistics.lists[segment][number];
            let open = || Places::all(field, part, lists, doc_count);
            for (walk, probe) in open()?.into_iter().zip(open()?) {
                let bounds = bounds.clone().filter(|_| walk.is_word());
                held.push(Part { number, weight: part.weight, walk, probe, bounds });
            }
        }
        Ok(Word { scorer, parts: held })
    }

    pub fn cost(&self) -> u64 {
        self.parts.iter().map(|part| part.walk.cost()).sum()
    }

    /// A document at or after `target` before which none matches; [`END`] when none is left.
    pub fn next(&mut self, target: u32) -> Result<u32> {
        let mut next = END;
        for part in &mut self.parts {
            next = next.min(part.walk.approximate(target)?);
        }
        Ok(next)
    }

    pub fn accumulate(&mut self, window: Window, out: &mut Accumulator) -> Result<()> {
        let scorer = &self.scorer;
        for part in &mut self.parts {
            match &mut part.walk {
                Places::Word(cursor) => {
                    let bounds = part.bounds.as_deref();
                    word_in_window(cursor, window, bounds, scorer, part.weight, out)?;
                }
                Places::Phrase(phrase) => {
                    let mut doc = phrase.align(window.start, false)?;
                    while doc < window.end {
                        let frequency = phrase.frequency()?;
                        if frequency > 0 {
                            let bound =
                                scorer.score(doc, part.weight * f64::from(frequency)) as f32;
                            out.add(doc - window.start, bound);
                        }
                        doc = phrase.align(doc + 1, false)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// For each of the rising `docs` its exact score as a bound, or [`NO_MATCH`].
    pub fn probe(&mut self, docs: &[u32], out: &mut Vec<f32>) -> Result<()> {
        for &doc in docs {
            let score = self.score(doc)?;
            out.push(score.map_or(NO_MATCH, |score| score as f32));
        }
        Ok(())
    }

    /// The exact score of `doc`; `None` when it does not match.
    pub fn score(&mut self, doc: u32) -> Result<Option<f64>> {
        let mut frequency = 0.0;
        for part in &mut self.parts {
            frequency += part.weight * f64::from(part.probe.frequency_in(doc)?);
        }
        if frequency == 0.0 {
            return Ok(None);
        }
        Ok(Some(self.scorer.score(doc, frequency)))
    }

    /// How often each field that holds the word holds it in `doc`.
    pub fn frequencies(&mut self, doc: u32) -> Result<Vec<PartScore>> {
        let mut found: Vec<PartScore> = Vec::new();
        for part in &mut self.parts {
            let frequency = part.probe.frequency_in(doc)?;
            match found.last_mut() {
                Some(last) if last.number == part.number => last.frequency += frequency,
                _ => found.push(PartScore { number: part.number, frequency }),
            }
        }
        Ok(found)
    }

    /// The weighted length of the searched fields of `doc`; 1 where only keywords are searched.
    pub fn length(&self, doc: u32) -> f64 {
        self.scorer.length(doc)
    }

    /// The length in tokens of the field of a part of the plan in `doc`; 0 for a keyword field.
    pub fn length_of(&self, number: usize, doc: u32) -> u32 {
        let mut lengths = self.scorer.lengths.iter();
        let length = lengths.find(|length| length.number == number);
        length.map_or(0, |length| length.column.get(doc))
    }
}

impl Scorer<'_> {
    fn score(&self, doc: u32, frequency: f64) -> f64 {
        if !self.scored {
            return 0.0;
        }
        let norm = self.bm25.norm(ratio(self.length(doc), self.average_length));
        self.weight * saturation(frequency, norm)
    }

    fn length(&self, doc: u32) -> f64 {
        if self.only_keywords {
            return 1.0;
        }
        let weighted = self.lengths.iter();
        weighted.map(|length| length.weight * f64::from(length.column.get(doc))).sum()
    }

    /// The greatest score of a posting of each class: greatest frequency, least length.
    fn class_bounds(&self, weight: f64, steps: &LengthSteps) -> [f32; 256] {
        let mut bounds = [0.0; 256];
        for class in 0..=255u8 {
            // The other searched fields may be empty: only this one's length is sure.
            let least = weight * f64::from(steps[usize::from(class & 15)]);
            let norm = self.bm25.norm(ratio(least, self.average_length));
            let part = class_freq(class)
                .map_or(1.0, |frequency| saturation(weight * f64::from(frequency), norm));
            bounds[usize::from(class)] = (self.weight * part) as f32;
        }
        bounds
    }
}

/// Length over average. An average of 0 means that all fields are empty: then all are average.
fn ratio(length: f64, average: f64) -> f64 {
    if average > 0.0 { length / average } else { 1.0 }
}

/// Adds every posting of the window: by its class where `bounds` has them, else exactly.
fn word_in_window(
    cursor: &mut Cursor<'_>,
    window: Window,
    bounds: Option<&[f32; 256]>,
    scorer: &Scorer<'_>,
    weight: f64,
    out: &mut Accumulator,
) -> Result<()> {
    cursor.seek(window.start)?;
    loop {
        let (docs, classes) = cursor.run();
        let count = match docs.last() {
            None => return Ok(()),
            Some(&last) if last < window.end => docs.len(),
            Some(_) => docs.partition_point(|&doc| doc < window.end),
        };
        let in_block = docs.len();
        match (bounds, classes) {
            (Some(bounds), Some(classes)) => {
                for (&doc, &class) in docs[..count].iter().zip(classes) {
                    out.add(doc - window.start, bounds[usize::from(class)]);
                }
            }
            _ if !scorer.scored => {
                for &doc in &docs[..count] {
                    out.add(doc - window.start, 0.0);
                }
            }
            _ => {
                cursor.load_run_freqs()?;
                let (docs, freqs) = cursor.run_with_freqs();
                for (&doc, &freq) in docs[..count].iter().zip(freqs) {
                    let bound = scorer.score(doc, weight * f64::from(freq)) as f32;
                    out.add(doc - window.start, bound);
                }
            }
        }
        cursor.skip(count)?;
        if count < in_block {
            return Ok(());
        }
    }
}

/// Where a field holds a word: one list, or several that must stand together.
enum Places<'a> {
    Word(Box<Cursor<'a>>),
    Phrase(Phrase<'a>),
}

impl<'a> Places<'a> {
    /// The alternatives of a word, one by one, or a phrase; none where a place has no list.
    fn all(
        field: &'a Field,
        part: &WordPart,
        lists: &[Option<ListInfo>],
        doc_count: u32,
    ) -> Result<Vec<Self>> {
        let mut places = Vec::new();
        for offset in part.places() {
            let mut cursors = Vec::new();
            for (&list, (_, place)) in lists.iter().zip(&part.terms) {
                if let Some(list) = list.filter(|_| *place == offset) {
                    cursors.extend(field.cursor(list, doc_count)?);
                }
            }
            if cursors.is_empty() {
                return Ok(Vec::new());
            }
            places.push(Place { offset, cursors });
        }
        if places.len() > 1 {
            return Ok(vec![Places::Phrase(Phrase::new(places, part.slop))]);
        }
        let words = places.into_iter().flat_map(|place| place.cursors);
        Ok(words.map(|cursor| Places::Word(Box::new(cursor))).collect())
    }

    fn is_word(&self) -> bool {
        matches!(self, Places::Word(_))
    }

    fn cost(&self) -> u64 {
        match self {
            Places::Word(cursor) => u64::from(cursor.doc_freq()),
            Places::Phrase(phrase) => phrase.cost(),
        }
    }

    fn approximate(&mut self, target: u32) -> Result<u32> {
        match self {
            Places::Word(cursor) => cursor.seek(target),
            Places::Phrase(phrase) => phrase.align(target, false),
        }
    }

    /// How often `doc` holds the word or phrase; 0 if it does not.
    fn frequency_in(&mut self, doc: u32) -> Result<u32> {
        match self {
            Places::Word(cursor) => {
                if cursor.jump(doc)? == doc {
                    cursor.freq()
                } else {
                    Ok(0)
                }
            }
            Places::Phrase(phrase) => {
                if phrase.align(doc, true)? == doc {
                    phrase.frequency()
                } else {
                    Ok(0)
                }
            }
        }
    }
}
