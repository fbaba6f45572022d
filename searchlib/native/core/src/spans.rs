//! Where in a text do words stand near each other? Shared by searching and highlighting, so that
//! what is marked is what matched.
//!
//! A stretch is the positions `start..end`. What a query finds, and how it is counted, is said in
//! docs/ranking.md, "Near".

use crate::bm25::idf;
use crate::phrase::occurrences;
use crate::search::plan;

/// Positions `start..end`.
pub type Stretch = (u32, u32);

/// A `near` in any order takes at most so many spans: it looks at every order.
pub const MAX_UNORDERED: usize = 8;

/// A [`plan::Span`] whose terms are places in a list of terms, and whose patterns are terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    Terms(Vec<usize>),
    Phrase { terms: Vec<(usize, u32)>, slop: u32 },
    Near { spans: Vec<Span>, distance: u32, ordered: bool },
    Any(Vec<Span>),
    First { span: Box<Span>, within: u32 },
}

impl Span {
    /// `terms` learns the term of each place of the span, one that stands twice as two: a list is
    /// walked for each of them.
    pub fn new(span: &plan::Span, terms: &mut Vec<Vec<u8>>) -> Self {
        let mut place = |term: &Vec<u8>| {
            terms.push(term.clone());
            terms.len() - 1
        };
        match span {
            plan::Span::Terms(terms) => Span::Terms(terms.iter().map(place).collect()),
            // Expanded before: one that is left stands for no term.
            plan::Span::Pattern(_) => Span::Terms(Vec::new()),
            plan::Span::Phrase { terms, slop } => {
                let terms = terms.iter().map(|(term, offset)| (place(term), *offset));
                Span::Phrase { terms: terms.collect(), slop: *slop }
            }
            plan::Span::Near { spans, distance, ordered } => {
                let spans = spans.iter().map(|span| Span::new(span, terms)).collect();
                Span::Near { spans, distance: *distance, ordered: *ordered }
            }
            plan::Span::Any(spans) => {
                Span::Any(spans.iter().map(|span| Span::new(span, terms)).collect())
            }
            plan::Span::First { span, within } => {
                Span::First { span: Span::new(span, terms).into(), within: *within }
            }
        }
    }

    /// What is found where each term stands at these rising positions; rising by end, none twice.
    pub fn stretches(&self, positions: &[Vec<u32>]) -> Vec<Stretch> {
        let mut found = match self {
            Span::Terms(terms) => {
                let at = terms.iter().flat_map(|&term| &positions[term]);
                at.map(|&position| (position, position + 1)).collect()
            }
            Span::Phrase { terms, slop } => phrase(terms, *slop, positions),
            Span::Near { spans, distance, ordered } => {
                let clauses: Vec<_> = spans.iter().map(|span| span.stretches(positions)).collect();
                near(&clauses, *distance, *ordered)
            }
            Span::Any(spans) => spans.iter().flat_map(|span| span.stretches(positions)).collect(),
            Span::First { span, within } => {
                let mut found = span.stretches(positions);
                found.retain(|&(_, end)| end <= *within);
                found
            }
        };
        found.sort_unstable_by_key(|&(start, end)| (end, start));
        found.dedup();
        found
    }

    /// The stretches of words and phrases that make up what is found.
    pub fn leaves(&self, positions: &[Vec<u32>]) -> Vec<Stretch> {
        let mut leaves = Vec::new();
        self.add_leaves(positions, &self.stretches(positions), &mut leaves);
        leaves.sort_unstable();
        leaves.dedup();
        leaves
    }

    /// `found`: which of the stretches count.
    fn add_leaves(&self, positions: &[Vec<u32>], found: &[Stretch], out: &mut Vec<Stretch>) {
        let parts = match self {
            Span::Terms(_) | Span::Phrase { .. } => {
                out.extend_from_slice(found);
                return;
            }
            Span::Near { spans, .. } | Span::Any(spans) => spans.as_slice(),
            Span::First { span, .. } => std::slice::from_ref(&**span),
        };
        for part in parts {
            let mut inside = part.stretches(positions);
            inside.retain(|&(start, end)| {
                found.iter().any(|&(first, last)| first <= start && end <= last)
            });
            part.add_leaves(positions, &inside, out);
        }
    }

