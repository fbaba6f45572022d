"""What is a step of an analyzer? A name with checked parameters: a value that prints as code.

Tokenizers and filters have a table each (`KNOWN`) of the names and parameters that there are.
What was not given has its default, and is stored with it, so that an index does not depend on
what a later version takes as the default. Only None and () are not stored: they say that nothing
was given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import attrs

from ..errors import shown, suggestion

REQUIRED: Final = object()


@attrs.frozen
class Param:
    """A parameter: `check` returns the value as it is kept, hashable, or raises ValueError.

    `code` writes a kept value as Python.
    """

    check: Callable[[Any], Any]
    default: Any = REQUIRED
    code: Callable[[Any], str] = attrs.field(default=lambda value: repr(listed(value)))


@attrs.frozen
class Spec:
    """The parameters of one name, in the order of the function that makes it.

    `function` is that function where its name is not the component's, and `by_place` how many
    parameters it takes without their name. `check` raises ValueError where values that are each
    right do not go together.
    """

    params: Mapping[str, Param] = attrs.field(factory=dict)
    by_place: int = 1
    function: str | None = None
    check: Callable[[Mapping[str, Any]], None] | None = None


class Step:
    """A named step with checked parameters, kept sorted by name."""

    __slots__ = ()

    name: str
    params: tuple[tuple[str, Any], ...]
    KIND: ClassVar[str]
    KNOWN: ClassVar[dict[str, Spec]]

    def param(self, name: str) -> Any:
        """Return the value of a parameter, as it is kept; KeyError where there is none."""
        return dict(self.params)[name]

    def to_json(self) -> dict[str, Any]:
        """Return the step as plain values for JSON: its name and its parameters."""
        spec = self.KNOWN[self.name]
        stored = {
            param: listed(value)
            for param, value in self.params
            if not (value in (None, ()) and value == spec.params[param].default)
        }
        return {"name": self.name} | stored

    def __repr__(self) -> str:
        spec = self.KNOWN[self.name]
        if "component" in spec.params:  # made by functions that are not in the table
            given = ", ".join(f"{param}={value!r}" for param, value in self.params if value)
            return f"{self.KIND.title()}({self.name!r}, {given})"
        values = dict(self.params)
        written: list[str] = []
        skipped = False  # behind a default that is left out, only names are clear
        for place, (param, known) in enumerate(spec.params.items()):
            if values[param] == known.default:
                skipped = True
                continue
            by_place = place < spec.by_place and not skipped
            value = known.code(values[param])
            written.append(value if by_place else f"{param}={value}")
        return f"{spec.function or self.name}({', '.join(written)})"

    def _checked(self, params: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
        spec = self.KNOWN.get(self.name) if isinstance(self.name, str) else None
        if spec is None:
            raise ValueError(
                f"unknown {self.KIND} {shown(self.name)}; {suggestion(self.name, self.KNOWN)}"
            )
        for param in params:
            if param not in spec.params:
                known = suggestion(param, spec.params)
                raise ValueError(
                    f"{self.KIND} {self.name!r} has no parameter {shown(param)}; {known}"
                )
        checked = {param: self._value(spec, param, params) for param in sorted(spec.params)}
        if spec.check is not None:
            try:
                spec.check(checked)
            except ValueError as error:
                raise ValueError(f"{self.KIND} {self.name!r}: {error}") from None
        return tuple(checked.items())

    def _value(self, spec: Spec, param: str, params: dict[str, Any]) -> Any:
        known = spec.params[param]
        value = params.get(param)
        if value is None and known.default is not REQUIRED:
            return known.default
        if param not in params:
            raise ValueError(f"{self.KIND} {self.name!r} needs the parameter {param!r}")
        try:
            return known.check(value)
        except ValueError as error:
            raise ValueError(f"{self.KIND} {self.name!r}: {param}: {error}") from None


def listed(value: Any) -> Any:
    """Return a kept value with lists in the place of tuples.

    >>> listed((("tv",), ("television",)))
    [['tv'], ['television']]
    """
    return [listed(each) for each in value] if isinstance(value, tuple) else value
