//! How else may a text say what a query says?
//!
//! Synonyms of several words change how many positions a text has, so they are answered here and not
//! in the index. Each reading is the query's text with some of its entries written in another way; it
//! is looked for as a phrase of its own, and any of them is enough. As every reading is what a text
//! may really say, no phrase of a text is lost and none is made up. The price is their number, which
//! is the product of the choices: hence [`MAX_READINGS`].

use std::borrow::Cow;
use std::ops::Range;

use super::filters::{Filter, Phrases, Term};
use super::stream::{Cell, span};
use super::{Analyzer, Step, Token};
use crate::error::Result;

/// Readings of one text, those with the fewest entries changed first; further ones are left out.
/// Documented in docs/analysis.md, "Synonyms of several words".
pub const MAX_READINGS: usize = 64;

type Stream<'t> = Vec<Cell<'t>>;

/// Words `first..end` of a list, and what may stand in their place.
pub struct Run {
    pub first: usize,
    pub end: usize,
    pub readings: Vec<Vec<Token>>,
}

impl Analyzer {
    /// The ways of saying a text, its own first. Positions count from 0 in each, and a token's place
    /// is that of what it stands for.
    pub fn readings(&self, text: &str) -> Result<Vec<Vec<Token>>> {
        let streams = self.streams(vec![self.cells(text, 0..0)?], 0)?;
        Ok(streams.into_iter().map(tokens).collect())
    }

    /// What may stand in the place of neighbours among these words, each analyzed alone. A run begins
    /// and ends where words do.
    pub fn runs(&self, words: &[&str]) -> Result<Vec<Run>> {
        let mut runs = Vec::new();
        for (number, step) in self.steps.iter().enumerate() {
            let Some(phrases) = phrases(step) else {
                continue;
            };
            let mut cells = Vec::new();
            let mut starts = Vec::with_capacity(words.len() + 1);
            for word in words {
                starts.push(cells.len());
                cells.extend(self.cells(word, 0..number)?);
            }
            starts.push(cells.len());
            for found in matches(phrases, &cells) {
                // Of words without a token none belongs to a run that begins or ends beside it.
                let first = starts.partition_point(|&start| start <= found.at.start) - 1;
                let end = starts.partition_point(|&start| start < found.at.end);
                let whole = starts[first] == found.at.start && starts[end] == found.at.end;
                if !whole || end - first < 2 {
                    continue;
                }
                let others = found.others.iter();
                let mut streams: Vec<_> =
                    others.map(|words| other(words, &cells[found.at.clone()])).collect();
                self.apply_to(number..number + 1, &mut streams)?;
                let readings = self.streams(streams, number + 1)?;
                runs.push(Run { first, end, readings: readings.into_iter().map(tokens).collect() });
            }
        }
        Ok(runs)
    }

    /// The streams as the steps from `first` on make them.
    fn streams<'t>(&self, mut streams: Vec<Stream<'t>>, first: usize) -> Result<Vec<Stream<'t>>> {
        for (number, step) in self.steps.iter().enumerate().skip(first) {
            if let Some(phrases) = phrases(step) {
                let all = streams.iter().flat_map(|stream| ways(phrases, stream));
                streams = all.take(MAX_READINGS).collect();
            }
            match step {
                Step::Shingles(shingles) => {
                    for stream in &mut streams {
                        for (cell, found) in shingles.over(stream).into_iter().enumerate() {
                            let size = found.iter().map(|(size, _)| *size).max().unwrap_or(1);
                            stream[cell].end = span(&stream[cell..cell + size]).1;
                            stream[cell].terms =
                                found.into_iter().flat_map(|(_, terms)| terms).collect();
                        }
                    }
                }
                _ => self.apply_to(number..number + 1, &mut streams)?,
            }
        }
        Ok(streams)
    }

    fn apply_to(&self, steps: Range<usize>, streams: &mut [Stream<'_>]) -> Result<()> {
        let cells = streams.iter_mut().flatten();
        let mut all: Vec<_> = cells.map(|cell| std::mem::take(&mut cell.terms)).collect();
        self.apply(steps, &mut all)?;
        streams.iter_mut().flatten().zip(all).for_each(|(cell, terms)| cell.terms = terms);
        Ok(())
    }
}

fn phrases(step: &Step) -> Option<&Phrases> {
    match step {
        Step::Native(Filter::Synonyms(synonyms)) if !synonyms.phrases.is_empty() => {
            Some(&synonyms.phrases)
        }
        _ => None,
    }
}

/// Positions of a stream that say an entry, and what says the same.
struct Match<'a> {
    at: Range<usize>,
    others: &'a [Vec<String>],
}

