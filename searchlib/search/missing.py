"""Which words of a query does no document have, and which were meant?

Asked only where somebody reads the diagnostics, since each word is counted.
"""

from collections.abc import Iterable, Iterator

from ..query.diagnostics import Diagnostic
from ..query.planner import plan
from ..query.tree import (
    And,
    Bool,
    Boost,
    Combined,
    Constant,
    Decay,
    Demote,
    DisMax,
    FieldScore,
    Filter,
    Fuzzy,
    Or,
    Phrase,
    Prefix,
    Query,
    Regex,
    Term,
    Wildcard,
)
from .searcher import Searcher

MAX_LOOKED_AT = 50  # words of one query
MAX_SUGGESTIONS = 3  # for one word

_Spelled = Term | Phrase | Prefix | Wildcard | Regex | Fuzzy


def missing_words(
    searcher: Searcher, query: Query, fields: str | Iterable[str] | None
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each word, phrase and pattern of the query that no document has.

    What is excluded is left alone: that it excludes nothing is no fault. `fields` are those of the
    search.
    """
    seen: set[Query] = set()
    for leaf in _wanted(query):
        if leaf in seen:
            continue
        seen.add(leaf)
        if len(seen) > MAX_LOOKED_AT:
            break
        yield from _missing(searcher, leaf, fields)


def _wanted(query: Query) -> Iterator[_Spelled]:
    """The words, phrases and patterns that are looked for, from left to right."""
    left = [query]
    while left:
        each = left.pop()
        if isinstance(each, _Spelled):
            yield each
        elif isinstance(each, And | Or | DisMax):
            left += reversed(each.queries)
        elif isinstance(each, Bool):
            left += reversed(each.must + each.should)
        elif isinstance(each, Boost | Constant | Filter | Decay | Demote | FieldScore):
            left.append(each.query)
        elif isinstance(each, Combined):
            kind = Phrase if each.phrase else Term
            left += [kind(each.text, name, span=each.span) for name, _ in each.fields[:1]]


def _missing(
    searcher: Searcher, leaf: _Spelled, fields: str | Iterable[str] | None
) -> Iterator[Diagnostic]:
    if _count(searcher, leaf, fields):
        return
    start, end = leaf.span or (0, 0)
    if not isinstance(leaf, Phrase):
        yield _remark(searcher, leaf, fields, start, end)
        return
    words = [Term(word, leaf.field) for word in leaf.text.split()]
    missing = [word for word in words if not _count(searcher, word, fields)]
    for word in missing:
        yield _remark(searcher, word, fields, start, end)
    if not missing:
        message = f"no document has the words of {leaf!s} so near each other"
        yield Diagnostic("no-document", start, end, message, "")


def _count(searcher: Searcher, leaf: _Spelled, fields: str | Iterable[str] | None) -> int:
    """How many documents have it; 1 where analysis leaves nothing, of which something else says."""
    planned = plan(leaf, searcher.schema, fields=fields)
    if planned.diagnostics or planned.root[0] in ("none", "range"):
        return 1
    return searcher.count(planned.root)


def _remark(
    searcher: Searcher, leaf: _Spelled, fields: str | Iterable[str] | None, start: int, end: int
) -> Diagnostic:
    near: tuple[str, ...] = ()
    if isinstance(leaf, Term | Fuzzy):
        names = fields if leaf.field is None else (leaf.field,)
        found = searcher.suggest(leaf.text, names, limit=MAX_SUGGESTIONS)
        near = tuple(word for word, _, _ in found)
    is_plain = isinstance(leaf, Term) and leaf.field is None
    message = f"no document has {leaf.text if is_plain else leaf}"
    if near:
        message += f"; did you mean {' or '.join(map(repr, near))}?"
    return Diagnostic("no-document", start, end, message, "", near)
