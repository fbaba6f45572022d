//! One field's share of a word: its list in a segment, or its phrase.

use std::rc::Rc;

use crate::error::Result;
use crate::search::conjunction::Matches;
use crate::search::kernels::{classes_below, spreads_many};
use crate::search::levels::{Scale, Table};
use crate::search::phrase::Phrase;
use crate::search::scorer::{Precision, Scorer, Share};
use crate::search::window::{Accumulator, Candidates, Mask, WINDOW, Window, set_place};
use crate::segment::cursor::{Cursor, Run};
use crate::segment::doc_block::BLOCK;
use crate::segment::lengths::STEPS;
use crate::segment::peaks::Champion;

/// For each class the greatest score of its postings.
pub type Bounds = Rc<[f32; 256]>;

/// A window of fewer documents is added up without marks.
const MARKED_FROM: u32 = 512;

/// Of so many documents for each wanted it is likely that enough hold a phrase for a threshold.
const PROMISING: usize = 8;

/// A phrase of which at most one of the most promising documents is one is looked up in all that may
/// hold it, where these are so many at most.
const NOT_MANY: u64 = 2048;

pub struct Part<'a> {
    pub share: Share,
    pub places: Places<'a>,
    /// None: only matches are asked for, or no list has classes.
    pub bounds: Option<Bounds>,
    /// No score of a document in this list alone is more.
    pub most: f32,
    limits: Limits,
    /// The classes' levels in the accumulator, once there is one, and its scale.
    levels: Option<(Scale, Box<Table>)>,
    /// What was added of the last window, where documents were looked at one by one.
    found: Candidates,
}

