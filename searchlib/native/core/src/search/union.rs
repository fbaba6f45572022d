//! Which documents of a window can reach a floor, where the bounds of several streams add up?
//!
//! MAXSCORE by windows. Streams whose greatest bounds together stay below the floor cannot lift a
//! document over it alone: the others, the essential ones, are added up first, and only documents
//! that may still reach the floor are looked up in the rest. A stream of the rest is read through
//! instead where that costs less than looking all candidates up.
//! Source: Turtle and Flood 1995; by windows as in Lucene's MaxScoreBulkScorer. Differs: bounds in
//! place of scores, and the choice by cost. Why nothing is lost: docs/ranking.md, "Bounds".

use crate::error::Result;
use crate::search::kernels::count_places;
use crate::search::levels::Scale;
use crate::search::sieve::Sieve;
use crate::search::window::{Accumulator, Candidates, WINDOW, Window};
use crate::segment::doc_block::BLOCK;

/// What it costs to find a block and to look one document up in it, in postings read through.
const BLOCK_COST: u64 = 30;
pub const LOOK_UP_COST: u64 = 8;
/// Fewer essential postings than this in a window are sorted, more are added up in place.
const FEW_IN_WINDOW: u64 = 48;
/// A list is added up with an essential one of its word that is so many times longer: beside that it
/// costs little, and what the two add is joined.
const SMALL: u64 = 4;
/// The best documents of one window make a threshold where each word is in one document of so many,
/// and where so many windows follow.
const CROWD: u64 = 16;
const WINDOWS: u32 = 4;
const FIRST: Window = Window { start: 0, end: WINDOW };

/// Things with documents whose bounds add up: the lists of the words of an OR.
pub trait Streams {
    /// A document at or after `target` before which stream `i` has none; `END` for none.
    fn next(&mut self, i: usize, target: u32) -> Result<u32>;
    /// Adds the bound of each document of the window, which is at most [`WINDOW`] long. What it adds to
    /// documents of the stream `beside` it, of one group with it and added before, may be joined to it.
    fn add(
        &mut self,
        i: usize,
        beside: Option<usize>,
        window: Window,
        out: &mut Accumulator,
    ) -> Result<()>;
    /// Appends the documents of the window whose bound is at least `floor`, rising.
    fn find(&mut self, i: usize, window: Window, floor: f32, out: &mut Candidates) -> Result<()>;
    /// Adds the bound of stream `i` to those of the candidates that it has; `beside` as in
    /// [`add`](Self::add).
    fn lift(&mut self, i: usize, beside: Option<usize>, candidates: &mut Candidates) -> Result<()>;
}

/// What is known of a stream beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// No bound is more.
    pub most: f32,
    /// About how many documents it has.
    pub cost: u64,
    /// Streams of one group, the lists of one word, together add no more than `cap`.
    pub group: usize,
    pub cap: f32,
}

/// The greatest sum of the bounds of some streams.
#[derive(Default)]
struct Sum {
    total: f32,
    /// What the streams of each group seen add up to, without their cap.
    groups: Vec<(usize, f32)>,
}

impl Sum {
    /// What the sum would grow by.
    fn growth(&self, shape: &Shape) -> f32 {
        let held = self.groups.iter().find(|(group, _)| *group == shape.group);
        let held = held.map_or(0.0, |(_, sum)| *sum);
        (held + shape.most).min(shape.cap) - held.min(shape.cap)
    }

    fn add(&mut self, shape: &Shape) {
        self.total += self.growth(shape);
        match self.groups.iter_mut().find(|(group, _)| *group == shape.group) {
            Some((_, sum)) => *sum += shape.most,
            None => self.groups.push((shape.group, shape.most)),
        }
    }
}

