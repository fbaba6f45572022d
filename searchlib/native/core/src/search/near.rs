//! Words and phrases near each other in one segment, scored as a phrase over several fields is.

use crate::error::{Error, Result};
use crate::search::bm25::{Bm25, saturation};
use crate::search::plan::{NearPart, WordPart};
use crate::search::searcher::Searcher;
use crate::search::statistics::WordStatistics;
use crate::search::window::{Accumulator, NO_MATCH, Window};
use crate::segment::FieldKind;
use crate::segment::cursor::Cursor;
use crate::segment::lengths::LengthColumn;
use crate::segment::postings::END;
use crate::spans::{MAX_UNORDERED, Span, Stretch};

/// What a near becomes for all segments.
pub struct NearStatistics {
    /// One for each part, in the order of the plan.
    pub spans: Vec<Span>,
    /// The parts as words of all their terms, whose lists and lengths they share.
    pub words: Vec<WordPart>,
    pub statistics: WordStatistics,
}

impl NearStatistics {
    pub fn sum(searcher: &Searcher, parts: &[NearPart]) -> Result<Self> {
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
        let mut statistics = WordStatistics::sum(searcher, &words)?;
        let mut doc_freqs: Vec<Vec<u64>> =
            words.iter().map(|part| vec![0; part.terms.len()]).collect();
        for in_segment in &statistics.lists {
            for (freqs, lists) in doc_freqs.iter_mut().zip(in_segment) {
                for (freq, list) in freqs.iter_mut().zip(lists) {
                    *freq += list.map_or(0, |list| u64::from(list.doc_freq));
                }
            }
        }
        let idfs = spans.iter().zip(&doc_freqs);
        let idfs = idfs.map(|(span, freqs)| span.idf(freqs, statistics.doc_count));
        statistics.idf = idfs.min_by(f64::total_cmp).unwrap_or(0.0);
        Ok(NearStatistics { spans, words, statistics })
    }
}

pub struct Near<'a> {
    parts: Vec<Part<'a>>,
    /// Of each text field: place among the plan's parts, weight, lengths.
    lengths: Vec<(usize, f64, LengthColumn<'a>)>,
    only_keywords: bool,
    /// boost × idf
    weight: f64,
    bm25: Bm25,
    average_length: f64,
}

/// One field's share.
struct Part<'a> {
    /// Place among the plan's parts.
    number: usize,
    weight: f64,
    span: &'a Span,
    /// Walk forward through the windows; `None` for a term that the segment does not hold.
    walk: Vec<Option<Cursor<'a>>>,
    /// Jump to the documents that are scored.
    probe: Vec<Option<Cursor<'a>>>,
    positions: Vec<Vec<u32>>,
}

impl<'a> Near<'a> {
    pub fn new(
        searcher: &'a Searcher,
        segment: usize,
        near: &'a NearStatistics,
        boost: f64,
        bm25: Bm25,
    ) -> Result<Self> {
        let doc_count = searcher.segments()[segment].doc_count();
        let (mut parts, mut lengths) = (Vec::new(), Vec::new());
        for (number, (span, words)) in near.spans.iter().zip(&near.words).enumerate() {
            let Some(field) = searcher.field(segment, words.field) else {
                continue;
            };
            if let Some(stored) = &field.lengths {
                lengths.push((number, words.weight, stored.column()?));
            }
            let lists = &near.statistics.lists[segment][number];
            let open = || -> Result<Vec<Option<Cursor<'a>>>> {
                let open = |list: &Option<_>| match list {
                    Some(list) => field.cursor(*list, doc_count),
                    None => Ok(None),
                };
                lists.iter().map(open).collect()
            };
            parts.push(Part {
                number,
                weight: words.weight,
                span,
                walk: open()?,
                probe: open()?,
                positions: vec![Vec::new(); lists.len()],
            });
        }
        let is_keyword = |part: &WordPart| searcher.kind(part.field) == Some(FieldKind::Keyword);
        Ok(Near {
            parts,
            lengths,
            only_keywords: near.words.iter().all(is_keyword),
            weight: boost * near.statistics.idf,
            bm25,
            average_length: near.statistics.average_length,
        })
    }

    pub fn cost(&self) -> u64 {
        self.parts.iter().map(|part| cost(part.span, &part.walk)).sum()
    }

    /// A document at or after `target` before which none matches; [`END`] when none is left.
    pub fn next(&mut self, target: u32) -> Result<u32> {
        let mut next = END;
        for part in &mut self.parts {
            next = next.min(next_of(part.span, &mut part.walk, target)?);
        }
        Ok(next)
    }

    pub fn accumulate(&mut self, window: Window, out: &mut Accumulator) -> Result<()> {
        let mut doc = self.next(window.start)?;
        while doc < window.end {
            // Several fields count together: the document is scored by all of them.
            if let Some(score) = self.score(doc)? {
                out.add(doc - window.start, (score as f32).max(f32::MIN_POSITIVE));
            }
            doc = self.next(doc + 1)?;
        }
        Ok(())
    }

    pub fn probe(&mut self, docs: &[u32], out: &mut Vec<f32>) -> Result<()> {
        for &doc in docs {
            let score = self.score(doc)?;
            out.push(score.map_or(NO_MATCH, |score| score as f32));
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
        let average = self.average_length;
        let ratio = if average > 0.0 { self.length(doc) / average } else { 1.0 };
        Ok(Some(self.weight * saturation(frequency, self.bm25.norm(ratio))))
    }

    /// How often each part of the plan is found in `doc`: (place in the plan, count).
    pub fn frequencies(&mut self, doc: u32) -> Result<Vec<(usize, usize)>> {
        let counts = self.parts.iter_mut().map(|part| Ok((part.number, part.stretches(doc)?.len())));
        counts.collect()
    }

    /// The weighted length of the searched fields of `doc`; 1 where only keywords are searched.
    pub fn length(&self, doc: u32) -> f64 {
        if self.only_keywords {
            return 1.0;
        }
        self.lengths.iter().map(|(_, weight, column)| weight * f64::from(column.get(doc))).sum()
    }

    /// The length in tokens of the field of a part of the plan in `doc`; 0 for a keyword field.
    pub fn length_of(&self, number: usize, doc: u32) -> u32 {
        let mut lengths = self.lengths.iter();
        lengths.find(|length| length.0 == number).map_or(0, |length| length.2.get(doc))
    }
}

impl Part<'_> {
    fn stretches(&mut self, doc: u32) -> Result<Vec<Stretch>> {
        for (cursor, positions) in self.probe.iter_mut().zip(&mut self.positions) {
            positions.clear();
            if let Some(cursor) = cursor
                && cursor.jump(doc)? == doc
            {
                cursor.positions(positions)?;
            }
        }
        Ok(self.span.stretches(&self.positions))
    }
}

fn cost(span: &Span, cursors: &[Option<Cursor<'_>>]) -> u64 {
    let of = |&term: &usize| cursors[term].as_ref().map_or(0, |c| u64::from(c.doc_freq()));
    match span {
        Span::Terms(terms) => terms.iter().map(of).sum(),
        Span::Phrase { terms, .. } => terms.iter().map(|(term, _)| of(term)).sum(),
        Span::Near { spans, .. } => {
            spans.iter().map(|span| cost(span, cursors)).min().unwrap_or(0)
        }
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
