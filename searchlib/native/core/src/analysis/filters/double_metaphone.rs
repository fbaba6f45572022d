//! How does a name sound? Double Metaphone: one code, and a second where two readings are usual.
//!
//! Source: Lawrence Philips, "The double metaphone search algorithm", C/C++ Users Journal, 2000.
//! Differs: a J at the end has no second reading, where the original writes a space.

/// Letters of a code.
const CODE_LEN: usize = 4;

/// The codes of a word of ASCII letters, first reading and second; equal when there is one only.
pub fn codes(word: &str) -> (String, String) {
    let word = word.to_ascii_uppercase();
    let is_slavic = word.contains(['W', 'K']) || word.contains("CZ");
    let mut reader =
        Reader { word: word.as_bytes(), is_slavic, first: String::new(), second: String::new() };
    let mut at = usize::from(reader.has(0, &["GN", "KN", "PN", "WR", "PS"]));
    while at < word.len() && (reader.first.len() < CODE_LEN || reader.second.len() < CODE_LEN) {
        at += reader.letter(at as isize);
    }
    reader.first.truncate(CODE_LEN);
    reader.second.truncate(CODE_LEN);
    (reader.first, reader.second)
}

struct Reader<'w> {
    word: &'w [u8],
    /// Polish, German or Dutch spelling: g and j are read otherwise.
    is_slavic: bool,
    first: String,
    second: String,
}

