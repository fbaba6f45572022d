"""Which passages of an article show why it matched, and which characters in them?

Driven by the match: the marks come from the leaves of the query that matched this document, in the
fields where they matched; what the query excludes or filters by is never marked.
The native core finds the passages in a text; this file says what to look for, and writes them out.
The text of a passage is the article's own, character for character.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from . import _native
from .analysis import Analyzer
from .analysis.native import compiled, compiled_when_asked

# (matched, score, kind, facts, children), as the native core explains one document.
Explained = tuple[bool, float, str, dict[str, Any], list[Any]]
ROLES = ("must", "should", "must_not", "filter")  # of the children of a "bool"
COMPOUNDS = frozenset(("constant", "dis_max", "at_least", "demote", "scaled"))
# ("match", weight, [(term, offset), ...], slop), ("prefix", weight, prefix), ("near", weight, span)
# or ("range", weight)
Pattern = tuple[Any, ...]

WIDTH = 200  # characters that a passage holds about, unless the caller says otherwise
LIMIT = 3  # passages of a field, unless the caller says otherwise


@attrs.frozen
class Passage:
    """A piece of an article's text, and the spans in it that matched.

    `text` is `article[start:end]`; `marks` are half-open spans, rising and apart, in characters of
    the article's text as well, so `article[3:8]` is what the mark (3, 8) marks.
    """

    text: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    value: int = 0  # which value of a field with many
    score: float = 0.0  # falling in a list of passages; says nothing across queries

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces that join to it, each with whether it is marked.

        >>> list(Passage("a wind turbine", 100, 114, ((102, 106),)).pieces())
        [('a ', False), ('wind', True), (' turbine', False)]
        """
        place = self.start
        for start, end in self.marks:
            if place < start:
                yield self.text[place - self.start : start - self.start], False
            yield self.text[start - self.start : end - self.start], True
            place = end
        if place < self.end:
            yield self.text[place - self.start :], False


@attrs.frozen
class Markup:
    """How marked text is written: what stands before and after a mark, and how text is escaped.

    >>> import html
    >>> Markup("<em>", "</em>", html.escape).write(Passage("R&D", 0, 3, ((2, 3),)))
    'R&amp;<em>D</em>'
    """

    before: str
    after: str
    escape: Callable[[str], str] = str

    def write(self, passage: Passage) -> str:
        """The passage as one text."""
        return "".join(
            f"{self.before}{self.escape(text)}{self.after}" if marked else self.escape(text)
            for text, marked in passage.pieces()
        )


