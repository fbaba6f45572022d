//! The segments of one snapshot, and everything that is read from them together.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::search::deletes::Deletes;
use crate::search::expand::{Cut, expand};
use crate::search::explain::{Explanation, explain};
use crate::search::kernels::count_places;
use crate::search::node::{Node, Place};
use crate::search::plan::Plan;
use crate::search::ranking::{Judge, Ranking};
use crate::search::statistics::Weighed;
use crate::search::threshold::{Tried, scores_of};
use crate::search::top::{FEW_OF_A_HIT, Order, Scored, Top};
use crate::search::window::{Candidates, Mask, Window, each_place};
use crate::search::work::Work;
use crate::segment::peaks::CHAMPIONS;
use crate::segment::postings::END;
use crate::segment::values::Value;
use crate::segment::{Field, FieldKind, MAX_DOCS, Segment};

/// Documents that are looked at together: first, for many hits first, and at last.
const FIRST_WINDOW: u32 = 4096;
const WINDOW_OF_A_HIT: usize = 16;
const LAST_WINDOW: u32 = 1 << 16;

/// So many candidates for each hit wanted are chosen from together, where few more are expected.
const MANY_OF_A_HIT: usize = 8;

/// How a search goes through the documents.
#[derive(Clone, Copy)]
struct Walk {
    /// So many documents are looked at together at first.
    len: u32,
    /// Candidates are scored when so many are found, or all of a segment.
    gathered: usize,
    /// What scores less is not looked for.
    guess: f32,
}

/// A snapshot: immutable, safe to share between threads. Documents are numbered through all
/// segments, deleted ones included, in the order of insertion.
pub struct Searcher {
    segments: Vec<Arc<Segment>>,
    deletes: Vec<Vec<u8>>,
    /// The number of each segment's first document.
    bases: Vec<u32>,
    /// `fields[segment][number]`: where the schema's field lies in the segment.
    fields: Vec<Vec<Option<usize>>>,
    doc_space: u32,
    doc_count: u32,
}

impl Searcher {
    /// `names`: the schema's fields in order. Each segment comes with its deletes' bits, empty for
    /// none; see [`Deletes`].
    pub fn new(names: &[String], segments: Vec<(Arc<Segment>, Vec<u8>)>) -> Result<Self> {
        let mut searcher = Searcher {
            segments: Vec::new(),
            deletes: Vec::new(),
            bases: Vec::new(),
            fields: Vec::new(),
            doc_space: 0,
            doc_count: 0,
        };
        for (segment, deletes) in segments {
            let docs = segment.doc_count();
            if docs > MAX_DOCS - searcher.doc_space {
                return Err(Error::Limit(format!("an index is limited to {MAX_DOCS} documents")));
            }
            let place = |name: &String| {
                let mut fields = segment.fields().iter();
                fields.position(|field| field.info.name == *name)
            };
            searcher.fields.push(names.iter().map(place).collect());
            searcher.bases.push(searcher.doc_space);
            searcher.doc_space += docs;
            searcher.doc_count += docs - Deletes::new(&deletes).count(docs);
            searcher.segments.push(segment);
            searcher.deletes.push(deletes);
        }
        Ok(searcher)
    }

