//! What does a word end in? The small vocabulary in which the light stemmers are written.

/// A word as its characters, short enough that any look at all of it is cheap.
pub struct Word {
    chars: Vec<char>,
}

/// Takes away an ending from words of more than so many characters: the number first.
pub type Ending = (usize, &'static str);

/// As [`Ending`], with what takes its place.
pub type Swap = (usize, &'static str, &'static str);

impl Word {
    pub fn new(text: &str) -> Self {
        Word { chars: text.chars().collect() }
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn is(&self, text: &str) -> bool {
        self.chars.iter().copied().eq(text.chars())
    }

    pub fn is_any(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.is(text))
    }

    pub fn into_string(self) -> String {
        self.chars.into_iter().collect()
    }

    /// The character `back` places before the last one; `\0` before the word's start.
    pub fn at_end(&self, back: usize) -> char {
        self.chars.len().checked_sub(back + 1).map_or('\0', |at| self.chars[at])
    }

    /// Whether the character `back` places before the last one is one of these.
    pub fn end_is(&self, back: usize, set: &str) -> bool {
        set.contains(self.at_end(back))
    }

    pub fn ends(&self, ending: &str) -> bool {
        let mut from_end = self.chars.iter().rev();
        ending.chars().rev().all(|c| from_end.next() == Some(&c))
    }

    pub fn ends_any(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.ends(ending))
    }

    /// How many characters are of this set.
    pub fn count(&self, set: &str) -> usize {
        self.chars.iter().filter(|&&c| set.contains(c)).count()
    }

    /// Takes away the last `count` characters.
    pub fn cut(&mut self, count: usize) {
        self.chars.truncate(self.chars.len().saturating_sub(count));
    }

    /// Takes away the last `count` characters and puts `ending` in their place.
    pub fn swap(&mut self, count: usize, ending: &str) {
        self.cut(count);
        self.chars.extend(ending.chars());
    }

    /// Takes away `ending` where the word has it; says whether.
    pub fn drop(&mut self, ending: &str) -> bool {
        let found = self.ends(ending);
        if found {
            self.cut(ending.chars().count());
        }
        found
    }

    /// Takes away the first of `endings` that fits the word; says whether there was one.
    pub fn drop_first(&mut self, endings: &[Ending]) -> bool {
        endings.iter().any(|&(longer_than, ending)| self.len() > longer_than && self.drop(ending))
    }

    /// Replaces the first ending of `rules` that fits the word, and returns it.
    pub fn swap_first(&mut self, rules: &[Swap]) -> Option<&'static str> {
        let fits = |rule: &&Swap| self.len() > rule.0 && self.ends(rule.1);
        let &(_, ending, instead) = rules.iter().find(fits)?;
        self.swap(ending.chars().count(), instead);
        Some(ending)
    }

    /// Takes away the longest of `endings`, given longest first, that leaves `min` characters.
    pub fn drop_leaving(&mut self, min: usize, endings: &[&str]) -> bool {
        let fits = |ending: &&&str| min + ending.chars().count() <= self.len() && self.ends(ending);
        let found = endings.iter().find(fits);
        found.is_some_and(|ending| self.drop(ending))
    }

    /// Takes away `beginning` where the word has it and `min` characters remain; says whether.
    pub fn drop_front_leaving(&mut self, min: usize, beginning: &str) -> bool {
        let count = beginning.chars().count();
        let found = count + min <= self.len()
            && self.chars.iter().copied().take(count).eq(beginning.chars());
        if found {
            self.chars.drain(..count);
        }
        found
    }

    /// Replaces each character by what `map` gives; `None` takes it away.
    pub fn map(&mut self, map: impl Fn(char) -> Option<char>) {
        self.chars = self.chars.iter().copied().filter_map(map).collect();
    }

    /// Replaces each character of a group `"aàâ"` by the first of the group.
    pub fn fold(&mut self, groups: &[&str]) {
        for c in &mut self.chars {
            let group = groups.iter().find(|group| group.contains(*c));
            *c = group.and_then(|group| group.chars().next()).unwrap_or(*c);
        }
    }

    /// Replaces `from` and the mark behind it by `to`.
    pub fn join(&mut self, from: char, mark: char, to: char) {
        let mut at = 0;
        while at + 1 < self.chars.len() {
            if self.chars[at] == from && self.chars[at + 1] == mark {
                self.chars[at] = to;
                self.chars.remove(at + 1);
            }
            at += 1;
        }
    }

    /// Leaves one of each run of equal characters that `which` names.
    pub fn squeeze(&mut self, which: impl Fn(char) -> bool) {
        self.chars.dedup_by(|next, last| next == last && which(*last));
    }
}
