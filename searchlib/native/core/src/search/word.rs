//! A word or a phrase in one segment: which documents hold it, and how well it scores.
//!
//! The word's fields count as one (BM25F): frequencies and lengths are summed with the fields'
//! weights, then saturated once. Bounds come from class bytes where one field makes up most of the
//! length, else from frequency and length; they add up over fields, since saturation is concave
//! (docs/ranking.md, "Bounds").

use crate::error::Result;
use crate::search::node::Place;
use crate::search::part::{Part, Places, Seed};
use crate::search::phrase::Phrase;
use crate::search::places::places;
use crate::search::plan::WordPart;
use crate::search::scorer::Scorer;
use crate::search::statistics::WordStatistics;
use crate::search::union::{LOOK_UP_COST, Shape};
use crate::search::window::{Accumulator, Candidates, Mask, NO_MATCH, Window};
use crate::segment::cursor::Cursor;
use crate::segment::postings::END;

/// A phrase of several fields is looked up beforehand where at most one document in so many may hold
/// it, but in the field where most may: the others have it seldom, and mostly that one is searched
/// alone.
const FEW: u64 = 8;
/// A phrase that at most so many documents may hold is looked up beforehand anywhere.
const RARE: u64 = 256;

/// What a leaf of the plan becomes in one segment.
pub struct Word<'a> {
    scorer: Scorer<'a>,
    /// The fields that hold a term for every place here; alternatives of one word stand apart.
    parts: Vec<Part<'a>>,
    /// The parts from the shortest list to the longest.
    order: Vec<usize>,
    /// `later_most[k]`: what the parts of `order` after its `k`-th may add to a bound.
    later_most: Vec<f32>,
    found: Candidates,
    joined: Candidates,
    more: Vec<f32>,
    before: Vec<u16>,
}

/// What one field says of one document.
pub struct PartScore {
    pub number: usize,
    pub frequency: u32,
}

impl<'a> Word<'a> {
    /// `scored`: whether bounds and scores are wanted, or matches only.
    pub fn new(
        place: Place<'a>,
        parts: &[WordPart],
        boost: f64,
        statistics: &WordStatistics,
        scored: bool,
    ) -> Result<Self> {
        let Place { searcher, segment, .. } = place;
        let scorer = Scorer::new(place, parts, boost, statistics, scored)?;
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
            let is_phrase = places.places.len() > 1;
            let share = scorer.share(parts, number, statistics, is_phrase);
            // Postings without classes need no bounds by class.
            let has_classes = places.cursors.iter().any(|cursor| cursor.list().peaks().is_some());
            let bounds = if scored && has_classes { scorer.class_bounds(share) } else { None };
            let mut hold = |places: Places<'a>, most: f32| {
                let most = most.min(scorer.most());
                held.push(Part::new(share, places, bounds.clone(), most));
            };
            if is_phrase {
                let phrase = Phrase::new(places, part.slop, bounds.clone());
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
        if scored {
            settle(&mut held, doc_count)?;
        }
        let mut order: Vec<usize> = (0..held.len()).collect();
        order.sort_by_key(|&i| held[i].cost());
        let mut later_most = vec![0.0; held.len()];
        for k in (1..held.len()).rev() {
            later_most[k - 1] = later_most[k] + held[order[k]].most;
        }
        Ok(Word {
            scorer,
            parts: held,
            order,
            later_most,
            found: Candidates::default(),
            joined: Candidates::default(),
            more: Vec::new(),
            before: Vec::new(),
        })
    }

    pub fn cost(&self) -> u64 {
        self.parts.iter().map(Part::cost).sum()
    }

    /// About what it costs to look one document up, in postings read through.
    pub fn look_up_cost(&self) -> u64 {
        LOOK_UP_COST * self.parts.len() as u64
    }

    /// No score is more.
    pub fn most(&self) -> f32 {
        let sum: f32 = self.parts.iter().map(|part| part.most).sum();
        sum.min(self.scorer.most())
    }

    pub fn has_phrase(&self) -> bool {
        self.parts.iter().any(|part| matches!(part.places, Places::Phrase(_)))
    }

    pub fn is_one_list(&self) -> bool {
        matches!(&self.parts[..], [Part { places: Places::Word(_), .. }])
    }

