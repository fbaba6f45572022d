"""How else may a text say what a query says? Synonyms of several words, in a plan.

A word or a phrase has readings, each a phrase of its own. Several words side by side may together
be an entry of the synonyms: then what means the same is one more way of holding them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, zip_longest
from typing import TypeAlias

import attrs

from .nodes import Part, by_number, parts_of
from .targets import Column, Group, Target, Terms
from .tree import Query, Term

Ways: TypeAlias = list[list[Part]]  # the parts of a match each
Runs: TypeAlias = dict[tuple[int, int], Ways]  # of the queries from first up to end


@attrs.frozen
class Run(Query):
    """Words that are held all together, or in one of these ways; or these ways alone."""

    words: tuple[Query, ...]
    ways: Ways


def other_ways(groups: Iterable[Group], text: str, slop: int) -> Ways:
    """Return the ways of saying a text but its own, for the fields of these groups together."""
    return _ways(
        ((group, group.readings(text)[1:]) for group in groups if group.readings is not None), slop
    )


def runs_of(queries: Sequence[Query], target_of: Callable[[str | None], Target]) -> Runs:
    """Return what may stand in the place of words side by side that look in the same field."""
    runs: Runs = {}
    place = 0
    for field, neighbours in groupby(queries, _field_of):
        words = list(neighbours)
        if field is not None and len(words) > 1:
            for (first, end), ways in _runs([word.text for word in words], target_of(*field)):  # type: ignore[attr-defined]
                runs[place + first, place + end] = ways
        place += len(words)
    return runs


def chosen(queries: Sequence[Query], runs: Runs) -> list[Query]:
    """Return the queries with runs that are apart, the first and longest, in their places."""
    kept: list[Query] = []
    place = 0
    for first, end in sorted(runs, key=lambda run: (run[0], -run[1])):
        if first >= place:
            kept += [*queries[place:first], Run(tuple(queries[first:end]), runs[first, end])]
            place = end
    return [*kept, *queries[place:]]


def _field_of(query: Query) -> tuple[str | None] | None:
    return (query.field,) if isinstance(query, Term) else None


def _runs(words: list[str], target: Target) -> Iterable[tuple[tuple[int, int], Ways]]:
    found: dict[tuple[int, int], list[tuple[Group, list[Terms]]]] = {}
    if not isinstance(target, Column) and target.has_readings:
        for group in target.groups:
            for first, end, readings in () if group.runs is None else group.runs(words):
                found.setdefault((first, end), []).append((group, readings))
    return [(run, _ways(readings, 0)) for run, readings in found.items()]


def _ways(readings: Iterable[tuple[Group, list[Terms]]], slop: int) -> Ways:
    """One way for each reading: the n-th of all groups together, for they mostly are the same."""
    of_groups = [[parts_of(group, terms, slop) for terms in each] for group, each in readings]
    ways = zip_longest(*of_groups, fillvalue=[])
    joined = (sorted((part for parts in way for part in parts), key=by_number) for way in ways)
    return [parts for parts in joined if parts]
