"""What stands in a query text, piece by piece?

A token is a piece with a meaning of its own: a word, a phrase, a bracket, an operator, a boost.
Signs and field names belong to what they stand before, so they are no tokens.
What cannot be read as it stands is noted as a problem and taken as words, or left out.
How tokens make a tree is the reading's; the patterns are in pieces.py.

The grammar of a piece, where `…` stands for what follows without a space:

    word        any characters but spaces, brackets and quotes; a backslash makes any of them plain
    prefix      word*
    wildcard    a word with * or ? in it
    fuzzy       word~, word~1, word~1/3 with the letters at the start that stand as they are
    regex       /…/
    range       [… TO …], {… TO …}, field:>=…
    phrase      "…" or “…”, with ~number for its slop
    function    #name(…
    in a field  name:… , where the schema has that name
    marked      +… or -…
    boosted     …^number, …^=number
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..errors import shown
from ..schema import Date, Schema
from . import pieces
from .characters import FUNCTION_NAMES, OPERATORS, unescaped, unescaped_pattern, unescaped_regex
from .diagnostics import Problems, unknown_field
from .tree import MAX_BOOST, MAX_EDITS, MAX_SLOP, MIN_BOOST

(
    WORD,
    WILDCARD,
    FUZZY,
    REGEX,
    RANGE,
    EXISTS,
    PHRASE,
    ALL,
    NOTHING,
    OPEN,
    CLOSE,
    BOOST,
    CONSTANT,
    SETTING,
    AND,
    OR,
    NOT,
    END,
) = range(18)

# (kind, start, end, sign, field, text, more): sign is "+", "-" or ""; field is None where none is
# named; text is that of a word, pattern or phrase, or the name of a function; more is the
# slop of a phrase, the number of a boost, the edits and the prefix of a fuzzy word, the ends of a
# range and whether they are in it, or the value of a setting, None if it stands in quotes after it.
# text[start:end] is the piece without its sign, with its field.
Token = tuple[int, int, int, str, str | None, str, object]

_JOINERS = {"AND": AND, "OR": OR, "NOT": NOT, "&&": AND, "||": OR}
SHORT_WORD = 5  # letters: such a word is nearly every other one with two edits
MAX_NUMBER_DIGITS = 10
_NO_NUMBER = f"a number stands after ^, from {MIN_BOOST:f} to {MAX_BOOST:.0f}"


def tokens_of(text: str, fields: Collection[str], problems: Problems) -> list[Token]:
    """Return the tokens of `text`, which has no lone surrogate, in order; the last is `END`.

    >>> [token[5] for token in tokens_of('title:wind "the sea"', {"title"}, Problems())]
    ['wind', 'the sea', '']
    """
    return Reader(text, fields, problems).read()


class Reader:
    """Where the reading is, and what stands before the piece that comes next."""

    __slots__ = (
        *("dropped", "field", "field_end", "fields", "functions", "glue", "is_star", "pos"),
        *("problems", "sign", "start", "text", "tokens"),
    )

    short_word = SHORT_WORD
    ends_with_pattern = False  # is a ? at the end of a word more than a question mark?

    def __init__(self, text: str, fields: Collection[str], problems: Problems) -> None:
        self.text = text
        self.fields = fields
        self.problems = problems
        self.tokens: list[Token] = []
        self.pos = 0
        self.glue = -1  # where the last piece that can take a boost ended
        self.dropped = -1  # where the last piece that was left out ended
        self.sign = ""  # the sign just before pos
        self.field: str | None = None  # the field named before the next piece
        self.start = self.field_end = -1  # where that name starts, and where its colon ended
        self.is_star = pieces.only_star(text) is not None
        self.functions: list[bool] = []  # of each open bracket, whether it is a function's

    def read(self) -> list[Token]:
        text, tokens, pos = self.text, self.tokens, 0
        piece, plain = pieces.piece, pieces.PLAIN
        while (found := piece(text, pos)) is not None:
            kind = found.lastindex or 0
            start = found.start(kind)
            if kind == plain:
                word = found[1]
                pos = self.glue = found.end()
                if word in OPERATORS and not self._attached(start):
                    self._end_field()
                    tokens.append((_JOINERS[word], start, pos, "", None, word, 0))
                elif self.field is None:
                    tokens.append((WORD, start, pos, self.sign, None, word, 0))
                    self.sign = ""
                else:
                    self.pos = pos
                    self._in_field(start, word)
                    pos = self.pos
                continue
            pos = self.pos = found.end()
            if kind == pieces.OTHER:
                self._word(start, found[kind])
                pos = self.pos
            elif kind == pieces.OPENING:
                self.functions.append(False)
                self._add(OPEN, start, pos)
            else:
                self._special(kind, start, found[kind])
                pos = self.pos
        self._end_field()
        tokens.append((END, len(text), len(text), "", None, "", 0))
        return tokens

    def _special(self, kind: int, start: int, raw: str) -> None:
        """Add a piece that is no word."""
        if kind == pieces.SIGNS:
            self._signs(start)
        elif kind in (pieces.QUOTED, pieces.CURLY):
            self._phrase(start - 1, raw)
        elif kind == pieces.CLOSING:
            self._end_field()
            self.sign = ""
            if self.functions:
                self.functions.pop()
            self.tokens.append((CLOSE, start, self.pos, "", None, "", 0))
            self.glue = self.pos
        elif kind == pieces.MARK:
            self._boost(start - 1, raw)
        elif kind in (pieces.EVERYTHING_PIECE, pieces.NOTHING_PIECE):
            self._end_field()
            self._add(ALL if kind == pieces.EVERYTHING_PIECE else NOTHING, start, self.pos)
        elif kind == pieces.JOINER and not self._attached(start):
            self._end_field()
            self.tokens.append((_JOINERS[raw], start, self.pos, "", None, raw, 0))
        elif kind == pieces.NEGATION and not (self.field and self.field_end == start):
            self._end_field()
            self.tokens.append((NOT, start, self.pos, "", None, raw, 0))
        elif kind == pieces.FUNCTION:
            self._function(start - 1, raw)
        elif kind == pieces.REGEX_PIECE:
            self._add(REGEX, start - 1, self.pos, unescaped_regex(raw))
        elif kind == pieces.QUOTE:
            message = "no quote closes this one"
            self.problems.add("unclosed-quote", start, self.pos, message, "words")
        else:  # && after a sign
            self._add(WORD, start, self.pos, raw)

    def _add(self, kind: int, start: int, end: int, text: str = "", more: object = 0) -> None:
        """Add a piece with the sign and the field that stand before it."""
        if self.field is not None:
            start = self.start
        self.tokens.append((kind, start, end, self.sign, self.field, text, more))
        self.sign, self.field = "", None
        self.glue = end

    def _drop(self) -> None:
        """Leave a piece out, with what stands before it and any boost after it."""
        self.sign, self.field = "", None
        self.dropped = self.pos

    def _attached(self, start: int) -> bool:
        """Does a sign or a field name stand right before `start`?"""
        return self.sign != "" or (self.field is not None and self.field_end == start)

    def _end_field(self) -> None:
        """Take a field name that has nothing to name the field of as a word."""
        if self.field is not None:
            name, self.field = self.field, None
            message = f"nothing stands after the field {name!r}"
            self.problems.add("empty-field", self.start, self.field_end, message, "a word")
            self.tokens.append((WORD, self.start, self.field_end, self.sign, None, name, 0))
            self.sign = ""

    def _signs(self, start: int) -> None:
        signs = self.text[start : self.pos]
        after = self.text[self.pos : self.pos + 1]
        self._end_field()
        if not after or after.isspace() or after == ")":
            message = f"nothing stands after {signs[:20]}"
            self.problems.add("lone-sign", start, self.pos, message, "left out")
        elif len(signs) > 1:
            message = f"one + or - marks what follows, here are {len(signs)}"
            self.problems.add("idle-sign", start, self.pos, message, "left out")
        else:
            self.sign = signs

    def _phrase(self, start: int, raw: str) -> None:
        slop = 0
        if distance := pieces.slop(self.text, self.pos):
            self.pos = distance.end()
            slop = whole_number(distance[1])
            if slop > MAX_SLOP:
                slop = MAX_SLOP
                message = f"a phrase's words are moved by at most {MAX_SLOP} places"
                taken = f"~{MAX_SLOP}"
                self.problems.add("slop-range", distance.start(), self.pos, message, taken)
        if raw:
            self._add(PHRASE, start, self.pos, unescaped(raw), slop)
        else:
            message = "nothing stands between the quotes"
            self.problems.add("empty-quotes", start, self.pos, message, "left out")
            self._drop()

    def _function(self, start: int, name: str) -> None:
        self.functions.append(True)
        self._add(OPEN, start, self.pos, name)

    def _boost(self, start: int, number: str) -> None:
        if start == self.dropped:
            self.dropped = self.pos
            return
        if start != self.glue:
            message = "^ stands right after what it boosts"
            self.problems.add("bad-boost", start, self.pos, message, "a word")
            self._add(WORD, start, self.pos, self.text[start : self.pos])
            return
        constant = number[0] == "="
        factor = float(number[constant:])
        self.glue = self.pos
        if MIN_BOOST <= factor <= MAX_BOOST:
            kind = CONSTANT if constant else BOOST
            self.tokens.append((kind, start, self.pos, "", None, "", factor))
        else:
            message = f"a boost is from {MIN_BOOST:f} to {MAX_BOOST:.0f}, got {shown(number)}"
            self.problems.add("boost-range", start, self.pos, message, "left out")

    def _word(self, start: int, raw: str) -> None:
        """Add a word with something special in it, or note the field that it names."""
        if self.field is None or self.field_end != start:
            named = pieces.field_name(raw) if ":" in raw else None
            if named is not None and named[1] in self.fields:
                self._end_field()
                self.field, self.start, self.field_end = named[1], start, start + named.end()
                start, raw = self.field_end, raw[named.end() :]
                if raw:
                    self._in_field(start, raw)
                return
        if self.field is not None:
            self._in_field(start, raw)
            return
        if self.functions and self.functions[-1] and (named := pieces.setting(raw)):
            self._setting(start, named[1], raw[named.end() :])
        elif raw[0] not in "[{" or not self._range(start):
            self._plain_or_pattern(start, raw)

    def _in_field(self, start: int, raw: str) -> None:
        """Add what stands after a field's name: perhaps what means something only there."""
        first = raw[0]
        if first in "[{":
            if self._range(start):
                return
        elif first in "<>":
            if self._comparison(start):
                return
        elif first == "/":
            if found := pieces.regex(self.text, start):
                self.pos = found.end()
                self._add(REGEX, start, self.pos, unescaped_regex(found[1]))
                return
        elif first == "#":
            if self.text[self.pos : self.pos + 1] == "(" and raw[1:] in FUNCTION_NAMES:
                self.pos += 1
                self._function(start, raw[1:])
                return
        elif first.isalnum() and self._is_date():
            from .dates import spelled_date  # only here: most queries name no date in words

            if found := spelled_date(self.text, start):
                self.pos = found.end()
                self._add(WORD, start, self.pos, " ".join(found[0].split()))
                return
        self._plain_or_pattern(start, raw)

    def _is_date(self) -> bool:
        return isinstance(self.fields, Schema) and isinstance(self.fields[str(self.field)], Date)

    def _range(self, start: int) -> bool:
        """Add the range that starts here, if one does."""
        text = self.text
        found = pieces.range_piece(text, start)
        ends = pieces.ends_of(found[2]) if found else None
        if found is None or ends is None:
            if pieces.range_start(text, start):
                message = "no ] or } closes this range"
                self.problems.add("unclosed-range", start, start + 1, message, "words")
            return False
        self.pos = found.end()
        low, high = ends
        include_low = low is None or found[1] == "["
        include_high = high is None or found[3] == "]"
        if low is not None or high is not None:
            self._add(RANGE, start, self.pos, "", (low, high, include_low, include_high))
        elif self.field is None:
            self._add(ALL, start, self.pos)
        else:
            self._add(EXISTS, start, self.pos)
        return True

    def _comparison(self, start: int) -> bool:
        """Add the range that <, <=, > or >= starts here, if a value follows."""
        found = pieces.comparison(self.text, start)
        if found is None:
            return False
        self.pos = found.end()
        value = unescaped(found[2] if found[3] is None else found[3])
        include = len(found[1]) == 2
        low_high = (None, value, True, include)
        ends = low_high if found[1][0] == "<" else (value, None, include, True)
        self._add(RANGE, start, self.pos, "", ends)
        return True

    def _setting(self, start: int, name: str, raw: str) -> None:
        if not raw and self.text[self.pos : self.pos + 1] == '"':
            self._add(SETTING, start, self.pos, name, None)
        else:
            self._add(SETTING, start, self.pos, name, unescaped(raw))

    def _plain_or_pattern(self, start: int, raw: str) -> None:
        if not pieces.mark(raw):
            self._add(WORD, start, self.pos, raw)
            return
        edits: object = None
        body = raw
        if "~" in raw and (found := pieces.nearly(raw)) and found.start():
            before = raw[: found.start()]
            if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
                body, edits = before, self._edits(start + found.start(), before, found)
        stars = self._marked(start, body)
        if edits is not None and stars < 2:
            self._add(FUZZY, start, self.pos, unescaped(_no_operator(body)), edits)
            return
        if edits is not None:
            message = "~ stands after a word, not after a pattern"
            self.problems.add("idle-edits", start + len(body), self.pos, message, "left out")
        if stars == 0 or (stars == 1 and not self.ends_with_pattern):
            self._add(WORD, start, self.pos, unescaped(_no_operator(body)))
        elif not body.strip("*"):
            self._lone_star(start)
        else:
            self._add(WILDCARD, start, self.pos, unescaped_pattern(body))

    def _edits(self, start: int, word: str, found: re.Match[str]) -> tuple[int, int]:
        """The edits and the fixed letters that stand after a word."""
        number, prefix = found[1], found[2]
        length = len(word)
        if not number:
            edits = 1 if length <= self.short_word else MAX_EDITS
        elif "." in number and float(f"0{number}0") < 1:  # Lucene's old likeness, as it reads it
            edits = min(int((1 - float(f"0{number}0")) * length), MAX_EDITS)
        else:
            edits = whole_number(number.partition(".")[0])
            if edits > MAX_EDITS:
                message = f"a word is changed in at most {MAX_EDITS} places"
                self.problems.add("edits-range", start, self.pos, message, f"~{MAX_EDITS}")
                edits = MAX_EDITS
        return edits, min(whole_number(prefix or "0"), MAX_SLOP)

    def _marked(self, start: int, body: str) -> int:
        """Note what looks special in a word and is not.

        Returns 0 where no * or ? means something, 1 where ? stands at the end only, else 2.
        """
        end = len(body.rstrip("?"))
        if ":" not in body and "^" not in body and "\\" not in body:  # as most are
            return 2 if "*" in body or "?" in body[:end] else int(end < len(body))
        seen = set()
        stars = 0
        for mark in pieces.marks(body):
            char, at = mark[0], start + mark.start()
            if len(char) > 1 or char == "~":
                continue
            if char == "?":
                stars = max(stars, 1 if mark.start() >= end else 2)
            elif char == "*":
                stars = 2
            if char in seen:
                continue
            seen.add(char)
            if char == "^":
                self.problems.add("bad-boost", at, at + 1, _NO_NUMBER, "part of the word")
            elif char == ":" and self.field is None and at > start and not stars:
                name = self.text[start : min(at, start + 64)]
                unknown_field(self.problems, start, at + 1, name, self.fields)
        if stars == 2 and "://" in body.replace("\\:", "") and "*" not in body:
            return 0  # an address: what stands after its ? is no word
        return stars

    def _lone_star(self, start: int) -> None:
        if self.field is not None:
            self._add(EXISTS, start, self.pos)
        elif self.is_star:
            self._add(ALL, start, self.pos)
        else:
            message = "* stands after the start of a word; for every document write *:*"
            self.problems.add("star", start, self.pos, message, "left out")
            self._drop()


def whole_number(digits: str) -> int:
    """Return the number that digits name; of a long one, one that is too large for anything."""
    digits = digits.lstrip("0")
    return int(digits[:MAX_NUMBER_DIGITS] or "0") if len(digits) <= MAX_NUMBER_DIGITS else 10**10


def _no_operator(body: str) -> str:
    r"""The word that \AND is."""
    return body[1:] if body[0] == "\\" and body[1:] in OPERATORS else body
