"""How do tokens make a tree? The rules of AND, OR, NOT, signs and brackets of the default dialect.

The grammar, loosest first; brackets group, and an operator that joins nothing is a word:

    query   = clause clause …               joined by `operator`; marked ones as `Bool` says
    clause  = [+ or -] either, or NOT either
    either  = both OR both …
    both    = operand AND operand …
    operand = NOT … [+ or -] (token or "(" query ")" or function) ^boost …

Time and memory are linear in the text: open brackets are a list, not calls of functions.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .depth import CLOSES, OPENS, OPENS_FUNCTION, OTHER, THING, shallow
from .diagnostics import Problems
from .tokens import (
    ALL,
    AND,
    BOOST,
    CLOSE,
    CONSTANT,
    END,
    EXISTS,
    FUZZY,
    NOT,
    OPEN,
    OR,
    PHRASE,
    RANGE,
    REGEX,
    SETTING,
    WILDCARD,
    WORD,
    Token,
    tokens_of,
)
from .tree import (
    All,
    And,
    Bool,
    Boost,
    Constant,
    Exists,
    Fuzzy,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Range,
    Regex,
    Term,
    TooDeepError,
    Wildcard,
)

MAX_FLAT_GROUPS = 12  # open at once in a text that is too deep: each is at most 8 values deep

_JOINERS = (AND, OR)
_ROLES = [THING] * (END + 1)
_ROLES[OPEN], _ROLES[CLOSE] = OPENS, CLOSES
for _kind in (BOOST, CONSTANT, SETTING, AND, OR, NOT, END):
    _ROLES[_kind] = OTHER
_EXCLUDED = "NOT"  # the mark of a clause that begins with NOT; the others are "+", "-" and ""


def read(text: str, fields: Collection[str], operator: str, problems: Problems) -> Query:
    """Return the tree that `text` stands for in the default dialect.

    >>> print(read("wind (sea", (), "or", Problems()))
    wind OR sea
    """
    tokens = tokens_of(text, fields, problems)

    def reading(problems: Problems, *, flat: bool) -> Query:
        return Reading(fields, operator, problems, flat=flat).read(tokens)

    return shallow(reading, tokens, role, len(text), problems)


def role(token: Token) -> int:
    """What a token is to the depth of the tree."""
    return OPENS_FUNCTION if token[0] == OPEN and token[5] else _ROLES[token[0]]


class Group:
    """An open bracket, or the text as a whole: the clauses that it holds so far.

    The last clause is still open: `ors` and `ands` are what its OR and AND have joined, `mark` is
    that of its only operand; `joiner` and `nots` are operators that wait for their operand.
    """

    __slots__ = (
        *("ands", "clauses", "end", "field", "function", "joiner", "mark"),
        *("nots", "ors", "settings", "sign", "start"),
    )

    def __init__(
        self, start: int, end: int, sign: str, field: str | None, function: str = ""
    ) -> None:
        self.function = function  # the name of the function whose bracket it is
        self.settings: dict[str, str] = {}  # of the function
        self.start, self.end = start, end  # of its opening bracket
        self.sign, self.field = sign, field
        self.clauses: list[tuple[str, int, list[Query]]] = []  # mark, OR or AND, what they join
        self.ors: list[Query] = []
        self.ands: list[Query] = []
        self.mark = ""
        self.joiner: Token | None = None
        self.nots: list[Token] = []


class Reading:
    """One pass over the tokens. `flat`: so that no tree gets too deep, inner brackets mean nothing,
    NOT NOT cancels out, and only the first boost of a thing counts."""

    __slots__ = ("fields", "flat", "is_or", "problems")

    def __init__(
        self, fields: Collection[str], operator: str, problems: Problems, *, flat: bool
    ) -> None:
        self.fields = fields
        self.is_or = operator == "or"
        self.problems = problems
        self.flat = flat

    def read(self, tokens: list[Token]) -> Query:
        group = Group(0, 0, "", None)
        outer: list[Group] = []
        ignored = 0  # brackets that are open and mean nothing
        at = 0
        while True:
            token = tokens[at]
            at += 1
            kind, start, end, sign, field, text, _ = token
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
            elif kind == OPEN:
                if self.flat and len(outer) >= MAX_FLAT_GROUPS:
                    ignored += 1
                else:
                    outer.append(group)
                    group = Group(start, end, sign, field or group.field, text)
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
                query, sign, start = self._closed_group(inner, end), inner.sign, inner.start
            elif kind == SETTING:
                value, at = self._setting_value(token, tokens, at)
                if group.function and text not in group.settings:
                    group.settings[text] = value
                    continue
                query = Term(f"{text}={value}", group.field, span=(start, end))
            elif kind in (BOOST, CONSTANT):  # after something that was left out
                continue
            elif kind == END:
                break
            else:
                query = _leaf(token, field or group.field)
            while tokens[at][0] in (BOOST, CONSTANT):
                if query is not None and not (self.flat and isinstance(query, Boost | Constant)):
                    marked = Boost if tokens[at][0] == BOOST else Constant
                    query = marked(query, float(str(tokens[at][6])))
                at += 1
            if query is not None:
                self._operand(group, query, sign, start)
        return self._closed_text(group, outer, tokens[-1][2])

    def _setting_value(self, token: Token, tokens: list[Token], at: int) -> tuple[str, int]:
        """The value of a setting, which may be the quoted text after it, and what comes next."""
        value, follower = token[6], tokens[at]
        if value is not None:
            return str(value), at
        if follower[0] == PHRASE and follower[1] == token[2]:
            return follower[5], at + 1
        return "", at

    def _closed_group(self, group: Group, end: int) -> Query | None:
        """The query of a bracket or a function that ends at `end`; None where it holds nothing."""
        if group.function:
            self._finish(group)
            from .functions import function_of  # only here: most queries have none

            parts = [
                (mark, _single("", joined, queries)) for mark, joined, queries in group.clauses
            ]
            whole = self._closed(group)
            query: Query | None
            try:
                span = (group.start, end)
                query = function_of(
                    group.function, whole, parts, group.settings, group.field, span, self.fields
                )
            except (TypeError, ValueError) as error:
                if isinstance(error, TooDeepError):
                    raise
                taken = "left out" if whole is None else "what stands between its brackets"
                message = f"#{group.function}: {error}"
                self.problems.add("bad-function", group.start, end, message, taken)
                return whole
            if isinstance(query, Nothing) and not parts:
                query = None
        else:
            query = self._closed(group)
        if query is None:
            message = "nothing to search for stands between the brackets"
            self.problems.add("empty-brackets", group.start, end, message, "left out")
        return query

    def _operand(self, group: Group, query: Query, sign: str, start: int) -> None:
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

    def _end_clause(self, group: Group) -> None:
        if group.ors:
            clause = ("", OR, [*group.ors, And(*group.ands)])
            group.ors = []
        else:
            clause = (group.mark, AND, group.ands)
            group.mark = ""
        group.ands = []
        group.clauses.append(clause)

    def _finish(self, group: Group) -> None:
        """End what is still open in a group that ends here."""
        if group.nots:
            nots, group.nots = group.nots, []
            self._dangling(group, nots)
        if group.joiner is not None:
            token, group.joiner = group.joiner, None
            self._dangling(group, [token])
        if group.ands:
            self._end_clause(group)

    def _closed(self, group: Group) -> Query | None:
        """The query of a group that ends here; None where it holds nothing."""
        self._finish(group)
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

    def _closed_text(self, group: Group, outer: list[Group], end: int) -> Query:
        """The query of the whole text: what is still open ends here."""
        for each in [*outer[1:], group] if outer else ():
            message = "no bracket closes this one"
            taken_as = "a group up to the end of the text"
            self.problems.add("unclosed-bracket", each.start, each.end, message, taken_as)
        while outer:
            query = self._closed_group(group, end) if group.function else self._closed(group)
            sign, start, group = group.sign, group.start, outer.pop()
            if query is not None:
                self._operand(group, query, sign, start)
        return self._closed(group) or Nothing()

    def _dangling(self, group: Group, tokens: list[Token]) -> None:
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


def _leaf(token: Token, field: str | None) -> Query:
    """The query of a piece that holds no other."""
    kind, start, end, _, _, text, _ = token
    more: Any = token[6]
    span = (start, end)
    if kind == PHRASE:
        return Phrase(text, field, more, span=span)
    if kind == WILDCARD:
        return Wildcard(text, field, span=span)
    if kind == FUZZY:
        edits, prefix = more
        return Fuzzy(text, field, edits, prefix, span=span)
    if kind == REGEX:
        return Regex(text, field, span=span)
    if kind == RANGE:
        return Range(field, *more, span=span)
    if kind == EXISTS:
        return Exists(str(field), span=span)
    return All() if kind == ALL else Nothing()


def _single(mark: str, joined: int, queries: list[Query]) -> Query:
    """The query that a clause is when it stands alone."""
    query = Or(*queries) if joined == OR else And(*queries)
    if mark == "+":
        return Bool(must=(query,))
    if mark == "-":
        return Bool(must_not=(query,))
    return Not(query) if mark else query
