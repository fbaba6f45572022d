//! Conditions made of others, which match as these do and score otherwise.

use crate::error::Result;
use crate::search::node::{Node, Place};
use crate::search::plan::{Curve, Function, Plan, Shape};
use crate::search::statistics::Weighed;
use crate::search::window::{Accumulator, Candidates, NO_MATCH, WINDOW, Window};
use crate::segment::FieldKind;
use crate::segment::columns::NumberValues;
use crate::segment::postings::END;

pub struct Compound<'a> {
    rule: Rule<'a>,
    children: Vec<Node<'a>>,
    scratch: Accumulator,
    found: Candidates,
    /// How many children match each document of a window.
    counts: Vec<u16>,
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
            Rule::Scaled(Values {
                function: *function,
                column: numbers.map(|numbers| numbers.values()).transpose()?,
                ticks: field.is_some_and(|field| field.info.kind != FieldKind::Number),
            })
        }
        _ => Rule::DisMax(0.0),
    };
    let mut nodes = Vec::with_capacity(children.len());
    for (number, child) in children.iter().enumerate() {
        let counts = match rule {
            Rule::Constant(_) => false,
            Rule::Demote(_) => number == 0,
            _ => true,
        };
        nodes.push(Node::new(place, child, scored && counts)?);
    }
    Ok(Compound::new(rule, nodes))
}

/// A score as a bound: a match has one above 0.
fn bound(score: f64) -> f32 {
    (score as f32).max(f32::MIN_POSITIVE)
}

impl<'a> Compound<'a> {
    fn new(rule: Rule<'a>, children: Vec<Node<'a>>) -> Self {
        let counts = match rule {
            Rule::AtLeast(_) => vec![0; WINDOW as usize],
            _ => Vec::new(),
        };
        Compound {
            rule,
            children,
            scratch: Accumulator::default(),
            found: Candidates::default(),
            counts,
        }
    }

    pub fn rule(&self) -> &Rule<'a> {
        &self.rule
    }

    pub fn children(&mut self) -> &mut [Node<'a>] {
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

    pub fn accumulate(&mut self, window: Window, out: &mut Accumulator) -> Result<()> {
        match &self.rule {
            Rule::DisMax(_) | Rule::AtLeast(_) => self.join(window, out),
            Rule::Constant(_) | Rule::Demote(_) | Rule::Scaled(_) => {
                self.children[0].accumulate(window, &mut self.scratch)?;
                self.scratch.drain(window, &mut self.found);
                for (&doc, &bound) in self.found.docs.iter().zip(&self.found.bounds) {
                    let bound = match &self.rule {
                        Rule::Constant(score) => self::bound(*score),
                        Rule::Scaled(values) => self::bound(f64::from(bound) * values.factor(doc)),
                        // Demoted or not, it is not more.
                        _ => bound,
                    };
                    out.add(doc - window.start, bound);
                }
                Ok(())
            }
        }
    }

    /// Adds what enough of the children match. The sum of their bounds is a bound of the best too.
    fn join(&mut self, window: Window, out: &mut Accumulator) -> Result<()> {
        let least = match self.rule {
            Rule::AtLeast(count) => count.max(1),
            _ => 1,
        };
        if least == 1 {
            for child in &mut self.children {
                child.accumulate(window, out)?;
            }
            return Ok(());
        }
        let mut found = Candidates::default();
        let mut sums = Accumulator::default();
        for child in &mut self.children {
            child.accumulate(window, &mut self.scratch)?;
            self.scratch.drain(window, &mut found);
            for (&doc, &bound) in found.docs.iter().zip(&found.bounds) {
                self.counts[(doc - window.start) as usize] += 1;
                sums.add(doc - window.start, bound);
            }
        }
        sums.drain(window, &mut self.found);
        for (&doc, &bound) in self.found.docs.iter().zip(&self.found.bounds) {
            let place = doc - window.start;
            let count = std::mem::take(&mut self.counts[place as usize]);
            if usize::from(count) >= least {
                out.add(place, bound);
            }
        }
        Ok(())
    }

    /// For each of the rising `docs` its score as a bound, or [`NO_MATCH`].
    pub fn probe(&mut self, docs: &[u32], out: &mut Vec<f32>) -> Result<()> {
        for &doc in docs {
            let score = self.score(doc)?;
            out.push(score.map_or(NO_MATCH, |score| score as f32));
        }
        Ok(())
    }

    /// The exact score of `doc`; `None` when it does not match.
    pub fn score(&mut self, doc: u32) -> Result<Option<f64>> {
        if let Rule::DisMax(_) | Rule::AtLeast(_) = self.rule {
            let (mut sum, mut best, mut count) = (0.0, 0.0, 0);
            for child in &mut self.children {
                if let Some(score) = child.score(doc)? {
                    sum += score;
                    best = score.max(best);
                    count += 1;
                }
            }
            return Ok(match self.rule {
                Rule::DisMax(tie) => (count > 0).then_some(best + tie * (sum - best)),
                Rule::AtLeast(least) => (count >= least.max(1)).then_some(sum),
                _ => None,
            });
        }
        let Some(score) = self.children[0].score(doc)? else {
            return Ok(None);
        };
        Ok(Some(match &self.rule {
            Rule::Constant(score) => *score,
            Rule::Scaled(values) => score * values.factor(doc),
            Rule::Demote(factor) => match self.children[1].score(doc)? {
                Some(_) => score * factor,
                None => score,
            },
            Rule::DisMax(_) | Rule::AtLeast(_) => score,
        }))
    }
}
