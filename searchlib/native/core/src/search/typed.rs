//! What does a text hold that a person typed, where it is of a common kind?
//!
//! Words, phrases, starts of words and words spelled nearly so, each in the field that stands before
//! it; days, months and years in a field of dates, and ranges of them; brackets, and AND or OR. This
//! is a part of the language in docs/query-language.md: a text with anything else in it is not read
//! here, nor one of which something would have to be said.

use crate::search::asked::Target;

/// What stands side by side, or between operators and brackets.
pub enum Typed<'a> {
    Piece {
        target: &'a Target,
        kind: Kind,
        text: &'a str,
    },
    /// From one date to another, each with whether it is included; `None` is an open end, at one of
    /// them at most.
    Dates {
        field: usize,
        low: Option<(&'a str, bool)>,
        high: Option<(&'a str, bool)>,
    },
    Joined(Joined, Vec<Typed<'a>>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Word,
    Phrase,
    /// The start of a word.
    Start,
    /// A word with at most so many edits.
    Nearly(u8),
}

/// How many of several are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joined {
    /// Any will do.
    Or,
    /// None may lack.
    And,
}

/// Longer texts are left to others: equal words are looked for in all words before.
const MAX_BYTES: usize = 1_000;
/// Brackets that are open at once.
const MAX_DEPTH: usize = 16;
/// Any of them may begin or end a phrase.
const QUOTES: [char; 8] = ['"', '“', '”', '„', '‟', '«', '»', '＂'];
/// Letters of a word that is nearly every other one with two edits.
const SHORT_WORD: usize = 5;

/// What a text holds; `None` where it is of no common kind.
///
/// `named` are the fields that a text may name, `words` is where it looks without a name. `joined`
/// is what joins what stands side by side.
pub fn read<'a>(
    text: &'a str,
    words: &'a Target,
    named: &'a [(String, Target)],
    joined: Joined,
) -> Option<Typed<'a>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut reader = Reader { rest: text, words, named, joined };
    let typed = reader.group(MAX_DEPTH)?;
    reader.rest.is_empty().then_some(typed)
}

struct Reader<'a> {
    rest: &'a str,
    words: &'a Target,
    named: &'a [(String, Target)],
    joined: Joined,
}

impl<'a> Reader<'a> {
    /// What stands before the next closing bracket that none opens, or the end, which come next then.
    fn group(&mut self, depth: usize) -> Option<Typed<'a>> {
        let first = self.operand(depth)?;
        let Some(joined) = self.joiner() else { return Some(first) };
        let mut parts = vec![first, self.operand(depth)?];
        while let Some(next) = self.joiner() {
            if next != joined {
                return None;
            }
            parts.push(self.operand(depth)?);
        }
        Some(Typed::Joined(joined, parts))
    }

    /// What joins the operand that comes next, if one does.
    fn joiner(&mut self) -> Option<Joined> {
        self.rest = self.rest.trim_start_matches(' ');
        let word = self.next_word();
        let joined = match word {
            "" => return None,
            "AND" => Joined::And,
            "OR" => Joined::Or,
            _ => return Some(self.joined),
        };
        self.rest = &self.rest[word.len()..];
        Some(joined)
    }

    fn operand(&mut self, depth: usize) -> Option<Typed<'a>> {
        self.rest = self.rest.trim_start_matches(' ');
        if let Some(rest) = self.rest.strip_prefix('(') {
            self.rest = rest;
            let group = self.group(depth.checked_sub(1)?)?;
            self.rest = self.rest.strip_prefix(')')?;
            return self.is_apart().then_some(group);
        }
        let word = self.next_word();
        if matches!(word, "AND" | "OR" | "NOT") {
            return None;
        }
        let (target, word) = match word.split_once(':') {
            Some((name, word)) if !name.starts_with('"') => {
                let (_, target) = self.named.iter().find(|(known, _)| known == name)?;
                self.rest = &self.rest[name.len() + 1..];
                (target, word)
            }
            _ => (self.words, word),
        };
        if let Some(rest) = self.rest.strip_prefix('"') {
            let (text, rest) = rest.split_once('"')?;
            self.rest = rest;
            let is_read = !text.is_empty() && !text.contains('\\') && self.is_apart();
            return is_read.then_some(Typed::Piece { target, kind: Kind::Phrase, text });
        }
        if let Target::Date(field) = *target
            && word.starts_with(['[', '{'])
        {
            return self.dates(field);
        }
        self.rest = &self.rest[word.len()..];
        if let Target::Date(field) = *target {
            if word.starts_with(['<', '>']) {
                return Some(compared(field, word));
            }
            // A date may be several words: `3 days ago`.
            if !self.is_before_operator() {
                return None;
            }
        }
        let (kind, text) = piece(word)?;
        Some(Typed::Piece { target, kind, text })
    }

    /// The range whose bracket comes next: `[2018 TO *]`.
    fn dates(&mut self, field: usize) -> Option<Typed<'a>> {
        let end = self.rest.find([']', '}'])?;
        let (range, rest) = self.rest.split_at(end + 1);
        self.rest = rest;
        let mut words = range[1..end].split(' ').filter(|word| !word.is_empty());
        let (low, to, high) = (words.next()?, words.next()?, words.next()?);
        if to != "TO" || words.next().is_some() || (low, high) == ("*", "*") || !self.is_apart() {
            return None;
        }
        let low = (low != "*").then_some((low, range.starts_with('[')));
        let high = (high != "*").then_some((high, range.ends_with(']')));
        Some(Typed::Dates { field, low, high })
    }

    /// All up to the next space or closing bracket.
    fn next_word(&self) -> &'a str {
        let end = self.rest.find([' ', ')']).unwrap_or(self.rest.len());
        &self.rest[..end]
    }

    /// Whether nothing is attached to what was read last.
    fn is_apart(&self) -> bool {
        self.next_word().is_empty()
    }

    /// Whether nothing stands side by side with what was read last.
    fn is_before_operator(&self) -> bool {
        let rest = Reader { rest: self.rest.trim_start_matches(' '), ..*self };
        matches!(rest.next_word(), "" | "AND" | "OR")
    }
}

/// The range that is open on one side: `>=2018`.
fn compared(field: usize, word: &str) -> Typed<'_> {
    let date = word[1..].strip_prefix('=');
    let end = Some((date.unwrap_or(&word[1..]), date.is_some()));
    let is_low = word.starts_with('>');
    let (low, high) = if is_low { (end, None) } else { (None, end) };
    Typed::Dates { field, low, high }
}

/// What a word is, and its text without the marks.
fn piece(word: &str) -> Option<(Kind, &str)> {
    if let Some(start) = word.strip_suffix('*') {
        return is_whole(start).then_some((Kind::Start, start));
    }
    if let Some((text, edits)) = word.rsplit_once('~') {
        let edits = match edits {
            "" if text.chars().nth(SHORT_WORD).is_none() => 1,
            "" | "2" => 2,
            "1" => 1,
            _ => return None,
        };
        return is_whole(text).then_some((Kind::Nearly(edits), text));
    }
    // A question mark at its end is no pattern.
    is_whole(word.trim_end_matches('?')).then_some((Kind::Word, word))
}

/// Whether this begins with a letter or digit, and no character in it means anything.
fn is_whole(word: &str) -> bool {
    let means_nothing = |char: char| match char {
        '(' | ')' | '\\' | '^' | ':' | '*' | '?' | '~' | '=' => false,
        ' '..='~' => char != '"',
        _ => !char.is_control() && !char.is_whitespace() && !QUOTES.contains(&char),
    };
    word.starts_with(char::is_alphanumeric) && word.chars().all(means_nothing)
}
