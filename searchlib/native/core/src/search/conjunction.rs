//! Which documents does each of several lists have, and where does it have them?
//!
//! The first list leads; the documents are looked up in the others one list after the other. Where a
//! posting was found is kept: its positions need no second search.

use crate::error::Result;
use crate::search::kernels::classes_below;
use crate::search::window::Window;
use crate::segment::cursor::Cursor;
use crate::segment::lengths::{self, FREQ_MOST};
use crate::segment::list::Spot;

/// Documents that hold all terms, rising, and the class of each that says how often the phrase may
/// stand there: 255 where that is unknown. The two have one length.
#[derive(Default)]
pub struct Matches {
    pub docs: Vec<u32>,
    pub classes: Vec<u8>,
    /// Where each list has each document; nothing where that was not looked up.
    spots: Vec<Vec<Spot>>,
}

impl Matches {
    /// Of so many lists, no document yet.
    pub fn of(lists: usize) -> Self {
        Matches { spots: vec![Vec::new(); lists], ..Matches::default() }
    }

    pub fn clear(&mut self) {
        self.docs.clear();
        self.classes.clear();
        self.spots.iter_mut().for_each(Vec::clear);
    }

    #[inline]
    pub fn push(&mut self, doc: u32, class: u8) {
        self.docs.push(doc);
        self.classes.push(class);
    }

    /// Where a list has each of the documents.
    pub(super) fn spots(&self, list: usize) -> &[Spot] {
        &self.spots[list]
    }

    /// Appends the documents of the window whose classes in this list, the first one, are within
    /// the limits.
    pub fn lead(
        &mut self,
        list: usize,
        cursor: &mut Cursor<'_>,
        window: Window,
        limits: Option<&[u8; 16]>,
    ) -> Result<()> {
        let Matches { docs, classes, spots } = self;
        let spots = &mut spots[list];
        if cursor.list().peaks().is_some() {
            let below = |classes: &[u8]| match limits {
                Some(limits) => classes_below(classes, limits),
                None if classes.is_empty() => 0,
                None => u128::MAX >> (128 - classes.len()),
            };
            return cursor.passing(window.start, window.end, &below, |some, their, picked| {
                docs.extend_from_slice(some);
                classes.extend_from_slice(their);
                picked.append_to(spots);
            });
        }
        let mut doc = cursor.seek(window.start)?;
        while doc < window.end {
            docs.push(doc);
            classes.push(u8::MAX);
            spots.push(cursor.here());
            cursor.skip(1)?;
            doc = cursor.doc();
        }
        Ok(())
    }

    /// Drops the documents that this list has not, or only with a class beyond the limits: the one
    /// that `joint` makes of what is known of the document and of its class here.
    pub fn keep_held(
        &mut self,
        list: usize,
        cursor: &mut Cursor<'_>,
        joint: impl Fn(u8, u8) -> u8,
        limits: Option<&[u8; 16]>,
        kept: &mut Vec<u32>,
    ) -> Result<()> {
        let Matches { docs, classes, spots } = self;
        let (before, own, mut count) = (docs.len(), &mut spots[list], 0);
        own.resize(before, Spot::default());
        kept.resize(before, 0);
        // Nothing is jumped over: which documents stay is hard to foresee.
        cursor.spots(docs, |i, spot, class| {
            let class = joint(classes[i], class);
            (classes[count], own[count], kept[count]) = (class, spot, i as u32);
            let passes = limits.is_none_or(|limits| class & 15 < limits[usize::from(class >> 4)]);
            count += usize::from(passes);
        })?;
        classes.truncate(count);
        own.truncate(count);
        kept.truncate(count);
        if count < before {
            keep(docs, kept);
            // Those of the lists that were looked at before this one.
            spots.iter_mut().filter(|spots| spots.len() == before).for_each(|all| keep(all, kept));
        }
        Ok(())
    }
}

/// Keeps what stands at the rising places.
fn keep<T: Copy>(all: &mut Vec<T>, places: &[u32]) {
    for (to, &from) in places.iter().enumerate() {
        all[to] = all[from as usize];
    }
    all.truncate(places.len());
}

/// The class of terms that stand at their places, which is no more than that of any: all classes of
/// one document have the same step of length.
#[inline]
pub fn class_together(held: u8, class: u8) -> u8 {
    held.min(class)
}

/// The class of terms that may stand off their places. Each move of one of them may make an
/// occurrence: there is one for all of the first term, and one for each of the next but its first.
#[inline]
pub fn class_of_moves(held: u8, class: u8) -> u8 {
    if held == u8::MAX || class == u8::MAX {
        return u8::MAX;
    }
    let most = |class: u8| FREQ_MOST[usize::from(class >> 4)] as u32;
    lengths::class(most(held).saturating_add(most(class) - 1), class & 15)
}
