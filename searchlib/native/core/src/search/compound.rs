//! Conditions made of others, which match as these do and score otherwise.

use crate::error::Result;
use crate::search::formula::bound;
use crate::search::node::{Node, Place};
use crate::search::plan::{Curve, Function, Plan, Shape};
use crate::search::statistics::Weighed;
use crate::search::window::{Candidates, Mask, NO_MATCH, PLACES, Window, each_place, set_place};
use crate::segment::FieldKind;
use crate::segment::columns::NumberValues;
use crate::segment::postings::END;

/// The bound of a match that scores nothing.
const NOTHING: f32 = f32::MIN_POSITIVE;

pub struct Compound<'a> {
    rule: Rule<'a>,
    children: Vec<Node<'a>>,
    /// Which children score; the others are only there or not.
    scoring: Vec<bool>,
    found: Candidates,
}

/// What the children have to do with each other.
pub enum Rule<'a> {
    /// The first one's matches score this.
    Constant(f64),
    /// The best score, plus so much of each of the others.
    DisMax(f64),
    /// So many have to match.
    AtLeast(usize),
    /// The score of the first one's matches is multiplied by this where the second matches too.
    Demote(f64),
    /// The score of the first one's matches is multiplied by a function of a value.
    Scaled(Values<'a>),
}

/// A function of the value that a document has in a column.
pub struct Values<'a> {
    pub function: Function,
    /// None where the segment has no such field.
    pub column: Option<NumberValues<'a>>,
    /// Whether the values are dates, in microseconds.
    pub ticks: bool,
    /// No factor is more.
    pub most: f64,
}

impl Values<'_> {
    pub fn value(&self, doc: u32) -> Option<f64> {
        let key = self.column.as_ref()?.get(doc)?;
        Some(if self.ticks { key.ticks() as f64 } else { key.float() })
    }

    /// By what the score of `doc` is multiplied.
    pub fn factor(&self, doc: u32) -> f64 {
        self.function.of(self.value(doc))
    }
}

impl Function {
    pub fn of(&self, value: Option<f64>) -> f64 {
        match *self {
            Function::Decay { shape, origin, scale, offset, decay } => {
                let Some(value) = value else {
                    return 1.0;
                };
                let x = ((value - origin).abs() - offset).max(0.0) / scale;
                match shape {
                    Shape::Exponential => decay.powf(x),
                    Shape::Gaussian => decay.powf(x * x),
                    Shape::Linear => (1.0 - (1.0 - decay) * x).max(0.0),
                }
            }
            Function::Value { curve, factor, missing } => {
                let v = (value.unwrap_or(missing) * factor).max(0.0);
                match curve {
                    Curve::Value => v,
                    Curve::Log1p => v.ln_1p(),
                    Curve::Sqrt => v.sqrt(),
                    Curve::Saturation => v / (v + 1.0),
                }
            }
        }
    }
}

/// The node of a plan that is made of others, in the place of `children`.
pub fn compound<'a>(
    place: Place<'a>,
    plan: &Plan,
    children: &'a [Weighed<'_>],
    scored: bool,
) -> Result<Compound<'a>> {
    let rule = match plan {
        Plan::Constant { score, .. } => Rule::Constant(if scored { *score } else { 0.0 }),
        Plan::DisMax { tie, .. } => Rule::DisMax(*tie),
        Plan::AtLeast { count, .. } => Rule::AtLeast(*count),
        Plan::Demote { factor, .. } => Rule::Demote(*factor),
        Plan::Scaled { field, function, .. } => {
            let field = place.searcher.field(place.segment, *field);
            let numbers = field.and_then(|field| field.numbers.as_ref());
            let mut values = Values {
                function: *function,
                column: numbers.map(|numbers| numbers.values()).transpose()?,
                ticks: field.is_some_and(|field| field.info.kind != FieldKind::Number),
                most: 1.0,
            };
            if scored && matches!(function, Function::Value { .. }) {
                let docs = 0..place.searcher.segments()[place.segment].doc_count();
                values.most = docs.map(|doc| values.factor(doc)).fold(0.0, f64::max);
            }
            Rule::Scaled(values)
        }
        _ => Rule::DisMax(0.0),
    };
    let mut nodes = Vec::with_capacity(children.len());
    let mut scoring = Vec::with_capacity(children.len());
    for (number, child) in children.iter().enumerate() {
        let counts = match rule {
            Rule::Constant(_) => false,
            Rule::Demote(_) => number == 0,
            _ => true,
        };
        scoring.push(scored && counts && child.scores());
        nodes.push(Node::new(place, child, scored && counts)?);
    }
    Ok(Compound { rule, children: nodes, scoring, found: Candidates::default() })
}

