//! Documents are looked at in windows small enough for the first-level cache.

/// Documents in a window: 16 KiB of bounds.
pub const WINDOW: u32 = 4096;
const WORDS: usize = WINDOW as usize / 64;

/// Documents `start..end`, at most [`WINDOW`] of them.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub start: u32,
    pub end: u32,
}

/// Which documents of a window match, and a bound on the score of each: never less than the score.
pub struct Accumulator {
    bits: Box<[u64; WORDS]>,
    bounds: Box<[f32; WINDOW as usize]>,
}

impl Default for Accumulator {
    fn default() -> Self {
        Accumulator { bits: Box::new([0; WORDS]), bounds: Box::new([0.0; WINDOW as usize]) }
    }
}

impl Accumulator {
    /// `place`: the document's place in the window, below [`WINDOW`].
    #[inline(always)]
    pub fn add(&mut self, place: u32, bound: f32) {
        let place = (place % WINDOW) as usize;
        self.bounds[place] += bound;
        self.bits[place / 64] |= 1 << (place % 64);
    }

    /// Moves what was added to `out`, documents rising; the accumulator is empty afterwards.
    pub fn drain(&mut self, window: Window, out: &mut Candidates) {
        out.clear();
        for (index, word) in self.bits.iter_mut().enumerate() {
            let mut bits = std::mem::take(word);
            while bits != 0 {
                let place = index * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                out.docs.push(window.start + place as u32);
                out.bounds.push(std::mem::take(&mut self.bounds[place]));
            }
        }
    }
}

/// Documents and a bound on the score of each; the two have one length, documents rise.
#[derive(Default)]
pub struct Candidates {
    pub docs: Vec<u32>,
    pub bounds: Vec<f32>,
}

/// What a further condition does to candidates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Must,
    Should,
    MustNot,
    Filter,
}

impl Role {
    /// As the plan's own lists are called.
    pub fn name(self) -> &'static str {
        match self {
            Role::Must => "must",
            Role::Should => "should",
            Role::MustNot => "must_not",
            Role::Filter => "filter",
        }
    }
}

/// In the answer of a probe: the document does not match.
pub const NO_MATCH: f32 = -1.0;

impl Candidates {
    pub fn clear(&mut self) {
        self.docs.clear();
        self.bounds.clear();
    }

    /// Applies what a condition said of each document: a bound, or [`NO_MATCH`].
    pub fn apply(&mut self, role: Role, probed: &[f32]) {
        let mut kept = 0;
        for (i, &bound) in probed.iter().enumerate() {
            let matches = bound >= 0.0;
            let keep = match role {
                Role::Must | Role::Filter => matches,
                Role::MustNot => !matches,
                Role::Should => true,
            };
            if keep {
                let scored = matches && matches!(role, Role::Must | Role::Should);
                self.docs[kept] = self.docs[i];
                self.bounds[kept] = self.bounds[i] + if scored { bound } else { 0.0 };
                kept += 1;
            }
        }
        self.docs.truncate(kept);
        self.bounds.truncate(kept);
    }

    pub fn retain(&mut self, mut keep: impl FnMut(u32) -> bool) {
        let mut kept = 0;
        for i in 0..self.docs.len() {
            if keep(self.docs[i]) {
                self.docs[kept] = self.docs[i];
                self.bounds[kept] = self.bounds[i];
                kept += 1;
            }
        }
        self.docs.truncate(kept);
        self.bounds.truncate(kept);
    }
}