/// All entries in a stream, overlapping ones too, rising by start.
fn matches<'a>(phrases: &'a Phrases, stream: &[Cell<'_>]) -> Vec<Match<'a>> {
    let terms: Vec<&[Term<'_>]> = stream.iter().map(|cell| cell.terms.as_slice()).collect();
    let starting = |start: usize| {
        let found = phrases.at(&terms[start..]).into_iter();
        found.map(move |(size, others)| Match { at: start..start + size, others })
    };
    (0..stream.len()).flat_map(starting).collect()
}

/// The stream, and with entries written in other ways: first one entry, then two, and so on.
fn ways<'t>(phrases: &Phrases, stream: &Stream<'t>) -> Vec<Stream<'t>> {
    let matches = matches(phrases, stream);
    // Each way as the matches it changes, rising and apart: the number of a match and of the other.
    let mut chosen: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
    let mut next = 0;
    'enough: while let Some(before) = chosen.get(next).cloned() {
        let from = before.last().map_or(0, |&(last, _)| matches[last].at.end);
        let first = matches.partition_point(|found| found.at.start < from);
        for (number, found) in matches.iter().enumerate().skip(first) {
            for other in 0..found.others.len() {
                if chosen.len() == MAX_READINGS {
                    break 'enough;
                }
                chosen.push([before.as_slice(), &[(number, other)]].concat());
            }
        }
        next += 1;
    }
    let way = |changes: Vec<(usize, usize)>| {
        let mut way = Vec::with_capacity(stream.len());
        let mut from = 0;
        for (number, other) in changes {
            let found = &matches[number];
            way.extend_from_slice(&stream[from..found.at.start]);
            way.extend(self::other(&found.others[other], &stream[found.at.clone()]));
            from = found.at.end;
        }
        way.extend_from_slice(&stream[from..]);
        way
    };
    chosen.into_iter().map(way).collect()
}

/// Other words in the place of some positions.
fn other<'t>(words: &[String], instead_of: &[Cell<'_>]) -> Stream<'t> {
    let (start, end) = span(instead_of);
    let cell =
        |word: &String| Cell { start, end, terms: vec![Term::new(Cow::Owned(word.clone()))] };
    words.iter().map(cell).collect()
}

fn tokens(stream: Stream<'_>) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(stream.len());
    for (position, Cell { start, end, terms }) in stream.into_iter().enumerate() {
        let position = position as u32;
        let token = |term: Cow<'_, str>| Token { start, end, term: term.into_owned(), position };
        tokens.extend(super::distinct(terms).into_iter().map(token));
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::super::Components;
    use super::*;

    fn analyzer(synonyms: &str) -> Analyzer {
        let json = format!(
            r#"{{"tokenizer": {{"name": "words"}},
                "filters": [{{"name": "lowercase"}}, {{"name": "synonyms", {synonyms}}}]}}"#
        );
        Analyzer::from_json(&json, &Components::default()).unwrap()
    }

    fn said(synonyms: &str, text: &str) -> Vec<String> {
        let join = |reading: Vec<Token>| {
            let mut said = String::new();
            let mut last = None;
            for token in reading {
                said.push_str(if last.is_none() {
                    ""
                } else if last == Some(token.position) {
                    "|"
                } else {
                    " "
                });
                said.push_str(&token.term);
                last = Some(token.position);
            }
            said
        };
        analyzer(synonyms).readings(text).unwrap().into_iter().map(join).collect()
    }

    const USA: &str = r#""groups": [["usa", "united states of america", "america"]]"#;

    #[test]
    fn a_group_may_be_said_in_each_of_its_ways() {
        assert_eq!(
            said(USA, "The USA today"),
            ["the usa|america today", "the united states of america|usa today"]
        );
        assert_eq!(
            said(USA, "united states of America"),
            [
                "united states of america|usa",
                "usa|america",
                "america|usa",
                "united states of united states of america|usa"
            ]
        );
    }

    #[test]
    fn a_rule_joins_its_left_sides_and_not_its_right_ones() {
        let rule = r#""rules": [[["nyc", "big apple"], ["new york city", "gotham"]]]"#;
        assert_eq!(said(rule, "nyc"), ["nyc|gotham", "big apple", "new york city"]);
        assert_eq!(said(rule, "new york city"), ["new york city", "nyc|gotham", "big apple"]);
        assert_eq!(said(rule, "gotham"), ["gotham", "big apple"]);
    }

    #[test]
    fn readings_are_bounded_and_those_that_change_least_come_first() {
        let text = "usa ".repeat(2_000);
        let readings = analyzer(USA).readings(&text).unwrap();
        assert_eq!(readings.len(), MAX_READINGS);
        assert!(readings[1..].iter().all(|reading| reading.last().unwrap().position == 2_002));
    }

    #[test]
    fn runs_lie_between_whole_words() {
        let runs = |words: &[&str]| -> Vec<(usize, usize)> {
            let runs = analyzer(USA).runs(words).unwrap();
            runs.iter().map(|run| (run.first, run.end)).collect()
        };
        assert_eq!(runs(&["the", "United", "States", "of", "America,", "usa"]), [(1, 5)]);
        assert_eq!(runs(&["United", "States-of", "America"]), [(0, 3)]);
        assert_eq!(runs(&["un-United", "States", "of", "America"]), []);
    }
}