impl Reader<'_> {
    /// Reads the letter at `at`; returns how many letters that takes.
    fn letter(&mut self, at: isize) -> usize {
        match self.at(at) {
            b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' => {
                if at == 0 {
                    self.add("A");
                }
                1
            }
            b'B' => self.plain(at, "P", &["B"]),
            b'C' => self.c(at),
            b'D' => self.d(at),
            b'F' => self.plain(at, "F", &["F"]),
            b'G' => self.g(at),
            b'H' => {
                let is_heard = (at == 0 || self.vowel(at - 1)) && self.vowel(at + 1);
                if is_heard { self.take("H", 2) } else { 1 }
            }
            b'J' => self.j(at),
            b'K' => self.plain(at, "K", &["K"]),
            b'L' => self.l(at),
            b'M' => {
                let is_dumb = self.has(at - 1, &["UMB"])
                    && (at + 2 == self.len() || self.has(at + 2, &["ER"]));
                self.take("M", if is_dumb || self.at(at + 1) == b'M' { 2 } else { 1 })
            }
            b'N' => self.plain(at, "N", &["N"]),
            b'P' if self.at(at + 1) == b'H' => self.take("F", 2),
            b'P' => self.plain(at, "P", &["P", "B"]),
            b'Q' => self.plain(at, "K", &["Q"]),
            b'R' => self.r(at),
            b'S' => self.s(at),
            b'T' => self.t(at),
            b'V' => self.plain(at, "F", &["V"]),
            b'W' => self.w(at),
            b'X' => self.x(at),
            b'Z' => self.z(at),
            _ => 1,
        }
    }

    fn c(&mut self, at: isize) -> usize {
        if self.has(at, &["CHIA"]) || self.is_germanic_ach(at) {
            self.take("K", 2)
        } else if at == 0 && self.has(at, &["CAESAR"]) {
            self.take("S", 2)
        } else if self.has(at, &["CH"]) {
            self.ch(at)
        } else if self.has(at, &["CZ"]) && !self.has(at - 2, &["WICZ"]) {
            self.take_either("S", "X", 2)
        } else if self.has(at + 1, &["CIA"]) {
            self.take("X", 3)
        } else if self.has(at, &["CC"]) && !(at == 1 && self.at(0) == b'M') {
            self.cc(at)
        } else if self.has(at, &["CK", "CG", "CQ"]) {
            self.take("K", 2)
        } else if self.has(at, &["CIO", "CIE", "CIA"]) {
            self.take_either("S", "X", 2)
        } else if self.has(at, &["CI", "CE", "CY"]) {
            self.take("S", 2)
        } else {
            let is_double = self.has(at + 1, &["C", "K", "Q"]) && !self.has(at + 1, &["CE", "CI"]);
            self.take("K", if is_double { 2 } else { 1 })
        }
    }

    /// `bach`, `macher`
    fn is_germanic_ach(&self, at: isize) -> bool {
        at > 1
            && !self.vowel(at - 2)
            && self.has(at - 1, &["ACH"])
            && (!matches!(self.at(at + 2), b'I' | b'E') || self.has(at - 2, &["BACHER", "MACHER"]))
    }

    fn ch(&mut self, at: isize) -> usize {
        let is_greek_start = at == 0
            && self.has(1, &["HARAC", "HARIS", "HOR", "HYM", "HIA", "HEM"])
            && !self.has(0, &["CHORE"]);
        let after_vowel = at == 0 || self.has(at - 1, &["A", "O", "U", "E"]);
        let before_consonant = at + 2 == self.len()
            || self.has(at + 2, &["L", "R", "N", "M", "B", "H", "F", "V", "W"]);
        let is_germanic = self.has(0, &["SCH"])
            || self.has(at - 2, &["ORCHES", "ARCHIT", "ORCHID"])
            || self.has(at + 2, &["T", "S"])
            || after_vowel && before_consonant;
        if at > 0 && self.has(at, &["CHAE"]) {
            self.take_either("K", "X", 2) // Michael
        } else if is_greek_start || is_germanic || at > 0 && self.has(0, &["MC"]) {
            self.take("K", 2)
        } else if at > 0 {
            self.take_either("X", "K", 2)
        } else {
            self.take("X", 2)
        }
    }

    fn cc(&mut self, at: isize) -> usize {
        if !self.has(at + 2, &["I", "E", "H"]) || self.has(at + 2, &["HU"]) {
            self.take("K", 2) // Bacchus
        } else if at == 1 && self.at(0) == b'A' || self.has(at - 1, &["UCCEE", "UCCES"]) {
            self.take("KS", 3) // accident, succeed
        } else {
            self.take("X", 3) // Bertucci
        }
    }

    fn d(&mut self, at: isize) -> usize {
        if self.has(at, &["DGI", "DGE", "DGY"]) {
            self.take("J", 3) // edge
        } else if self.has(at, &["DG"]) {
            self.take("TK", 2) // Edgar
        } else {
            self.plain(at, "T", &["T", "D"])
        }
    }

    fn g(&mut self, at: isize) -> usize {
        let next = self.at(at + 1);
        let soft_start = ["ES", "EP", "EB", "EL", "EY", "IB", "IL", "IN", "IE", "EI", "ER"];
        let is_soft_start = at == 0 && (next == b'Y' || self.has(1, &soft_start));
        let is_soft_inside = (self.has(at + 1, &["ER"]) || next == b'Y')
            && !self.has(0, &["DANGER", "RANGER", "MANGER"])
            && !self.has(at - 1, &["E", "I", "RGY", "OGY"]);
        if next == b'H' {
            self.gh(at)
        } else if next == b'N' {
            if at == 1 && self.vowel(0) && !self.is_slavic {
                self.take_either("KN", "N", 2)
            } else if !self.has(at + 2, &["EY"]) && !self.is_slavic {
                self.take_either("N", "KN", 2)
            } else {
                self.take("KN", 2)
            }
        } else if self.has(at + 1, &["LI"]) && !self.is_slavic {
            self.take_either("KL", "L", 2) // Tagliaro
        } else if is_soft_start || is_soft_inside {
            self.take_either("K", "J", 2)
        } else if matches!(next, b'E' | b'I' | b'Y') || self.has(at - 1, &["AGGI", "OGGI"]) {
            if self.has(0, &["SCH"]) || self.has(at + 1, &["ET"]) {
                self.take("K", 2)
            } else if self.has(at + 1, &["IER"]) {
                self.take("J", 2)
            } else {
                self.take_either("J", "K", 2)
            }
        } else {
            self.plain(at, "K", &["G"])
        }
    }

    fn gh(&mut self, at: isize) -> usize {
        let is_silent = self.has(at - 2, &["B", "H", "D"])
            || self.has(at - 3, &["B", "H", "D"])
            || self.has(at - 4, &["B", "H"]); // hugh, bough, broughton
        if at > 0 && !self.vowel(at - 1) {
            self.take("K", 2)
        } else if at == 0 {
            self.take(if self.at(2) == b'I' { "J" } else { "K" }, 2)
        } else if is_silent {
            2
        } else if self.at(at - 1) == b'U' && self.has(at - 3, &["C", "G", "L", "R", "T"]) {
            self.take("F", 2) // laugh, rough
        } else {
            self.take(if self.at(at - 1) == b'I' { "" } else { "K" }, 2)
        }
    }

    fn j(&mut self, at: isize) -> usize {
        if self.has(at, &["JOSE"]) {
            return if self.len() == 4 { self.take("H", 1) } else { self.take_either("J", "H", 1) };
        }
        let count = if self.at(at + 1) == b'J' { 2 } else { 1 };
        let before_a_or_o = self.has(at + 1, &["A", "O"]);
        if at == 0 {
            self.take_either("J", "A", count) // Yankelovich, Jankelowicz
        } else if self.vowel(at - 1) && !self.is_slavic && before_a_or_o {
            self.take_either("J", "H", count)
        } else if at + 1 == self.len() {
            self.take_either("J", "", count)
        } else if !self.has(at + 1, &["L", "T", "K", "S", "N", "M", "B", "Z"])
            && !self.has(at - 1, &["S", "K", "L"])
        {
            self.take("J", count)
        } else {
            count
        }
    }

    fn l(&mut self, at: isize) -> usize {
        if self.at(at + 1) != b'L' {
            return self.take("L", 1);
        }
        let len = self.len();
        let is_spanish_end = at + 3 == len && self.has(at - 1, &["ILLO", "ILLA", "ALLE"]);
        let is_spanish = self.has(at - 1, &["ALLE"])
            && (self.has(len - 2, &["AS", "OS"]) || self.has(len - 1, &["A", "O"]));
        self.take_either("L", if is_spanish_end || is_spanish { "" } else { "L" }, 2)
    }

    fn r(&mut self, at: isize) -> usize {
        let is_french = at + 1 == self.len()
            && !self.is_slavic
            && self.has(at - 2, &["IE"])
            && !self.has(at - 4, &["ME", "MA"]);
        let count = if self.at(at + 1) == b'R' { 2 } else { 1 };
        self.take_either(if is_french { "" } else { "R" }, "R", count)
    }

    fn s(&mut self, at: isize) -> usize {
        if self.has(at - 1, &["ISL", "YSL"]) {
            1 // isle
        } else if at == 0 && self.has(0, &["SUGAR"]) {
            self.take_either("X", "S", 1)
        } else if self.has(at, &["SH"]) {
            let is_germanic = self.has(at + 1, &["HEIM", "HOEK", "HOLM", "HOLZ"]);
            self.take(if is_germanic { "S" } else { "X" }, 2)
        } else if self.has(at, &["SIO", "SIA"]) {
            self.take_either("S", if self.is_slavic { "S" } else { "X" }, 3)
        } else if self.has(at + 1, &["Z"]) {
            self.take_either("S", "X", 2)
        } else if at == 0 && self.has(1, &["M", "N", "L", "W"]) {
            self.take_either("S", "X", 1) // Smith and Schmidt
        } else if self.has(at, &["SC"]) {
            self.sc(at)
        } else {
            let is_french = at + 1 == self.len() && self.has(at - 2, &["AI", "OI"]);
            let count = if self.has(at + 1, &["S", "Z"]) { 2 } else { 1 };
            self.take_either(if is_french { "" } else { "S" }, "S", count)
        }
    }

    fn sc(&mut self, at: isize) -> usize {
        if self.at(at + 2) == b'H' {
            if self.has(at + 3, &["ER", "EN"]) {
                self.take_either("X", "SK", 3)
            } else if self.has(at + 3, &["OO", "UY", "ED", "EM"]) {
                self.take("SK", 3) // school
            } else if at == 0 && !self.vowel(3) && self.at(3) != b'W' {
                self.take_either("X", "S", 3)
            } else {
                self.take("X", 3)
            }
        } else {
            let is_soft = self.has(at + 2, &["I", "E", "Y"]);
            self.take(if is_soft { "S" } else { "SK" }, 3)
        }
    }

    fn t(&mut self, at: isize) -> usize {
        if self.has(at, &["TION", "TIA", "TCH"]) {
            self.take("X", 3)
        } else if self.has(at, &["TH", "TTH"]) {
            let is_hard = self.has(at + 2, &["OM", "AM"]) || self.has(0, &["SCH"]);
            self.take_either(if is_hard { "T" } else { "0" }, "T", 2)
        } else {
            self.plain(at, "T", &["T", "D"])
        }
    }

    fn w(&mut self, at: isize) -> usize {
        if self.has(at, &["WR"]) {
            self.take("R", 2)
        } else if at == 0 && self.vowel(1) {
            self.take_either("A", "F", 1) // Wasserman, Vasserman
        } else if at == 0 && self.has(0, &["WH"]) {
            self.take("A", 1)
        } else if at + 1 == self.len() && self.vowel(at - 1)
            || self.has(at - 1, &["EWSKI", "EWSKY", "OWSKI", "OWSKY"])
            || self.has(0, &["SCH"])
        {
            self.take_either("", "F", 1) // Arnow, Arnoff
        } else if self.has(at, &["WICZ", "WITZ"]) {
            self.take_either("TS", "FX", 4)
        } else {
            1
        }
    }

    fn x(&mut self, at: isize) -> usize {
        let is_silent = at + 1 == self.len() && self.has(at - 2, &["AU", "OU"]); // Breaux
        let count = if self.has(at + 1, &["C", "X"]) { 2 } else { 1 };
        match (at, is_silent) {
            (0, _) => self.take("S", 1),
            (_, true) => count,
            (_, false) => self.take("KS", count),
        }
    }

    fn z(&mut self, at: isize) -> usize {
        if self.at(at + 1) == b'H' {
            return self.take("J", 2); // Zhao
        }
        let is_hard = self.has(at + 1, &["ZO", "ZI", "ZA"])
            || self.is_slavic && at > 0 && self.at(at - 1) != b'T';
        let count = if self.at(at + 1) == b'Z' { 2 } else { 1 };
        self.take_either("S", if is_hard { "TS" } else { "S" }, count)
    }

    /// A sound whatever stands around; one of `doubles` behind it is part of it.
    fn plain(&mut self, at: isize, sound: &str, doubles: &[&str]) -> usize {
        let count = if self.has(at + 1, doubles) { 2 } else { 1 };
        self.take(sound, count)
    }

    fn take(&mut self, sound: &str, count: usize) -> usize {
        self.take_either(sound, sound, count)
    }

    /// Adds to both readings, cut to the length of a code.
    fn take_either(&mut self, first: &str, second: &str, count: usize) -> usize {
        for (code, sound) in [(&mut self.first, first), (&mut self.second, second)] {
            let left = CODE_LEN.saturating_sub(code.len());
            code.push_str(&sound[..sound.len().min(left)]);
        }
        count
    }

    fn add(&mut self, sound: &str) {
        self.take(sound, 0);
    }

    /// The letter there; 0 outside of the word.
    fn at(&self, at: isize) -> u8 {
        usize::try_from(at).ok().and_then(|at| self.word.get(at)).copied().unwrap_or(0)
    }

    fn vowel(&self, at: isize) -> bool {
        matches!(self.at(at), b'A' | b'E' | b'I' | b'O' | b'U' | b'Y')
    }

    /// Whether one of `texts` stands there.
    fn has(&self, at: isize, texts: &[&str]) -> bool {
        let rest = usize::try_from(at).ok().and_then(|at| self.word.get(at..));
        rest.is_some_and(|rest| texts.iter().any(|text| rest.starts_with(text.as_bytes())))
    }

    fn len(&self) -> isize {
        self.word.len() as isize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_their_codes() {
        fn check(word: &str, first: &str, second: &str) {
            assert_eq!(codes(word), (first.to_string(), second.to_string()), "{word}");
        }
        check("smith", "SM0", "XMT");
        check("Schmidt", "XMT", "SMT");
        check("Thompson", "TMPS", "TMPS");
        check("Michael", "MKL", "MXL");
        check("Catherine", "K0RN", "KTRN");
        check("Katharina", "K0RN", "KTRN");
        check("Wasserman", "ASRM", "FSRM");
        check("Filipowicz", "FLPT", "FLPF");
        check("Knight", "NT", "NT");
        check("Night", "NT", "NT");
        check("laugh", "LF", "LF");
        check("Bacher", "PKR", "PKR");
        check("Caesar", "SSR", "SSR");
        check("chianti", "KNT", "KNT");
        check("character", "KRKT", "KRKT");
        check("accident", "AKST", "AKST");
        check("Edgar", "ATKR", "ATKR");
        check("edge", "AJ", "AJ");
        check("cabrillo", "KPRL", "KPR");
        check("Jose", "HS", "HS");
        check("Xavier", "SF", "SFR");
        check("Zhao", "J", "J");
        check("school", "SKL", "SKL");
        check("aeiou", "A", "A");
        check("", "", "");
    }
}
