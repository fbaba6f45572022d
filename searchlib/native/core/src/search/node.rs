//! The plan in one segment: a tree that is walked window by window.
//!
//! A node is asked which documents of a window can reach a floor, or which match at all; what is
//! known of given documents; and for exact scores.

use std::rc::Rc;

use crate::error::Result;
use crate::search::boolean::Bool;
use crate::search::compound::{Compound, compound};
use crate::search::constant::Constant;
use crate::search::matches::{with_terms, with_values};
use crate::search::near::Near;
use crate::search::part::Seed;
use crate::search::plan::Plan;
use crate::search::ranking::Judge;
use crate::search::searcher::Searcher;
use crate::search::statistics::Weighed;
use crate::search::top::Order;
use crate::search::union::LOOK_UP_COST;
use crate::search::window::{Candidates, Mask, Role, Window, each_place};
use crate::search::word::Word;
use crate::segment::cursor::Cursor;

/// Where at most one document in so many matches, listing them costs less than marking windows.
const SPARSE: u64 = 16;

pub enum Node<'a> {
    Word(Box<Word<'a>>),
    Constant(Rc<Constant<'a>>),
    Bool(Box<Bool<'a>>),
    Near(Box<Near<'a>>),
    Compound(Box<Compound<'a>>),
}

/// Where a tree of nodes is made: one segment, and what judges its documents.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub searcher: &'a Searcher,
    pub segment: usize,
    pub judge: &'a Judge<'a>,
}

impl<'a> Node<'a> {
    /// `scored`: whether bounds and scores are wanted, or matches only.
    pub fn new(place: Place<'a>, plan: &'a Weighed<'_>, scored: bool) -> Result<Self> {
        let Place { searcher, segment, .. } = place;
        let doc_count = searcher.segments()[segment].doc_count();
        let of = |boost: f64| if scored { boost } else { 0.0 };
        let constant = match plan {
            Weighed::Word(parts, boost, statistics) => {
                let word = Word::new(place, parts, *boost, statistics, scored)?;
                return Ok(Node::Word(Box::new(word)));
            }
            Weighed::Bool { must, should, must_not, filter } => {
                let groups = [
                    (Role::Must, must),
                    (Role::Should, should),
                    (Role::MustNot, must_not),
                    (Role::Filter, filter),
                ];
                let mut children = Vec::new();
                for (role, plans) in groups {
                    let scored = scored && matches!(role, Role::Must | Role::Should);
                    for plan in plans {
                        children.push((role, Node::new(place, plan, scored)?));
                    }
                }
                return Ok(Node::Bool(Box::new(Bool::new(children, doc_count))));
            }
            Weighed::Near(boost, near) => {
                let near = Near::new(place, near, *boost, scored)?;
                return Ok(Node::Near(Box::new(near)));
            }
            Weighed::Compound(plan, children) => {
                return Ok(Node::Compound(Box::new(compound(place, plan, children, scored)?)));
            }
            Weighed::Leaf(Plan::Terms { boost, parts, .. }) => {
                Constant::bits(with_terms(searcher, segment, parts)?, doc_count, of(*boost))
            }
            Weighed::Leaf(Plan::Exists { boost, fields }) => {
                Constant::bits(with_values(searcher, segment, fields)?, doc_count, of(*boost))
            }
            Weighed::Leaf(Plan::Prefix { boost, parts }) => {
                Constant::prefix(searcher, segment, parts, of(*boost))?
            }
            Weighed::Leaf(Plan::Range { boost, field, low, high }) => {
                Constant::range(searcher, segment, *field, (*low, *high), of(*boost))?
            }
            Weighed::Leaf(Plan::All { boost }) => Constant::all(doc_count, of(*boost)),
            Weighed::Leaf(_) => Constant::nothing(),
        };
        Ok(Node::Constant(Rc::new(constant)))
    }

    /// About how many documents match.
    pub fn cost(&self) -> u64 {
        match self {
            Node::Word(word) => word.cost(),
            Node::Constant(constant) => constant.cost(),
            Node::Bool(bool) => bool.cost(),
            Node::Near(near) => near.cost(),
            Node::Compound(compound) => compound.cost(),
        }
    }

    /// No document scores more.
    pub fn most(&self) -> f32 {
        match self {
            Node::Word(word) => word.most(),
            Node::Constant(constant) => constant.most(),
            Node::Bool(bool) => bool.most(),
            Node::Near(near) => near.most(),
            Node::Compound(compound) => compound.most(),
        }
    }

    /// About what it costs to look one document up, in postings read through.
    pub fn look_up_cost(&self) -> u64 {
        match self {
            Node::Word(word) => word.look_up_cost(),
            Node::Constant(_) => 1,
            Node::Bool(bool) => bool.look_up_cost(),
            Node::Near(_) | Node::Compound(_) => 8 * LOOK_UP_COST,
        }
    }

    /// How many documents match, where that is known without looking.
    pub fn known_count(&self) -> Option<u64> {
        match self {
            Node::Word(word) => word.known_count(),
            Node::Constant(constant) => constant.known_count(),
            Node::Bool(_) | Node::Near(_) | Node::Compound(_) => None,
        }
    }

    /// Whether it is one list of postings and nothing else.
    pub fn is_one_list(&self) -> bool {
        matches!(self, Node::Word(word) if word.is_one_list())
    }

    /// A document at or after `target` before which none matches;
    /// [`END`](crate::segment::postings::END) when none is left.
    pub fn next(&mut self, target: u32) -> Result<u32> {
        match self {
            Node::Word(word) => word.next(target),
            Node::Constant(constant) => Ok(constant.next(target)),
            Node::Bool(bool) => bool.next(target),
            Node::Near(near) => near.next(target),
            Node::Compound(compound) => compound.next(target),
        }
    }

    /// Appends the matches of the window that can score `floor`, rising, each with a bound of its
    /// score. For a node that scores.
    pub fn find(&mut self, window: Window, floor: f32, out: &mut Candidates) -> Result<()> {
        match self {
            Node::Word(word) => word.find(window, floor, out),
            Node::Constant(constant) => {
                constant.find(window, floor, out);
                Ok(())
            }
            Node::Bool(bool) => bool.find(window, floor, out),
            Node::Near(near) => near.find(window, floor, out),
            Node::Compound(compound) => compound.find(window, floor, out),
        }
    }

    /// Sets the bit of each match of the window, which is at most
    /// [`WINDOW`](crate::search::window::WINDOW) long.
    pub fn mark(&mut self, window: Window, mask: &mut Mask) -> Result<()> {
        match self {
            Node::Word(word) => word.mark(window, mask),
            Node::Constant(constant) => {
                constant.mark(window, mask);
                Ok(())
            }
            Node::Bool(bool) => bool.mark(window, mask),
            Node::Near(near) => near.mark(window, mask),
            Node::Compound(compound) => compound.mark(window, mask),
        }
    }

    /// Whether its matches are soon listed: few of the segment's documents may match.
    pub fn is_sparse(&self, doc_count: u32) -> bool {
        match self {
            Node::Word(word) => word.cost() * SPARSE <= u64::from(doc_count),
            Node::Bool(bool) => bool.is_sparse(),
            Node::Constant(_) | Node::Near(_) | Node::Compound(_) => false,
        }
    }

    /// Appends the matches of the window, of any length, rising.
    pub fn matches(&mut self, window: Window, out: &mut Vec<u32>) -> Result<()> {
        match self {
            Node::Word(word) => return word.matches(window, out),
            Node::Bool(bool) if bool.is_sparse() => return bool.matches(window, out),
            _ => {}
        }
        let mut start = window.start;
        while start < window.end {
            let part = window.from(start);
            let mut mask = [0; _];
            self.mark(part, &mut mask)?;
            each_place(&mask, |place| out.push(part.start + place));
            start = part.end;
        }
        Ok(())
    }

    /// For each of the rising `docs` a bound on its score, or
    /// [`NO_MATCH`](crate::search::window::NO_MATCH), which those may get too that cannot score
    /// `floor`.
    pub fn probe(&mut self, docs: &[u32], floor: f32, out: &mut Vec<f32>) -> Result<()> {
        match self {
            Node::Word(word) => word.probe(docs, out),
            Node::Constant(constant) => {
                constant.probe(docs, out);
                Ok(())
            }
            Node::Bool(bool) => bool.probe(docs, floor, out),
            Node::Near(near) => near.probe(docs, out),
            Node::Compound(compound) => compound.probe(docs, out),
        }
    }

    /// Whether `doc` matches.
    pub fn holds(&mut self, doc: u32) -> Result<bool> {
        Ok(self.held(&[doc])?[0])
    }

    /// Whether each of the rising `docs` matches.
    pub fn held(&mut self, docs: &[u32]) -> Result<Vec<bool>> {
        match self {
            Node::Word(word) => word.held(docs),
            Node::Constant(constant) => Ok(docs.iter().map(|&doc| constant.matches(doc)).collect()),
            Node::Bool(bool) => bool.held(docs),
            Node::Near(near) => docs.iter().map(|&doc| near.holds(doc)).collect(),
            Node::Compound(compound) => docs.iter().map(|&doc| compound.holds(doc)).collect(),
        }
    }

    /// The exact score of each of the rising `docs`; `None` for one that does not match, which those
    /// may get too that do not score `floor`.
    pub fn scores(&mut self, docs: &[u32], floor: f32) -> Result<Vec<Option<f64>>> {
        match self {
            Node::Word(word) => word.scores(docs, floor),
            Node::Constant(constant) => {
                let score = |&doc| constant.matches(doc).then(|| constant.score());
                Ok(docs.iter().map(score).collect())
            }
            Node::Bool(bool) => bool.scores(docs),
            Node::Near(near) => docs.iter().map(|&doc| near.score(doc)).collect(),
            Node::Compound(compound) => compound.scores(docs),
        }
    }

    /// Whether a condition that has to match says where documents are looked for.
    pub fn has_lead(&self) -> bool {
        matches!(self, Node::Bool(bool) if bool.has_lead())
    }

    /// Whether bounds say which matches to score first.
    pub fn has_bounds(&self) -> bool {
        self.order() == Order::Bounds && !matches!(self, Node::Constant(_))
    }

    /// In which order documents are scored at least cost: positions are read best on the way.
    pub fn order(&self) -> Order {
        if self.reads_positions() { Order::Docs } else { Order::Bounds }
    }

    fn reads_positions(&self) -> bool {
        match self {
            Node::Word(word) => word.has_phrase(),
            Node::Constant(_) => false,
            Node::Bool(bool) => bool.children().iter().any(|(_, child)| child.reads_positions()),
            Node::Near(_) => true,
            Node::Compound(compound) => compound.children().iter().any(Node::reads_positions),
        }
    }

    /// The exact score of one document.
    pub fn score(&mut self, doc: u32) -> Result<Option<f64>> {
        Ok(self.scores(&[doc], 0.0)?[0])
    }

    /// Calls `visit` with the cursor of each list of a word.
    pub fn each_cursor(&mut self, visit: &mut dyn FnMut(&mut Cursor<'a>)) {
        match self {
            Node::Word(word) => word.each_cursor(visit),
            Node::Constant(_) => {}
            Node::Bool(bool) => {
                bool.children_mut().iter_mut().for_each(|(_, child)| child.each_cursor(visit));
            }
            Node::Near(near) => near.each_cursor(visit),
            Node::Compound(compound) => {
                compound.children_mut().iter_mut().for_each(|child| child.each_cursor(visit));
            }
        }
    }

    /// Appends documents that are likely to score well, if any are known.
    pub fn seeds(&mut self, limit: usize, out: &mut Vec<Seed>) -> Result<()> {
        match self {
            Node::Word(word) => word.seeds(limit, out),
            Node::Constant(_) | Node::Near(_) | Node::Compound(_) => Ok(()),
            Node::Bool(bool) => bool.seeds(limit, out),
        }
    }
}
