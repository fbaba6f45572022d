//! Which documents hold several terms at their places, and how often?
//!
//! Documents first: those that hold all terms, each with a bound from the classes of its postings.
//! Positions are read only for those that may still reach the top, the rarest term's first, and no
//! more once no place is left. Why nothing is lost: docs/ranking.md, "Bounds".

use crate::error::Result;
use crate::phrase::{keep_standing, occurrences};
use crate::search::conjunction::{Matches, class_of_moves, class_together};
use crate::search::part::{Bounds, Limits};
use crate::search::places::{Place, Places};
use crate::search::window::Window;
use crate::segment::cursor::Cursor;
use crate::segment::freqs::EXACT_MOST;
use crate::segment::lengths::class;
use crate::segment::positions::Positions;
use crate::segment::postings::END;

/// Documents among which the most promising ones are looked for at a time.
const PROMISING_SPAN: u32 = 1 << 16;
/// Documents whose positions are looked at together.
const AT_ONCE: usize = 64;

/// Several places, that with the fewest documents first.
pub struct Phrase<'a> {
    /// Each once, even where its term has several places.
    lists: Vec<Held<'a>>,
    places: Vec<Place>,
    slop: u32,
    /// By class, as if each term were the phrase, which stands no more often than any of them.
    bounds: Option<Bounds>,
    limits: Limits,
    /// The documents that hold the phrase, and how often, where they were looked up beforehand.
    settled: Option<Vec<(u32, u32)>>,
    found: Matches,
    /// The place in `found` up to which documents were asked for.
    asked: usize,
    rows: Vec<Row>,
    kept: Vec<u32>,
    /// Where the phrase may begin in some documents, one after the other.
    starts: Vec<u32>,
    joined: Vec<u32>,
}

/// A document that is asked for.
#[derive(Clone, Copy)]
struct Row {
    /// Its place among those asked for.
    place: usize,
    /// Its place among those found.
    row: usize,
    /// Where in `starts` its own end.
    end: usize,
}

/// A list, and what is known of it in one document.
struct Held<'a> {
    cursor: Cursor<'a>,
    /// The document that was looked for last, and whether it is there.
    doc: u32,
    has_doc: bool,
}

impl<'a> Held<'a> {
    fn new(cursor: Cursor<'a>) -> Self {
        Held { cursor, doc: END, has_doc: false }
    }

    /// The positions in `doc`: none where the list has it not.
    #[inline]
    fn positions(&mut self, doc: u32) -> Result<Positions<'_>> {
        if self.doc != doc {
            self.doc = END; // an error leaves nothing known
            self.has_doc = self.cursor.locate(doc)?;
            self.doc = doc;
        }
        if self.has_doc { self.cursor.located_positions() } else { Ok(Positions::NONE) }
    }

    /// No score of one of its documents is more; infinite where that is unknown.
    fn most(&self, bounds: &[f32; 256]) -> f32 {
        self.cursor.list().peaks().map_or(f32::INFINITY, |peaks| peaks.most(bounds))
    }

    fn has_classes(&self) -> bool {
        self.cursor.list().peaks().is_some()
    }
}

impl<'a> Phrase<'a> {
    pub fn new(places: Places<'a>, slop: u32, bounds: Option<Bounds>) -> Self {
        let Places { cursors, mut places, .. } = places;
        let lists: Vec<Held<'a>> = cursors.into_iter().map(Held::new).collect();
        // The rarest leads: it rules out most documents.
        places.sort_by_key(|place| cost(&lists, place));
        let found = Matches::of(lists.len());
        Phrase {
            lists,
            places,
            slop,
            bounds,
            limits: Limits::default(),
            settled: None,
            found,
            asked: 0,
            rows: Vec::new(),
            kept: Vec::new(),
            starts: Vec::new(),
            joined: Vec::new(),
        }
    }

    /// About how many documents match; never less.
    pub fn cost(&self) -> u64 {
        if let Some(settled) = &self.settled {
            return settled.len() as u64;
        }
        self.places.first().map_or(0, |place| cost(&self.lists, place))
    }

    /// No score is more; infinite where that is unknown.
    pub fn most(&self) -> f32 {
        let Some(bounds) = &self.bounds else {
            return f32::INFINITY;
        };
        if let Some(settled) = &self.settled {
            let bound = |&(_, frequency): &(u32, u32)| bounds[usize::from(class(frequency, 0))];
            return settled.iter().map(bound).fold(0.0, f32::max);
        }
        if self.slop > 0 {
            return f32::INFINITY; // it may stand more often than each of its terms
        }
        let most = |place: &Place| place.lists.iter().map(|&i| self.lists[i].most(bounds)).sum();
        self.places.iter().map(most).fold(f32::INFINITY, f32::min)
    }

