"""How is a query text read? Tokens in, a tree and diagnostics out; it raises on no text.

The grammar, loosest first; brackets group, and an operator that joins nothing is a word:

    query   = clause clause …               joined by `operator`; marked ones as `Bool` says
    clause  = [+ or -] either, or NOT either
    either  = both OR both …
    both    = operand AND operand …
    operand = NOT … [+ or -] (token or "(" query ")") ^boost …

Time and memory are linear in the text: open brackets are a list, not calls of functions.
"""

from __future__ import annotations

from collections.abc import Collection

import attrs

from ..errors import QuerySyntaxError, shown
from .characters import lone_surrogate, without_surrogates
from .diagnostics import Diagnostic, Problems, listed
from .tokens import (
    ALL,
    AND,
    BOOST,
    CLOSE,
    END,
    NOT,
    OPEN,
    OR,
    PHRASE,
    PREFIX,
    WORD,
    Token,
    tokens_of,
)
from .tree import (
    MAX_DEPTH,
    All,
    And,
    Bool,
    Boost,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    TooDeepError,
)

__all__ = ["Diagnostic", "Parsed", "parse"]

MAX_FLAT_GROUPS = 16  # open at once in a text that is too deep: each is at most 5 values deep

_JOINERS = (AND, OR)
_EXCLUDED = "NOT"  # the mark of a clause that begins with NOT; the others are "+", "-" and ""


@attrs.frozen
class Parsed:
    """How a text was read: the query, and what could not be read as it stands."""

    query: Query
    diagnostics: tuple[Diagnostic, ...] = ()


def parse(
    text: str, schema: Collection[str], *, operator: str = "or", strict: bool = False
) -> Parsed:
    """Return the tree that `text` stands for, with a diagnostic for each problem in it.

    `schema` says which names are fields. `operator` joins words that stand side by side: "or" or
    "and". A text with nothing to search for is `Nothing()`.

    >>> print(parse('title:wind "foreign troops" -coal', {"title"}).query)
    title:wind "foreign troops" -coal
    >>> parsed = parse("(wind AND sea", {"title"})
    >>> print(parsed.query, "|", *parsed.diagnostics)
    wind AND sea | 0: no bracket closes this one; taken as: a group up to the end of the text

    Raises:
        QuerySyntaxError: only with `strict`, for the first problem; carries its column.
    """
    if not isinstance(text, str):
        raise TypeError(f"a query text is a str, got {shown(text)}")
    if operator not in ("or", "and"):
        raise ValueError(f"operator is 'or' or 'and', got {shown(operator)}")
    problems = Problems()
    if (place := lone_surrogate(text)) >= 0:
        message = "half of a character, which no document can hold"
        problems.add("surrogate", place, place + 1, message, "U+FFFD, as all of its kind")
        text = without_surrogates(text)
    tokens = tokens_of(text, schema, problems)
    grouping = Problems()
    try:
        query = _Reading(operator, grouping, flat=False).read(tokens)
    except TooDeepError:
        grouping = Problems()
        message = f"brackets and operators stand more than {MAX_DEPTH} deep in each other"
        taken_as = f"the text without the brackets that stand inside {MAX_FLAT_GROUPS} others"
        grouping.add("too-deep", 0, len(text), message, taken_as)
        query = _Reading(operator, grouping, flat=True).read(tokens)
    if not problems and not grouping:
        return Parsed(query)
    diagnostics = listed(problems, grouping)
    if strict:
        first = diagnostics[0]
        raise QuerySyntaxError(f"column {first.start}: {first.message}", first.start)
    return Parsed(query, diagnostics)


class _Group:
    """An open bracket, or the text as a whole: the clauses that it holds so far.

    The last clause is still open: `ors` and `ands` are what its OR and AND have joined, `mark` is
    that of its only operand; `joiner` and `nots` are operators that wait for their operand.
    """

    __slots__ = ("ands", "clauses", "end", "field", "joiner", "mark", "nots", "ors", "sign",
                 "start")  # fmt: skip

    def __init__(self, start: int, end: int, sign: str, field: str | None) -> None:
        self.start, self.end = start, end  # of its opening bracket
        self.sign, self.field = sign, field
        self.clauses: list[tuple[str, int, list[Query]]] = []  # mark, OR or AND, what they join
        self.ors: list[Query] = []
        self.ands: list[Query] = []
        self.mark = ""
        self.joiner: Token | None = None
        self.nots: list[Token] = []


