//! Which parts of a text show why it matched?
//!
//! The text is tokenized again, the tokens that the patterns accept are marked, phrases only where
//! they stand, and the sentences with the most telling marks are returned, best first. The marked
//! text is the text itself: only places in it are returned, counted in characters.

use std::borrow::Cow;
use std::collections::BTreeMap;

use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::{Analyzer, Known, MAX_TOKEN_BYTES};
use crate::error::Result;
use crate::phrase::occurrences;
use crate::search::plan;
use crate::spans::Span;

/// What to mark, and how much a mark of it tells.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// One term, or several at their places: as in [`crate::search::plan::WordPart`].
    Word { weight: f64, terms: Vec<(String, u32)>, slop: u32 },
    /// Tokens whose form or term begins with the text.
    Prefix { weight: f64, prefix: String },
    /// Words and phrases where they stand near each other. The terms are those of the span.
    Near { weight: f64, terms: Vec<String>, span: Span },
}

impl Pattern {
    /// What a near of these spans marks; patterns in it mark nothing.
    pub fn near(weight: f64, span: &plan::Span) -> Self {
        let mut terms = Vec::new();
        let span = Span::new(span, &mut terms);
        let text = |term: &Vec<u8>| String::from_utf8_lossy(term).into_owned();
        Pattern::Near { weight, terms: terms.iter().map(text).collect(), span }
    }

    fn weight(&self) -> f64 {
        match self {
            Pattern::Word { weight, .. }
            | Pattern::Prefix { weight, .. }
            | Pattern::Near { weight, .. } => *weight,
        }
    }
}

/// Characters `start..end` of the text, and the marks in it: rising, not touching.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    pub start: usize,
    pub end: usize,
    pub score: f64,
    pub marks: Vec<(usize, usize)>,
}

/// The best passages of about `width` characters, at most `limit` of them, best first; equal ones
/// in the order of the text. Empty where nothing is to be marked. `known`: what filters made of the
/// text's forms when it was indexed.
pub fn passages(
    analyzer: &Analyzer,
    known: Option<&dyn Known>,
    text: &str,
    patterns: &[Pattern],
    width: usize,
    limit: usize,
) -> Result<Vec<Passage>> {
    let tokens = Tokens::find(analyzer, known, text, patterns)?;
    let marks = tokens.marks(patterns);
    if marks.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let mut spans = candidates(text, &marks, &tokens.borders, width.max(1));
    rate(&mut spans, &marks, patterns);
    spans.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.start.cmp(&b.start)));
    let mut chosen: Vec<Stretch> = Vec::new();
    for span in spans {
        let apart = |other: &Stretch| span.end <= other.start || other.end <= span.start;
        if chosen.len() < limit && chosen.iter().all(apart) {
            chosen.push(span);
        }
    }
    Ok(in_characters(text, &marks, &chosen))
}

/// A marked place in the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    start: usize,
    end: usize,
    pattern: usize,
}

/// A passage in bytes, and its marks as a range of the list of all.
struct Stretch {
    start: usize,
    end: usize,
    first_mark: usize,
    end_mark: usize,
    score: f64,
}

/// (position, start, end)
type MarkedToken = (u32, usize, usize);

/// The tokens that may be marked.
struct Tokens {
    /// For each pattern and each of its terms, rising.
    found: Vec<Vec<Vec<MarkedToken>>>,
    /// Where tokens start and end: where a passage may be cut.
    borders: Vec<usize>,
}

impl Tokens {
    fn find(
        analyzer: &Analyzer,
        known: Option<&dyn Known>,
        text: &str,
        patterns: &[Pattern],
    ) -> Result<Self> {
        let placed = analyzer.placed(text, known)?;
        // What each distinct form is good for, as (pattern, term).
        let uses: Vec<Vec<(usize, usize)>> = placed
            .kinds
            .iter()
            .map(|(form, terms)| uses_of(analyzer, form, terms, patterns))
            .collect();
        let mut found: Vec<Vec<Vec<_>>> = patterns
            .iter()
            .map(|pattern| match pattern {
                Pattern::Word { terms, .. } => vec![Vec::new(); terms.len()],
                Pattern::Prefix { .. } => vec![Vec::new()],
                Pattern::Near { terms, .. } => vec![Vec::new(); terms.len()],
            })
            .collect();
        let mut borders = Vec::with_capacity(placed.places.len() * 2);
        for (position, start, end, kind) in placed.places {
            for &(pattern, term) in &uses[kind] {
                found[pattern][term].push((position, start, end));
            }
            borders.extend([start, end]);
        }
        // Overlapping tokens, such as n-grams, come in the order of their starts only.
        borders.sort_unstable();
        Ok(Tokens { found, borders })
    }

