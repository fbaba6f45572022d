//! Stored values for a segment with other fields: found by the names of their fields.

use super::file::SegmentFileWriter;
use super::store_writer::StoreWriter;
use super::stored::{Codec, Store, StoreBlock};
use super::values::{Records, TextLengths, decode};
use super::{Field, FieldInfo, Segment};
use crate::error::{Error, Result};

impl Segment {
    /// Copies the stored values of `docs`, which rise, as a segment with the fields `infos` has
    /// them, to a store of this codec and on to the file; those of other fields are left out.
    pub fn copy_stored_as(
        &self,
        infos: &[FieldInfo],
        docs: impl Iterator<Item = u32>,
        codec: Codec,
        store: &mut StoreWriter,
        out: &mut SegmentFileWriter,
    ) -> Result<()> {
        let place = |field: &Field| infos.iter().position(|info| info.name == field.info.name);
        let places: Vec<Option<usize>> = self.fields.iter().map(place).collect();
        let place_of = |number: usize| places.get(number).copied().flatten();
        let (mut shorts, mut longs) = (InOrder::new(&self.short), InOrder::new(&self.long));
        let mut lengths = TextLengths::default();
        for doc in docs {
            let long_record = longs.record(doc)?;
            let wanted = |number| place_of(number).is_some();
            let values = decode(shorts.record(doc)?, &wanted, &|| Ok(long_record.to_vec()))?;
            let values = values.ok_or_else(|| Error::Corrupt {
                name: self.name().to_string(),
                offset: 0,
                detail: format!("the stored values of document {doc} cannot be read"),
            })?;
            let mut values: Vec<_> =
                values.iter().filter_map(|(n, value)| Some((place_of(*n)?, value))).collect();
            values.sort_by_key(|&(place, _)| place);
            let mut records = Records::new(std::mem::take(&mut lengths));
            values.iter().for_each(|(place, value)| records.value(*place, value));
            match codec {
                Codec::Short => store.push(&[&records.short])?,
                Codec::Long => store.push(&records.long)?,
            }
            lengths = records.lengths;
            store.flush(out)?;
        }
        Ok(())
    }
}

/// Reads records one after another, unpacking each block once.
pub(super) struct InOrder<'a> {
    store: &'a Store,
    block: Option<StoreBlock>,
}

impl<'a> InOrder<'a> {
    pub fn new(store: &'a Store) -> Self {
        InOrder { store, block: None }
    }

    pub fn record(&mut self, doc: u32) -> Result<&[u8]> {
        let held = self.block.take().filter(|block| block.record(doc).is_some());
        let block = match held {
            Some(block) => block,
            None => self.store.unpacked(doc)?,
        };
        // A block that was unpacked for a document has it.
        Ok(self.block.insert(block).record(doc).unwrap_or_default())
    }
}