/// The state of a search over some streams of one segment.
pub struct Union {
    shapes: Vec<Shape>,
    doc_count: u32,
    scale: Scale,
    /// What `essential` and `rest` were made for; not a number at first.
    floor: f32,
    essential: Vec<usize>,
    /// Greatest `most` first.
    rest: Vec<usize>,
    /// `rest_most[k]`: the sum of the `most` of `rest[k..]`; one longer than `rest`.
    rest_most: Vec<f32>,
    /// Empty between windows.
    accumulator: Option<Accumulator>,
    /// All streams of the first window, added up for its best documents.
    ahead: Option<Accumulator>,
    /// The streams that were added up in the last window.
    added: Vec<usize>,
    found: Candidates,
    pairs: Vec<(u32, f32)>,
}

impl Drop for Union {
    fn drop(&mut self) {
        for accumulator in [self.accumulator.take(), self.ahead.take()].into_iter().flatten() {
            accumulator.give_back();
        }
    }
}

impl Union {
    pub fn new(shapes: Vec<Shape>, doc_count: u32) -> Self {
        let scale = Scale::new(shapes.iter().map(|shape| shape.most).sum());
        Union {
            shapes,
            doc_count,
            scale,
            floor: f32::NAN,
            essential: Vec::new(),
            rest: Vec::new(),
            rest_most: Vec::new(),
            accumulator: None,
            ahead: None,
            added: Vec::new(),
            found: Candidates::default(),
            pairs: Vec::new(),
        }
    }

    /// Appends the documents of the window that pass the sieve, with a bound of at least `floor`,
    /// documents rising.
    pub fn find(
        &mut self,
        streams: &mut impl Streams,
        window: Window,
        floor: f32,
        sieve: &Sieve<'_>,
        out: &mut Candidates,
    ) -> Result<()> {
        if floor != self.floor {
            self.split(floor);
        }
        let window = self.find_ahead(window, floor, sieve, out);
        if window.start >= window.end {
            return Ok(());
        }
        self.found.clear();
        self.added.clear();
        match self.essential[..] {
            [] => Ok(()),
            [only] => {
                streams.find(only, window, floor - self.rest_most[0], &mut self.found)?;
                sieve.retain(&mut self.found);
                if self.rest.is_empty() {
                    return self.look_up(streams, 0, floor, out);
                }
                if self.is_few(self.found.docs.len(), self.rest[0], window) {
                    return self.look_up(streams, 0, floor, out);
                }
                self.add_up_all(streams, window, floor, sieve, out)
            }
            _ if self.in_window(&self.essential) < FEW_IN_WINDOW => {
                for &i in &self.essential {
                    let mut found = std::mem::take(&mut self.found);
                    streams.find(i, window, 0.0, &mut found)?;
                    self.pairs.extend(found.docs.drain(..).zip(found.bounds.drain(..)));
                    self.found = found;
                }
                self.found.settle(&mut self.pairs);
                self.found.keep_from(floor - self.rest_most[0]);
                sieve.retain(&mut self.found);
                self.look_up(streams, 0, floor, out)
            }
            _ => self.add_up_all(streams, window, floor, sieve, out),
        }
    }

    /// Does so for what was added up [beforehand](Self::best); returns the rest of the window.
    fn find_ahead(
        &mut self,
        window: Window,
        floor: f32,
        sieve: &Sieve<'_>,
        out: &mut Candidates,
    ) -> Window {
        let is_first = window.start == FIRST.start && window.end >= FIRST.end;
        let Some(mut accumulator) = self.ahead.take_if(|_| is_first) else {
            return window;
        };
        let mut mask = accumulator.at_least(floor.max(f32::MIN_POSITIVE));
        sieve.narrow(FIRST.start, &mut mask);
        accumulator.drain(FIRST, &mask, out);
        accumulator.give_back();
        Window { start: FIRST.end, ..window }
    }

