"""Where does a part of a query look, and what does its text become there?

A schema made ready for planning: fields by number, analyzers bound, fields with equal analyzers
together so that a text is analyzed once for all of them. Made once a schema and kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from ..analysis import Analyzer, Choice
from ..analysis.filters import CASE_FOLDING
from ..errors import shown
from ..schema import Boolean, Date, Keyword, Number, Schema, Text

if TYPE_CHECKING:
    from ..analysis.native import NativeGroup, NativeWords
    from .clock import Clock

    # Fields of words with their groups, and fields of dates with their numbers.
    NativeFields: TypeAlias = tuple[list[tuple[str, list[NativeGroup]]], list[tuple[str, int]]]

MAX_KEPT = 64  # schemas: an application has a few

# Each term with its position; positions rise, with holes where a filter removed a word. Terms at
# one position are alternatives.
Terms: TypeAlias = list[tuple[str, int]]

# The number and the weight of each field, by analyzer; None: keywords.
Members: TypeAlias = dict[Analyzer | Choice | None, list[tuple[int, float]]]


@attrs.frozen(eq=False)
class Group:
    """Fields of one analyzer: `members` are the number and the weight of each."""

    terms: Callable[[str], Terms]  # of a phrase: all that the text holds
    words: Callable[[str], list[Terms]]  # of a word: 東京都 is two, W-2 one of two terms
    starts: Callable[[str], Terms]  # of a prefix: as it may stand in a text, without stemming
    members: tuple[tuple[int, float], ...]
    folds: bool = False  # whether words that differ in letter case only are one
    # Where the analyzer knows synonyms of several words: the ways of saying a text, its own first,
    # and what may stand in the place of the words from first up to end.
    readings: Callable[[str], list[Terms]] | None = None
    runs: Callable[[list[str]], list[tuple[int, int, list[Terms]]]] | None = None

    def weighed(self, weights: dict[int, float]) -> Group:
        """The group with the weight of each field, by its number, multiplied."""
        members = tuple((number, weight * weights[number]) for number, weight in self.members)
        return attrs.evolve(self, members=members)


@attrs.frozen(eq=False)
class Words:
    """Text and keyword fields: looked in for words."""

    names: tuple[str, ...]
    groups: tuple[Group, ...]
    # What makes plans of texts of common kinds; None where that takes the planner: for components
    # in Python, several analyzers in a field, and texts with several readings.
    native: NativeWords | None = None
    has_readings: bool = attrs.field(init=False)  # whether a text may have several in a field

    @has_readings.default
    def _may_have_readings(self) -> bool:
        return any(group.readings is not None for group in self.groups)


@attrs.frozen(eq=False)
class Column:
    """A number, date or boolean field: looked in for values from `low` to `high`."""

    name: str
    number: int
    field: Number | Date | Boolean

    def bounds(self, text: str, clock: Callable[[], Clock]) -> tuple[int | float, int | float]:
        """Return the first and the last value that `text` names; ValueError if it names none.

        `clock` is asked for the time where the text is a date.
        """
        if isinstance(self.field, Date):
            from .dates import span_of_date  # only here: most queries name no date

            start, end = span_of_date(text, clock())
            return start, end - 1
        value = self.field.parse(text)
        return (int(value), int(value)) if isinstance(value, bool) else (value, value)

    def ends(
        self,
        low: str | None,
        high: str | None,
        clock: Callable[[], Clock],
        *,
        include_low: bool = True,
        include_high: bool = True,
    ) -> tuple[int | float | None, int | float | None]:
        """Return the first and the last value of a range, None where it is open.

        A date stands for all the time that it names: 2019 begins a range with its first microsecond
        and ends one with its last.

        Raises:
            ValueError: an end is no value of the field, or the field is a boolean.
        """
        field = self.field
        if isinstance(field, Date):
            from .dates import span_of_date  # as above

            first = last = None
            if low is not None:
                start, end = span_of_date(low, clock(), is_end=True)
                first = start if include_low else end
            if high is not None:
                start, end = span_of_date(high, clock(), is_end=True)
                last = (end if include_high else start) - 1
            return first, last
        if isinstance(field, Boolean):
            raise ValueError("a boolean has no range; it is true or false")
        lowest = None if low is None else field.parse(low)
        highest = None if high is None else field.parse(high)
        if lowest is not None and not include_low:
            lowest = following(lowest)
        if highest is not None and not include_high:
            highest = -following(-highest)
        return lowest, highest


def following(value: int | float) -> int | float:
    """Return the least number above `value`, of the integers and the 64-bit floats together.

    >>> following(1) == 1 + 2**-52, following(2**60)
    (True, 1152921504606846977)
    """
    # From 2**53 on the floats are integers, with others between them.
    return math.nextafter(value, math.inf) if abs(value) < 2**53 else int(value) + 1


Target: TypeAlias = Words | Column


class Targets:
    """The targets of one schema, each made at its first use."""

    __slots__ = ("_among", "_by_name", "_named", "has_readings", "schema")

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        # Whether a text may have several readings in one of the fields.
        self.has_readings = any(
            isinstance(field.analyzer, Choice) or field.analyzer.has_readings
            for field in schema.values()
            if isinstance(field, Text)
        )
        self._by_name: dict[str, Target] = {}
        self._among: dict[str | tuple[str, ...] | None, Words] = {}
        self._named: NativeFields | None = None

    def of(self, name: str) -> Target:
        """Return the target that is one field; UnknownFieldError where there is none."""
        target = self._by_name.get(name)
        if target is None:
            field = self.schema[name]
            if isinstance(field, Text | Keyword):
                target = self._words((name,))
            else:
                target = Column(name, self.schema.number(name), field)
            self._by_name[name] = target
        return target

    def among(self, names: Iterable[str] | None) -> Words:
        """Return the target of words without a field: these, or what the schema says if None.

        Raises:
            UnknownFieldError: there is no such field.
            ValueError: no field, or one that holds no words.
        """
        chosen: str | tuple[str, ...] | None
        chosen = names if names is None or isinstance(names, str) else tuple(dict.fromkeys(names))
        target = self._among.get(chosen)
        if target is None:
            if chosen == ():
                raise ValueError("fields is empty; None stands for every text field")
            # Kept for the few that a program asks for, not for whatever a user picks.
            if len(self._among) >= MAX_KEPT:
                self._among.clear()
            if chosen is None:
                target = self._words(self._default())
            else:
                target = self._words((chosen,) if isinstance(chosen, str) else chosen)
            self._among[chosen] = target
        return target

    def _default(self) -> tuple[str, ...]:
        schema = self.schema
        keywords = tuple(name for name in schema if isinstance(schema[name], Keyword))
        return schema.text_fields or keywords

    def _words(self, names: tuple[str, ...]) -> Words:
        names = tuple(sorted(names, key=self.schema.number))
        members: Members = {}
        for name in names:
            field = self.schema[name]
            if not isinstance(field, Text | Keyword):
                kind = field.kind.name.lower()
                raise ValueError(f"words are looked for in text and keyword fields; {name!r} is a "
                                 f"{kind} field, so name it in the query: {name}:…")  # fmt: skip
            analyzer = field.analyzer if isinstance(field, Text) else None
            members.setdefault(analyzer, []).append((self.schema.number(name), field.boost))
        groups = tuple(
            Choosing(analyzer.distinct, tuple(each)).group
            if isinstance(analyzer, Choice)
            else Group(*_bound(analyzer), tuple(each), _folds(analyzer), *_readings(analyzer))
            for analyzer, each in members.items()
        )
        return Words(names, groups, self._native(members))

    def _native(self, members: Members) -> NativeWords | None:
        """What makes plans of texts that look in these fields, if the compiled module alone can."""
        groups = _native_groups(members)
        if groups is None:
            return None
        from ..analysis.native import words_of  # as in _bound

        if self._named is None:
            self._named = self._native_fields()
        return words_of(groups, *self._named)

    def _native_fields(self) -> NativeFields:
        """The fields that a text may name which the compiled module reads alone."""
        words: list[tuple[str, list[NativeGroup]]] = []
        dates: list[tuple[str, int]] = []
        for number, (name, field) in enumerate(self.schema.items()):
            if isinstance(field, Date):
                dates.append((name, number))
            elif isinstance(field, Text | Keyword):
                analyzer = field.analyzer if isinstance(field, Text) else None
                groups = _native_groups({analyzer: [(number, field.boost)]})
                if groups is not None:
                    words.append((name, groups))
        return words, dates


def targets_of(schema: Schema) -> Targets:
    """Return the targets of a schema; the same ones each time for the same object."""
    # By identity: hashing a schema takes longer than planning a query.
    targets = _kept.get(id(schema))
    if targets is None:
        if not isinstance(schema, Schema):
            raise TypeError(f"schema is a Schema, got {shown(schema)}")
        if len(_kept) >= MAX_KEPT:
            _kept.clear()
        targets = _kept[id(schema)] = Targets(schema)  # holds the schema, so its id stays taken
    return targets


_kept: dict[int, Targets] = {}


def _bound(
    analyzer: Analyzer | None,
) -> tuple[Callable[[str], Terms], Callable[[str], list[Terms]], Callable[[str], Terms]]:
    """The functions of a group; None stands for a keyword, which is its own only term."""
    if analyzer is None:
        return _whole, _whole_word, _whole
    from ..analysis.native import compiled  # a query can be read without the compiled module

    typed, prefixing = analyzer.of_queries(), analyzer.of_prefixes()
    if _has_components(analyzer):
        # Looked for when it is used: a query for other fields has no need of a missing component.
        whole, start = cache(lambda: compiled(typed)), cache(lambda: compiled(prefixing))
        return (
            lambda text: whole().terms(text),
            lambda text: whole().words(text),
            lambda text: start().terms(text),
        )
    native = compiled(typed)
    return native.terms, native.words, compiled(prefixing).terms


def _native_groups(members: Members) -> list[NativeGroup] | None:
    """The fields as the compiled module takes them, if it alone can read words in them."""
    from ..analysis.native import group_of  # as in _bound

    groups = []
    for analyzer, each in members.items():
        if isinstance(analyzer, Choice) or (
            analyzer is not None and (analyzer.has_readings or _has_components(analyzer))
        ):
            return None
        groups.append(group_of(analyzer, each))
    return groups


def _has_components(analyzer: Analyzer) -> bool:
    return any(each.name == "component" for each in (analyzer.tokenizer, *analyzer.filters))


def _readings(analyzer: Analyzer | None) -> tuple[Any, ...]:
    """The last functions of a group, none where a text has one reading only."""
    if analyzer is None or not analyzer.has_readings:
        return ()
    from ..analysis.native import compiled

    typed = analyzer.of_queries()
    native = cache(lambda: compiled(typed))
    return (
        lambda text: [
            [(term, position) for _, term, position, _, _ in reading]
            for reading in native().readings(text)
        ],
        lambda words: native().runs(words),
    )


class Choosing:
    """Fields whose documents choose among analyzers: a query takes what each makes of its text.

    Terms of the same places are alternatives there. What an analyzer puts at other places, as one
    that drops words does, is a reading of its own.
    """

    def __init__(
        self, analyzers: tuple[Analyzer, ...], members: tuple[tuple[int, float], ...]
    ) -> None:
        self._each = [
            Group(*_bound(analyzer), members, _folds(analyzer), *_readings(analyzer))
            for analyzer in analyzers
        ]
        # Patterns are folded as the default folds them.
        self.group = attrs.evolve(
            self._each[0],
            terms=self._terms,
            words=self._words,
            readings=self._readings,
            runs=self._runs,
        )

    def _readings(self, text: str) -> list[Terms]:
        return _merged(
            terms
            for group in self._each
            for terms in ([group.terms(text)] if group.readings is None else group.readings(text))
        )

    def _terms(self, text: str) -> Terms:
        readings = self._readings(text)
        return readings[0] if readings else []

    def _words(self, text: str) -> list[Terms]:
        of_each = [words for group in self._each if (words := group.words(text))]
        same = [words for words in of_each if len(words) == len(of_each[0])]
        return [_merged(words)[0] for words in zip(*same, strict=True)]

    def _runs(self, words: list[str]) -> list[tuple[int, int, list[Terms]]]:
        found: dict[tuple[int, int], list[Terms]] = {}
        for group in self._each:
            for first, end, readings in () if group.runs is None else group.runs(words):
                found.setdefault((first, end), []).extend(readings)
        return [(first, end, _merged(each)) for (first, end), each in found.items()]


def _merged(readings: Iterable[Terms]) -> list[Terms]:
    """Return the readings with those of the same places as one, none twice and none empty.

    >>> _merged([[("wind", 0)], [], [("wind", 0), ("farm", 1)], [("winds", 0)]])
    [[('wind', 0), ('winds', 0)], [('wind', 0), ('farm', 1)]]
    """
    merged: dict[tuple[int, ...], Terms] = {}
    for terms in readings:
        if not terms:
            continue
        known = merged.setdefault(tuple(dict.fromkeys(place for _, place in terms)), [])
        known += [term for term in terms if term not in known]
    return [sorted(terms, key=lambda term: term[1]) for terms in merged.values()]


def _folds(analyzer: Analyzer | None) -> bool:
    return analyzer is not None and any(
        each.name in CASE_FOLDING for each in analyzer.of_prefixes().filters
    )


def _whole(text: str) -> Terms:
    return [(text, 0)]


def _whole_word(text: str) -> list[Terms]:
    return [[(text, 0)]]