/// Where a field holds a word: one list, or several that must stand together.
pub enum Places<'a> {
    Word(Box<Cursor<'a>>),
    Phrase(Box<Phrase<'a>>),
}

/// For each step of frequency, how many steps of length reach a floor.
#[derive(Default)]
pub struct Limits {
    floor: f32,
    below: [u8; STEPS],
}

impl Limits {
    /// The limits for `floor`, made anew where it is another than before.
    pub fn of(&mut self, bounds: &[f32; 256], floor: f32) -> &[u8; STEPS] {
        if self.floor != floor || floor == 0.0 {
            self.floor = floor;
            for (below, row) in self.below.iter_mut().zip(bounds.as_chunks::<STEPS>().0) {
                // Bounds fall with length.
                *below = row.iter().map(|&bound| u8::from(bound >= floor)).sum();
            }
        }
        &self.below
    }
}

impl<'a> Part<'a> {
    pub fn new(share: Share, places: Places<'a>, bounds: Option<Bounds>, most: f32) -> Self {
        Part {
            share,
            places,
            bounds,
            most,
            limits: Limits::default(),
            levels: None,
            found: Candidates::default(),
        }
    }

    /// About how many documents match; never less.
    pub fn cost(&self) -> u64 {
        match &self.places {
            Places::Word(cursor) => u64::from(cursor.list().doc_freq()),
            Places::Phrase(phrase) => phrase.cost(),
        }
    }

    /// Whether it is a list that has many documents of nearly every stretch.
    pub fn is_dense(&self) -> bool {
        matches!(&self.places, Places::Word(cursor) if cursor.is_dense())
    }

    /// A document at or after `target` before which none matches; [`END`](crate::segment::postings::END)
    /// when none is left.
    pub fn next(&mut self, target: u32) -> Result<u32> {
        match &mut self.places {
            Places::Word(cursor) => cursor.seek(target),
            Places::Phrase(phrase) => phrase.align(target),
        }
    }

    /// Adds the bound of each document of the window, which is at most [`WINDOW`] long.
    pub fn add(
        &mut self,
        scorer: &Scorer<'_>,
        window: Window,
        out: &mut Accumulator,
    ) -> Result<()> {
        debug_assert!(window.len() <= WINDOW);
        self.found.clear();
        let (Places::Word(cursor), Some(bounds)) = (&mut self.places, &self.bounds) else {
            return self.add_found(scorer, window, out);
        };
        if self.share.precision != Precision::Class || cursor.list().peaks().is_none() {
            return self.add_found(scorer, window, out);
        }
        let scale = out.scale();
        if self.levels.as_ref().is_none_or(|(known, _)| *known != scale) {
            self.levels = None;
        }
        let (_, table) = self.levels.get_or_insert_with(|| (scale, Box::new(scale.table(bounds))));
        if !cursor.is_dense() || window.len() < MARKED_FROM || !spreads_many() {
            return runs(cursor, window, false, |run| {
                for (&doc, &class) in run.docs.iter().zip(run.classes) {
                    out.add_level(doc - window.start, table[usize::from(class)]);
                }
            });
        }
        let mut mask = [0; _];
        let rank = cursor.marks(window.start, window.end, &mut mask)?;
        out.spread(&mask, cursor.list().classes_from(rank), table);
        Ok(())
    }

    /// The same, where documents are looked at one by one.
    fn add_found(
        &mut self,
        scorer: &Scorer<'_>,
        window: Window,
        out: &mut Accumulator,
    ) -> Result<()> {
        let mut found = std::mem::take(&mut self.found);
        if let (Places::Word(cursor), Some(bounds)) = (&mut self.places, &self.bounds)
            && cursor.list().peaks().is_some()
        {
            runs(cursor, window, false, |run| {
                scorer.bounds_of_classes(self.share, run.docs, run.classes, bounds, &mut found);
            })?;
        } else {
            self.find(scorer, window, 0.0, &mut found)?;
        }
        for (&doc, &bound) in found.docs.iter().zip(&found.bounds) {
            out.add(doc - window.start, bound);
        }
        self.found = found;
        Ok(())
    }

    /// What was added of the last window, where documents were looked at one by one.
    pub fn added(&self) -> &Candidates {
        &self.found
    }

    /// Appends the documents of the window whose bound is at least `floor`, rising. Those of a phrase
    /// hold its terms, anywhere.
    pub fn find(
        &mut self,
        scorer: &Scorer<'_>,
        window: Window,
        floor: f32,
        out: &mut Candidates,
    ) -> Result<()> {
        let share = self.share;
        out.reserve(BLOCK.min(self.cost() as usize));
        match (&mut self.places, &self.bounds) {
            (Places::Word(cursor), Some(bounds)) if cursor.list().peaks().is_some() => {
                let limits = self.limits.of(bounds, floor);
                let below = |classes: &[u8]| classes_below(classes, limits);
                cursor.passing(window.start, window.end, &below, |docs, classes, _| {
                    if share.precision == Precision::Class {
                        out.docs.extend_from_slice(docs);
                        out.bounds.extend(classes.iter().map(|&class| bounds[usize::from(class)]));
                        return;
                    }
                    for (&doc, &class) in docs.iter().zip(classes) {
                        let bound = scorer.bound_of_class(share, doc, class, Some(bounds));
                        if bound >= floor {
                            out.push(doc, bound);
                        }
                    }
                })
            }
            (Places::Word(cursor), _) => runs(cursor, window, true, |run| {
                run.docs.iter().for_each(|&doc| scorer.fetch(doc));
                for (&doc, &freq) in run.docs.iter().zip(run.freqs) {
                    let bound = scorer.bound(share, doc, f64::from(freq));
                    if bound >= floor {
                        out.push(doc, bound);
                    }
                }
            }),
            (Places::Phrase(phrase), _) => {
                let Matches { docs, classes, .. } = phrase.matches(window, floor)?;
                let share = match &self.bounds {
                    // Nothing is left out yet: a nearer bound is worth no step.
                    Some(_) if floor == 0.0 => Share { precision: Precision::Class, ..share },
                    _ => share,
                };
                for (&doc, &class) in docs.iter().zip(classes) {
                    let table = known(&self.bounds, class);
                    let bound = scorer.bound_of_class(share, doc, class, table);
                    if bound >= floor {
                        out.push(doc, bound);
                    }
                }
                Ok(())
            }
        }
    }

    /// Appends the documents of the window, of any length, rising.
    pub fn matches(&mut self, window: Window, out: &mut Vec<u32>) -> Result<()> {
        match &mut self.places {
            Places::Word(cursor) => {
                runs(cursor, window, false, |run| out.extend_from_slice(run.docs))
            }
            Places::Phrase(phrase) => {
                let docs = phrase.matches(window, 0.0)?.docs.clone();
                phrase.frequencies(&docs, |i, _| out.push(docs[i]))
            }
        }
    }

    /// Sets the bit of each document of the window, which is at most [`WINDOW`] long.
    pub fn mark(&mut self, window: Window, mask: &mut Mask) -> Result<()> {
        match &mut self.places {
            Places::Word(cursor) => cursor.mark(window.start, mask).map(|_| ()),
            Places::Phrase(phrase) => {
                let docs = phrase.matches(window, 0.0)?.docs.clone();
                phrase.frequencies(&docs, |i, _| set_place(mask, docs[i] - window.start))
            }
        }
    }

    /// Adds to `bounds` a bound of each document's score in this field, where it may match: a phrase
    /// where the document has its terms, anywhere. `docs` rise.
    pub fn lift(&mut self, scorer: &Scorer<'_>, docs: &[u32], bounds: &mut [f32]) -> Result<()> {
        let share = self.share;
        if let Places::Phrase(phrase) = &mut self.places
            && let Some(Matches { docs: held, classes, .. }) = phrase.matches_of(docs)?
        {
            let mut i = 0;
            for (&doc, &class) in held.iter().zip(classes) {
                while docs[i] < doc {
                    i += 1;
                }
                let table = known(&self.bounds, class);
                bounds[i] += scorer.bound_of_class(share, doc, class, table);
            }
            return Ok(());
        }
        self.probe(scorer, docs, bounds)
    }

    /// Adds to `bounds` a bound of each document's score in this field, where it matches; what was
    /// below 0 becomes 0 first. `docs` rise.
    pub fn probe(&mut self, scorer: &Scorer<'_>, docs: &[u32], bounds: &mut [f32]) -> Result<()> {
        let share = self.share;
        if let (Places::Word(cursor), Some(table)) = (&mut self.places, &self.bounds)
            && cursor.list().peaks().is_some()
        {
            if share.precision == Precision::Class {
                return cursor.look_up(docs, |i, class| {
                    bounds[i] = bounds[i].max(0.0) + table[usize::from(class)];
                });
            }
            return cursor.look_up(docs, |i, class| {
                let more = scorer.bound_of_class(share, docs[i], class, Some(table));
                bounds[i] = bounds[i].max(0.0) + more;
            });
        }
        let visit = |i: usize, frequency: u32| {
            let more = scorer.bound(share, docs[i], f64::from(frequency));
            bounds[i] = bounds[i].max(0.0) + more;
        };
        match &mut self.places {
            Places::Word(cursor) => cursor.frequencies(docs, visit),
            Places::Phrase(phrase) => phrase.frequencies(docs, visit),
        }
    }

    /// How often `doc` holds the word or phrase; 0 if it does not.
    pub fn frequency_in(&mut self, doc: u32) -> Result<u32> {
        match &mut self.places {
            Places::Word(cursor) => cursor.freq_in(doc),
            Places::Phrase(phrase) => phrase.frequency_in(doc),
        }
    }

    /// Sets `held` for each of the rising `docs` that holds the word or phrase.
    pub fn held(&mut self, docs: &[u32], held: &mut [bool]) -> Result<()> {
        match &mut self.places {
            Places::Word(cursor) => cursor.look_up(docs, |i, _| held[i] = true),
            Places::Phrase(phrase) => phrase.frequencies(docs, |i, _| held[i] = true),
        }
    }

    /// Adds to `sums` how often each of the rising `docs` holds the word or phrase, weighted.
    pub fn add_frequencies(&mut self, docs: &[u32], sums: &mut [f64]) -> Result<()> {
        let weight = self.share.weight;
        match &mut self.places {
            Places::Word(cursor) => {
                cursor.frequencies(docs, |i, freq| sums[i] += weight * f64::from(freq))
            }
            Places::Phrase(phrase) => {
                phrase.frequencies(docs, |i, freq| sums[i] += weight * f64::from(freq))
            }
        }
    }

    /// The same in the last list of a word: `sums` has what all others add. Left out are documents of
    /// a phrase that do not score `floor`.
    pub fn add_last_frequencies(
        &mut self,
        scorer: &Scorer<'_>,
        docs: &[u32],
        floor: f32,
        sums: &mut [f64],
    ) -> Result<()> {
        let Places::Phrase(phrase) = &mut self.places else {
            return self.add_frequencies(docs, sums);
        };
        let weight = self.share.weight;
        // All of the word, as if it stood here.
        let share = Share { weight: 1.0, carries: true, ..self.share };
        let before = sums.to_vec();
        let reaches = |i: usize, most: u32| {
            let frequency = before[i] + weight * f64::from(most);
            floor == 0.0 || scorer.bound(share, docs[i], frequency) >= floor
        };
        let add = |i: usize, frequency| sums[i] += weight * f64::from(frequency);
        phrase.frequencies_if(docs, reaches, add)
    }

    /// Appends documents that are likely to score well and about what they score in this list:
    /// champions or, in a list that has none, the `limit` with the best classes. Those of a phrase
    /// hold it.
    pub fn seeds(&mut self, scorer: &Scorer<'_>, limit: usize, out: &mut Vec<Seed>) -> Result<()> {
        if let Places::Phrase(phrase) = &mut self.places {
            let (weight, before) = (self.share.weight, out.len());
            let mut promising = phrase.promising(PROMISING * limit)?;
            let count = promising.len();
            // The best first, as many at once as may be enough.
            for (i, docs) in promising.chunks_mut(2 * limit).enumerate() {
                docs.sort_unstable();
                phrase.frequencies(docs, |i, frequency| {
                    let score = scorer.score(docs[i], weight * f64::from(frequency));
                    out.push(Seed { doc: docs[i], guess: score as f32 });
                })?;
                let (found, asked) = (out.len() - before, 2 * limit * i + docs.len());
                if found <= 1 && phrase.cost() <= NOT_MANY {
                    out.truncate(before);
                    return phrase.settle(); // hardly any threshold is to be had
                }
                // Too few are of no use.
                if found >= 2 * limit || found * count < limit * asked {
                    break;
                }
            }
            return Ok(());
        }
        let (Places::Word(cursor), Some(bounds)) = (&mut self.places, &self.bounds) else {
            return Ok(());
        };
        let before = out.len();
        out.extend(cursor.list().champions().take(limit).map(|Champion { doc, freq }| {
            let score = scorer.score(doc, self.share.weight * f64::from(freq));
            Seed { doc, guess: score as f32 }
        }));
        if out.len() == before && cursor.list().peaks().is_some() {
            let floor = cursor.list().floor_of_best(limit, bounds);
            let limits = self.limits.of(bounds, floor);
            let below = |classes: &[u8]| classes_below(classes, limits);
            cursor.passing(0, u32::MAX, &below, |docs, classes, _| {
                let guesses = classes.iter().map(|&class| bounds[usize::from(class)]);
                let seeds = docs.iter().zip(guesses);
                out.extend(seeds.map(|(&doc, guess)| Seed { doc, guess }));
            })?;
            out.truncate(before + 2 * limit);
        }
        Ok(())
    }
}

/// A document that is likely to score well, and about what.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    pub doc: u32,
    pub guess: f32,
}

/// The bounds by class, where a phrase's class is known: the greatest one stands for any.
fn known(bounds: &Option<Bounds>, class: u8) -> Option<&Bounds> {
    bounds.as_ref().filter(|_| class < u8::MAX)
}

/// Calls `visit` with the postings of the window, block by block.
#[inline]
fn runs(
    cursor: &mut Cursor<'_>,
    window: Window,
    with_freqs: bool,
    mut visit: impl FnMut(Run<'_>),
) -> Result<()> {
    cursor.seek(window.start)?;
    loop {
        let run = cursor.run(with_freqs)?;
        let in_block = run.docs.len();
        let count = match run.docs.last() {
            None => return Ok(()),
            Some(&last) if last < window.end => in_block,
            Some(_) => run.docs.partition_point(|&doc| doc < window.end),
        };
        visit(run.first(count));
        cursor.skip(count)?;
        if count < in_block {
            return Ok(());
        }
    }
}
