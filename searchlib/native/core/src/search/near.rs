//! Words and phrases near each other in one segment, scored as a phrase over several fields is.

use crate::error::{Error, Result};
use crate::search::formula::bound;
use crate::search::node::Place;
use crate::search::plan::{NearPart, WordPart};
use crate::search::scorer::Scorer;
use crate::search::searcher::Searcher;
use crate::search::statistics::{TermCounts, WordStatistics};
use crate::search::window::{Candidates, Mask, NO_MATCH, Window, set_place};
use crate::segment::cursor::Cursor;
use crate::segment::postings::END;
use crate::spans::{MAX_UNORDERED, Span, Stretch, rarity};

/// What a near becomes for all segments.
pub struct NearStatistics {
    /// One for each part, in the order of the plan.
    pub spans: Vec<Span>,
    /// The parts as words of all their terms, whose lists and lengths they share.
    pub words: Vec<WordPart>,
    pub statistics: WordStatistics,
}

impl NearStatistics {
    /// `occurrences`: as in [`WordStatistics::sum`].
    pub fn sum(searcher: &Searcher, parts: &[NearPart], occurrences: bool) -> Result<Self> {
        let (mut spans, mut words) = (Vec::new(), Vec::new());
        for part in parts {
            let mut terms = Vec::new();
            let span = Span::new(&part.span, &mut terms);
            if span.widest() > MAX_UNORDERED {
                return Err(Error::Limit(format!(
                    "a near in any order is limited to {MAX_UNORDERED} queries, not {}; ask for \
                     them in order, or for fewer",
                    span.widest()
                )));
            }
            let terms = terms.into_iter().enumerate();
            let terms = terms.map(|(place, term)| (term, place as u32)).collect();
            words.push(WordPart { field: part.field, weight: part.weight, terms, slop: 0 });
            spans.push(span);
        }
        let mut statistics = WordStatistics::sum(searcher, &words, occurrences)?;
        // The words that say how rare it is are those of the field where it is least so.
        let mut least = (f64::INFINITY, Vec::new());
        for ((span, part), terms) in spans.iter().zip(&words).zip(&statistics.terms) {
            let freqs: Vec<u64> = terms.iter().map(|counts| counts.doc_freq).collect();
            let telling = span.telling(&freqs, statistics.doc_count);
            let counts = telling.iter().map(|term| term.map_or(TermCounts::default(), |i| terms[i]));
            let counts = counts.map(|counts| (counts, part.weight)).collect();
            let idf = rarity(&telling, &freqs, statistics.doc_count);
            if idf < least.0 {
                least = (idf, counts);
            }
        }
        statistics.doc_freqs = least.1.iter().map(|(counts, _)| counts.doc_freq).collect();
        if occurrences {
            let cf = |(counts, weight): &(TermCounts, f64)| weight * counts.occurrences as f64;
            statistics.collection_freqs = least.1.iter().map(cf).collect();
        }
        Ok(NearStatistics { spans, words, statistics })
    }
}

pub struct Near<'a> {
    parts: Vec<Part<'a>>,
    scorer: Scorer<'a>,
}

/// One field's share.
struct Part<'a> {
    /// Place among the plan's parts.
    number: usize,
    weight: f64,
    span: &'a Span,
    /// `None` for a term that the segment does not hold.
    cursors: Vec<Option<Cursor<'a>>>,
    positions: Vec<Vec<u32>>,
}

impl<'a> Near<'a> {
    pub fn new(
        place: Place<'a>,
        near: &'a NearStatistics,
        boost: f64,
        scored: bool,
    ) -> Result<Self> {
        let Place { searcher, segment, .. } = place;
        let doc_count = searcher.segments()[segment].doc_count();
        let mut parts = Vec::new();
        for (number, (span, words)) in near.spans.iter().zip(&near.words).enumerate() {
            let Some(field) = searcher.field(segment, words.field) else {
                continue;
            };
            let lists = &near.statistics.lists[segment][number];
            let open = |list: &Option<_>| match list {
                Some(list) => field.cursor(*list, doc_count),
                None => Ok(None),
            };
            parts.push(Part {
                number,
                weight: words.weight,
                span,
                cursors: lists.iter().map(open).collect::<Result<_>>()?,
                positions: vec![Vec::new(); lists.len()],
            });
        }
        let scorer = Scorer::new(place, &near.words, boost, &near.statistics, scored)?;
        Ok(Near { parts, scorer })
    }

    pub fn cost(&self) -> u64 {
        self.parts.iter().map(|part| cost(part.span, &part.cursors)).sum()
    }

    /// A document at or after `target` before which none matches; [`END`] when none is left.
    pub fn next(&mut self, target: u32) -> Result<u32> {
        let mut next = END;
        for part in &mut self.parts {
            next = next.min(next_of(part.span, &mut part.cursors, target)?);
        }
        Ok(next)
    }

    /// No document scores more.
    pub fn most(&self) -> f32 {
        self.scorer.most()
    }

    /// Appends the matches of the window that can score `floor`, rising, each with its score.
    pub fn find(&mut self, window: Window, floor: f32, out: &mut Candidates) -> Result<()> {
        let mut doc = self.next(window.start)?;
        while doc < window.end {
            // Several fields count together: the document is scored by all of them.
            if let Some(score) = self.score(doc)?
                && bound(score) >= floor
            {
                out.push(doc, bound(score));
            }
            doc = self.next(doc + 1)?;
        }
        Ok(())
    }

