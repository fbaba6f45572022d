//! From text to tokens: one tokenizer, then filters.
//!
//! An [`Analyzer`] is made from the JSON that an index stores. Its filters look at one token alone,
//! so that a form is analyzed once, however often it stands in the articles ([`forms`]); those that
//! need a token's neighbours work on the [`stream`]. Tokenizers and filters may come from outside the
//! core, as [`Components`].

pub mod filters;
pub mod forms;
pub mod keys;
pub mod readings;
mod shingles;
pub mod stream;
pub mod tokenizers;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde_json::Value as Json;

use crate::error::{Error, Result};
use filters::{Filter, Term};
use shingles::Shingles;
use tokenizers::Tokenizer;

/// A token's text in bytes. Longer ones are left out of the index and reported.
/// Documented in docs/format.md, "Limits".
pub const MAX_TOKEN_BYTES: usize = 65_535;

/// A filter from outside.
pub trait ForeignFilter: Send + Sync {
    /// What each form becomes, in order.
    fn filter(&self, forms: &[&str]) -> Result<Vec<ForeignTerms>>;
}

/// What a filter from outside makes of a form. The empty text is no term.
pub enum ForeignTerms {
    One(String),
    /// None of them removes the form.
    Several(Vec<String>),
}

/// What filters made of forms before, so that those from outside need not be asked again.
pub trait Known: Send + Sync {
    /// The terms of a form, or of a key that stands for it; `None` where it is new.
    fn terms_of(&self, form: &str) -> Result<Option<Terms<'_>>>;
}

/// A tokenizer from outside: the bytes `start..end` of each token, rising by start.
pub trait ForeignTokenizer: Send + Sync {
    fn tokenize(&self, text: &str) -> Result<Vec<(usize, usize)>>;
}

/// What an analyzer may name as `{"name": "component", "component": …}`.
#[derive(Default)]
pub struct Components {
    pub tokenizers: HashMap<String, Arc<dyn ForeignTokenizer>>,
    pub filters: HashMap<String, Arc<dyn ForeignFilter>>,
}

/// A place in a text and what the index holds for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Bytes `start..end` of the text: the form.
    pub start: usize,
    pub end: usize,
    pub term: String,
    /// The token's place, counting those that a filter removed. Several terms may share it.
    pub position: u32,
}

enum Source {
    Native(Tokenizer),
    Foreign(Arc<dyn ForeignTokenizer>),
}

enum Step {
    Native(Filter),
    Foreign(Arc<dyn ForeignFilter>),
    /// At most one.
    Shingles(Shingles),
}

/// The step that is shingles, and its number.
struct ShinglesAt<'a> {
    step: usize,
    of: &'a Shingles,
}

/// One tokenizer and its filters.
pub struct Analyzer {
    tokenizer: Source,
    steps: Vec<Step>,
}

/// Whether two tokens that follow each other belong to one word.
fn is_one_word(last: &Token, next: &Token) -> bool {
    next.position == last.position || next.start > last.end
}

/// Where a token stands, in bytes, and the number of its form.
pub type FormPlace = (usize, usize, usize);

/// The terms of one form, none twice.
pub type Terms<'a> = Vec<Cow<'a, str>>;

impl Analyzer {
    /// Reads `{"tokenizer": {"name": …}, "filters": [{"name": …, …}, …]}`.
    ///
    /// # Errors
    /// [`Error::Input`] naming what is unknown and what is known.
    pub fn from_json(text: &str, components: &Components) -> Result<Self> {
        let json: Json = serde_json::from_str(text)
            .map_err(|error| Error::Input(format!("the analyzer is not JSON: {error}")))?;
        let tokenizer = &json["tokenizer"];
        let tokenizer = match component(tokenizer, &components.tokenizers, "tokenizer")? {
            Some(foreign) => Source::Foreign(foreign),
            None => Source::Native(Tokenizer::from_json(tokenizer)?),
        };
        let none = Vec::new();
        let filters = json["filters"].as_array().unwrap_or(&none).iter();
        let step = |json| match component(json, &components.filters, "filter")? {
            Some(foreign) => Ok(Step::Foreign(foreign)),
            None if json["name"] == "shingles" => Shingles::from_json(json).map(Step::Shingles),
            None => Filter::from_json(json).map(Step::Native),
        };
        let steps: Vec<Step> = filters.map(step).collect::<Result<_>>()?;
        if steps.iter().filter(|step| matches!(step, Step::Shingles(_))).count() > 1 {
            return Err(Error::Input(
                "an analyzer has the filter \"shingles\" at most once".into(),
            ));
        }
        Ok(Analyzer { tokenizer, steps })
    }

