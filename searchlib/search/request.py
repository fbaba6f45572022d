"""What does a caller ask: how is the query read, and what is its plan?

Text or a tree of query objects come in; a plan for the native core goes out, with what could not
be read. Nothing is searched here.

Most texts are of a common kind: the compiled module makes a plan of these, the one that the parser
and the planner make in many times the time. Those are imported for the first text that needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Literal

import attrs

from ..errors import QuerySyntaxError
from ..query.diagnostics import Diagnostic
from ..query.dialects import Dialect
from ..query.targets import Targets, targets_of
from ..query.tree import Query
from ..schema import Schema
from .searcher import Plan

if TYPE_CHECKING:
    from ..analysis.native import NativeWords
    from ..query.clock import Clock

Operator = Literal["or", "and"]
DocumentOf = Callable[[str], Mapping[str, object] | None]
READ_BUT_EMPTY = ("removed", "no-fields")  # kinds of diagnostic that are no fault of the text


class Request:
    """A query made ready."""

    __slots__ = ("_read", "diagnostics", "plan")

    def __init__(
        self,
        read: Query | tuple[str, Operator | None, Schema],
        plan: Plan,
        diagnostics: tuple[Diagnostic, ...] = (),
    ) -> None:
        """`read`: a text of which nothing is to be said, whose tree is made when somebody looks at
        it, or a tree."""
        self._read = read
        self.plan = plan
        self.diagnostics = diagnostics

    @property
    def query(self) -> Query:
        """How the query was read."""
        if isinstance(self._read, tuple):
            from ..query.parser import parse  # only here: few programs look

            text, operator, schema = self._read
            self._read = parse(text, schema, operator=operator or "or").query
        return self._read

    def narrowed(self, filter: Request) -> Request:
        """What matches both; the filter changes no score."""
        diagnostics = [
            attrs.evolve(diagnostic, message=f"in the filter: {diagnostic.message}")
            for diagnostic in filter.diagnostics
        ]
        plan: Plan = ("bool", [self.plan], [], [], [filter.plan])
        return Request(self._read, plan, (*self.diagnostics, *diagnostics))


def words_of(
    targets: Targets,
    fields: str | Iterable[str] | None,
    operator: Operator | None,
    dialect: Dialect,
) -> NativeWords | None:
    """What makes plans of texts of common kinds, if a text so read may be of one."""
    if dialect != "default" or operator not in (None, "or", "and"):
        return None
    return targets.among(fields).native


def common_requests(
    queries: list[str | Query],
    schema: Schema,
    fields: str | Iterable[str] | None,
    operator: Operator | None,
    dialect: Dialect,
    threads: int,
) -> list[Request | None]:
    """The requests that are texts of common kinds, made on several threads; None of the others."""
    try:
        words = words_of(targets_of(schema), fields, operator, dialect)
    except Exception:
        words = None  # `request` raises it again, for the first query
    if words is None:
        return [None] * len(queries)
    plans = words.plan_many(queries, operator == "and", threads)
    return [
        Request((query, operator, schema), plan) if plan and isinstance(query, str) else None
        for query, plan in zip(queries, plans, strict=True)
    ]


def request(
    query: str | Query,
    schema: Schema,
    *,
    fields: str | Iterable[str] | None = None,
    operator: Operator | None = None,
    filter: str | Query | None = None,
    strict: bool = False,
    dialect: Dialect = "default",
    timezone: str | tzinfo | None = None,
    now: datetime | None = None,
    document_of: DocumentOf | None = None,
    max_words: int | None = None,
) -> Request:
    """The plan of a query, which documents must match, and of a filter, which must match as well.

    The words of a filter's text are joined by AND: each narrows. `fields` is where words without
    a field of their own look: one name or several; None: every text field. `dialect` is how the
    texts are read. Dates are those of `timezone` (None: UTC), reckoned from `now` (None: the time
    of the call). `document_of` gives the document of a key, for queries that ask for its like.
    `max_words` is how many words of one field a pattern may stand for (None: as `Limits` has it).

    Raises:
        QuerySyntaxError: with `strict`, a text that cannot be read as it stands.
        UnknownFieldError: `fields` or a query object names a field that the schema lacks.
        ValueError: `max_words` is below 1.
    """
    if max_words is not None and max_words < 1:
        raise ValueError(f"max_words must be at least 1, or None, got {max_words}")
    if fields is not None and not isinstance(fields, str):
        fields = tuple(fields)
    clock = None
    if timezone is not None or now is not None:
        from ..query.clock import clock_of

        clock = clock_of(timezone, now)
    asked = _read(query, schema, fields, operator, strict, dialect, clock, document_of, max_words)
    if filter is None:
        return asked
    narrowing = _read(filter, schema, None, "and", strict, dialect, clock, document_of, max_words)
    return asked.narrowed(narrowing)


def _read(
    query: str | Query,
    schema: Schema,
    fields: str | Iterable[str] | None,
    operator: Operator | None,
    strict: bool,
    dialect: Dialect,
    clock: Clock | None,
    document_of: DocumentOf | None,
    max_words: int | None,
) -> Request:
    if (
        isinstance(query, str)
        # There dates are in UTC, and words spelled nearly so stand for as many as usual.
        and (clock is None or ":" not in query)
        and (max_words is None or "~" not in query)
    ):
        words = words_of(targets_of(schema), fields, operator, dialect)
        root = None if words is None else words.plan(query, operator == "and")
        if root is not None:
            return Request((query, operator, schema), root)
    from ..query.planner import Limits, plan

    planned = plan(
        query,
        schema,
        fields=fields,
        operator=operator,
        dialect=dialect,
        strict=strict,
        clock=clock,
        document_of=document_of,
        limits=None if max_words is None else Limits(max_words, max_words),
    )
    if strict:
        for diagnostic in planned.diagnostics:
            if diagnostic.kind not in READ_BUT_EMPTY:
                column = diagnostic.start
                raise QuerySyntaxError(f"column {column}: {diagnostic.message}", column)
    return Request(planned.query, planned.root, planned.diagnostics)
