"""Which function runs each component that the fields of an index name?

The schema in a manifest holds names alone. Here they are bound: to the functions that the user
hands over, to those that the user's schema was made with, to NLTK, or to an error that says which
is missing. Binding calls nothing and imports nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from ..analysis import Analyzer, Filter, Tokenizer
from ..analysis.foreign import (
    PYTHON,
    BoundFilter,
    BoundTokenizer,
    Call,
    Component,
    Samples,
    Step,
    checked_components,
    checked_filter,
    checked_tokenizer,
    key_of,
    missing,
    rebound,
    steps_of,
)
from ..analysis.nltk import NLTK, component_of
from ..errors import SchemaError
from ..schema import Schema, Text
from ..schema.fields import Field

Callables: TypeAlias = Mapping[str, Callable[[str], Any]]


class Components:
    """The functions that one open index knows.

    Raises:
        TypeError: `given` maps something else than names to callables.
        SchemaError: two functions in `schema` have the same name.
    """

    def __init__(self, given: Callables | None = None, schema: Schema | None = None) -> None:
        """Know the functions that are `given`, and those that `schema` was made with."""
        self._given = checked_components(given)
        self._carried: dict[str, Component] = {}
        if schema is not None:
            self.learn(schema)
        self._made: dict[tuple[type[Step], str], Call] = {}
        self._last: tuple[Schema, object, Schema] | None = None

    def learn(self, schema: Schema) -> None:
        """Know the functions that `schema` was made with, beside those known already."""
        for field in schema.values():
            for analyzer in _analyzers(field):
                for _, step in steps_of(analyzer):
                    if isinstance(step, BoundFilter | BoundTokenizer):
                        self._carry(step.source)

    def _carry(self, source: Component) -> None:
        known = self._carried.setdefault(source.key, source)
        if known.function is not source.function:
            raise SchemaError(
                f"two functions are named {source.key!r}; give each component a name of its own"
            )

    def bound(self, schema: Schema, samples: tuple[tuple[str, Samples], ...]) -> Schema:
        """The schema of a manifest with a function behind each component, or an error in wait.

        The same schema and samples give the same object; one without components is itself.
        """
        last = self._last
        if last is not None and last[0] is schema and last[1] == samples:
            return last[2]
        needed: dict[tuple[type[Step], str], list[str]] = {}
        for name, field in schema.items():
            for analyzer in _analyzers(field):
                for _, step in steps_of(analyzer):
                    fields = needed.setdefault((_kind(step), key_of(step)), [])
                    if name not in fields:
                        fields.append(name)
        bound = schema
        if needed:
            stored = dict(samples)
            sources: dict[tuple[type[Step], str], Component] = {}

            def source_of(step: Step) -> Component:
                which = _kind(step), key_of(step)
                if which not in sources:
                    fields = tuple(needed[which])
                    sources[which] = self._component(step, fields, stored.get(which[1], ()))
                return sources[which]

            bound = Schema.from_fields(
                {name: _rebound(field, source_of) for name, field in schema.items()}
            )
        self._last = schema, samples, bound
        return bound

    def _component(self, step: Step, fields: tuple[str, ...], samples: Samples) -> Component:
        name = dict(step.params)["component"]
        if name.startswith(NLTK):
            return component_of(step, fields=fields, samples=samples)
        which = _kind(step), key_of(step)

        def make() -> Call:
            # Once for the index: samples that are stored later ask the answers it has kept.
            if which not in self._made:
                self._made[which] = self._function(step, name)
            return self._made[which]

        return Component(key_of(step), make, fields=fields, samples=samples)

    def _function(self, step: Step, name: str) -> Call:
        given = self._given.get(name.removeprefix(PYTHON)) if name.startswith(PYTHON) else None
        if given is None:
            if key_of(step) in self._carried:
                return self._carried[key_of(step)].call()
            raise missing(name, self._given)
        check = checked_filter if isinstance(step, Filter) else checked_tokenizer
        return check(name, given)


def _kind(step: Step) -> type[Step]:
    return Filter if isinstance(step, Filter) else Tokenizer


def _analyzers(field: Field) -> tuple[Analyzer, ...]:
    return field.analyzers if isinstance(field, Text) else ()


def _rebound(field: Field, source_of: Callable[[Step], Component]) -> Field:
    if not isinstance(field, Text) or not any(map(_has_components, field.analyzers)):
        return field
    if isinstance(field.analyzer, Analyzer):
        return attrs.evolve(field, analyzer=rebound(field.analyzer, source_of))
    bound = field.analyzer.mapped(lambda each: rebound(each, source_of))
    return attrs.evolve(field, analyzer=bound)


def _has_components(analyzer: Analyzer) -> bool:
    return any(steps_of(analyzer))
