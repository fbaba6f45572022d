"""What stands in a query text, piece by piece?

A token is a piece with a meaning of its own: a word, a phrase, a bracket, an operator, a boost.
Signs and field names belong to what they stand before, so they are no tokens.
What cannot be read as it stands is noted as a problem and taken as words, or left out.
How tokens make a tree is the parser's.

The grammar of a piece, where `…` stands for what follows without a space:

    word        any characters but spaces, brackets and quotes; a backslash makes any of them plain
    prefix      word*
    phrase      "…" or “…”, with ~number for its slop
    in a field  name:… , where the schema has that name
    marked      +… or -…
    boosted     …^number
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..errors import shown, suggestion
from .characters import OPERATORS, QUOTES, unescaped
from .diagnostics import MAX_DIAGNOSTICS, Problems
from .tree import MAX_BOOST, MAX_SLOP, MIN_BOOST

WORD, PREFIX, PHRASE, ALL, NOTHING, OPEN, CLOSE, BOOST, AND, OR, NOT, END = range(12)

# (kind, start, end, sign, field, text, number): sign is "+", "-" or ""; field is None where none is
# named; text is that of a word, prefix or phrase; number is the slop of a phrase or the boost.
# text[start:end] is the piece without its sign, with its field.
Token = tuple[int, int, int, str, str | None, str, float]

_AFTER = rf"(?=[\s(){QUOTES}^]|\Z)"  # what may stand after a piece
_PLAIN, _SIGNS, _QUOTED, _CURLY, _OPEN, _CLOSE = 1, 2, 3, 4, 5, 6
_BOOST, _ALL, _NOTHING, _QUOTE, _WORD = 7, 8, 9, 10, 11

# Possessive throughout (*+, ++), so that nothing is read twice: the time is linear in the text.
_piece = re.compile(
    rf"""\s*+(?:
      ([^\s(){QUOTES}\\^:*+-][^\s(){QUOTES}\\^:*]*+)(?![\\^:*])
    | ([+-]++)
    | "((?:[^"\\]++|\\.)*+)"
    | [{QUOTES}]((?:[^{QUOTES}\\]++|\\.)*+)[{QUOTES}]
    | (\()
    | (\))
    | \^([+-]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+){_AFTER}
    | (\*:\*){_AFTER}
    | (\*:\(\))
    | ([{QUOTES}])
    | ((?:[^\s(){QUOTES}\\^]++|\\.|\\\Z
        |\^(?![+-]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+{_AFTER}))++)
    )""",
    re.VERBOSE | re.DOTALL,
).match
_field_name = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*+):").match
_slop = re.compile(r"~([0-9]++)").match
_marks = re.compile(r"\\.|[*:^]", re.DOTALL).finditer
_OPERATORS = {"AND": AND, "OR": OR, "NOT": NOT}


def tokens_of(text: str, fields: Collection[str], problems: Problems) -> list[Token]:
    """Return the tokens of `text`, which has no lone surrogate, in order; the last is `END`.

    >>> [token[5] for token in tokens_of('title:wind "the sea"', {"title"}, Problems())]
    ['wind', 'the sea', '']
    """
    return _Reader(text, fields, problems).read()


class _Reader:
    """Where the reading is, and what stands before the piece that comes next."""

    __slots__ = (
        *("dropped", "field", "field_end", "fields", "glue", "pos"),
        *("problems", "sign", "start", "text", "tokens"),
    )

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

    def read(self) -> list[Token]:
        text, tokens, pos = self.text, self.tokens, 0
        while (found := _piece(text, pos)) is not None:
            kind = found.lastindex or 0
            start = found.start(kind)
            if kind == _PLAIN:
                word = found[1]
                pos = self.glue = found.end()
                if word in OPERATORS and not self._attached(start):
                    self._end_field()
                    tokens.append((_OPERATORS[word], start, pos, "", None, word, 0))
                elif self.field is None:
                    tokens.append((WORD, start, pos, self.sign, None, word, 0))
                    self.sign = ""
                else:
                    self._add(WORD, start, pos, word)
                continue
            self.pos = found.end()
            if kind == _WORD:
                self._word(start, found[kind])
            elif kind == _SIGNS:
                self._signs(start)
            elif kind in (_QUOTED, _CURLY):
                self._phrase(start - 1, found[kind])
            elif kind == _OPEN:
                self._add(OPEN, start, self.pos)
            elif kind == _CLOSE:
                self._end_field()
                self.sign = ""
                tokens.append((CLOSE, start, self.pos, "", None, "", 0))
                self.glue = self.pos
            elif kind == _BOOST:
                self._boost(start - 1, found[kind])
            elif kind in (_ALL, _NOTHING):
                self._end_field()
                self._add(ALL if kind == _ALL else NOTHING, start, self.pos)
            else:
                self.problems.add(
                    "unclosed-quote", start, self.pos, "no quote closes this one", "words"
                )
            pos = self.pos
        self._end_field()
        tokens.append((END, len(text), len(text), "", None, "", 0))
        return tokens

    def _add(self, kind: int, start: int, end: int, text: str = "", number: float = 0) -> None:
        """Add a piece with the sign and the field that stand before it."""
        if self.field is not None:
            start = self.start
        self.tokens.append((kind, start, end, self.sign, self.field, text, number))
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
        if distance := _slop(self.text, self.pos):
            self.pos = distance.end()
            slop = min(int(distance[1].lstrip("0")[:10] or "0"), MAX_SLOP + 1)
            if slop > MAX_SLOP:
                slop = MAX_SLOP
                self.problems.add(
                    "slop-range",
                    distance.start(),
                    self.pos,
                    f"a phrase's words are moved by at most {MAX_SLOP} places",
                    f"~{MAX_SLOP}",
                )
        if raw:
            self._add(PHRASE, start, self.pos, unescaped(raw), slop)
        else:
            message = "nothing stands between the quotes"
            self.problems.add("empty-quotes", start, self.pos, message, "left out")
            self._drop()

    def _boost(self, start: int, number: str) -> None:
        if start == self.dropped:
            self.dropped = self.pos
            return
        if start != self.glue:
            message = "^ stands right after what it boosts"
            self.problems.add("bad-boost", start, self.pos, message, "a word")
            self._add(WORD, start, self.pos, self.text[start : self.pos])
            return
        factor = float(number)
        self.glue = self.pos
        if MIN_BOOST <= factor <= MAX_BOOST:
            self.tokens.append((BOOST, start, self.pos, "", None, "", factor))
        else:
            message = f"a boost is from {MIN_BOOST:f} to {MAX_BOOST:.0f}, got {shown(number)}"
            self.problems.add("boost-range", start, self.pos, message, "left out")

    def _word(self, start: int, raw: str) -> None:
        """Add a word with something special in it, or note the field that it names."""
        if self.field is None or self.field_end != start:
            named = _field_name(raw)
            if named is not None and named[1] in self.fields:
                self._end_field()
                self.field, self.start, self.field_end = named[1], start, start + named.end()
                start, raw = self.field_end, raw[named.end() :]
                if not raw:
                    return
        body = raw.rstrip("*")
        if len(body) < len(raw) and (len(body) - len(body.rstrip("\\"))) % 2:
            body += "*"  # a backslash makes the first star an ordinary one
        if not body:
            self._lone_star(start)
            return
        kind = PREFIX if len(body) < len(raw) else WORD
        if not self._marked(start, body):
            kind, body = WORD, raw
        if body[0] == "\\" and body[1:] in OPERATORS:
            body = body[1:]
        self._add(kind, start, self.pos, unescaped(body))

    def _marked(self, start: int, body: str) -> bool:
        """Note what looks special in a word and is not; False where that is a star."""
        seen = set()
        for mark in _marks(body):
            char, at = mark[0], start + mark.start()
            if char in seen or len(char) > 1:
                continue
            seen.add(char)
            if char == "*":
                message = "a * stands at the end of a word, for what starts like it"
                self.problems.add("star", at, at + 1, message, "part of the word")
            elif char == "^":
                message = f"a number stands after ^, from {MIN_BOOST:f} to {MAX_BOOST:.0f}"
                self.problems.add("bad-boost", at, at + 1, message, "part of the word")
            elif self.field is None and at > start and "*" not in seen:
                self._unknown_field(start, at)
        return "*" not in seen

    def _unknown_field(self, start: int, colon: int) -> None:
        name = self.text[start : min(colon, start + 64)]
        message = f"no field {shown(name)}"
        if len(self.problems) <= MAX_DIAGNOSTICS:  # the nearest name takes its time to find
            message += f"; {suggestion(name, self.fields)}"
        self.problems.add("unknown-field", start, colon + 1, message, "words")

    def _lone_star(self, start: int) -> None:
        if self.field is None:
            message = "* stands after the start of a word; for every document write *:*"
        else:
            start = self.start
            message = f"a word or its start stands after the field {self.field!r}, not * alone"
        self.problems.add("star", start, self.pos, message, "left out")
        self._drop()