    /// The terms that say how rare this is: as of a phrase where all has to be there, as of the most
    /// frequent where any may; `None` for what no term stands for.
    /// `doc_freqs`: how many of `doc_count` documents hold each term.
    pub fn telling(&self, doc_freqs: &[u64], doc_count: u64) -> Vec<Option<usize>> {
        let most = |terms: &mut dyn Iterator<Item = usize>| {
            terms.reduce(|a, b| if doc_freqs[b] > doc_freqs[a] { b } else { a })
        };
        let of = |span: &Span| span.telling(doc_freqs, doc_count);
        match self {
            Span::Terms(terms) => vec![most(&mut terms.iter().copied())],
            Span::Phrase { terms, .. } => {
                let mut places: Vec<u32> = terms.iter().map(|&(_, offset)| offset).collect();
                places.dedup();
                let at = |place| terms.iter().filter(move |(_, offset)| *offset == place);
                places.into_iter().map(|place| most(&mut at(place).map(|&(term, _)| term))).collect()
            }
            Span::Near { spans, .. } => spans.iter().flat_map(of).collect(),
            Span::Any(spans) => {
                let rare = |found: &Vec<Option<usize>>| rarity(found, doc_freqs, doc_count);
                let least = spans.iter().map(of).min_by(|a, b| rare(a).total_cmp(&rare(b)));
                least.unwrap_or_else(|| vec![None])
            }
            Span::First { span, .. } => of(span),
        }
    }

    /// The widest `near` in any order.
    pub fn widest(&self) -> usize {
        let most = |spans: &[Span]| spans.iter().map(Span::widest).max().unwrap_or(0);
        match self {
            Span::Terms(_) | Span::Phrase { .. } => 0,
            Span::Near { spans, ordered: true, .. } | Span::Any(spans) => most(spans),
            Span::Near { spans, .. } => most(spans).max(spans.len()),
            Span::First { span, .. } => span.widest(),
        }
    }
}

/// The sum of the idf of some terms; of none, that of a term without documents.
pub fn rarity(terms: &[Option<usize>], doc_freqs: &[u64], doc_count: u64) -> f64 {
    terms.iter().map(|term| idf(term.map_or(0, |term| doc_freqs[term]), doc_count)).sum()
}

fn phrase(terms: &[(usize, u32)], slop: u32, positions: &[Vec<u32>]) -> Vec<Stretch> {
    let mut places: Vec<(Vec<u32>, u32)> = Vec::new();
    for &(term, offset) in terms {
        match places.last_mut() {
            Some((at, last)) if *last == offset => at.extend_from_slice(&positions[term]),
            _ => places.push((positions[term].clone(), offset)),
        }
    }
    for (at, _) in &mut places {
        at.sort_unstable();
        at.dedup();
    }
    let lists: Vec<_> = places.iter().map(|(at, offset)| (at.as_slice(), *offset)).collect();
    let mut found = Vec::new();
    occurrences(&lists, slop, |at| {
        let held = || at.iter().zip(&lists).map(|(&at, (list, _))| list[at]);
        if let (Some(start), Some(last)) = (held().min(), held().max()) {
            found.push((start, last + 1));
        }
    });
    found
}

/// The shortest stretches with one of each clause's, apart from each other and in order where it
/// is asked for, of whose positions at most `distance` lie in none of them.
fn near(clauses: &[Vec<Stretch>], distance: u32, ordered: bool) -> Vec<Stretch> {
    if clauses.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let of = |(number, clause): (usize, &Vec<Stretch>)| {
        clause.iter().map(move |&(start, end)| (end, start, number)).collect::<Vec<_>>()
    };
    let mut all: Vec<(u32, u32, usize)> = clauses.iter().enumerate().flat_map(of).collect();
    all.sort_unstable();
    let longest = clauses.iter().map(|clause| clause.iter().map(|s| s.1 - s.0).max().unwrap_or(0));
    let reach = longest.fold(distance, u32::saturating_add);
    let mut starts: Vec<u32> = match ordered {
        true => clauses[0].iter().map(|stretch| stretch.0).collect(),
        false => all.iter().map(|&(_, start, _)| start).collect(),
    };
    starts.sort_unstable();
    starts.dedup();
    let mut chains = Chains {
        done: vec![Vec::new(); 1 << if ordered { 0 } else { clauses.len() }],
        used: Vec::new(),
    };
    if ordered {
        chains.done.resize(clauses.len() + 1, Vec::new());
    }
    let mut found: Vec<Stretch> = Vec::new();
    for start in starts {
        let end = chains.first_end(&all, clauses.len(), (start, reach), distance, ordered);
        found.extend(end.map(|end| (start, end)));
    }
    // The shortest: none that holds another.
    let mut least = u32::MAX;
    let mut kept = Vec::new();
    for (start, end) in found.into_iter().rev() {
        if end < least {
            least = end;
            kept.push((start, end));
        }
    }
    kept
}

