//! A word or a phrase in one segment: which documents hold it, and how well it scores.
//!
//! The word's fields count as one (BM25F): frequencies and lengths are summed with the fields'
//! weights, then saturated once. Bounds come from class bytes where one field makes up most of the
//! length, else from frequency and length; they add up over fields, since saturation is concave
//! (docs/ranking.md, "Bounds").

use std::rc::Rc;

use crate::bm25::Bm25;
use crate::error::Result;
use crate::search::part::{Bounds, Part, Places, Seed};
use crate::search::phrase::{self, Phrase};
use crate::search::plan::WordPart;
use crate::search::scorer::Scorer;
use crate::search::searcher::Searcher;
use crate::search::statistics::WordStatistics;
use crate::search::union::{Shape, Streams, Union};
use crate::search::window::{Accumulator, Candidates, Mask, NO_MATCH, Window};
use crate::segment::Field;
use crate::segment::postings::{END, ListInfo};

/// A phrase of several fields is looked up beforehand in those where at most one document in so many
/// may hold it, so that the field where many do is searched alone.
const FEW: u64 = 8;

/// What a leaf of the plan becomes in one segment.
pub struct Word<'a> {
    lists: Lists<'a>,
    doc_count: u32,
    /// Made when it is needed: in an OR the lists of all words are searched together.
    union: Option<Union>,
    found: Candidates,
    settled: Vec<(u32, f32)>,
}

/// The fields that hold a term for every place here; alternatives of one word stand apart.
struct Lists<'a> {
    scorer: Scorer<'a>,
    parts: Vec<Part<'a>>,
}

/// What one field says of one document.
pub struct PartScore {
    pub number: usize,
    pub frequency: u32,
}