    /// All marks by rising start; marks of different patterns may overlap.
    fn marks(&self, patterns: &[Pattern]) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (pattern, (found, spec)) in self.found.iter().zip(patterns).enumerate() {
            let mut mark = |start, end| marks.push(Mark { start, end, pattern });
            let (terms, slop) = match spec {
                Pattern::Word { terms, slop, .. } => (terms, slop),
                Pattern::Prefix { .. } => {
                    found[0].iter().for_each(|&(_, start, end)| mark(start, end));
                    continue;
                }
                Pattern::Near { span, .. } => {
                    near_marks(span, found, mark);
                    continue;
                }
            };
            let places = by_place(terms, found);
            let positions: Vec<Vec<u32>> = places
                .iter()
                .map(|(_, tokens)| tokens.iter().map(|token| token.0).collect())
                .collect();
            let offsets = places.iter().map(|(offset, _)| *offset);
            let lists: Vec<_> = positions.iter().map(Vec::as_slice).zip(offsets).collect();
            occurrences(&lists, *slop, |at| {
                let places = at.iter().zip(&places).map(|(&at, (_, tokens))| tokens[at]);
                if *slop == 0 {
                    // The phrase is one mark, with what stands between its words.
                    let start = places.clone().map(|place| place.1).min();
                    let end = places.map(|place| place.2).max();
                    mark(start.unwrap_or(0), end.unwrap_or(0));
                } else {
                    places.for_each(|(_, start, end)| mark(start, end));
                }
            });
        }
        marks.sort_unstable();
        marks.dedup();
        marks
    }
}

/// Calls `mark` with the bytes of each word or phrase that stands near the others.
fn near_marks(span: &Span, found: &[Vec<MarkedToken>], mut mark: impl FnMut(usize, usize)) {
    let of = |tokens: &Vec<MarkedToken>| tokens.iter().map(|token| token.0).collect();
    let positions: Vec<Vec<u32>> = found.iter().map(of).collect();
    let mut tokens: Vec<MarkedToken> = found.iter().flatten().copied().collect();
    tokens.sort_unstable();
    for (first, end) in span.leaves(&positions) {
        let from = tokens.partition_point(|token| token.0 < first);
        let until = tokens.partition_point(|token| token.0 < end);
        let inside = &tokens[from..until];
        let start = inside.iter().map(|token| token.1).min();
        let end = inside.iter().map(|token| token.2).max();
        mark(start.unwrap_or(0), end.unwrap_or(0));
    }
}

/// The tokens of each place of a phrase, those of alternatives together, positions rising.
fn by_place(terms: &[(String, u32)], found: &[Vec<MarkedToken>]) -> Vec<(u32, Vec<MarkedToken>)> {
    let mut places: BTreeMap<u32, Vec<MarkedToken>> = BTreeMap::new();
    for ((_, offset), tokens) in terms.iter().zip(found) {
        places.entry(*offset).or_default().extend(tokens);
    }
    for tokens in places.values_mut() {
        tokens.sort_unstable();
        tokens.dedup();
    }
    places.into_iter().collect()
}