    /// Sets the bit of each match of the window, which is at most
    /// [`WINDOW`](crate::search::window::WINDOW) long.
    pub fn mark(&mut self, window: Window, mask: &mut Mask) -> Result<()> {
        let mut doc = self.next(window.start)?;
        while doc < window.end {
            if self.holds(doc)? {
                set_place(mask, doc - window.start);
            }
            doc = self.next(doc + 1)?;
        }
        Ok(())
    }

    /// Whether `doc` matches.
    pub fn holds(&mut self, doc: u32) -> Result<bool> {
        for part in &mut self.parts {
            if !part.stretches(doc)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub fn probe(&mut self, docs: &[u32], out: &mut Vec<f32>) -> Result<()> {
        for &doc in docs {
            let score = self.score(doc)?;
            out.push(score.map_or(NO_MATCH, bound));
        }
        Ok(())
    }

    /// The exact score of `doc`; `None` when it does not match.
    pub fn score(&mut self, doc: u32) -> Result<Option<f64>> {
        let mut frequency = 0.0;
        for part in &mut self.parts {
            frequency += part.weight * part.stretches(doc)?.len() as f64;
        }
        if frequency == 0.0 {
            return Ok(None);
        }
        let score = self.scorer.score(doc, frequency);
        self.scorer.check()?;
        Ok(Some(score))
    }

    /// How often each part of the plan is found in `doc`: (place in the plan, count).
    pub fn frequencies(&mut self, doc: u32) -> Result<Vec<(usize, usize)>> {
        let counts =
            self.parts.iter_mut().map(|part| Ok((part.number, part.stretches(doc)?.len())));
        counts.collect()
    }

    pub fn scorer(&self) -> &Scorer<'a> {
        &self.scorer
    }

    /// Calls `visit` with the cursor of each list.
    pub fn each_cursor(&mut self, visit: &mut dyn FnMut(&mut Cursor<'a>)) {
        self.parts.iter_mut().flat_map(|part| part.cursors.iter_mut().flatten()).for_each(visit);
    }
}

impl Part<'_> {
    fn stretches(&mut self, doc: u32) -> Result<Vec<Stretch>> {
        for (cursor, positions) in self.cursors.iter_mut().zip(&mut self.positions) {
            positions.clear();
            if let Some(cursor) = cursor
                && cursor.seek(doc)? == doc
            {
                cursor.positions(positions)?;
            }
        }
        Ok(self.span.stretches(&self.positions))
    }
}

fn cost(span: &Span, cursors: &[Option<Cursor<'_>>]) -> u64 {
    let of = |&term: &usize| cursors[term].as_ref().map_or(0, |c| u64::from(c.list().doc_freq()));
    match span {
        Span::Terms(terms) => terms.iter().map(of).sum(),
        Span::Phrase { terms, .. } => terms.iter().map(|(term, _)| of(term)).sum(),
        Span::Near { spans, .. } => spans.iter().map(|span| cost(span, cursors)).min().unwrap_or(0),
        Span::Any(spans) => spans.iter().map(|span| cost(span, cursors)).sum(),
        Span::First { span, .. } => cost(span, cursors),
    }
}

/// A document at or after `target` before which the span is in none.
fn next_of(span: &Span, cursors: &mut [Option<Cursor<'_>>], target: u32) -> Result<u32> {
    let mut any = |terms: &mut dyn Iterator<Item = usize>, target: u32| -> Result<u32> {
        let mut next = END;
        for term in terms {
            if let Some(cursor) = &mut cursors[term] {
                next = next.min(cursor.seek(target)?);
            }
        }
        Ok(next)
    };
    match span {
        Span::Terms(terms) => any(&mut terms.iter().copied(), target),
        Span::Phrase { terms, .. } => {
            let mut places: Vec<u32> = terms.iter().map(|&(_, offset)| offset).collect();
            places.dedup();
            together(places.len(), target, |place, target| {
                let at = terms.iter().filter(|(_, offset)| *offset == places[place]);
                any(&mut at.map(|&(term, _)| term), target)
            })
        }
        Span::Near { spans, .. } => {
            together(spans.len(), target, |place, target| next_of(&spans[place], cursors, target))
        }
        Span::Any(spans) => {
            let mut next = END;
            for span in spans {
                next = next.min(next_of(span, cursors, target)?);
            }
            Ok(next)
        }
        Span::First { span, .. } => next_of(span, cursors, target),
    }
}

/// The first document at or after `target` at which all of `count` stand.
fn together(
    count: usize,
    target: u32,
    mut next: impl FnMut(usize, u32) -> Result<u32>,
) -> Result<u32> {
    let (mut doc, mut agreed, mut place) = (target, 0, 0);
    while agreed < count {
        let found = next(place, doc)?;
        if found == END {
            return Ok(END);
        }
        agreed = if found == doc { agreed + 1 } else { 1 };
        doc = found;
        place = (place + 1) % count;
    }
    Ok(if count == 0 { END } else { doc })
}