class _Reading:
    """One pass over the tokens. `flat`: so that no tree gets too deep, inner brackets mean nothing,
    NOT NOT cancels out, and only the first boost of a thing counts."""

    __slots__ = ("flat", "is_or", "problems")

    def __init__(self, operator: str, problems: Problems, *, flat: bool) -> None:
        self.is_or = operator == "or"
        self.problems = problems
        self.flat = flat

    def read(self, tokens: list[Token]) -> Query:
        group = _Group(0, 0, "", None)
        outer: list[_Group] = []
        ignored = 0  # brackets that are open and mean nothing
        at = 0
        while True:
            token = tokens[at]
            at += 1
            kind, start, end, sign, field, text, number = token
            if kind == WORD:
                query: Query | None = Term(text, field or group.field, span=(start, end))
            elif kind in _JOINERS:
                if group.ands and group.joiner is None and not group.nots:
                    group.joiner = token
                else:
                    self._dangling(group, [token])
                continue
            elif kind == NOT:
                group.nots.append(token)
                continue
            elif kind == PHRASE:
                query = Phrase(text, field or group.field, int(number), span=(start, end))
            elif kind == PREFIX:
                query = Prefix(text, field or group.field, span=(start, end))
            elif kind == OPEN:
                if self.flat and len(outer) >= MAX_FLAT_GROUPS:
                    ignored += 1
                else:
                    outer.append(group)
                    group = _Group(start, end, sign, field or group.field)
                continue
            elif kind == CLOSE:
                if ignored:
                    ignored -= 1
                    continue
                if not outer:
                    message = "no bracket opens what this one closes"
                    self.problems.add("stray-bracket", start, end, message, "left out")
                    continue
                inner, group = group, outer.pop()
                query, sign = self._closed(inner), inner.sign
                if query is None:
                    message = "nothing to search for stands between the brackets"
                    self.problems.add("empty-brackets", inner.start, end, message, "left out")
            elif kind == BOOST:  # after something that was left out
                continue
            elif kind == END:
                break
            else:
                query = All() if kind == ALL else Nothing()
            while tokens[at][0] == BOOST:
                if query is not None and not (self.flat and isinstance(query, Boost)):
                    query = Boost(query, tokens[at][6])
                at += 1
            if query is not None:
                self._operand(group, query, sign, start)
        return self._closed_text(group, outer)

    def _operand(self, group: _Group, query: Query, sign: str, start: int) -> None:
        """Join an operand to the open clause, or start the next clause with it."""
        mark = sign
        if group.nots:
            if sign:
                message = f"NOT excludes what follows, {sign} before it changes nothing"
                self.problems.add("idle-sign", start - 1, start, message, "left out")
            count, group.nots = len(group.nots), []
            if self.flat:
                count = 2 - count % 2
            for _ in range(count - 1):
                query = Not(query)
            if self.flat and count == 2:
                query, count = query.query if isinstance(query, Not) else query, 0
            mark = _EXCLUDED if count else ""
        joiner = group.joiner
        if joiner is None:
            if group.ands:
                self._end_clause(group)
            group.ands.append(query)
            group.mark = mark
            return
        group.joiner = None
        if group.mark:
            group.ands[0] = self._unmarked(group.ands[0], group.mark, joiner)
            group.mark = ""
        if mark:
            query = self._unmarked(query, mark, joiner)
        if joiner[0] == OR:
            group.ors.append(And(*group.ands))
            group.ands = []
        group.ands.append(query)

    def _unmarked(self, query: Query, mark: str, joiner: Token) -> Query:
        """What a marked operand of AND or OR means."""
        if mark != "+":
            return Not(query)
        if joiner[0] == OR:
            message = "OR asks for one of two, so + beside it changes nothing"
            self.problems.add("idle-sign", joiner[1], joiner[2], message, "OR without +")
        return query

    def _end_clause(self, group: _Group) -> None:
        if group.ors:
            clause = ("", OR, [*group.ors, And(*group.ands)])
            group.ors = []
        else:
            clause = (group.mark, AND, group.ands)
            group.mark = ""
        group.ands = []
        group.clauses.append(clause)

    def _closed(self, group: _Group) -> Query | None:
        """The query of a group that ends here; None where it holds nothing."""
        if group.nots:
            nots, group.nots = group.nots, []
            self._dangling(group, nots)
        if group.joiner is not None:
            token, group.joiner = group.joiner, None
            self._dangling(group, [token])
        if group.ands:
            self._end_clause(group)
        clauses = group.clauses
        if not clauses:
            return None
        if len(clauses) == 1:
            return _single(*clauses[0])
        if not any(mark for mark, _, _ in clauses):
            # What OR joined stands side by side with the rest where words are joined by OR anyway.
            same = OR if self.is_or else AND
            parts: list[Query] = []
            for _, joined, queries in clauses:
                parts += queries if joined == same else [_single("", joined, queries)]
            return Or(*parts) if self.is_or else And(*parts)
        must: list[Query] = []
        should: list[Query] = []
        must_not: list[Query] = []
        for mark, joined, queries in clauses:
            if mark == "+":
                must += queries
            elif mark:
                must_not += queries
            elif not self.is_or:
                must += queries if joined == AND else [Or(*queries)]
            else:
                should += queries if joined == OR else [And(*queries)]
        return Bool(must, should, must_not)

    def _closed_text(self, group: _Group, outer: list[_Group]) -> Query:
        """The query of the whole text: what is still open ends here."""
        for each in [*outer[1:], group] if outer else ():
            message = "no bracket closes this one"
            taken_as = "a group up to the end of the text"
            self.problems.add("unclosed-bracket", each.start, each.end, message, taken_as)
        while outer:
            query = self._closed(group)
            sign, start, group = group.sign, group.start, outer.pop()
            if query is not None:
                self._operand(group, query, sign, start)
        return self._closed(group) or Nothing()

    def _dangling(self, group: _Group, tokens: list[Token]) -> None:
        """Take operators that have nothing to join as the words that they are."""
        name = tokens[0][5]
        message = f"{name} stands before what it excludes" if name == "NOT" else (
            f"{name} stands between what it joins"
        )  # fmt: skip
        first, last = tokens[0], tokens[-1]
        self.problems.add("dangling-operator", first[1], last[2], message, "words")
        for token in tokens:
            query = Term(token[5], group.field, span=(token[1], token[2]))
            self._operand(group, query, "", token[1])


def _single(mark: str, joined: int, queries: list[Query]) -> Query:
    """The query that a clause is when it stands alone."""
    query = Or(*queries) if joined == OR else And(*queries)
    if mark == "+":
        return Bool(must=(query,))
    if mark == "-":
        return Bool(must_not=(query,))
    return Not(query) if mark else query