    /// How many documents match, where that is known without looking.
    pub fn known_count(&self) -> Option<u64> {
        match &self.parts[..] {
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
        for part in &mut self.parts {
            next = next.min(part.next(target)?);
        }
        Ok(next)
    }

    /// Appends the documents of the window whose bound is at least `floor`, rising.
    ///
    /// Each is found in the first list that has it, and looked up in the later ones. In a later list
    /// it may be found again, with a bound that lacks the earlier list's share: the greater counts.
    pub fn find(&mut self, window: Window, floor: f32, out: &mut Candidates) -> Result<()> {
        if let [part] = &mut self.parts[..] {
            return part.find(&self.scorer, window, floor, out);
        }
        for (k, &i) in self.order.iter().enumerate() {
            self.found.clear();
            let least = (floor - self.later_most[k]).max(0.0);
            self.parts[i].find(&self.scorer, window, least, &mut self.found)?;
            for &later in &self.order[k + 1..] {
                let Candidates { docs, bounds } = &mut self.found;
                self.more.clear();
                self.more.resize(docs.len(), 0.0);
                self.parts[later].lift(&self.scorer, docs, &mut self.more)?;
                self.scorer.join(bounds, &self.more);
            }
            self.found.keep_from(floor);
            self.joined.join(&self.found);
        }
        out.docs.append(&mut self.joined.docs);
        out.bounds.append(&mut self.joined.bounds);
        Ok(())
    }

    /// What is known of each list, for an OR that adds lists up one by one.
    pub fn shapes(&self, group: usize) -> impl Iterator<Item = Shape> {
        let cap = self.scorer.most();
        self.parts.iter().map(move |part| Shape { most: part.most, cost: part.cost(), group, cap })
    }

    /// A document at or after `target` before which list `i` has none; of a dense list `target`.
    pub fn next_in(&mut self, i: usize, target: u32) -> Result<u32> {
        let part = &mut self.parts[i];
        if part.is_dense() { Ok(target) } else { part.next(target) }
    }

    /// Adds the bound of each document of list `i` in the window, which fits the accumulator. What it
    /// adds to documents of the list `beside` it, which was added before, is joined to that.
    pub fn add_in(
        &mut self,
        i: usize,
        beside: Option<usize>,
        window: Window,
        out: &mut Accumulator,
    ) -> Result<()> {
        let Some(beside) = beside else {
            return self.parts[i].add(&self.scorer, window, out);
        };
        self.before.clear();
        let places = self.parts[beside].added().docs.iter().map(|doc| doc - window.start);
        self.before.extend(places.map(|place| out.level(place)));
        self.parts[i].add(&self.scorer, window, out)?;
        let Candidates { docs, bounds } = self.parts[beside].added();
        for ((&doc, &bound), &before) in docs.iter().zip(bounds).zip(&self.before) {
            let (place, scale) = (doc - window.start, out.scale());
            let sum = out.level(place);
            if sum > before && sum < u16::MAX {
                let joined = scale.level(self.scorer.joined(bound, scale.bound(sum - before)));
                let others = before.saturating_sub(scale.level(bound));
                out.set_level(place, others.saturating_add(joined).min(sum));
            }
        }
        Ok(())
    }

    /// As [`find`](Self::find), in list `i` alone.
    pub fn find_in(
        &mut self,
        i: usize,
        window: Window,
        floor: f32,
        out: &mut Candidates,
    ) -> Result<()> {
        self.parts[i].find(&self.scorer, window, floor, out)
    }

    /// Adds the bound of list `i` to those of the candidates that it has, joined as by
    /// [`add_in`](Self::add_in).
    pub fn lift_in(
        &mut self,
        i: usize,
        beside: Option<usize>,
        candidates: &mut Candidates,
    ) -> Result<()> {
        let Candidates { docs, bounds } = candidates;
        let Some(beside) = beside else {
            return self.parts[i].lift(&self.scorer, docs, bounds);
        };
        self.more.clear();
        self.more.resize(docs.len(), 0.0);
        self.parts[i].lift(&self.scorer, docs, &mut self.more)?;
        let mut added = self.parts[beside].added().pairs().peekable();
        for ((&doc, bound), &more) in docs.iter().zip(bounds).zip(&self.more) {
            while added.next_if(|&(before, _)| before < doc).is_some() {}
            *bound += match added.peek() {
                Some(&(same, held)) if same == doc && more > 0.0 => {
                    (self.scorer.joined(held, more) - held).min(more)
                }
                _ => more,
            };
        }
        Ok(())
    }

    /// Appends the documents of the window, of any length, rising.
    pub fn matches(&mut self, window: Window, out: &mut Vec<u32>) -> Result<()> {
        let first = out.len();
        self.parts.iter_mut().try_for_each(|part| part.matches(window, out))?;
        if self.parts.len() > 1 {
            let mut found = out.split_off(first);
            found.sort(); // merges what rises already
            found.dedup();
            out.append(&mut found);
        }
        Ok(())
    }

    pub fn mark(&mut self, window: Window, mask: &mut Mask) -> Result<()> {
        self.parts.iter_mut().try_for_each(|part| part.mark(window, mask))
    }

    /// For each of the rising `docs` a bound on its score, or [`NO_MATCH`].
    pub fn probe(&mut self, docs: &[u32], out: &mut Vec<f32>) -> Result<()> {
        let start = out.len();
        out.resize(start + docs.len(), NO_MATCH);
        let bounds = &mut out[start..];
        if let [part] = &mut self.parts[..] {
            return part.probe(&self.scorer, docs, bounds);
        }
        for part in &mut self.parts {
            self.more.clear();
            self.more.resize(docs.len(), 0.0);
            part.probe(&self.scorer, docs, &mut self.more)?;
            self.scorer.join(bounds, &self.more);
        }
        Ok(())
    }

    /// Whether each of the rising `docs` matches.
    pub fn held(&mut self, docs: &[u32]) -> Result<Vec<bool>> {
        let mut held = vec![false; docs.len()];
        self.parts.iter_mut().try_for_each(|part| part.held(docs, &mut held))?;
        Ok(held)
    }

    /// The exact score of each of the rising `docs`; `None` for one that does not match, which those
    /// may get too that do not score `floor`.
    pub fn scores(&mut self, docs: &[u32], floor: f32) -> Result<Vec<Option<f64>>> {
        let mut frequencies = vec![0.0; docs.len()];
        if let Some((last, others)) = self.parts.split_last_mut() {
            for part in others {
                part.add_frequencies(docs, &mut frequencies)?;
            }
            last.add_last_frequencies(&self.scorer, docs, floor, &mut frequencies)?;
        }
        let score = |(&doc, frequency): (&u32, f64)| {
            (frequency > 0.0).then(|| self.scorer.score(doc, frequency))
        };
        let scores = docs.iter().zip(frequencies).map(score).collect();
        self.scorer.check()?;
        Ok(scores)
    }

    /// Appends documents that are likely to score well.
    pub fn seeds(&mut self, limit: usize, out: &mut Vec<Seed>) -> Result<()> {
        self.parts.iter_mut().try_for_each(|part| part.seeds(&self.scorer, limit, out))
    }

    /// How often each field that holds the word holds it in `doc`.
    pub fn frequencies(&mut self, doc: u32) -> Result<Vec<PartScore>> {
        let mut found: Vec<PartScore> = Vec::new();
        for part in &mut self.parts {
            let frequency = part.frequency_in(doc)?;
            match found.iter_mut().find(|held| held.number == part.share.number) {
                Some(held) => held.frequency += frequency,
                None => found.push(PartScore { number: part.share.number, frequency }),
            }
        }
        Ok(found)
    }

    pub fn scorer(&self) -> &Scorer<'a> {
        &self.scorer
    }

    /// Calls `visit` with the cursor of each list.
    pub fn each_cursor(&mut self, visit: &mut dyn FnMut(&mut Cursor<'a>)) {
        for part in &mut self.parts {
            match &mut part.places {
                Places::Word(cursor) => visit(cursor),
                Places::Phrase(phrase) => phrase.each_cursor(visit),
            }
        }
    }
}

/// Looks those phrases up that are soon looked through, and leaves out those that no document holds.
fn settle(parts: &mut Vec<Part<'_>>, doc_count: u32) -> Result<()> {
    let most = parts.iter().map(Part::cost).max().unwrap_or(0);
    let few = u64::from(doc_count) / FEW;
    for part in parts.iter_mut() {
        let cost = part.cost();
        if let Places::Phrase(phrase) = &mut part.places
            && (cost <= RARE || cost <= few && cost < most)
        {
            phrase.settle()?;
            part.most = part.most.min(phrase.most());
        }
    }
    parts.retain(|part| part.cost() > 0);
    Ok(())
}