# Control characters in an article must not steer the reader's terminal: each is shown as its
# picture (U+2400 to U+2421), or U+FFFD for those without one. Tab and line feed stay.
_CONTROLS = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_CONTROLS |= {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


def _shown(text: str) -> str:
    return text.translate(_CONTROLS)


def _escaped(text: str) -> str:
    from html import escape  # only here: its table of entities is slow to import

    return escape(text)


MARKUPS = {
    "html": Markup("<mark>", "</mark>", _escaped),
    "ansi": Markup("\x1b[1;33m", "\x1b[0m", _shown),  # bold and yellow
    "plain": Markup("**", "**"),
}
SPANS = "spans"  # the format that leaves passages as they are


def markup_of(format: str | Markup) -> Markup | None:
    """The markup of this name; None for "spans".

    >>> markup_of("spans") is None
    True
    """
    if isinstance(format, Markup):
        return format
    if format == SPANS:
        return None
    try:
        return MARKUPS[format]
    except (KeyError, TypeError):
        known = ", ".join([*MARKUPS, SPANS])
        raise ValueError(f"unknown format {format!r}; known: {known}, or a Markup") from None


def text_passages(
    analyzer: Analyzer,
    values: Sequence[str],
    patterns: Sequence[Pattern],
    *,
    width: int | None,
    limit: int,
    answers: _native.Answers | None = None,
) -> list[Passage]:
    """The passages of a text field's values that show `patterns` best, best first.

    `answers`: what components made of the words when they were indexed, so that they are not asked.
    `width`: characters of a passage, about; None: each value whole.
    At most `limit` of them; none where nothing in the field matched.
    """
    if not patterns or not limit:
        return []
    native = compiled(analyzer) if answers is None else compiled_when_asked(analyzer)
    passages: list[Passage] = []
    for number, value in enumerate(values):
        if width is None:
            # One passage wide enough for every mark, then the rest of the value around it.
            found = _native.passages(native, value, patterns, max(len(value), 1), 1, answers)
            found = [(0, len(value), score, marks) for _, _, score, marks in found]
        else:
            found = _native.passages(native, value, patterns, width, limit, answers)
        passages += [
            Passage(value[start:end], start, end, tuple(marks), number, score)
            for start, end, score, marks in found
        ]
    passages.sort(key=lambda passage: (-passage.score, passage.value, passage.start))
    return passages[:limit]


def whole_passages(values: Sequence[object], matched: Callable[[Any], bool]) -> list[Passage]:
    """The values that matched, each marked as a whole, in the order of the field.

    For fields whose values are no running text: keywords, numbers, dates.

    >>> [passage.text for passage in whole_passages([1999, 2004], lambda year: year > 2000)]
    ['2004']
    """
    return [
        Passage(text, 0, len(text), ((0, len(text)),) if text else (), number, 1.0)
        for number, value in enumerate(values)
        if matched(value)
        for text in [str(value)]
    ]


def patterns_of(explained: Explained, field: int) -> list[Pattern]:
    """What to look for in the field of this number, given how the document matched."""
    patterns: list[Pattern] = []
    for leaf in matched_leaves(explained):
        patterns += [pattern for number, pattern in _leaf_patterns(leaf) if number == field]
    return patterns


def matched_leaves(explained: Explained) -> Iterator[Explained]:
    """The leaves that matched and that the query asks for: none it excludes or filters by."""
    matched, _, kind, _, children = explained
    if not matched:
        return
    if kind == "bool":
        for role, child in children_of(explained):
            if role in ("must", "should"):
                yield from matched_leaves(child)
    elif kind in COMPOUNDS:
        if kind == "constant" and not explained[1]:
            return  # it only narrows
        for child in children[:1] if kind == "demote" else children:
            yield from matched_leaves(child)
    else:
        yield explained


def children_of(explained: Explained) -> Iterator[tuple[str, Explained]]:
    """The children of a "bool", each with its role, one of `ROLES`."""
    _, _, _, facts, children = explained
    return zip(facts["roles"], children, strict=True)


def keyword_matches(patterns: Sequence[Pattern]) -> Callable[[str], bool]:
    """Whether a keyword is what one of the patterns looks for.

    >>> matches = keyword_matches([("match", 1.0, [("wire", 0)], 0), ("prefix", 1.0, "ra")])
    >>> [matches(keyword) for keyword in ("wire", "radio", "hardwired")]
    [True, True, False]
    """
    whole = {term for pattern in patterns if pattern[0] == "match" for term, _ in pattern[2]}
    starts = tuple(pattern[2] for pattern in patterns if pattern[0] == "prefix")
    return lambda value: value in whole or value.startswith(starts)


def _leaf_patterns(leaf: Explained) -> Iterator[tuple[int, Pattern]]:
    """The patterns of a matched leaf, each with the number of its field."""
    _, _, kind, facts, _ = leaf
    if kind == "match":
        for part in facts["fields"]:
            if part["frequency"]:
                weight = facts["boost"] * facts["idf"]
                terms = [(term, offset) for term, offset in part["terms"]]
                yield part["field"], ("match", weight, terms, part["slop"])
    elif kind == "prefix":
        for number, prefix in facts["fields"]:
            yield number, ("prefix", facts["boost"], prefix)
    elif kind == "terms":
        for part in facts["fields"]:
            if part["held"]:
                terms = [(term, 0) for term in part["held"]]
                yield part["field"], ("match", facts["boost"], terms, 0)
    elif kind == "near":
        for part in facts["fields"]:
            if part["frequency"]:
                yield part["field"], ("near", facts["boost"] * facts["idf"], part["span"])
    elif kind == "range":
        yield facts["field"], ("range", facts["boost"])