fn uses_of(
    analyzer: &Analyzer,
    form: &str,
    made: &[Cow<'_, str>],
    patterns: &[Pattern],
) -> Vec<(usize, usize)> {
    let mut uses = Vec::new();
    if made.is_empty() || form.len() > MAX_TOKEN_BYTES {
        return uses;
    }
    let has_prefix = patterns.iter().any(|pattern| matches!(pattern, Pattern::Prefix { .. }));
    let folded = if has_prefix { analyzer.fold(form) } else { form.into() };
    for (number, pattern) in patterns.iter().enumerate() {
        match pattern {
            Pattern::Word { terms, .. } => {
                let held = |wanted: &String| made.iter().any(|term| term == wanted);
                let same = terms.iter().enumerate().filter(|(_, (wanted, _))| held(wanted));
                uses.extend(same.map(|(i, _)| (number, i)));
            }
            Pattern::Near { terms, .. } => {
                let held = |wanted: &String| made.iter().any(|term| term == wanted);
                let same = terms.iter().enumerate().filter(|(_, wanted)| held(wanted));
                uses.extend(same.map(|(i, _)| (number, i)));
            }
            Pattern::Prefix { .. } if form.is_empty() => {}
            Pattern::Prefix { prefix, .. } => {
                let begins = made.iter().any(|term| term.starts_with(prefix.as_str()));
                if begins || folded.starts_with(prefix) {
                    uses.push((number, 0));
                }
            }
        }
    }
    uses
}

/// One passage for each sentence with a mark: the sentence and those after it that still fit, or
/// of a longer sentence the part around its marks.
fn candidates(text: &str, marks: &[Mark], borders: &[usize], width: usize) -> Vec<Stretch> {
    let sentences = sentences(text);
    let mut spans: Vec<Stretch> = Vec::new();
    let (mut mark, mut next, mut last_end) = (0, 0, 0);
    for (number, sentence) in sentences.iter().enumerate() {
        while mark < marks.len() && marks[mark].start < sentence.end {
            let cut_start;
            let mut cut_end;
            if sentence.end_chars - sentence.start_chars <= width {
                let most = sentence.start_chars.saturating_add(width);
                let fitting = sentences[number..].partition_point(|next| next.end_chars <= most);
                cut_start = sentence.start;
                cut_end = sentences[number + fitting - 1].end;
            } else {
                let bounds = (sentence.start, sentence.end);
                (cut_start, cut_end) = cut(text, bounds, marks[mark], borders, width);
            }
            // A mark that begins inside is shown whole.
            while next < marks.len() && marks[next].start < cut_end {
                last_end = last_end.max(marks[next].end);
                cut_end = cut_end.max(last_end);
                next += 1;
            }
            let trimmed = text[cut_start..cut_end].trim_end();
            spans.push(Stretch {
                start: cut_start,
                end: cut_start + trimmed.len(),
                first_mark: mark,
                end_mark: next,
                score: 0.0,
            });
            // Marks of this sentence beyond a cut get a passage of their own; the others do not.
            let seen = cut_end.min(sentence.end);
            mark += marks[mark..].iter().take_while(|m| m.start < seen).count().max(1);
        }
    }
    spans
}

/// A sentence's place in bytes and in characters.
struct Sentence {
    start: usize,
    end: usize,
    start_chars: usize,
    end_chars: usize,
}

/// Sentences without the white space around them. A line break ends one too.
fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut chars = 0;
    for (start, sentence) in text.split_sentence_bound_indices() {
        let body = sentence.trim_start();
        let lead = &sentence[..sentence.len() - body.len()];
        let body = body.trim_end();
        let start_chars = chars + lead.chars().count();
        if !body.is_empty() {
            let start = start + lead.len();
            sentences.push(Sentence {
                start,
                end: start + body.len(),
                start_chars,
                end_chars: start_chars + body.chars().count(),
            });
        }
        chars += sentence.chars().count();
    }
    sentences
}

/// About `width` characters of a long sentence, the mark after the first third, cut between words.
fn cut(
    text: &str,
    (start, end): (usize, usize),
    mark: Mark,
    borders: &[usize],
    width: usize,
) -> (usize, usize) {
    let back = text[start..mark.start].char_indices().rev().nth((width / 3).saturating_sub(1));
    let earliest = back.map_or(start, |(at, _)| start + at);
    let cut_start = if earliest == start {
        start
    } else {
        let border = borders[borders.partition_point(|&at| at < earliest)..].first();
        border.copied().unwrap_or(mark.start).min(mark.start)
    };
    let forward = text[cut_start..end].char_indices().nth(width);
    let latest = forward.map_or(end, |(at, _)| cut_start + at);
    let cut_end = if latest == end {
        end
    } else {
        let border = borders[..borders.partition_point(|&at| at <= latest)].last();
        border.copied().unwrap_or(latest).max(mark.end)
    };
    let skipped = text[cut_start..cut_end].len() - text[cut_start..cut_end].trim_start().len();
    (cut_start + skipped, cut_end)
}

