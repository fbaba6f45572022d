//! How are blocks of stored records compressed? One by one, here or on a thread beside.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use lz4_flex::block::CompressTable;

use crate::error::{Error, Result};
use crate::segment::pieces::{Encoder, Pieces};
use crate::segment::stored::Codec;

/// Level 1: level 3 makes the news corpus 5 % smaller and costs 1.6 times the time, an eighth of
/// all indexing. Where records are short, the rest of indexing costs more, and the index is large.
const ZSTD_LEVEL: i32 = 1;
const ZSTD_LEVEL_OF_SHORT: i32 = 3;
/// A block of this many records has short ones.
const SHORT_FROM_RECORDS: u32 = 64;
/// Blocks that wait for the thread, or for being taken from it.
const WAITING: usize = 4;

/// A block to compress: `bytes[start..]` are the lengths of its records, then these.
pub struct Raw {
    pub bytes: Vec<u8>,
    pub start: usize,
    pub records: u32,
}

impl Raw {
    pub fn raw(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

/// A compressed block.
pub struct Packed {
    pub records: u32,
    pub raw_len: usize,
    /// In a store with pieces: how many bytes they are, 0 where the block is better off without.
    pub pieces_len: Option<usize>,
    pub bytes: Vec<u8>,
}

/// Whether pieces are so much shorter than the bytes that they are worth it.
pub fn pieces_pay(pieces_len: usize, raw_len: usize) -> bool {
    4 * pieces_len < 3 * raw_len
}

/// Where blocks are compressed. They come out as they went in.
pub struct Packing {
    codec: Codec,
    place: Place,
}

enum Place {
    Here(Packer),
    /// No thread before there is something for it to do.
    Beside(Option<Worker>),
}

/// A thread that compresses blocks until it is dropped.
struct Worker {
    to: SyncSender<(Raw, Option<Arc<Pieces>>)>,
    from: Receiver<Result<(Packed, Vec<u8>)>>,
    /// How long each block is that was sent and not taken yet.
    waiting: VecDeque<usize>,
}

impl Packing {
    pub fn here(codec: Codec) -> Self {
        Packing { codec, place: Place::Here(Packer::default()) }
    }

    pub fn beside(codec: Codec) -> Self {
        Packing { codec, place: Place::Beside(None) }
    }

    /// Takes a block and hands on those that it is time for; returns memory for the next one.
    ///
    /// Which those are depends on how many came, never on how fast the thread is: so does the memory
    /// in use, and with it where a segment ends.
    pub fn put(
        &mut self,
        raw: Raw,
        pieces: Option<&Arc<Pieces>>,
        mut take: impl FnMut(&Packed),
    ) -> Result<Vec<u8>> {
        let worker = match &mut self.place {
            Place::Here(packer) => {
                take(&packer.pack(self.codec, &raw, pieces.map(Arc::as_ref))?);
                return Ok(self.emptied(raw.bytes));
            }
            Place::Beside(Some(worker)) => worker,
            Place::Beside(none) => none.insert(Worker::start(self.codec)?),
        };
        worker.waiting.push_back(raw.bytes.len());
        worker.to.send((raw, pieces.cloned())).map_err(|_| ended())?;
        if worker.waiting.len() < WAITING {
            return Ok(Vec::new());
        }
        let (packed, memory) = worker.next()?;
        take(&packed);
        Ok(self.emptied(memory))
    }

    /// Hands on all blocks that are left. Those to come are compressed here.
    pub fn finish(&mut self, mut take: impl FnMut(&Packed)) -> Result<()> {
        if let Place::Beside(Some(worker)) = &mut self.place {
            while !worker.waiting.is_empty() {
                take(&worker.next()?.0);
            }
        }
        if let Place::Beside(_) = self.place {
            self.place = Place::Here(Packer::default());
        }
        Ok(())
    }

    pub fn heap_bytes(&self) -> usize {
        match &self.place {
            Place::Here(packer) => packer.room.len() + packer.encoder.heap_bytes(),
            // As they are, and compressed, which may be no shorter.
            Place::Beside(worker) => {
                worker.as_ref().map_or(0, |worker| 2 * worker.waiting.iter().sum::<usize>())
            }
        }
    }

    /// Memory to use again, unless it held a record much longer than a block.
    fn emptied(&self, mut memory: Vec<u8>) -> Vec<u8> {
        if memory.capacity() > 4 * self.codec.block_bytes() {
            return Vec::new();
        }
        memory.clear();
        memory
    }
}

impl Worker {
    fn start(codec: Codec) -> Result<Self> {
        let (to, jobs) = sync_channel::<(Raw, Option<Arc<Pieces>>)>(WAITING);
        let (done, from) = sync_channel(WAITING);
        let work = move || {
            let mut packer = Packer::default();
            for (raw, pieces) in jobs {
                let packed = packer.pack(codec, &raw, pieces.as_deref());
                let packed = packed.map(|packed| (packed, raw.bytes));
                if done.send(packed).is_err() {
                    return; // nobody waits for it any more
                }
            }
        };
        let named = thread::Builder::new().name("searchlib-stored".into());
        named.spawn(work).map_err(|source| Error::io("a thread for compressing", source))?;
        Ok(Worker { to, from, waiting: VecDeque::new() })
    }

    fn next(&mut self) -> Result<(Packed, Vec<u8>)> {
        let next = self.from.recv().map_err(|_| ended())??;
        self.waiting.pop_front();
        Ok(next)
    }
}

fn ended() -> Error {
    Error::io("compress", std::io::Error::other("the thread for it has ended"))
}

/// Compresses blocks, in memory that it keeps from one to the next.
#[derive(Default)]
struct Packer {
    encoder: Encoder,
    room: Vec<u8>,
    lz4: CompressTable,
    zstd: Option<zstd::bulk::Compressor<'static>>,
}

impl Packer {
    fn pack(&mut self, codec: Codec, block: &Raw, pieces: Option<&Pieces>) -> Result<Packed> {
        let raw_len = block.raw().len();
        let coded = pieces.and_then(|pieces| self.encoder.encode(pieces, block.raw()));
        let coded = coded.filter(|coded| pieces_pay(coded.len(), raw_len));
        let pieces_len = pieces.map(|_| coded.map_or(0, <[u8]>::len));
        let raw = coded.unwrap_or(block.raw());
        let most = match codec {
            Codec::Short => lz4_flex::block::get_maximum_output_size(raw.len()),
            Codec::Long => zstd::zstd_safe::compress_bound(raw.len()),
        };
        if self.room.len() < most {
            self.room.resize(most, 0);
        }
        let room = &mut self.room[..most];
        let len = match codec {
            // A table for longer texts would stay, and pack the blocks to come otherwise.
            Codec::Short if raw.len() < usize::from(u16::MAX) => {
                lz4_flex::block::compress_into_with_table(raw, room, &mut self.lz4)
                    .map_err(|error| Error::io("lz4", std::io::Error::other(error)))?
            }
            Codec::Short => lz4_flex::block::compress_into(raw, room)
                .map_err(|error| Error::io("lz4", std::io::Error::other(error)))?,
            Codec::Long => {
                let failed = |source| Error::io("zstd", source);
                let zstd = match &mut self.zstd {
                    Some(zstd) => zstd,
                    None => self.zstd.insert(zstd::bulk::Compressor::default()),
                };
                let is_short = block.records >= SHORT_FROM_RECORDS;
                let level = if is_short { ZSTD_LEVEL_OF_SHORT } else { ZSTD_LEVEL };
                let level = zstd::zstd_safe::CParameter::CompressionLevel(level);
                zstd.set_parameter(level).map_err(failed)?;
                zstd.compress_to_buffer(raw, room).map_err(failed)?
            }
        };
        let bytes = self.room[..len].to_vec();
        if raw_len > 4 * codec.block_bytes() {
            self.encoder = Encoder::default();
        }
        Ok(Packed { records: block.records, raw_len, pieces_len, bytes })
    }
}