    /// Whether the best of some documents are likely to be better than those that are best for one
    /// stream each.
    pub fn is_crowded(&self) -> bool {
        let longest = |group: usize| {
            let lists = self.shapes.iter().filter(|shape| shape.group == group);
            lists.map(|shape| shape.cost).max().unwrap_or(0)
        };
        let is_frequent = |shape: &Shape| longest(shape.group) * CROWD >= u64::from(self.doc_count);
        self.doc_count / WINDOW >= WINDOWS && self.shapes.iter().all(is_frequent)
    }

    /// Appends about `count` documents of the first window, those with the best bounds. What was added
    /// up for them is kept for [`find`](Self::find).
    pub fn best(
        &mut self,
        streams: &mut impl Streams,
        count: usize,
        sieve: &Sieve<'_>,
        out: &mut Candidates,
    ) -> Result<()> {
        let mut accumulator = Accumulator::take(self.scale);
        let mut order: Vec<usize> = (0..self.shapes.len()).collect();
        order.sort_unstable_by_key(|&i| (self.shapes[i].group, self.shapes[i].cost));
        self.added.clear();
        for i in order {
            self.add(streams, i, FIRST, &mut accumulator)?;
        }
        let mut mask = accumulator.best(count);
        sieve.narrow(FIRST.start, &mut mask);
        accumulator.read(FIRST, &mask, out);
        self.ahead = Some(accumulator);
        Ok(())
    }

    /// Gives each of the candidates a bound, and drops those that no stream has or that stay below
    /// `floor`.
    pub fn lift(
        &mut self,
        streams: &mut impl Streams,
        candidates: &mut Candidates,
        floor: f32,
    ) -> Result<()> {
        if floor != self.floor {
            self.split(floor);
        }
        candidates.bounds.fill(0.0);
        for &i in &self.essential {
            streams.lift(i, None, candidates)?;
        }
        let needed = |rest: f32| (floor - rest).max(f32::MIN_POSITIVE);
        candidates.keep_from(needed(self.rest_most[0]));
        for (k, &i) in self.rest.iter().enumerate() {
            if candidates.docs.is_empty() {
                break;
            }
            streams.lift(i, None, candidates)?;
            candidates.keep_from(needed(self.rest_most[k + 1]));
        }
        Ok(())
    }

    /// Whether looking `count` documents of the window up in stream `i` costs less than reading it.
    fn is_few(&self, count: usize, i: usize, window: Window) -> bool {
        let in_window = self.shapes[i].cost * u64::from(window.len()) / u64::from(self.doc_count);
        let (count, blocks) = (count as u64, in_window / BLOCK as u64 + 1);
        count.min(blocks) * BLOCK_COST + count * LOOK_UP_COST <= in_window
    }

    /// Window by window, as many as the accumulator has room for.
    fn add_up_all(
        &mut self,
        streams: &mut impl Streams,
        window: Window,
        floor: f32,
        sieve: &Sieve<'_>,
        out: &mut Candidates,
    ) -> Result<()> {
        let mut start = window.start;
        loop {
            let mut next = u32::MAX;
            for &i in &self.essential {
                next = next.min(streams.next(i, start)?);
            }
            if next >= window.end {
                return Ok(());
            }
            let part = window.from(next);
            self.add_up(streams, part, floor, sieve, out)?;
            start = part.end;
        }
    }

    /// One window small enough for the accumulator.
    fn add_up(
        &mut self,
        streams: &mut impl Streams,
        window: Window,
        floor: f32,
        sieve: &Sieve<'_>,
        out: &mut Candidates,
    ) -> Result<()> {
        let scale = self.scale;
        let mut accumulator = self.accumulator.take().unwrap_or_else(|| Accumulator::take(scale));
        self.added.clear();
        for k in 0..self.essential.len() {
            self.add(streams, self.essential[k], window, &mut accumulator)?;
        }
        let needed = |rest: f32| (floor - rest).max(f32::MIN_POSITIVE);
        let mut mask = accumulator.at_least(needed(self.rest_most[0]));
        sieve.narrow(window.start, &mut mask);
        let mut added = 0;
        while let Some(&i) = self.rest.get(added)
            && !self.is_few(count_places(&mask), i, window)
        {
            self.add(streams, i, window, &mut accumulator)?;
            added += 1;
            let reach = accumulator.at_least(needed(self.rest_most[added]));
            mask.iter_mut().zip(reach).for_each(|(word, reach)| *word &= reach);
        }
        self.found.clear();
        accumulator.drain(window, &mask, &mut self.found);
        self.accumulator = Some(accumulator);
        self.look_up(streams, added, floor, out)
    }

