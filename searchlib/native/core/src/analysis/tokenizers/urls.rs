//! Where does a text hold URLs, hosts with paths and e-mail addresses? Each is one token; what
//! stands between them are words.
//!
//! Known by sight, not by standard: `scheme://…`, `www.…`, `host.tld/…` and `name@host.tld`.
//! Punctuation at the end is the sentence's, and so is a closing bracket that has no opening one
//! inside: `(see https://en.wikipedia.org/wiki/Rust_(film))` holds the address with one `)`.
//! An address ends where a script without spaces begins, since nothing else would end it.

use super::clusters::Borders;
use super::params::Params;
use super::segment::Script;
use super::words::Words;
use crate::error::Result;

pub struct Urls {
    words: Words,
}

impl Urls {
    pub fn from_params(params: &Params<'_>) -> Result<Self> {
        Ok(Urls { words: Words::from_params(params)? })
    }

    pub fn tokenize(&self, text: &str, visit: &mut impl FnMut(usize, usize)) {
        let mut borders = None;
        let mut at = 0;
        let mut trigger = 0;
        while let Some(offset) = text.as_bytes()[trigger..].iter().position(|&b| is_trigger(b)) {
            trigger += offset;
            let found = address(text, at, trigger);
            trigger += 1;
            let Some((start, end)) = found else { continue };
            let borders = borders.get_or_insert_with(|| Borders::new(text));
            if borders.at_or_after(start) == start && borders.at_or_after(end) == end {
                self.words.tokenize(&text[at..start], &mut |from, to| visit(at + from, at + to));
                visit(start, end);
                at = end;
            }
            trigger = trigger.max(end);
        }
        self.words.tokenize(&text[at..], &mut |from, to| visit(at + from, at + to));
    }
}

/// Every address has one of these, and its first decides which kind it is.
fn is_trigger(byte: u8) -> bool {
    matches!(byte, b'@' | b':' | b'/' | b'.')
}

/// The address whose first deciding byte stands at `trigger`, and which starts at `from` or later.
/// Looks no further than the bytes that can be part of it.
fn address(text: &str, from: usize, trigger: usize) -> Option<(usize, usize)> {
    let before = &text[from..trigger];
    let rest = &text[trigger..];
    match rest.as_bytes()[0] {
        b':' if rest.starts_with("://") => {
            let start = trigger - suffix_len(before, is_scheme);
            let start = start + text[start..trigger].find(|c: char| c.is_ascii_alphabetic())?;
            let end = url_end(text, start, trigger + 3);
            (end > trigger + 3).then_some((start, end))
        }
        b'.' if ends_with_www(before) => {
            let start = trigger - 3;
            let host = &rest[1..][..prefix_len(&rest[1..], is_host)];
            is_host_name(host.trim_end_matches(['.', '-']))
                .then(|| (start, url_end(text, start, trigger + 1)))
        }
        b'/' => {
            let start = trigger - suffix_len(before, |c| is_host(c) || c == ':');
            let host = &text[start..trigger];
            let name = host.split(':').next().unwrap_or(host);
            let port = &host[name.len()..];
            let port_is_number = port.bytes().skip(1).all(|b| b.is_ascii_digit());
            // `/lib/site.py/x` is a path of the file system.
            let inside_path =
                text[from..start].ends_with('/') && !text[from..start].ends_with("//");
            let whole = is_host_name(name) && port_is_number && !inside_path;
            whole.then(|| (start, url_end(text, start, trigger)))
        }
        b'@' => {
            let local = suffix_len(before, is_local);
            let local = before[before.len() - local..].trim_start_matches(['.', '\'', '-']);
            let host = &rest[1..][..prefix_len(&rest[1..], is_host)];
            let host = host.trim_end_matches(['.', '-']);
            let whole = !local.is_empty() && !local.ends_with('.') && is_host_name(host);
            whole.then_some((trigger - local.len(), trigger + 1 + host.len()))
        }
        _ => None,
    }
}

/// Where a URL ends that begins at `start` and surely goes on to `at`.
fn url_end(text: &str, start: usize, at: usize) -> usize {
    let len = prefix_len(&text[at..], |c| !is_outside(c));
    let mut url = &text[start..at + len];
    let count = |url: &str, c| url.matches(c).count() as isize;
    // How many more closing than opening brackets there are, counted once and then kept.
    let mut extra = [('(', ')'), ('[', ']'), ('{', '}')]
        .map(|(open, close)| (close, count(url, close) - count(url, open)));
    while let Some(last) = url.chars().next_back() {
        match extra.iter_mut().find(|(close, _)| *close == last) {
            Some((_, extra)) if *extra > 0 => *extra -= 1,
            None if is_trailing(last) => {}
            _ => break,
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    start + url.len()
}

/// A character that no URL holds: white space, quotes around it, punctuation outside ASCII.
fn is_outside(c: char) -> bool {
    match c {
        '\0'..=' ' | '"' | '<' | '>' | '`' | '|' | '\\' | '^' | '\u{7f}' => true,
        _ if c.is_ascii() => false,
        '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{200b}' | '\u{200e}'..='\u{206f}' => true,
        '\u{3000}'..='\u{303f}' | '\u{30fb}' | '\u{ff00}'..='\u{ff0f}' => true,
        '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' => true,
        _ => c.is_whitespace() || Script::of(c).is_some(),
    }
}

fn is_trailing(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~')
}

fn is_scheme(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

fn is_host(c: char) -> bool {
    matches!(c, '-' | '.') || (c.is_alphanumeric() && Script::of(c).is_none())
}

/// What stands before the @ of an address; of the signs that are allowed, those that are used.
fn is_local(c: char) -> bool {
    matches!(c, '_' | '+' | '%' | '\'' | '&' | '=' | '#' | '~') || is_host(c)
}

/// Two labels or more, the last of them letters: `example.com`, neither `3.5` nor `U.S`.
fn is_host_name(name: &str) -> bool {
    let mut labels = name.rsplit('.');
    let last = labels.next().unwrap_or_default();
    let last_is_letters = last.chars().all(char::is_alphabetic) || last.starts_with("xn--");
    let others_are_whole = |label: &str| !label.is_empty() && !label.starts_with('-');
    last.len() >= 2 && last_is_letters && name.contains('.') && labels.all(others_are_whole)
}

fn ends_with_www(before: &str) -> bool {
    let bytes = before.as_bytes();
    let Some(at) = bytes.len().checked_sub(3) else { return false };
    bytes[at..].eq_ignore_ascii_case(b"www")
        && !before[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

fn prefix_len(text: &str, part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !part(c)).unwrap_or(text.len())
}

fn suffix_len(text: &str, part: impl Fn(char) -> bool) -> usize {
    text.len() - text.trim_end_matches(part).len()
}