/// Each pattern counts with its weight, its repetitions a little. Spans rise, so that each mark is
/// counted once and taken off once.
fn rate(spans: &mut [Stretch], marks: &[Mark], patterns: &[Pattern]) {
    let mut counts = vec![0u32; patterns.len()];
    let (mut first, mut end) = (0, 0);
    for span in spans {
        for mark in &marks[end..span.end_mark.max(end)] {
            counts[mark.pattern] += 1;
        }
        for mark in &marks[first..span.first_mark] {
            counts[mark.pattern] -= 1;
        }
        (first, end) = (span.first_mark, span.end_mark.max(end));
        let told = patterns.iter().zip(&counts).map(|(pattern, &count)| {
            pattern.weight() * f64::from(count) / (f64::from(count) + 0.3)
        });
        span.score = told.sum();
    }
}

/// The chosen spans in characters, overlapping and touching marks joined.
fn in_characters(text: &str, marks: &[Mark], chosen: &[Stretch]) -> Vec<Passage> {
    let passage = |span: &Stretch| {
        let first = text[..span.start].chars().count();
        let place = |at: usize| first + text[span.start..at].chars().count();
        let mut joined: Vec<(usize, usize)> = Vec::new();
        for mark in &marks[span.first_mark..span.end_mark] {
            let (start, end) = (mark.start.max(span.start), mark.end.min(span.end));
            match joined.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => joined.push((start, end)),
            }
        }
        Passage {
            start: first,
            end: place(span.end),
            score: span.score,
            marks: joined.iter().map(|&(start, end)| (place(start), place(end))).collect(),
        }
    };
    chosen.iter().map(passage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Components;

    fn english() -> Analyzer {
        Analyzer::from_json(
            r#"{"tokenizer": {"name": "words"}, "filters": [{"name": "lowercase"},
                {"name": "possessive"}, {"name": "stem", "language": "english"}]}"#,
            &Components::default(),
        )
        .unwrap()
    }

    fn word(terms: &[&str]) -> Pattern {
        let places = terms.iter().enumerate();
        Pattern::Word {
            weight: 1.0,
            terms: places.map(|(i, term)| (term.to_string(), i as u32)).collect(),
            slop: 0,
        }
    }

    fn marked(text: &str, patterns: &[Pattern], width: usize) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let shown = passages(&english(), None, text, patterns, width, 3).unwrap().into_iter().map(
            |passage| {
                let mut out = String::new();
                let mut at = passage.start;
                for (start, end) in passage.marks {
                    out.extend(&chars[at..start]);
                    out.push('[');
                    out.extend(&chars[start..end]);
                    out.push(']');
                    at = end;
                }
                out.extend(&chars[at..passage.end]);
                out
            },
        );
        shown.collect()
    }

    #[test]
    fn a_phrase_is_marked_only_where_it_stands() {
        let text = "Foreign media saw troops. The foreign troops left.";
        let shown = marked(text, &[word(&["foreign", "troop"])], 30);
        assert_eq!(shown, ["The [foreign troops] left."]);
    }

    #[test]
    fn curly_quotes_emoji_and_combining_marks_keep_their_places() {
        let text = "“Café 😀 Syria’s cafe\u{301}s” 𝔘nd";
        assert_eq!(
            marked(text, &[word(&["syria"])], 100),
            ["“Café 😀 [Syria’s] cafe\u{301}s” 𝔘nd"]
        );
    }

    #[test]
    fn a_long_sentence_is_cut_between_words_around_the_mark() {
        let text = format!("{}wind {}", "calm ".repeat(100), "calm ".repeat(100));
        let shown = marked(&text, &[word(&["wind"])], 40);
        assert_eq!(shown, ["calm calm [wind] calm calm calm calm calm"]);
    }

    #[test]
    fn the_passage_with_more_of_the_query_comes_first() {
        let text = "Wind blows.\nSun shines.\nWind and sun.";
        let shown = marked(text, &[word(&["wind"]), word(&["sun"])], 13);
        assert_eq!(shown, ["[Wind] and [sun].", "[Wind] blows.", "[Sun] shines."]);
    }
}