    /// Adds stream `i` up.
    fn add(
        &mut self,
        streams: &mut impl Streams,
        i: usize,
        window: Window,
        out: &mut Accumulator,
    ) -> Result<()> {
        streams.add(i, self.beside(i), window, out)?;
        self.added.push(i);
        Ok(())
    }

    /// The first stream added up in this window that is of one group with stream `i`.
    fn beside(&self, i: usize) -> Option<usize> {
        let group = self.shapes[i].group;
        self.added.iter().copied().find(|&other| self.shapes[other].group == group)
    }

    /// Looks the documents found up in `rest[first..]`, and appends those that reach the floor.
    fn look_up(
        &mut self,
        streams: &mut impl Streams,
        first: usize,
        floor: f32,
        out: &mut Candidates,
    ) -> Result<()> {
        for (k, &i) in self.rest.iter().enumerate().skip(first) {
            if self.found.docs.is_empty() {
                return Ok(());
            }
            streams.lift(i, self.beside(i), &mut self.found)?;
            self.found.keep_from(floor - self.rest_most[k + 1]);
        }
        out.docs.append(&mut self.found.docs);
        out.bounds.append(&mut self.found.bounds);
        Ok(())
    }

    /// About how many postings of these streams fall into one window.
    fn in_window(&self, streams: &[usize]) -> u64 {
        let cost: u64 = streams.iter().map(|&i| self.shapes[i].cost).sum();
        cost * u64::from(WINDOW) / u64::from(self.doc_count.max(1))
    }

    /// Chooses the streams that cannot reach the floor together, those first that spare the most
    /// postings for each bit of bound.
    fn split(&mut self, floor: f32) {
        self.floor = floor;
        let scale = self.scale.near(floor);
        if scale != self.scale {
            self.scale = scale;
            self.accumulator.take().into_iter().for_each(Accumulator::give_back);
        }
        let shapes = &self.shapes;
        let price = |i: usize| shapes[i].most / shapes[i].cost.max(1) as f32;
        let mut order: Vec<usize> = (0..shapes.len()).collect();
        order.sort_by(|&a, &b| price(a).total_cmp(&price(b)));
        self.essential.clear();
        self.rest.clear();
        let mut sum = Sum::default();
        for i in order {
            if sum.total + sum.growth(&shapes[i]) < floor {
                sum.add(&shapes[i]);
                self.rest.push(i);
            } else {
                self.essential.push(i);
            }
        }
        let is_small =
            |own: &Shape, other: &Shape| own.group == other.group && own.cost * SMALL <= other.cost;
        let essential = self.essential.iter().map(|&i| &shapes[i]);
        let goes_along =
            |i: &mut usize| essential.clone().any(|other| is_small(&shapes[*i], other));
        let small: Vec<usize> = self.rest.extract_if(.., goes_along).collect();
        self.essential.extend(small);
        self.essential.sort_unstable_by_key(|&i| (shapes[i].group, shapes[i].cost));
        self.rest.sort_by(|&a, &b| shapes[b].most.total_cmp(&shapes[a].most));
        self.rest_most = vec![0.0; self.rest.len() + 1];
        let mut sum = Sum::default();
        for (k, &i) in self.rest.iter().enumerate().rev() {
            sum.add(&shapes[i]);
            self.rest_most[k] = sum.total;
        }
    }
}

#[cfg(test)]
mod tests;
