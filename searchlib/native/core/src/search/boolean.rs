//! Several conditions joined: what has to match, what may, what must not.

use std::rc::Rc;

use crate::error::Result;
use crate::search::kernels::count_places;
use crate::search::node::Node;
use crate::search::part::Seed;
use crate::search::sieve::Sieve;
use crate::search::union::{Shape, Streams, Union};
use crate::search::window::{
    Accumulator, Candidates, Mask, NO_MATCH, Role, WINDOW, Window, clear_place, each_place,
};
use crate::segment::postings::END;

/// Looking one document up costs about as much as marking this many.
const LOOK_UP_COST: u64 = 16;

/// Children in the order of the plan; `must` before `should`, so that scores add up in one order.
pub struct Bool<'a> {
    children: Vec<(Role, Node<'a>)>,
    doc_count: u32,
    /// The child that has to match by which documents are found; `None`: one of `should` has to.
    lead: Option<usize>,
    /// The other children that are tested at little cost: documents pass before they are looked up
    /// anywhere.
    sieve: Sieve<'a>,
    /// What those of them that score add to each score.
    sieve_most: f32,
    /// The other children that rule documents in or out, cheapest first, then, beside a lead, those
    /// of `should`.
    rest: Vec<usize>,
    /// `rest_most[k]`: what `rest[k..]` may add to a score.
    rest_most: Vec<f32>,
    /// Where nothing leads: the alternatives.
    union: Union,
    streams: Vec<Stream>,
    candidates: Candidates,
    probed: Vec<f32>,
}

/// An alternative of an OR: a child, or one list of a child that is a word.
#[derive(Clone, Copy)]
struct Stream {
    child: usize,
    list: Option<usize>,
}

