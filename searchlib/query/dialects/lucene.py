"""The lucene dialect: the pieces of our own, joined as Lucene's classic parser joins them.

There AND and OR are no operators with a precedence but marks on the clauses beside them: AND
requires both, so that `a AND b OR c` is `+a +b c`. A ? at the end of a word is a wildcard, and ~
alone after a word stands for two edits. docs/query-language.md lists where we differ.
"""

from __future__ import annotations

from collections.abc import Collection

from ..depth import shallow
from ..diagnostics import Problems
from ..reading import Group, Reading, role
from ..tokens import AND, Reader, Token
from ..tree import And, Bool, Not, Or, Query


class _Reader(Reader):
    ends_with_pattern = True
    short_word = 0


def read(text: str, fields: Collection[str], operator: str, problems: Problems) -> Query:
    """Return the tree that `text` stands for in this dialect.

    >>> print(read("a AND b OR c", (), "or", Problems()))
    +a +b c
    """
    tokens = _Reader(text, fields, problems).read()

    def reading(problems: Problems, *, flat: bool) -> Query:
        return _Reading(fields, operator, problems, flat=flat).read(tokens)

    return shallow(reading, tokens, role, len(text), problems)


class _Reading(Reading):
    """A clause is one operand, with the mark that its own sign and its neighbours give it."""

    __slots__ = ()

    def _operand(self, group: Group, query: Query, sign: str, start: int) -> None:
        joiner, group.joiner = group.joiner, None
        if group.nots:
            group.nots = []
            sign = "-"
        if joiner is not None and group.clauses:
            mark, _, before = group.clauses[-1]
            if joiner[0] == AND:
                if mark != "-":
                    group.clauses[-1] = ("+", AND, before)
            elif not self.is_or and mark == "+":
                group.clauses[-1] = ("", AND, before)
        if not sign:
            joined_by_and = joiner is not None and joiner[0] == AND
            required = joined_by_and if self.is_or else joiner is None or joined_by_and
            sign = "+" if required else ""
        group.clauses.append((sign, AND, [query]))
        group.ands = [query]  # so that an operator that follows has something to join

    def _end_clause(self, group: Group) -> None:
        group.ands = []

    def _closed(self, group: Group) -> Query | None:
        self._finish(group)
        must = [query for mark, _, (query,) in group.clauses if mark == "+"]
        should = [query for mark, _, (query,) in group.clauses if not mark]
        must_not = [query for mark, _, (query,) in group.clauses if mark == "-"]
        if not group.clauses:
            return None
        if not must_not and (not must or not should):
            return And(*must) if must else Or(*should)
        if len(must_not) == 1 and not must and not should:
            return Not(must_not[0])
        return Bool(must, should, must_not)

    def _dangling(self, group: Group, tokens: list[Token]) -> None:
        """Lucene takes such a text for an error; here the operators are words."""
        group.joiner, group.nots = None, []
        super()._dangling(group, tokens)