/// Chains of stretches from one start, by which clauses they have: a set of bits, or how many of
/// the first ones where they come in order.
struct Chains {
    /// For each: (end, positions covered), both rising.
    done: Vec<Vec<(u32, u32)>>,
    used: Vec<usize>,
}

impl Chains {
    /// Where the first chain from `start` with all clauses ends.
    fn first_end(
        &mut self,
        all: &[(u32, u32, usize)],
        clauses: usize,
        (start, reach): (u32, u32),
        distance: u32,
        ordered: bool,
    ) -> Option<u32> {
        for used in self.used.drain(..) {
            self.done[used].clear();
        }
        let whole = if ordered { clauses } else { (1 << clauses) - 1 };
        let from = all.partition_point(|&(end, ..)| end <= start);
        for &(end, first, clause) in &all[from..] {
            if end - start > reach {
                return None;
            }
            if first < start {
                continue;
            }
            let length = end - first;
            if first == start && (!ordered || clause == 0) {
                let state = if ordered { 1 } else { 1 << clause };
                if self.add(state, end, length) == whole {
                    return Some(end);
                }
            }
            for place in 0..self.used.len() {
                let before = self.used[place];
                let next = match ordered {
                    true if before == clause => before + 1,
                    false if before >> clause & 1 == 0 => before | 1 << clause,
                    _ => continue,
                };
                let chains = &self.done[before];
                let ended = chains.partition_point(|&(end, _)| end <= first);
                let Some(&(_, covered)) = ended.checked_sub(1).and_then(|at| chains.get(at)) else {
                    continue;
                };
                let covered = covered + length;
                self.add(next, end, covered);
                if next == whole && end - start - covered <= distance {
                    return Some(end);
                }
            }
        }
        None
    }

    fn add(&mut self, state: usize, end: u32, covered: u32) -> usize {
        let chains = &mut self.done[state];
        if chains.is_empty() {
            self.used.push(state);
        }
        if chains.last().is_none_or(|&(_, most)| most < covered) {
            chains.push((end, covered));
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every choice of one stretch from each clause, by the book.
    fn by_the_book(clauses: &[Vec<Stretch>], distance: u32, ordered: bool) -> Vec<Stretch> {
        let mut choices: Vec<Vec<Stretch>> = vec![Vec::new()];
        for clause in clauses {
            choices = choices
                .iter()
                .flat_map(|chosen| clause.iter().map(move |&s| [chosen.as_slice(), &[s]].concat()))
                .collect();
        }
        let mut found = Vec::new();
        for choice in choices {
            let mut row = choice.clone();
            row.sort_unstable();
            let apart = row.windows(2).all(|pair| pair[0].1 <= pair[1].0);
            let (start, end) = (row[0].0, row[row.len() - 1].1);
            let covered: u32 = row.iter().map(|s| s.1 - s.0).sum();
            if apart && (!ordered || row == choice) && end - start - covered <= distance {
                found.push((start, end));
            }
        }
        let holds = |a: &Stretch, b: &Stretch| a != b && a.0 <= b.0 && b.1 <= a.1;
        let mut least: Vec<_> =
            found.iter().copied().filter(|a| !found.iter().any(|b| holds(a, b))).collect();
        least.sort_unstable();
        least.dedup();
        least
    }

    proptest! {
        #[test]
        fn near_finds_what_trying_every_choice_finds(
            starts in prop::collection::vec(
                prop::collection::btree_set((0u32..30, 1u32..4), 0..6), 2..5),
            distance in 0u32..12, ordered: bool,
        ) {
            let clause = |set: &std::collections::BTreeSet<(u32, u32)>| {
                let mut clause: Vec<_> = set.iter().map(|&(at, long)| (at, at + long)).collect();
                clause.sort_unstable_by_key(|&(start, end)| (end, start));
                clause
            };
            let clauses: Vec<Vec<Stretch>> = starts.iter().map(clause).collect();
            let mut found = near(&clauses, distance, ordered);
            found.sort_unstable();
            prop_assert_eq!(found, by_the_book(&clauses, distance, ordered));
        }
    }
}