impl<'a> Word<'a> {
    /// `scored`: whether bounds and scores are wanted, or matches only.
    pub fn new(
        searcher: &'a Searcher,
        segment: usize,
        parts: &[WordPart],
        boost: f64,
        statistics: &WordStatistics,
        bm25: Bm25,
        scored: bool,
    ) -> Result<Self> {
        let scorer = Scorer::new(searcher, segment, parts, boost, statistics, bm25)?;
        let mut held = Vec::new();
        let doc_count = searcher.segments()[segment].doc_count();
        for (number, part) in parts.iter().enumerate() {
            let Some(field) = searcher.field(segment, part.field) else {
                continue;
            };
            let lists = &statistics.lists[segment][number];
            let Some(places) = places(field, part, lists, doc_count)? else {
                continue;
            };
            let weight = part.weight;
            let steps = field.lengths.as_ref().map(|lengths| lengths.steps());
            let bounds: Option<Bounds> =
                steps.filter(|_| scored).map(|steps| Rc::new(scorer.class_bounds(weight, steps)));
            // Where the other fields are long beside this one, its class says little.
            let share = weight * statistics.average_lengths[number];
            let by_class = 2.0 * share >= statistics.average_length;
            let mut hold = |places: Places<'a>, most: f32| {
                let most = most.min(scorer.most());
                held.push(Part::new(number, weight, places, bounds.clone(), by_class, most));
            };
            if places.places.len() > 1 {
                let mut phrase = Phrase::new(places, part.slop, bounds.clone());
                if scored && parts.len() > 1 && phrase.cost() <= u64::from(doc_count) / FEW {
                    phrase.settle()?;
                    if phrase.settled().is_some_and(<[_]>::is_empty) {
                        continue;
                    }
                }
                let most = phrase.most();
                hold(Places::Phrase(Box::new(phrase)), most);
                continue;
            }
            for cursor in places.cursors {
                let most = match (cursor.list().peaks(), &bounds) {
                    (Some(peaks), Some(bounds)) => peaks.most(bounds),
                    _ => f32::INFINITY,
                };
                hold(Places::Word(Box::new(cursor)), most);
            }
        }
        Ok(Word {
            lists: Lists { scorer, parts: held },
            doc_count,
            union: None,
            found: Candidates::default(),
            settled: Vec::new(),
        })
    }

    pub fn cost(&self) -> u64 {
        self.lists.parts.iter().map(Part::cost).sum()
    }

    /// No score is more.
    pub fn most(&self) -> f32 {
        let sum: f32 = self.lists.parts.iter().map(|part| part.most).sum();
        sum.min(self.lists.scorer.most())
    }

    /// How many documents match, where that is known without looking.
    pub fn known_count(&self) -> Option<u64> {
        match &self.lists.parts[..] {
            [] => Some(0),
            [Part { places: Places::Word(cursor), .. }] => {
                Some(u64::from(cursor.list().doc_freq()))
            }
            _ => None,
        }
    }

    /// A document at or after `target` before which none matches; [`END`] when none is left.
    pub fn next(&mut self, target: u32) -> Result<u32> {
        let mut next = END;
        for part in &mut self.lists.parts {
            next = next.min(part.next(target)?);
        }
        Ok(next)
    }

    pub fn find(&mut self, window: Window, floor: f32, out: &mut Candidates) -> Result<()> {
        if let Some(open) = self.lists.open() {
            return self.find_in(open, window, floor, out);
        }
        let shapes = || self.lists.shapes();
        let union = self.union.get_or_insert_with(|| Union::new(shapes(), self.doc_count));
        union.find(&mut self.lists, window, floor, out)
    }

    /// Where part `open` is the only one that is not settled: no document but the settled ones has
    /// more than its bound there.
    fn find_in(
        &mut self,
        open: usize,
        window: Window,
        floor: f32,
        out: &mut Candidates,
    ) -> Result<()> {
        let Lists { scorer, parts } = &mut self.lists;
        let most = scorer.most();
        self.settled.clear();
        for part in parts.iter() {
            let docs = part.settled().unwrap_or_default().iter().map(|&(doc, _)| doc);
            let here = docs.filter(|&doc| window.start <= doc && doc < window.end);
            self.settled.extend(here.map(|doc| (doc, most)));
        }
        self.found.clear();
        parts[open].find(scorer, window, floor, &mut self.found)?;
        if self.settled.is_empty() {
            out.docs.append(&mut self.found.docs);
            out.bounds.append(&mut self.found.bounds);
            return Ok(());
        }
        self.settled.extend(self.found.docs.drain(..).zip(self.found.bounds.drain(..)));
        out.settle(&mut self.settled);
        Ok(())
    }

    pub fn mark(&mut self, window: Window, mask: &mut Mask) -> Result<()> {
        self.lists.parts.iter_mut().try_for_each(|part| part.mark(window, mask))
    }

    /// For each of the rising `docs` a bound on its score, or [`NO_MATCH`].
    pub fn probe(&mut self, docs: &[u32], out: &mut Vec<f32>) -> Result<()> {
        let start = out.len();
        out.resize(start + docs.len(), NO_MATCH);
        let Lists { scorer, parts } = &mut self.lists;
        parts.iter_mut().try_for_each(|part| part.probe(scorer, docs, &mut out[start..]))
    }

    /// Whether `doc` matches.
    pub fn holds(&mut self, doc: u32) -> Result<bool> {
        for part in &mut self.lists.parts {
            if part.frequency_in(doc)? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The exact score of `doc`; `None` when it does not match.
    pub fn score(&mut self, doc: u32) -> Result<Option<f64>> {
        let mut frequency = 0.0;
        for part in &mut self.lists.parts {
            frequency += part.weight * f64::from(part.frequency_in(doc)?);
        }
        if frequency == 0.0 {
            return Ok(None);
        }
        Ok(Some(self.lists.scorer.score(doc, frequency)))
    }

    /// Appends documents that are likely to score well.
    pub fn seeds(&mut self, limit: usize, out: &mut Vec<Seed>) -> Result<()> {
        let Lists { scorer, parts } = &mut self.lists;
        parts.iter_mut().try_for_each(|part| part.seeds(scorer, limit, out))
    }

    /// How often each field that holds the word holds it in `doc`.
    pub fn frequencies(&mut self, doc: u32) -> Result<Vec<PartScore>> {
        let mut found: Vec<PartScore> = Vec::new();
        for part in &mut self.lists.parts {
            let frequency = part.frequency_in(doc)?;
            match found.last_mut() {
                Some(last) if last.number == part.number => last.frequency += frequency,
                _ => found.push(PartScore { number: part.number, frequency }),
            }
        }
        Ok(found)
    }

    /// The weighted length of the searched fields of `doc`; 1 where only keywords are searched.
    pub fn length(&self, doc: u32) -> f64 {
        self.lists.scorer.length(doc)
    }

    /// The length in tokens of the field of a part of the plan in `doc`; 0 for a keyword field.
    pub fn length_of(&self, number: usize, doc: u32) -> u32 {
        self.lists.scorer.length_of(number, doc)
    }

    /// The lists, one by one: as many as there are, and how each answers. For an OR of words.
    pub fn streams(&mut self) -> &mut impl Streams {
        &mut self.lists
    }

    pub fn shapes(&self) -> Vec<Shape> {
        self.lists.shapes()
    }
}

impl Lists<'_> {
    /// The only part that is not settled, where the others are.
    fn open(&self) -> Option<usize> {
        let mut open = (0..self.parts.len()).filter(|&i| self.parts[i].settled().is_none());
        let only = open.next().filter(|_| self.parts.len() > 1)?;
        open.next().is_none().then_some(only)
    }

    fn shapes(&self) -> Vec<Shape> {
        self.parts.iter().map(|part| Shape { most: part.most, cost: part.cost() }).collect()
    }
}

impl Streams for Lists<'_> {
    fn next(&mut self, i: usize, target: u32) -> Result<u32> {
        self.parts[i].next(target)
    }

    fn add(&mut self, i: usize, window: Window, out: &mut Accumulator) -> Result<()> {
        self.parts[i].add(&self.scorer, window, out)
    }

    fn find(&mut self, i: usize, window: Window, floor: f32, out: &mut Candidates) -> Result<()> {
        self.parts[i].find(&self.scorer, window, floor, out)
    }

    fn lift(&mut self, i: usize, candidates: &mut Candidates) -> Result<()> {
        let Candidates { docs, bounds } = candidates;
        self.parts[i].lift(&self.scorer, docs, bounds)
    }
}

/// The places of a word or phrase, each with its lists; `None` where a place has no list.
fn places<'a>(
    field: &'a Field,
    part: &WordPart,
    lists: &[Option<ListInfo>],
    doc_count: u32,
) -> Result<Option<phrase::Places<'a>>> {
    let mut places = phrase::Places::default();
    let offsets = part.places();
    for &offset in &offsets {
        for (&list, (_, place)) in lists.iter().zip(&part.terms) {
            if let Some(list) = list.filter(|_| *place == offset) {
                places.add(offset, list, || field.cursor(list, doc_count))?;
            }
        }
    }
    Ok((places.places.len() == offsets.len() && !offsets.is_empty()).then_some(places))
}
