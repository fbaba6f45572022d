//! The plan in one segment: a tree that is walked window by window.
//!
//! Three questions are put to every node: where might the next match be, which documents of this
//! window match, and do these documents match. The first two only move forward.

use crate::error::Result;
use crate::search::bm25::Bm25;
use crate::search::compound::{Compound, compound};
use crate::search::constant::Constant;
use crate::search::matches::{with_terms, with_values};
use crate::search::near::Near;
use crate::search::plan::Plan;
use crate::search::searcher::Searcher;
use crate::search::statistics::Weighed;
use crate::search::window::{Accumulator, Candidates, NO_MATCH, Role, Window};
use crate::search::word::Word;
use crate::segment::postings::END;

pub enum Node<'a> {
    Word(Box<Word<'a>>),
    Constant(Constant<'a>),
    Bool(Box<Bool<'a>>),
    Near(Box<Near<'a>>),
    Compound(Box<Compound<'a>>),
}

/// Children in the order of the plan; `must` before `should`, so that scores add up in one order.
pub struct Bool<'a> {
    children: Vec<(Role, Node<'a>)>,
    /// The cheapest child that has to match; `None`: one of `should` has to.
    lead: Option<usize>,
    /// The other children that rule documents in or out, cheapest first, then `should`.
    rest: Vec<usize>,
    scratch: Accumulator,
    candidates: Candidates,
    probed: Vec<f32>,
}

/// Where a tree of nodes is made: one segment, one ranking.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub searcher: &'a Searcher,
    pub segment: usize,
    pub bm25: Bm25,
}

impl<'a> Node<'a> {
    /// `scored`: whether bounds and scores are wanted, or matches only.
    pub fn new(place: Place<'a>, plan: &'a Weighed<'_>, scored: bool) -> Result<Self> {
        let Place { searcher, segment, bm25 } = place;
        let doc_count = searcher.segments()[segment].doc_count();
        let of = |boost: f64| if scored { boost } else { 0.0 };
        let constant = match plan {
            Weighed::Word(parts, boost, statistics) => {
                let word = Word::new(searcher, segment, parts, *boost, statistics, bm25, scored)?;
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
                return Ok(Node::Bool(Box::new(Bool::new(children))));
            }
            Weighed::Near(boost, near) => {
                let near = Near::new(searcher, segment, near, of(*boost), bm25)?;
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
        Ok(Node::Constant(constant))
    }

    /// About how many documents match; never less.
    pub fn cost(&self) -> u64 {
        match self {
            Node::Word(word) => word.cost(),
            Node::Constant(constant) => constant.cost(),
            Node::Bool(bool) => bool.cost(),
            Node::Near(near) => near.cost(),
            Node::Compound(compound) => compound.cost(),
        }
    }

    /// A document at or after `target` before which none matches; [`END`] when none is left.
    pub fn next(&mut self, target: u32) -> Result<u32> {
        match self {
            Node::Word(word) => word.next(target),
            Node::Constant(constant) => Ok(constant.next(target)),
            Node::Bool(bool) => bool.next(target),
            Node::Near(near) => near.next(target),
            Node::Compound(compound) => compound.next(target),
        }
    }

    /// Adds the matches of the window.
    pub fn accumulate(&mut self, window: Window, out: &mut Accumulator) -> Result<()> {
        match self {
            Node::Word(word) => word.accumulate(window, out),
            Node::Near(near) => near.accumulate(window, out),
            Node::Compound(compound) => compound.accumulate(window, out),
            Node::Constant(constant) => {
                constant.accumulate(window, out);
                Ok(())
            }
            Node::Bool(bool) => {
                bool.find(window)?;
                for (&doc, &bound) in bool.candidates.docs.iter().zip(&bool.candidates.bounds) {
                    out.add(doc - window.start, bound);
                }
                Ok(())
            }
        }
    }

    /// For each of the rising `docs` a bound on its score, or [`NO_MATCH`].
    pub fn probe(&mut self, docs: &[u32], out: &mut Vec<f32>) -> Result<()> {
        match self {
            Node::Word(word) => word.probe(docs, out),
            Node::Near(near) => near.probe(docs, out),
            Node::Compound(compound) => compound.probe(docs, out),
            Node::Constant(constant) => {
                constant.probe(docs, out);
                Ok(())
            }
            Node::Bool(bool) => {
                for &doc in docs {
                    let score = bool.score(doc)?;
                    out.push(score.map_or(NO_MATCH, |score| score as f32));
                }
                Ok(())
            }
        }
    }

    /// The exact score of `doc`; `None` when it does not match.
    pub fn score(&mut self, doc: u32) -> Result<Option<f64>> {
        match self {
            Node::Word(word) => word.score(doc),
            Node::Constant(constant) => Ok(constant.matches(doc).then(|| constant.score())),
            Node::Bool(bool) => bool.score(doc),
            Node::Near(near) => near.score(doc),
            Node::Compound(compound) => compound.score(doc),
        }
    }
}

impl<'a> Bool<'a> {
    fn new(children: Vec<(Role, Node<'a>)>) -> Self {
        let mut order: Vec<usize> = (0..children.len()).collect();
        order.sort_by_key(|&i| (children[i].0 == Role::Should, children[i].1.cost()));
        let required = |&i: &usize| matches!(children[i].0, Role::Must | Role::Filter);
        let lead = order.iter().copied().find(required);
        order.retain(|&i| match lead {
            Some(lead) => i != lead,
            None => children[i].0 == Role::MustNot,
        });
        Bool {
            children,
            lead,
            rest: order,
            scratch: Accumulator::default(),
            candidates: Candidates::default(),
            probed: Vec::new(),
        }
    }

    pub fn children(&mut self) -> &mut [(Role, Node<'a>)] {
        &mut self.children
    }

    fn cost(&self) -> u64 {
        match self.lead {
            Some(lead) => self.children[lead].1.cost(),
            None => {
                let any = self.children.iter().filter(|child| child.0 == Role::Should);
                any.map(|child| child.1.cost()).sum()
            }
        }
    }

    fn next(&mut self, target: u32) -> Result<u32> {
        if self.lead.is_some() {
            let mut next = target;
            for (role, node) in &mut self.children {
                if matches!(role, Role::Must | Role::Filter) {
                    next = node.next(next)?;
                    if next == END {
                        return Ok(END);
                    }
                }
            }
            return Ok(next);
        }
        let mut next = END;
        for (role, node) in &mut self.children {
            if *role == Role::Should {
                next = next.min(node.next(target)?);
            }
        }
        Ok(next)
    }

    /// Puts the matches of the window into `candidates`.
    fn find(&mut self, window: Window) -> Result<()> {
        match self.lead {
            Some(lead) => {
                let (role, node) = &mut self.children[lead];
                node.accumulate(window, &mut self.scratch)?;
                debug_assert!(*role != Role::MustNot);
            }
            None => {
                for (role, node) in &mut self.children {
                    if *role == Role::Should {
                        node.accumulate(window, &mut self.scratch)?;
                    }
                }
            }
        }
        self.scratch.drain(window, &mut self.candidates);
        for &i in &self.rest {
            if self.candidates.docs.is_empty() {
                return Ok(());
            }
            let (role, node) = &mut self.children[i];
            self.probed.clear();
            node.probe(&self.candidates.docs, &mut self.probed)?;
            self.candidates.apply(*role, &self.probed);
        }
        Ok(())
    }

    fn score(&mut self, doc: u32) -> Result<Option<f64>> {
        let mut total = 0.0;
        let mut any = self.lead.is_some();
        for (role, node) in &mut self.children {
            match (*role, node.score(doc)?) {
                (Role::Must | Role::Filter, None) | (Role::MustNot, Some(_)) => return Ok(None),
                (Role::Must, Some(score)) => total += score,
                (Role::Should, Some(score)) => {
                    any = true;
                    total += score;
                }
                _ => {}
            }
        }
        Ok(any.then_some(total))
    }
}
