//! How is a stretch of a script without spaces cut into words?
//!
//! - `dictionary`: by the dictionaries of the Unicode project (ICU4X). They are part of the program
//!   and read in place, so there is nothing to load.
//! - `bigrams`: overlapping pairs of characters; a lone character is a token.
//! - `characters`: each character.
//! - `bigrams_characters`: each character, then the pair that it begins. A part of a run gives a
//!   part of its tokens, so that words of one character are found and phrases match.
//!
//! A character is a grapheme cluster in all of them.

use std::sync::LazyLock;

use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use unicode_segmentation::UnicodeSegmentation;

use super::clusters::Borders;
use super::params::Params;
use crate::error::Result;

/// The parameter `segment` of the tokenizers `words` and `urls`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    Dictionary,
    Bigrams,
    Characters,
    BigramsCharacters,
}

const KNOWN: &str = "bigrams, bigrams_characters, characters or dictionary";

impl Segment {
    /// `None` where the parameter is absent: each script has the one that finds most.
    pub fn from_params(params: &Params<'_>) -> Result<Option<Self>> {
        match params.text("segment")? {
            None => Ok(None),
            Some("dictionary") => Ok(Some(Segment::Dictionary)),
            Some("bigrams") => Ok(Some(Segment::Bigrams)),
            Some("characters") => Ok(Some(Segment::Characters)),
            Some("bigrams_characters") => Ok(Some(Segment::BigramsCharacters)),
            Some(_) => Err(params.wrong("segment", KNOWN)),
        }
    }
}

/// A script that is written without spaces between words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Han, Hiragana and Katakana: Japanese words mix them.
    ChineseJapanese,
    Thai,
    Lao,
    Khmer,
    Burmese,
}

impl Script {
    /// The script of a letter or mark.
    pub fn of(c: char) -> Option<Self> {
        match c {
            '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' => Some(Script::Thai),
            '\u{e81}'..='\u{ebd}' | '\u{ec0}'..='\u{ece}' | '\u{edc}'..='\u{edf}' => {
                Some(Script::Lao)
            }
            '\u{1000}'..='\u{103f}'
            | '\u{1050}'..='\u{108f}'
            | '\u{109a}'..='\u{109d}'
            | '\u{a9e0}'..='\u{a9ef}'
            | '\u{a9fa}'..='\u{a9fe}'
            | '\u{aa60}'..='\u{aa76}'
            | '\u{aa7a}'..='\u{aa7f}' => Some(Script::Burmese),
            '\u{1780}'..='\u{17d3}' | '\u{17d7}' | '\u{17dc}' | '\u{17dd}' => Some(Script::Khmer),
            '\u{3005}'..='\u{3007}'
            | '\u{3021}'..='\u{3029}'
            | '\u{3031}'..='\u{3035}'
            | '\u{3038}'..='\u{303c}'
            | '\u{3041}'..='\u{3096}'
            | '\u{309d}'..='\u{309f}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{fad9}'
            | '\u{ff66}'..='\u{ff9d}'
            | '\u{16fe3}'
            | '\u{16ff0}'..='\u{16ff6}'
            | '\u{1aff0}'..='\u{1b16f}'
            | '\u{20000}'..='\u{3fffd}' => Some(Script::ChineseJapanese),
            _ => None,
        }
    }

    /// The script in which every cluster of a segment begins.
    pub fn of_all(piece: &str) -> Option<Self> {
        let script = piece.chars().next().and_then(Script::of)?;
        let same = |c| Script::of(c) == Some(script);
        let all = piece.chars().all(same)
            || piece.graphemes(true).all(|cluster| cluster.chars().next().is_some_and(same));
        all.then_some(script)
    }

    /// The best of nDCG@10 with plain BM25, words joined by OR: on jsquad (1,500 questions)
    /// bigrams_characters .933, bigrams .925, dictionary .922, characters .906; on xquad-zh .967,
    /// .963, .961, .952; on xquad-th dictionary .969, bigrams .965, bigrams_characters .960,
    /// characters .850. The other three scripts have no collection and follow Thai.
    fn default_segment(self) -> Segment {
        match self {
            Script::ChineseJapanese => Segment::BigramsCharacters,
            Script::Thai | Script::Lao | Script::Khmer | Script::Burmese => Segment::Dictionary,
        }
    }

    /// Visits the tokens of a run of this script that stands at `at`.
    pub fn cut(
        self,
        segment: Option<Segment>,
        run: &str,
        at: usize,
        visit: &mut impl FnMut(usize, usize),
    ) {
        // A run may begin with a mark whose letter is missing.
        let mut visit = |start: usize, end: usize| {
            if run[start..end].chars().any(char::is_alphanumeric) {
                visit(at + start, at + end);
            }
        };
        let segment = segment.unwrap_or(self.default_segment());
        if segment == Segment::Dictionary {
            return dictionary_words(run, &mut visit);
        }
        // Grapheme tables cost more than all else here: most runs have no marks.
        let starts = |c| c < '\u{16000}' && Script::of(c) == Some(Script::ChineseJapanese);
        if run.chars().all(starts) {
            neighbours(run.char_indices().map(|(at, c)| (at, at + c.len_utf8())), segment, visit);
        } else {
            let clusters = run.grapheme_indices(true).map(|(at, each)| (at, at + each.len()));
            neighbours(clusters, segment, visit);
        }
    }
}

/// Visits clusters and pairs of them, as `segment` says.
fn neighbours(
    mut clusters: impl Iterator<Item = (usize, usize)>,
    segment: Segment,
    mut visit: impl FnMut(usize, usize),
) {
    let single = segment != Segment::Bigrams;
    let pairs = segment != Segment::Characters;
    let Some((mut start, mut end)) = clusters.next() else { return };
    let mut alone = true;
    for (next_start, next_end) in clusters {
        if single {
            visit(start, end);
        }
        if pairs {
            visit(start, next_end);
        }
        (start, end, alone) = (next_start, next_end, false);
    }
    if single || alone {
        visit(start, end);
    }
}

/// A run is given to the dictionary in pieces of this many bytes, since all borders of a piece are
/// kept at once. A piece is longer only by its last cluster.
const PIECE_BYTES: usize = 16 << 10;

fn dictionary_words(run: &str, visit: &mut impl FnMut(usize, usize)) {
    let mut cuts = Borders::new(run);
    let mut borders = Borders::new(run);
    let mut piece_start = 0;
    let mut word_start = 0;
    while piece_start < run.len() {
        let piece_end = match piece_start + PIECE_BYTES {
            wanted if wanted < run.len() => cuts.at_or_after(wanted),
            _ => run.len(),
        };
        let piece = &run[piece_start..piece_end];
        // A cluster of thousands of marks is no word of any language.
        let readable = &piece[..if piece.len() < 2 * PIECE_BYTES { piece.len() } else { 0 }];
        let ends = SEGMENTER.segment_str(readable).skip(1).chain([piece.len()]);
        for end in ends {
            // Its clusters may be those of another version of Unicode.
            let end = piece_start + end;
            if word_start < end && borders.at_or_after(end) == end {
                visit(word_start, end);
                word_start = end;
            }
        }
        piece_start = piece_end;
    }
}

/// References to data of the program; found once, since most runs are short.
static SEGMENTER: LazyLock<WordSegmenterBorrowed<'static>> =
    LazyLock::new(|| WordSegmenter::new_dictionary(Default::default()));