    fn shingles(&self) -> Option<ShinglesAt<'_>> {
        self.steps.iter().enumerate().find_map(|(step, each)| match each {
            Step::Shingles(of) => Some(ShinglesAt { step, of }),
            _ => None,
        })
    }

    /// Whether some terms stand for a token and its neighbours.
    pub fn has_shingles(&self) -> bool {
        self.shingles().is_some()
    }

    /// Calls `visit` with the bytes `start..end` of each token before filters, rising by start.
    ///
    /// # Errors
    /// What a tokenizer from outside raises, and [`Error::Input`] when its tokens are no places of
    /// the text.
    #[inline]
    pub fn tokenize(&self, text: &str, mut visit: impl FnMut(usize, usize)) -> Result<()> {
        match &self.tokenizer {
            Source::Native(tokenizer) => tokenizer.tokenize(text, &mut visit),
            Source::Foreign(foreign) => {
                let mut last = 0;
                for (start, end) in foreign.tokenize(text)? {
                    if start < last || text.get(start..end).is_none_or(str::is_empty) {
                        return Err(Error::Input(format!(
                            "a tokenizer gave the token {start}..{end} (in bytes) after one that \
                             starts at {last}; tokens must rise by start, not be empty and lie in \
                             the text"
                        )));
                    }
                    last = start;
                    visit(start, end);
                }
            }
        }
        Ok(())
    }

    /// What the filters make of each form by itself. Filters from outside are called once for all.
    pub fn terms_of<'a>(&self, forms: &[&'a str]) -> Result<Vec<Terms<'a>>> {
        let mut all: Vec<Vec<Term<'a>>> = forms.iter().map(|form| vec![Term::new(*form)]).collect();
        self.apply(0..self.steps.len(), &mut all)?;
        Ok(all.into_iter().map(distinct).collect())
    }

    /// What the steps of this range, but for shingles, make of the terms of each token.
    fn apply(&self, steps: Range<usize>, all: &mut [Vec<Term<'_>>]) -> Result<()> {
        for step in &self.steps[steps] {
            match step {
                Step::Native(filter) => all.iter_mut().for_each(|terms| filter.apply(terms)),
                Step::Foreign(foreign) => apply_foreign(&**foreign, all)?,
                Step::Shingles(_) => {}
            }
        }
        Ok(())
    }

    /// Whether a filter comes from outside.
    pub fn has_foreign_filter(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Foreign(_)))
    }

    /// A form as a prefix is compared with it: in the spelling that the filters make before the first
    /// that does more, so that forms of one spelling have one term. Empty where nothing is left.
    pub fn fold<'a>(&self, form: &'a str) -> Cow<'a, str> {
        let mut terms = vec![Term::new(form)];
        for step in &self.steps {
            match step {
                Step::Native(filter) if filter.folds() => filter.apply(&mut terms),
                Step::Native(filter) if filter.only_removes() => {}
                _ => break,
            }
        }
        terms.pop().map(|term| term.text).unwrap_or_default()
    }

    /// The distinct forms of a text in the order they first stand in it, and every token's place:
    /// bytes `start..end` and the number of its form.
    pub fn forms<'t>(&self, text: &'t str) -> Result<(Vec<&'t str>, Vec<FormPlace>)> {
        let mut numbers: HashMap<&str, usize, _> = HashMap::with_hasher(RandomState::default());
        let mut forms = Vec::new();
        let mut places = Vec::new();
        self.tokenize(text, |start, end| {
            let form = &text[start..end];
            let number = *numbers.entry(form).or_insert_with(|| {
                forms.push(form);
                forms.len() - 1
            });
            places.push((start, end, number));
        })?;
        Ok((forms, places))
    }

    /// The tokens of a text, cut where one follows another with nothing between, or overlaps it:
    /// 東京都 is two words, W-2 one of two tokens.
    pub fn words(&self, text: &str) -> Result<Vec<Vec<Token>>> {
        let tokens = self.tokens(text)?;
        if self.has_shingles() {
            // They overlap, and still are one word.
            return Ok(if tokens.is_empty() { Vec::new() } else { vec![tokens] });
        }
        let mut words: Vec<Vec<Token>> = Vec::new();
        for token in tokens {
            match words.last_mut() {
                Some(word) if word.last().is_some_and(|last| is_one_word(last, &token)) => {
                    word.push(token);
                }
                _ => words.push(vec![token]),
            }
        }
        Ok(words)
    }

    /// The tokens of a text, without those that a filter removed or that are too long.
    pub fn tokens(&self, text: &str) -> Result<Vec<Token>> {
        let placed = self.placed(text, None)?;
        let mut tokens = Vec::with_capacity(placed.places.len());
        for (position, start, end, kind) in placed.places {
            if end - start > MAX_TOKEN_BYTES {
                continue;
            }
            tokens.extend(placed.kinds[kind].1.iter().map(|term| Token {
                start,
                end,
                term: term.to_string(),
                position,
            }));
        }
        Ok(tokens)
    }
}

