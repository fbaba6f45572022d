//! Which lists say where the words of a phrase stand? Those of its words or, of two frequent words
//! side by side, that of the pair.

use crate::error::Result;
use crate::search::plan::WordPart;
use crate::segment::Field;
use crate::segment::cursor::Cursor;
use crate::segment::pairs::{DOCS_FROM, Pairs};
use crate::segment::postings::ListInfo;

/// One place of a phrase, and which of the phrase's lists are those of the terms that may stand
/// there: at least one.
pub struct Place {
    /// Counted from the phrase's first place.
    pub offset: u32,
    pub lists: Vec<usize>,
}

/// Where a list of a phrase lies, and of what it is: a pair's positions are those of its first word.
#[derive(Clone, Copy, PartialEq)]
pub enum ListOf {
    Term(ListInfo),
    Pair(ListInfo),
}

/// Gathers the places of a phrase and their lists.
#[derive(Default)]
pub struct Places<'a> {
    known: Vec<ListOf>,
    pub cursors: Vec<Cursor<'a>>,
    pub places: Vec<Place>,
}

impl<'a> Places<'a> {
    /// Adds a list to a place; `open` makes a cursor where the list has none yet.
    pub fn add(
        &mut self,
        offset: u32,
        list: ListOf,
        open: impl FnOnce() -> Result<Option<Cursor<'a>>>,
    ) -> Result<()> {
        let known = self.known.iter().position(|&known| known == list);
        let list = match known {
            Some(list) => list,
            None => {
                let Some(cursor) = open()? else { return Ok(()) };
                self.known.push(list);
                self.cursors.push(cursor);
                self.cursors.len() - 1
            }
        };
        match self.places.last_mut().filter(|place| place.offset == offset) {
            Some(place) => place.lists.push(list),
            None => self.places.push(Place { offset, lists: vec![list] }),
        }
        Ok(())
    }
}

/// The places of a word or phrase in a segment, each with its lists; `None` where one has no list.
/// `lists`: of each of the part's terms.
pub fn places<'a>(
    field: &'a Field,
    part: &WordPart,
    lists: &[Option<ListInfo>],
    doc_count: u32,
) -> Result<Option<Places<'a>>> {
    let at = |offset: u32| {
        let terms = lists.iter().zip(&part.terms).filter(move |(_, (_, place))| *place == offset);
        terms.filter_map(|(list, _)| *list)
    };
    let offsets = part.places();
    if offsets.is_empty() || offsets.iter().any(|&offset| at(offset).next().is_none()) {
        return Ok(None);
    }
    let mut places = Places::default();
    let mut is_covered = vec![false; offsets.len()];
    // Alternatives, and words that may stand off their places, have no pairs.
    if let Some(pairs) = field.pairs.as_ref().filter(|_| part.slop == 0)
        && part.terms.iter().map(|(_, place)| place).eq(&offsets)
    {
        for (place, list) in covering(pairs, part, lists)? {
            let open = || pairs.cursor(list, doc_count).map(Some);
            places.add(part.terms[place].1, ListOf::Pair(list), open)?;
            is_covered[place..place + 2].fill(true);
        }
    }
    for (&offset, _) in offsets.iter().zip(is_covered).filter(|(_, is_covered)| !is_covered) {
        for list in at(offset) {
            places.add(offset, ListOf::Term(list), || field.cursor(list, doc_count))?;
        }
    }
    Ok(Some(places))
}

/// Pairs for words of a phrase, each as the place of its first word among them: the rarest first,
/// and none whose words both stand in rarer ones.
fn covering(
    pairs: &Pairs,
    part: &WordPart,
    lists: &[Option<ListInfo>],
) -> Result<Vec<(usize, ListInfo)>> {
    let is_frequent = |place: usize| lists[place].is_some_and(|list| list.doc_freq >= DOCS_FROM);
    let mut held = Vec::new();
    for (place, words) in part.terms.windows(2).enumerate() {
        let [(first, offset), (second, next)] = words else { continue };
        if offset.checked_add(1) == Some(*next) && is_frequent(place) && is_frequent(place + 1) {
            held.extend(pairs.list(first, second)?.map(|list| (place, list)));
        }
    }
    held.sort_by_key(|(_, list)| list.doc_freq);
    let mut is_covered = vec![false; lists.len()];
    held.retain(|&(place, _)| {
        let words = &mut is_covered[place..place + 2];
        let is_news = words.contains(&false);
        words.fill(true);
        is_news
    });
    Ok(held)
}