    pub fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }

    /// Live documents.
    pub fn doc_count(&self) -> u32 {
        self.doc_count
    }

    /// All documents, deleted ones included: numbers lie below it.
    pub fn doc_space(&self) -> u32 {
        self.doc_space
    }

    /// The schema's field `number` in a segment; `None` where the segment is older than the field.
    pub fn field(&self, segment: usize, number: usize) -> Option<&Field> {
        let place = (*self.fields.get(segment)?.get(number)?)?;
        self.segments[segment].fields().get(place)
    }

    /// The kind of the schema's field `number`; `None` where no segment has it.
    pub fn kind(&self, number: usize) -> Option<FieldKind> {
        (0..self.segments.len()).find_map(|segment| Some(self.field(segment, number)?.info.kind))
    }

    /// How many documents of all segments hold the term in the field, deleted ones included.
    pub fn doc_freq(&self, number: usize, term: &[u8]) -> Result<u64> {
        let mut total = 0;
        for segment in 0..self.segments.len() {
            let list = self.field(segment, number).map_or(Ok(None), |field| field.list(term))?;
            total += list.map_or(0, |list| u64::from(list.doc_freq));
        }
        Ok(total)
    }

    /// The best `limit` live documents: score falling, equal scores by rising document.
    ///
    /// # Errors
    /// Those of reading, what a foreign ranking function raised, and [`Error::Input`] where it gave
    /// what is no score.
    pub fn search(&self, plan: &Plan, limit: usize, ranking: &Ranking) -> Result<Vec<Scored>> {
        self.ranked(plan, limit, ranking, None)
    }

    /// What such a search takes.
    pub fn work(&self, plan: &Plan, limit: usize, ranking: &Ranking) -> Result<Work> {
        let mut work = Work::default();
        self.ranked(plan, limit, ranking, Some(&mut work))?;
        Ok(work)
    }

    fn ranked(
        &self,
        plan: &Plan,
        limit: usize,
        ranking: &Ranking,
        mut work: Option<&mut Work>,
    ) -> Result<Vec<Scored>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let plan = expand(self, plan, &mut Vec::new())?;
        let weighed = Weighed::new(self, &plan, ranking.counts_occurrences())?;
        if !weighed.scores() {
            return self.first(&weighed, limit);
        }
        let mut top = self.top(&weighed, limit, &Judge::new(ranking, true), work.as_deref_mut())?;
        if top.is_broken() {
            debug_assert!(matches!(ranking, Ranking::Foreign(_)), "a score above its bound");
            top = self.top(&weighed, limit, &Judge::new(ranking, false), work)?;
        }
        Ok(top.into_sorted())
    }

    fn top(
        &self,
        weighed: &Weighed<'_>,
        limit: usize,
        judge: &Judge<'_>,
        work: Option<&mut Work>,
    ) -> Result<Top> {
        let mut nodes = self.nodes(weighed, judge, true)?;
        if work.is_some() {
            Work::begin(&mut nodes);
        }
        let mut top = Top::new(limit, weighed.terms());
        // Short at first: the sooner the threshold is high, the more is left out. But that of many
        // hits is low until many have been seen.
        let wide = WINDOW_OF_A_HIT.saturating_mul(limit).min(LAST_WINDOW as usize) as u32;
        let mut walk = Walk { len: FIRST_WINDOW.max(wide), gathered: 0, guess: 0.0 };
        let (mut tried, mut sampled) = (Vec::new(), 0);
        let few = FEW_OF_A_HIT.saturating_mul(limit);
        // Whether a function breaks its bounds shows in what is scored: not the best bounds alone.
        let is_foreign = matches!(judge.ranking, Ranking::Foreign(_));
        if nodes.iter().map(Node::cost).sum::<u64>() <= few as u64 {
            walk.len = LAST_WINDOW; // all are scored anyway
        } else if limit <= CHAMPIONS {
            tried = self.seed(&mut nodes, &mut top, limit)?;
            if !tried.is_empty() && nodes.iter().all(Node::is_one_list) {
                walk.len = LAST_WINDOW; // the threshold is nearly there already
            }
        } else if is_foreign || !nodes.iter().all(Node::has_bounds) {
            // No document is scored before another because of its bound.
        } else if nodes.iter().any(Node::has_lead) {
            walk.gathered = few; // all matches may be no more
        } else {
            let sample = self.sample(&mut nodes, limit, weighed.terms())?;
            sampled = sample.scored();
            if sample.floor() > 0.0 {
                let gathered = MANY_OF_A_HIT.saturating_mul(limit);
                walk = Walk { len: LAST_WINDOW, gathered, guess: sample.floor() };
            }
        }
        self.walk(&mut nodes, judge, &mut top, &tried, walk)?;
        if top.floor() < walk.guess {
            top = top.again();
            let walk = Walk { gathered: 0, guess: 0.0, ..walk };
            self.walk(&mut nodes, judge, &mut top, &tried, walk)?;
        }
        if let Some(work) = work {
            let (scored, exhaustive) = (top.scored(), judge.is_exhaustive());
            let tried = tried.len() as u64 + sampled;
            *work = Work { tried, scored, exhaustive, ..Work::default() };
            work.end(&mut nodes);
        }
        Ok(top)
    }

    /// Offers `top` every document that can get in, but for those that score less than the guess.
    fn walk(
        &self,
        nodes: &mut [Node<'_>],
        judge: &Judge<'_>,
        top: &mut Top,
        tried: &[Tried],
        Walk { mut len, gathered, guess }: Walk,
    ) -> Result<()> {
        let is_foreign = matches!(judge.ranking, Ranking::Foreign(_));
        let mut found = Candidates::default();
        for (segment, node) in nodes.iter_mut().enumerate() {
            let (base, doc_count) = (self.bases[segment], self.segments[segment].doc_count());
            let deletes = self.deletes_of(segment);
            let order = if is_foreign { Order::Docs } else { node.order() };
            // Where all matches score the same, the first ones are the best, in any segment.
            let are_equal = matches!(node, Node::Constant(_));
            let tried = tried
                .chunk_by(|a, b| a.segment == b.segment)
                .find(|same| same[0].segment == segment)
                .unwrap_or_default();
            let mut start = 0;
            found.clear();
            while start < doc_count
                && node.most() >= top.floor().max(guess)
                && !(are_equal && top.is_full())
            {
                let end = start.saturating_add(len).min(doc_count);
                node.find(Window { start, end }, top.floor().max(guess), &mut found)?;
                judge.check()?;
                start = end;
                len = (len * 2).min(LAST_WINDOW);
                if start < doc_count && found.docs.len() < gathered {
                    continue;
                }
                if !deletes.is_empty() {
                    found.retain(|doc| !deletes.contains(doc));
                }
                if are_equal {
                    found.truncate(top.limit());
                }
                let scores = |docs: &[u32], floor: f32| {
                    // Whether a function breaks its bounds shows in scores that do not get in, too.
                    let floor = if is_foreign { 0.0 } else { floor };
                    scores_of(docs, tried, |docs| node.scores(docs, floor))
                };
                top.offer(base, &mut found, order, doc_count - start, scores)?;
            }
        }
        Ok(())
    }

    /// The first `limit` live matches of a plan that gives every match the score 0.
    fn first(&self, weighed: &Weighed<'_>, limit: usize) -> Result<Vec<Scored>> {
        let mut docs = Vec::new();
        let ranking = Ranking::bm25(0.0, 0.0);
        let judge = Judge::new(&ranking, true);
        for (segment, mut node) in self.nodes(weighed, &judge, false)?.into_iter().enumerate() {
            self.each_mask(segment, &mut node, |start, mask| {
                each_place(mask, |place| docs.push(Scored { doc: start + place, score: 0.0 }));
                docs.len() < limit
            })?;
            if docs.len() >= limit {
                break;
            }
        }
        docs.truncate(limit);
        Ok(docs)
    }

    /// The patterns of the plan that stand for more words than are looked for.
    pub fn cuts(&self, plan: &Plan) -> Result<Vec<Cut>> {
        let mut cuts = Vec::new();
        expand(self, plan, &mut cuts)?;
        Ok(cuts)
    }

    /// How many live documents match.
    pub fn count(&self, plan: &Plan) -> Result<u64> {
        let plan = expand(self, plan, &mut Vec::new())?;
        let weighed = Weighed::new(self, &plan, false)?;
        let ranking = Ranking::bm25(0.0, 0.0);
        let judge = Judge::new(&ranking, true);
        let mut total = 0;
        for (segment, mut node) in self.nodes(&weighed, &judge, false)?.into_iter().enumerate() {
            let (deletes, end) = (self.deletes_of(segment), self.segments[segment].doc_count());
            if let Some(count) = node.known_count().filter(|_| deletes.is_empty()) {
                total += count;
            } else if node.is_sparse(end) {
                let mut docs = Vec::new();
                for start in (0..end).step_by(LAST_WINDOW as usize) {
                    let end = end.min(start + LAST_WINDOW);
                    node.matches(Window { start, end }, &mut docs)?;
                    total += docs.iter().filter(|&&doc| !deletes.contains(doc)).count() as u64;
                    docs.clear();
                }
            } else {
                self.each_mask(segment, &mut node, |_, mask| {
                    total += count_places(mask) as u64;
                    true
                })?;
            }
        }
        Ok(total)
    }

    /// The tree of each segment.
    fn nodes<'a>(
        &'a self,
        plan: &'a Weighed<'_>,
        judge: &'a Judge<'a>,
        scored: bool,
    ) -> Result<Vec<Node<'a>>> {
        let place = |segment| Place { searcher: self, segment, judge };
        (0..self.segments.len()).map(|segment| Node::new(place(segment), plan, scored)).collect()
    }

    /// Why `doc` has its score, or which condition it fails.
    pub fn explain(&self, plan: &Plan, doc: u32, ranking: &Ranking) -> Result<Explanation> {
        let (segment, local) = self.locate(doc)?;
        let plan = expand(self, plan, &mut Vec::new())?;
        let weighed = Weighed::new(self, &plan, ranking.counts_occurrences())?;
        let judge = Judge::new(ranking, true);
        let place = Place { searcher: self, segment, judge: &judge };
        let mut node = Node::new(place, &weighed, true)?;
        explain(place, &weighed, &mut node, local)
    }

    /// The live document that holds each keyword, the last one where several do; `None` for none.
    pub fn find(&self, field: usize, keywords: &[&str]) -> Result<Vec<Option<u32>>> {
        keywords.iter().map(|keyword| self.find_one(field, keyword)).collect()
    }

    fn find_one(&self, field: usize, keyword: &str) -> Result<Option<u32>> {
        for segment in (0..self.segments.len()).rev() {
            let Some(field) = self.field(segment, field) else {
                continue;
            };
            let Some(list) = field.list(keyword.as_bytes())? else {
                continue;
            };
            let doc_count = self.segments[segment].doc_count();
            let mut live = None;
            if let Some(mut cursor) = field.cursor(list, doc_count)? {
                cursor.seek(0)?;
                while cursor.doc() != END {
                    if !self.deletes_of(segment).contains(cursor.doc()) {
                        live = Some(self.bases[segment] + cursor.doc());
                    }
                    cursor.skip(1)?;
                }
            }
            if live.is_some() {
                return Ok(live);
            }
        }
        Ok(None)
    }

    /// The stored values of `doc` by field number, in the order of storing.
    pub fn document(&self, doc: u32, names: &[String]) -> Result<Vec<(usize, Value)>> {
        let (segment, local) = self.locate(doc)?;
        let number = |name: &str| names.iter().position(|known| known == name);
        let values = self.segments[segment].document(local, &|name| number(name).is_some())?;
        Ok(values.into_iter().filter_map(|(name, value)| Some((number(name)?, value))).collect())
    }

    /// The stored value of one field; `None` where there is none.
    pub fn value(&self, doc: u32, field: usize) -> Result<Option<Value>> {
        let (segment, local) = self.locate(doc)?;
        match self.fields[segment].get(field) {
            Some(&Some(place)) => self.segments[segment].value(local, place),
            _ => Ok(None),
        }
    }

    /// The first live document at or after `doc`.
    pub fn next_live(&self, doc: u32) -> Option<u32> {
        (doc..self.doc_space).find(|&doc| {
            self.locate(doc).is_ok_and(|(segment, local)| !self.deletes_of(segment).contains(local))
        })
    }

    pub(super) fn deletes_of(&self, segment: usize) -> Deletes<'_> {
        Deletes::new(&self.deletes[segment])
    }

    /// The segment of a document and its number there.
    pub(super) fn locate(&self, doc: u32) -> Result<(usize, u32)> {
        if doc >= self.doc_space {
            return Err(Error::Input(format!(
                "document {doc} was asked for; the snapshot has {}",
                self.doc_space
            )));
        }
        let segment = self.bases.partition_point(|&base| base <= doc) - 1;
        Ok((segment, doc - self.bases[segment]))
    }

    /// Calls `visit` with the live matches of each window of a segment, from the window's first
    /// document in the snapshot on, until it says false.
    fn each_mask(
        &self,
        segment: usize,
        node: &mut Node<'_>,
        mut visit: impl FnMut(u32, &Mask) -> bool,
    ) -> Result<()> {
        let (base, doc_count) = (self.bases[segment], self.segments[segment].doc_count());
        let deletes = self.deletes_of(segment);
        let mut doc = 0;
        loop {
            // Windows begin where words of bits do.
            let start = node.next(doc)? / 64 * 64;
            if start >= doc_count {
                return Ok(());
            }
            let window = Window { start, end: doc_count }.from(start);
            let mut mask: Mask = [0; _];
            node.mark(window, &mut mask)?;
            deletes.unmark(start, &mut mask);
            if !visit(base + start, &mask) {
                return Ok(());
            }
            doc = window.end;
        }
    }
}