    /// Looks all documents up that hold the phrase. Worth it where few may: what is asked afterwards
    /// is answered from these.
    pub fn settle(&mut self) -> Result<()> {
        let docs = self.matches(Window { start: 0, end: u32::MAX }, 0.0)?.docs.clone();
        let mut settled = Vec::new();
        self.frequencies(&docs, |i, frequency| settled.push((docs[i], frequency)))?;
        self.settled = Some(settled);
        Ok(())
    }

    /// The first document at or after `target` that holds all terms.
    pub fn align(&mut self, target: u32) -> Result<u32> {
        if let Some(settled) = &self.settled {
            let next = settled.partition_point(|&(doc, _)| doc < target);
            return Ok(settled.get(next).map_or(END, |&(doc, _)| doc));
        }
        let mut doc = target;
        'document: loop {
            for (i, place) in self.places.iter().enumerate() {
                let mut found = END;
                for &list in &place.lists {
                    found = found.min(self.lists[list].cursor.seek(doc)?);
                }
                if found == END {
                    return Ok(END);
                }
                if found > doc {
                    doc = found;
                    if i > 0 {
                        continue 'document;
                    }
                }
            }
            return Ok(doc);
        }
    }

    /// The documents of the window that hold all terms; those whose classes allow no score of
    /// `floor` may be left out. Whether the terms stand at their places is not looked at.
    pub fn matches(&mut self, window: Window, floor: f32) -> Result<&Matches> {
        self.found.clear();
        if let Some(settled) = &self.settled {
            let first = settled.partition_point(|&(doc, _)| doc < window.start);
            let here = settled[first..].iter().take_while(|&&(doc, _)| doc < window.end);
            // No text is shorter than those of the first step.
            here.for_each(|&(doc, frequency)| self.found.push(doc, class(frequency, 0)));
            return Ok(&self.found);
        }
        if self.has_alternatives() {
            let mut doc = self.align(window.start)?;
            while doc < window.end {
                self.found.push(doc, u8::MAX);
                doc = self.align(doc + 1)?;
            }
            return Ok(&self.found);
        }
        let limits = match &self.bounds {
            Some(bounds) if floor > 0.0 && self.slop == 0 => Some(*self.limits.of(bounds, floor)),
            _ => None,
        };
        let first = self.places.first().map(|place| place.lists[0]);
        if let Some(first) = first {
            let cursor = &mut self.lists[first].cursor;
            self.found.lead(first, cursor, window, limits.as_ref())?;
        }
        self.keep_held(first, limits.as_ref())?;
        Ok(&self.found)
    }

    /// Those of the rising `docs` that hold all terms; `None` where that costs as much as
    /// [`frequency_in`](Self::frequency_in).
    pub fn matches_of(&mut self, docs: &[u32]) -> Result<Option<&Matches>> {
        if self.has_alternatives() || self.settled.is_some() {
            return Ok(None);
        }
        self.found.clear();
        self.found.docs.extend_from_slice(docs);
        // The class that every other is joined to as it is.
        let class = if self.slop == 0 { u8::MAX } else { 0 };
        self.found.classes.resize(docs.len(), class);
        self.keep_held(None, None)?;
        Ok(Some(&self.found))
    }

    /// Drops those found that a list has not, but for that which was looked at `first`, or only with a
    /// class beyond the limits.
    fn keep_held(&mut self, first: Option<usize>, limits: Option<&[u8; 16]>) -> Result<()> {
        let Phrase { lists, places, found, kept, .. } = self;
        for list in in_order(places).filter(|&list| Some(list) != first) {
            let cursor = &mut lists[list].cursor;
            match self.slop {
                0 => found.keep_held(list, cursor, class_together, limits, kept)?,
                _ => found.keep_held(list, cursor, class_of_moves, limits, kept)?,
            }
        }
        if self.slop > 0 && places.len() > lists.len() {
            found.classes.fill(u8::MAX); // a term that has several places moves at each
        }
        Ok(())
    }

    /// Calls `visit` with the cursor of each list.
    pub fn each_cursor(&mut self, visit: &mut dyn FnMut(&mut Cursor<'a>)) {
        self.lists.iter_mut().for_each(|list| visit(&mut list.cursor));
    }

    fn has_alternatives(&self) -> bool {
        self.places.iter().any(|place| place.lists.len() > 1)
    }

    /// Documents that hold all terms and are likely to hold the phrase often, best classes first:
    /// about `limit` of those that the rarest term stands in often. None where that term has few
    /// documents, or no classes.
    pub fn promising(&mut self, limit: usize) -> Result<Vec<u32>> {
        let Some(bounds) = self.bounds.clone() else { return Ok(Vec::new()) };
        let leading = self.places.first().map(|place| &self.lists[place.lists[0]]);
        let Some(leading) = leading.filter(|leading| leading.has_classes()) else {
            return Ok(Vec::new());
        };
        let floor = leading.cursor.list().floor_of_best(limit, &bounds);
        if floor == 0.0 {
            return Ok(Vec::new());
        }
        let mut best: Vec<(f32, u32)> = Vec::new();
        // Part by part: many documents may have the class that the last of them has.
        let mut start = self.next_of_rarest(0)?;
        while start != END {
            let window = Window { start, end: start.saturating_add(PROMISING_SPAN) };
            let Matches { docs, classes, .. } = self.matches(window, floor)?;
            for (&doc, &class) in docs.iter().zip(classes) {
                let bound = bounds[usize::from(class)];
                if best.len() < limit || best.last().is_some_and(|(worst, _)| bound > *worst) {
                    let place = best.partition_point(|(better, _)| *better >= bound);
                    best.insert(place, (bound, doc));
                    best.truncate(limit);
                }
            }
            start = self.next_of_rarest(window.end)?;
        }
        Ok(best.into_iter().map(|(_, doc)| doc).collect())
    }

    /// The first document at or after `target` that holds the rarest term, or the phrase where that is
    /// known.
    fn next_of_rarest(&mut self, target: u32) -> Result<u32> {
        match self.places.first() {
            Some(place) if self.settled.is_none() => self.lists[place.lists[0]].cursor.seek(target),
            _ => self.align(target),
        }
    }

    /// How often the terms stand at their places in `doc`.
    pub fn frequency_in(&mut self, doc: u32) -> Result<u32> {
        let mut frequency = 0;
        self.frequencies(&[doc], |_, found| frequency = found)?;
        Ok(frequency)
    }

    /// Calls `visit` for each of the rising `docs` that holds the phrase: with its place in `docs`,
    /// and how often the terms stand at their places.
    pub fn frequencies(&mut self, docs: &[u32], visit: impl FnMut(usize, u32)) -> Result<()> {
        self.frequencies_if(docs, |_, _| true, visit)
    }

    /// The same; a document may be left out where `matters` says false of its place and how often
    /// the terms stand at their places at most.
    pub fn frequencies_if(
        &mut self,
        docs: &[u32],
        matters: impl Fn(usize, u32) -> bool,
        visit: impl FnMut(usize, u32),
    ) -> Result<()> {
        if self.settled.is_some() || self.slop > 0 || self.has_alternatives() {
            return self.one_by_one(docs, visit);
        }
        // Mostly they are among those found last.
        if !self.choose(docs) {
            self.matches_of(docs)?;
            self.asked = 0;
            self.choose(docs);
        }
        self.exact(matters, visit)
    }

    fn one_by_one(&mut self, docs: &[u32], mut visit: impl FnMut(usize, u32)) -> Result<()> {
        for (i, &doc) in docs.iter().enumerate() {
            let frequency = match &self.settled {
                Some(settled) => {
                    let place = settled.binary_search_by_key(&doc, |&(doc, _)| doc);
                    place.map_or(0, |place| settled[place].1)
                }
                None if self.slop == 0 => self.exact_of_any(doc)?,
                None => self.sloppy(doc)?,
            };
            if frequency > 0 {
                visit(i, frequency);
            }
        }
        Ok(())
    }

    /// Puts those of the rising `docs` into `rows` that are among those found; whether all are.
    fn choose(&mut self, docs: &[u32]) -> bool {
        let Phrase { found: Matches { docs: found, .. }, asked, rows, .. } = self;
        rows.clear();
        let Some(&first) = docs.first() else { return true };
        if *asked > 0 && found.get(*asked - 1).is_none_or(|&before| before >= first) {
            *asked = found.partition_point(|&doc| doc < first);
        }
        for (place, &doc) in docs.iter().enumerate() {
            while found.get(*asked).is_some_and(|&held| held < doc) {
                *asked += 1;
            }
            if found.get(*asked) == Some(&doc) {
                rows.push(Row { place, row: *asked, end: 0 });
            }
        }
        rows.len() == docs.len()
    }

    /// Place by place: few documents are left for the later ones.
    fn exact(
        &mut self,
        matters: impl Fn(usize, u32) -> bool,
        mut visit: impl FnMut(usize, u32),
    ) -> Result<()> {
        let Phrase { lists, places, found, rows, starts, .. } = self;
        for rows in rows.chunks_mut(AT_ONCE) {
            let mut left = rows.len();
            starts.clear();
            for (k, place) in places.iter().enumerate() {
                let (cursor, spots) =
                    (&mut lists[place.lists[0]].cursor, found.spots(place.lists[0]));
                if k == 0 {
                    for row in &mut *rows {
                        cursor.positions_at(spots[row.row])?.append_from(place.offset, starts);
                        row.end = starts.len();
                    }
                    continue;
                }
                let (mut from, mut kept, mut kept_rows) = (0, 0, 0);
                for i in 0..left {
                    let row = rows[i];
                    let most = (row.end - from) as u32;
                    // Low frequencies are known from the class.
                    let is_news = k > 1 || most > EXACT_MOST;
                    if most == 0 || is_news && !matters(row.place, most) {
                        from = row.end;
                        continue;
                    }
                    let (positions, by) = cursor.positions_at(spots[row.row])?.shifted();
                    let offset = place.offset.saturating_add(by);
                    let here = keep_standing(&mut starts[from..row.end], positions, offset);
                    for i in 0..here {
                        starts[kept + i] = starts[from + i];
                    }
                    (from, kept) = (row.end, kept + here);
                    rows[kept_rows] = Row { end: kept, ..row };
                    kept_rows += usize::from(here > 0);
                }
                left = kept_rows;
            }
            let mut start = 0;
            for row in &rows[..left] {
                if row.end > start {
                    visit(row.place, (row.end - start) as u32);
                }
                start = row.end;
            }
        }
        Ok(())
    }

    /// How often alternatives stand at their places in `doc`.
    fn exact_of_any(&mut self, doc: u32) -> Result<u32> {
        let Phrase { lists, places, starts, joined, .. } = self;
        starts.clear();
        for (k, Place { offset, lists: alternatives }) in places.iter().enumerate() {
            join(lists, alternatives, doc, joined)?;
            if k == 0 {
                starts.extend(joined.iter().filter_map(|place| place.checked_sub(*offset)));
            } else {
                let kept = keep_standing(starts, joined, *offset);
                starts.truncate(kept);
            }
            if starts.is_empty() {
                break;
            }
        }
        Ok(starts.len() as u32)
    }

    fn sloppy(&mut self, doc: u32) -> Result<u32> {
        let Phrase { lists, places, joined, .. } = self;
        let mut all = Vec::with_capacity(places.len());
        for place in places.iter() {
            join(lists, &place.lists, doc, joined)?;
            if joined.is_empty() {
                return Ok(0);
            }
            all.push((joined.clone(), place.offset));
        }
        let all: Vec<_> = all.iter().map(|(list, offset)| (list.as_slice(), *offset)).collect();
        let mut count = 0;
        occurrences(&all, self.slop, |_| count += 1);
        Ok(count)
    }
}

/// About how many documents hold a place; never less.
fn cost(lists: &[Held<'_>], place: &Place) -> u64 {
    place.lists.iter().map(|&list| u64::from(lists[list].cursor.list().doc_freq())).sum()
}

/// Puts the positions in `doc` of all alternatives of a place into `joined`: none where it has none.
fn join(
    lists: &mut [Held<'_>],
    alternatives: &[usize],
    doc: u32,
    joined: &mut Vec<u32>,
) -> Result<()> {
    joined.clear();
    for &list in alternatives {
        lists[list].positions(doc)?.append_from(0, joined);
    }
    if alternatives.len() > 1 {
        joined.sort_unstable();
        joined.dedup();
    }
    Ok(())
}

/// The first list of each place, each once: all lists, where there are no alternatives.
fn in_order(places: &[Place]) -> impl Iterator<Item = usize> {
    let first = |place: &Place| place.lists.first().copied();
    let is_new = move |i: usize| places[..i].iter().all(|known| first(known) != first(&places[i]));
    (0..places.len()).filter(move |&i| is_new(i)).filter_map(move |i| first(&places[i]))
}