/// The terms of forms or keys: those that are known, and what `analyze` makes of the others.
pub fn terms_of_new<'a>(
    forms: &[&'a str],
    known: &'a dyn Known,
    analyze: impl FnOnce(&[&'a str]) -> Result<Vec<Terms<'a>>>,
) -> Result<Vec<Terms<'a>>> {
    let mut all = vec![Terms::new(); forms.len()];
    let mut new = Vec::new();
    for (place, form) in forms.iter().enumerate() {
        match known.terms_of(form)? {
            Some(terms) => all[place] = terms,
            None => new.push(place),
        }
    }
    let texts: Vec<&str> = new.iter().map(|&place| forms[place]).collect();
    for (place, terms) in new.into_iter().zip(analyze(&texts)?) {
        all[place] = terms;
    }
    Ok(all)
}

fn component<T: Clone>(json: &Json, known: &HashMap<String, T>, what: &str) -> Result<Option<T>> {
    if json["name"] != "component" {
        return Ok(None);
    }
    let name = json["component"].as_str().unwrap_or_default();
    match known.get(name) {
        Some(found) => Ok(Some(found.clone())),
        None => Err(Error::Input(format!("the {what} {name:?} was not handed over"))),
    }
}

fn apply_foreign(foreign: &dyn ForeignFilter, all: &mut [Vec<Term<'_>>]) -> Result<()> {
    let before: Vec<&str> = all.iter().flatten().map(|term| &*term.text).collect();
    if before.is_empty() {
        return Ok(()); // it may be missing
    }
    let after = foreign.filter(&before)?;
    if after.len() != before.len() {
        return Err(Error::Input(format!(
            "a filter answered {} of {} forms",
            after.len(),
            before.len()
        )));
    }
    let mut answers = after.into_iter();
    let mut made = Vec::new();
    for terms in all {
        // The terms come first: a zip takes from its left side before it sees that the right ended.
        for (Term { keep, .. }, answer) in terms.drain(..).zip(answers.by_ref()) {
            let mut push = |text: String| {
                if !text.is_empty() {
                    made.push(Term { text: Cow::Owned(text), keep });
                }
            };
            match answer {
                ForeignTerms::One(text) => push(text),
                ForeignTerms::Several(texts) => texts.into_iter().for_each(push),
            }
        }
        terms.append(&mut made);
    }
    Ok(())
}

fn distinct(terms: Vec<Term<'_>>) -> Terms<'_> {
    let mut texts: Terms<'_> = Vec::with_capacity(terms.len());
    for term in terms {
        if !texts.contains(&term.text) {
            texts.push(term.text);
        }
    }
    texts
}