impl<'a> Compound<'a> {
    pub fn rule(&self) -> &Rule<'a> {
        &self.rule
    }

    pub fn children(&self) -> &[Node<'a>] {
        &self.children
    }

    pub fn children_mut(&mut self) -> &mut [Node<'a>] {
        &mut self.children
    }

    pub fn cost(&self) -> u64 {
        let all = || self.children.iter().map(Node::cost);
        match self.rule {
            Rule::DisMax(_) => all().sum(),
            Rule::AtLeast(count) => all().sum::<u64>() / count.max(1) as u64,
            _ => all().next().unwrap_or(0),
        }
    }

    /// A document at or after `target` before which none matches; [`END`] when none is left.
    pub fn next(&mut self, target: u32) -> Result<u32> {
        let asked = match self.rule {
            Rule::DisMax(_) | Rule::AtLeast(_) => self.children.len(),
            _ => 1,
        };
        let mut next = Vec::with_capacity(asked);
        for child in &mut self.children[..asked] {
            next.push(child.next(target)?);
        }
        next.sort_unstable();
        let place = match self.rule {
            Rule::AtLeast(count) => count.max(1) - 1,
            _ => 0,
        };
        Ok(next.get(place).copied().unwrap_or(END))
    }

    /// No document scores more.
    pub fn most(&self) -> f32 {
        let bounds = self.children.iter().zip(&self.scoring);
        let bounds = bounds.map(|(child, scores)| if *scores { child.most() } else { NOTHING });
        let sum: f32 = bounds.clone().sum();
        match &self.rule {
            Rule::Constant(score) => bound(*score),
            Rule::DisMax(tie) => {
                let best = bounds.fold(0.0, f32::max);
                best + *tie as f32 * (sum - best)
            }
            Rule::AtLeast(_) => sum,
            Rule::Demote(_) => bounds.clone().next().unwrap_or(0.0),
            Rule::Scaled(values) => {
                let most = bounds.clone().next().unwrap_or(0.0);
                bound(f64::from(most) * values.most)
            }
        }
    }

    /// Appends the matches of the window that can score `floor`, rising, each with a bound.
    pub fn find(&mut self, window: Window, floor: f32, out: &mut Candidates) -> Result<()> {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        match &self.rule {
            Rule::Constant(score) => {
                let score = bound(*score);
                if score >= floor {
                    find_child(&mut self.children[0], false, window, floor, &mut found)?;
                    found.docs.iter().for_each(|&doc| out.push(doc, score));
                }
            }
            // Demoted or not, it is not more.
            Rule::Demote(_) => {
                find_child(&mut self.children[0], self.scoring[0], window, floor, out)?;
            }
            Rule::Scaled(values) => {
                find_child(&mut self.children[0], self.scoring[0], window, 0.0, &mut found)?;
                for (&doc, &most) in found.docs.iter().zip(&found.bounds) {
                    let most = bound(f64::from(most) * values.factor(doc));
                    if most >= floor {
                        out.push(doc, most);
                    }
                }
            }
            Rule::DisMax(_) | Rule::AtLeast(_) => self.join(window, floor, &mut found, out)?,
        }
        self.found = found;
        Ok(())
    }

    /// Appends what enough of the children match.
    fn join(
        &mut self,
        window: Window,
        floor: f32,
        found: &mut Candidates,
        out: &mut Candidates,
    ) -> Result<()> {
        // Where only the best counts, it reaches the floor itself.
        let alone = matches!(self.rule, Rule::DisMax(0.0));
        let mut pairs: Vec<(u32, f32)> = Vec::new();
        for (child, &scores) in self.children.iter_mut().zip(&self.scoring) {
            found.clear();
            find_child(child, scores, window, if alone { floor } else { 0.0 }, found)?;
            pairs.extend(found.docs.iter().copied().zip(found.bounds.iter().copied()));
        }
        pairs.sort_unstable_by_key(|&(doc, _)| doc);
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            let sum: f32 = same.iter().map(|pair| pair.1).sum();
            let best = same.iter().map(|pair| pair.1).fold(0.0, f32::max);
            let most = match self.rule {
                Rule::DisMax(tie) => best + tie as f32 * (sum - best),
                Rule::AtLeast(least) if same.len() < least => continue,
                _ => sum,
            };
            if most >= floor {
                out.push(same[0].0, most);
            }
        }
        Ok(())
    }

    /// Sets the bit of each match of the window, which is at most
    /// [`WINDOW`](crate::search::window::WINDOW) long.
    pub fn mark(&mut self, window: Window, mask: &mut Mask) -> Result<()> {
        match self.rule {
            Rule::Constant(_) | Rule::Demote(_) | Rule::Scaled(_) => {
                self.children[0].mark(window, mask)
            }
            Rule::DisMax(_) | Rule::AtLeast(0..=1) => {
                self.children.iter_mut().try_for_each(|child| child.mark(window, mask))
            }
            Rule::AtLeast(least) => {
                let mut counts = vec![0usize; PLACES];
                for child in &mut self.children {
                    let mut own: Mask = [0; PLACES / 64];
                    child.mark(window, &mut own)?;
                    each_place(&own, |place| counts[place as usize] += 1);
                }
                for (place, &count) in counts.iter().enumerate() {
                    if count >= least {
                        set_place(mask, place as u32);
                    }
                }
                Ok(())
            }
        }
    }

    /// Whether `doc` matches.
    pub fn holds(&mut self, doc: u32) -> Result<bool> {
        let least = match self.rule {
            Rule::AtLeast(least) => least.max(1),
            Rule::DisMax(_) => 1,
            _ => return self.children[0].holds(doc),
        };
        let mut count = 0;
        for child in &mut self.children {
            count += usize::from(child.holds(doc)?);
        }
        Ok(count >= least)
    }

    /// For each of the rising `docs` its score as a bound, or [`NO_MATCH`].
    pub fn probe(&mut self, docs: &[u32], out: &mut Vec<f32>) -> Result<()> {
        let scores = self.scores(docs)?;
        out.extend(scores.into_iter().map(|score| score.map_or(NO_MATCH, bound)));
        Ok(())
    }

    /// The exact score of each of the rising `docs`; `None` for one that does not match.
    pub fn scores(&mut self, docs: &[u32]) -> Result<Vec<Option<f64>>> {
        if let Rule::DisMax(_) | Rule::AtLeast(_) = self.rule {
            let mut found = vec![(0.0, 0.0f64, 0); docs.len()];
            for child in &mut self.children {
                for ((sum, best, count), score) in found.iter_mut().zip(child.scores(docs, 0.0)?) {
                    if let Some(score) = score {
                        *sum += score;
                        *best = score.max(*best);
                        *count += 1;
                    }
                }
            }
            let joined = found.into_iter().map(|(sum, best, count)| match self.rule {
                Rule::DisMax(tie) => (count > 0).then_some(best + tie * (sum - best)),
                Rule::AtLeast(least) => (count >= least.max(1)).then_some(sum),
                _ => None,
            });
            return Ok(joined.collect());
        }
        if let Rule::Constant(score) = self.rule {
            let held = docs.iter().map(|&doc| Ok(self.children[0].holds(doc)?.then_some(score)));
            return held.collect();
        }
        let mut scores = self.children[0].scores(docs, 0.0)?;
        for (&doc, score) in docs.iter().zip(&mut scores) {
            let Some(score) = score else {
                continue;
            };
            match &self.rule {
                Rule::Scaled(values) => *score *= values.factor(doc),
                Rule::Demote(factor) if self.children[1].holds(doc)? => *score *= factor,
                _ => {}
            }
        }
        Ok(scores)
    }
}

/// Appends the matches of one child, each with a bound.
fn find_child(
    child: &mut Node<'_>,
    scores: bool,
    window: Window,
    floor: f32,
    out: &mut Candidates,
) -> Result<()> {
    if scores {
        return child.find(window, floor, out);
    }
    let mut start = window.start;
    while start < window.end {
        let part = window.from(start);
        let mut mask: Mask = [0; PLACES / 64];
        child.mark(part, &mut mask)?;
        each_place(&mask, |place| out.push(start + place, NOTHING));
        start = part.end;
    }
    Ok(())
}