impl<'a> Bool<'a> {
    pub fn new(mut children: Vec<(Role, Node<'a>)>, doc_count: u32) -> Self {
        let lead = lead(&children);
        let mut order: Vec<usize> = (0..children.len()).collect();
        order.retain(|&i| match lead {
            Some(lead) => i != lead,
            None => children[i].0 == Role::MustNot,
        });
        order.sort_by_key(|&i| (children[i].0 == Role::Should, children[i].1.cost()));
        let (mut sieve, mut sieve_most) = (Sieve::default(), 0.0);
        order.retain(|&i| match &children[i] {
            (role, Node::Constant(constant)) if *role != Role::Should => {
                sieve.add(Rc::clone(constant), *role == Role::MustNot);
                sieve_most += if *role == Role::Must { constant.most() } else { 0.0 };
                false
            }
            _ => true,
        });
        if let Some(lead) = lead
            && let Node::Bool(found) = &mut children[lead].1
        {
            found.sieve.join(std::mem::take(&mut sieve));
        }
        let mut rest_most = vec![0.0; order.len() + 1];
        for (k, &i) in order.iter().enumerate().rev() {
            let (role, node) = &children[i];
            let scored = matches!(role, Role::Must | Role::Should);
            rest_most[k] = rest_most[k + 1] + if scored { node.most() } else { 0.0 };
        }
        let (mut streams, mut shapes) = (Vec::new(), Vec::new());
        let is_stream = |role: &Role| lead.is_none() && *role == Role::Should;
        for (child, (role, node)) in children.iter().enumerate() {
            match node {
                _ if !is_stream(role) => {}
                Node::Word(word) => {
                    shapes.extend(word.shapes(child));
                    let lists = 0..shapes.len() - streams.len();
                    streams.extend(lists.map(|list| Stream { child, list: Some(list) }));
                }
                _ => {
                    let most = node.most();
                    shapes.push(Shape { most, cost: node.cost(), group: child, cap: most });
                    streams.push(Stream { child, list: None });
                }
            }
        }
        Bool {
            children,
            doc_count,
            lead,
            sieve,
            sieve_most,
            rest: order,
            rest_most,
            union: Union::new(shapes, doc_count),
            streams,
            candidates: Candidates::default(),
            probed: Vec::new(),
        }
    }

    pub fn children(&self) -> &[(Role, Node<'a>)] {
        &self.children
    }

    pub fn children_mut(&mut self) -> &mut [(Role, Node<'a>)] {
        &mut self.children
    }

    pub fn has_lead(&self) -> bool {
        self.lead.is_some()
    }

    pub fn cost(&self) -> u64 {
        match self.lead {
            Some(lead) => self.children[lead].1.cost(),
            None => {
                let any = self.children.iter().filter(|child| child.0 == Role::Should);
                any.map(|child| child.1.cost()).sum()
            }
        }
    }

    pub fn look_up_cost(&self) -> u64 {
        self.children.iter().map(|(_, node)| node.look_up_cost()).sum()
    }

    pub fn most(&self) -> f32 {
        let scored =
            self.children.iter().filter(|(role, _)| matches!(role, Role::Must | Role::Should));
        scored.map(|(_, node)| node.most()).sum()
    }

    pub fn next(&mut self, target: u32) -> Result<u32> {
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

    pub fn find(&mut self, window: Window, floor: f32, out: &mut Candidates) -> Result<()> {
        self.candidates.clear();
        let floor = (floor - self.sieve_most).max(0.0);
        match self.lead {
            Some(lead) if self.children[lead].0 == Role::Filter => {
                let Candidates { docs, bounds } = &mut self.candidates;
                self.children[lead].1.matches(window, docs)?;
                bounds.resize(docs.len(), 0.0);
                self.sieve.retain(&mut self.candidates);
            }
            Some(lead) => {
                let floor = (floor - self.rest_most[0]).max(0.0);
                self.children[lead].1.find(window, floor, &mut self.candidates)?;
                self.sieve.retain(&mut self.candidates);
            }
            None => {
                let mut streams =
                    Alternatives { children: &mut self.children, streams: &self.streams };
                let found = &mut self.candidates;
                self.union.find(&mut streams, window, floor, &self.sieve, found)?;
            }
        }
        self.judge(floor)?;
        out.docs.append(&mut self.candidates.docs);
        out.bounds.append(&mut self.candidates.bounds);
        Ok(())
    }

    /// Drops those of the candidates that the rest rules out or that stay below `floor`, and adds to
    /// the bounds of the others.
    fn judge(&mut self, floor: f32) -> Result<()> {
        for k in 0..self.rest.len() {
            self.probe_child(self.rest[k], floor - self.rest_most[k + 1])?;
        }
        if self.sieve_most > 0.0 {
            self.candidates.bounds.iter_mut().for_each(|bound| *bound += self.sieve_most);
        }
        Ok(())
    }

    /// Looks the candidates up in a child, and drops those that it rules out or that stay below
    /// `floor` with it.
    fn probe_child(&mut self, child: usize, floor: f32) -> Result<()> {
        if self.candidates.docs.is_empty() {
            return Ok(());
        }
        let (role, node) = &mut self.children[child];
        self.probed.clear();
        let least = match role {
            Role::Must | Role::Should => floor - self.candidates.best(),
            Role::MustNot | Role::Filter => 0.0,
        };
        node.probe(&self.candidates.docs, least, &mut self.probed)?;
        self.candidates.apply(*role, &self.probed, floor);
        Ok(())
    }

    /// Whether the alternatives are words, whose bounds say what matches: a phrase need not stand
    /// where its words do, and what scores 0 has no bound to tell it by.
    fn has_only_words(&self) -> bool {
        let alternatives = self.children.iter().filter(|(role, _)| *role == Role::Should);
        alternatives.into_iter().all(|(_, node)| match node {
            Node::Word(word) => !word.has_phrase(),
            _ => false,
        })
    }

    /// As [`Node::is_sparse`]. To mark alternatives costs less than to put their lists in order.
    pub fn is_sparse(&self) -> bool {
        self.lead.is_some_and(|lead| self.children[lead].1.is_sparse(self.doc_count))
    }

    /// Appends the matches of the window, of any length, rising. There is a lead, whose matches are
    /// all held at once.
    pub fn matches(&mut self, window: Window, out: &mut Vec<u32>) -> Result<()> {
        let mut found = Vec::new();
        if let Some(lead) = self.lead {
            self.children[lead].1.matches(window, &mut found)?;
        }
        self.sieve.strain(&mut found);
        for &i in &self.rest {
            let (role, node) = &mut self.children[i];
            if *role != Role::Should && !found.is_empty() {
                let excludes = *role == Role::MustNot;
                let mut held = node.held(&found)?.into_iter();
                found.retain(|_| held.next().is_some_and(|held| held != excludes));
            }
        }
        out.append(&mut found);
        Ok(())
    }

    pub fn mark(&mut self, window: Window, mask: &mut Mask) -> Result<()> {
        let mut found: Mask = [0; _];
        match self.lead {
            Some(lead) => self.children[lead].1.mark(window, &mut found)?,
            None => {
                for (role, node) in &mut self.children {
                    if *role == Role::Should {
                        node.mark(window, &mut found)?;
                    }
                }
            }
        }
        self.sieve.narrow(window.start, &mut found);
        for &i in &self.rest {
            let (role, node) = &mut self.children[i];
            if *role == Role::Should {
                continue;
            }
            let excludes = *role == Role::MustNot;
            let mark_cost = node.cost() * u64::from(WINDOW) / u64::from(self.doc_count.max(1));
            let count = count_places(&found);
            if count as u64 * LOOK_UP_COST < mark_cost {
                let mut docs = Vec::with_capacity(count);
                each_place(&found, |place| docs.push(window.start + place));
                let held = node.held(&docs)?;
                for (doc, _) in docs.iter().zip(held).filter(|(_, held)| *held == excludes) {
                    clear_place(&mut found, doc - window.start);
                }
            } else {
                let mut other: Mask = [0; _];
                node.mark(window, &mut other)?;
                for (word, other) in found.iter_mut().zip(other) {
                    *word &= if excludes { !other } else { other };
                }
            }
        }
        mask.iter_mut().zip(found).for_each(|(word, found)| *word |= found);
        Ok(())
    }

    pub fn probe(&mut self, docs: &[u32], floor: f32, out: &mut Vec<f32>) -> Result<()> {
        if self.lead.is_none() && !self.has_only_words() {
            let scores = self.scores(docs)?;
            out.extend(
                scores.into_iter().map(|score| score.map_or(NO_MATCH, |score| score as f32)),
            );
            return Ok(());
        }
        self.candidates.clear();
        docs.iter().for_each(|&doc| self.candidates.push(doc, 0.0));
        let floor = (floor - self.sieve_most).max(0.0);
        self.sieve.retain(&mut self.candidates);
        match self.lead {
            Some(lead) => self.probe_child(lead, floor - self.rest_most[0])?,
            None => {
                let mut streams =
                    Alternatives { children: &mut self.children, streams: &self.streams };
                self.union.lift(&mut streams, &mut self.candidates, floor)?;
            }
        }
        self.judge(floor)?;
        let mut found = self.candidates.docs.iter().zip(&self.candidates.bounds).peekable();
        out.extend(docs.iter().map(|doc| {
            let same = found.next_if(|(held, _)| *held == doc);
            same.map_or(NO_MATCH, |(_, &bound)| bound.max(f32::MIN_POSITIVE))
        }));
        Ok(())
    }

    pub fn held(&mut self, docs: &[u32]) -> Result<Vec<bool>> {
        let mut any = vec![self.lead.is_some(); docs.len()];
        let mut all = vec![true; docs.len()];
        for (role, node) in &mut self.children {
            let is_should = *role == Role::Should;
            let is_open = |i: &usize| all[*i] && !(is_should && any[*i]);
            let open: Vec<usize> = (0..docs.len()).filter(is_open).collect();
            let asked: Vec<u32> = open.iter().map(|&i| docs[i]).collect();
            for (i, held) in open.into_iter().zip(node.held(&asked)?) {
                match role {
                    Role::Should => any[i] = held,
                    _ => all[i] = held != (*role == Role::MustNot),
                }
            }
        }
        Ok(all.into_iter().zip(any).map(|(all, any)| all && any).collect())
    }

    pub fn scores(&mut self, docs: &[u32]) -> Result<Vec<Option<f64>>> {
        let mut totals = vec![Some(0.0); docs.len()];
        let mut any = vec![self.lead.is_some(); docs.len()];
        for (role, node) in &mut self.children {
            if matches!(role, Role::Filter | Role::MustNot) {
                for (total, held) in totals.iter_mut().zip(node.held(docs)?) {
                    if held == (*role == Role::MustNot) {
                        *total = None;
                    }
                }
                continue;
            }
            for ((total, any), score) in
                totals.iter_mut().zip(&mut any).zip(node.scores(docs, 0.0)?)
            {
                match score {
                    Some(score) => {
                        *any = true;
                        *total = total.map(|total| total + score);
                    }
                    None if *role == Role::Must => *total = None,
                    None => {}
                }
            }
        }
        Ok(totals.into_iter().zip(any).map(|(total, any)| total.filter(|_| any)).collect())
    }

    pub fn seeds(&mut self, limit: usize, out: &mut Vec<Seed>) -> Result<()> {
        if self.lead.is_some() {
            return Ok(()); // what is best for one condition seldom matches the others
        }
        let is_list = |node: &Node<'_>| matches!(node, Node::Word(word) if !word.has_phrase());
        let mut children = self.children.iter();
        let are_lists = children.all(|(role, node)| *role != Role::Should || is_list(node));
        if are_lists && self.union.is_crowded() {
            let mut streams = Alternatives { children: &mut self.children, streams: &self.streams };
            let mut best = Candidates::default();
            self.union.best(&mut streams, limit + limit / 2, &self.sieve, &mut best)?;
            out.extend(best.pairs().map(|(doc, guess)| Seed { doc, guess }));
            return Ok(());
        }
        for (role, node) in &mut self.children {
            if *role == Role::Should {
                node.seeds(limit, out)?;
            }
        }
        Ok(())
    }
}

/// The child to find documents by: the one whose documents, looked up in all others, cost least.
fn lead(children: &[(Role, Node<'_>)]) -> Option<usize> {
    let all: u64 = children.iter().map(|(_, node)| node.look_up_cost()).sum();
    let required =
        (0..children.len()).filter(|&i| matches!(children[i].0, Role::Must | Role::Filter));
    required.min_by_key(|&i| {
        let node = &children[i].1;
        node.cost().saturating_mul(1 + all - node.look_up_cost())
    })
}

/// The alternatives of an OR, a word's lists one by one.
struct Alternatives<'b, 'a> {
    children: &'b mut [(Role, Node<'a>)],
    streams: &'b [Stream],
}

impl<'a> Alternatives<'_, 'a> {
    /// The node of a stream, and which of its lists it is.
    fn stream(&mut self, i: usize) -> (&mut Node<'a>, Option<usize>) {
        let Stream { child, list } = self.streams[i];
        (&mut self.children[child].1, list)
    }
}

impl Streams for Alternatives<'_, '_> {
    fn next(&mut self, i: usize, target: u32) -> Result<u32> {
        match self.stream(i) {
            (Node::Word(word), Some(list)) => word.next_in(list, target),
            (node, _) => node.next(target),
        }
    }

    fn add(
        &mut self,
        i: usize,
        beside: Option<usize>,
        window: Window,
        out: &mut Accumulator,
    ) -> Result<()> {
        let beside = beside.and_then(|other| self.streams[other].list);
        match self.stream(i) {
            (Node::Word(word), Some(list)) => word.add_in(list, beside, window, out),
            (node, _) => {
                let mut found = Candidates::default();
                node.find(window, 0.0, &mut found)?;
                for (doc, bound) in found.pairs() {
                    out.add(doc - window.start, bound);
                }
                Ok(())
            }
        }
    }

    fn find(&mut self, i: usize, window: Window, floor: f32, out: &mut Candidates) -> Result<()> {
        match self.stream(i) {
            (Node::Word(word), Some(list)) => word.find_in(list, window, floor, out),
            (node, _) => node.find(window, floor, out),
        }
    }

    fn lift(&mut self, i: usize, beside: Option<usize>, candidates: &mut Candidates) -> Result<()> {
        let beside = beside.and_then(|other| self.streams[other].list);
        match self.stream(i) {
            (Node::Word(word), Some(list)) => word.lift_in(list, beside, candidates),
            (node, _) => {
                let mut probed = Vec::new();
                node.probe(&candidates.docs, 0.0, &mut probed)?;
                for (bound, more) in candidates.bounds.iter_mut().zip(probed) {
                    *bound += more.max(0.0);
                }
                Ok(())
            }
        }
    }
}
