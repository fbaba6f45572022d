"""Which fields does an index have, and does a document fit them?

The schema checks each document once, at the edge, and hands on rows that the core can trust.
It does not analyze text and knows no files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from keyword import iskeyword
from typing import Any

import attrs

from ..analysis import Analyzer, ByField, Choice
from ..analysis.choice import choice_from_json
from ..errors import (
    CorruptIndexError,
    DocumentError,
    SchemaError,
    UnknownFieldError,
    shown,
    suggestion,
)
from .fields import FIELD_CLASSES, Date, Field, Keyword, Text
from .values import A_KEY, UnfitError, given_date, plain_rows

MAX_FIELDS = 65_535  # a field's number is two bytes in a segment, and one value means none

_is_name = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII).fullmatch


class Schema(Mapping[str, Field]):
    """The fields of an index by name, in the order in which they were declared; immutable.

    >>> from searchlib.schema import Date, Keyword
    >>> schema = Schema(id=Keyword(key=True), title=Text(boost=2.0), date=Date())
    >>> schema.key, schema.text_fields, schema["title"].boost
    ('id', ('title',), 2.0)

    Two schemas are equal where names, fields and their order are.

    Raises:
        SchemaError: no field, a name that queries could not use, a value that is no field,
            or two keys.
    """

    __slots__ = ("_choices", "_columns", "_fields", "_key_number", "_names", "_numbers")

    _fields: dict[str, Field]
    _names: tuple[str, ...]
    _numbers: dict[str, int]
    _key_number: int | None
    # (name, kind, whether it is the key, what makes a value fit) of each field.
    _columns: tuple[tuple[str, int, bool, Callable[[object], object]], ...]
    # Of text fields that choose among analyzers: number, the choice, the places of its names, and
    # the number of the field that it goes by.
    _choices: tuple[tuple[int, Choice, dict[str, int], int | None], ...]

    def __init__(self, /, **fields: Field) -> None:
        _check_fields(fields)
        keys = [name for name, field in fields.items() if _is_key(field)]
        if len(keys) > 1:
            raise SchemaError(f"at most one field is the key, got {', '.join(keys)}")
        numbers = {name: number for number, name in enumerate(fields)}
        put = object.__setattr__  # the one place that sets anything
        put(self, "_fields", fields)
        put(self, "_names", tuple(fields))
        put(self, "_numbers", numbers)
        put(self, "_key_number", numbers[keys[0]] if keys else None)
        put(self, "_columns", tuple(_column(name, field) for name, field in fields.items()))
        put(self, "_choices", tuple(_choices(fields, numbers)))

    @classmethod
    def from_fields(cls, fields: Mapping[str, Field]) -> Schema:
        """Return the schema with these fields; for names that are no Python identifiers.

        >>> Schema.from_fields({"dc.title": Text()})
        Schema.from_fields({'dc.title': Text()})
        """
        if not isinstance(fields, Mapping):
            raise SchemaError(f"expected a mapping from names to fields, got {shown(fields)}")
        fields = dict(fields)
        _check_fields(fields)  # before `**`, which refuses a name that is no text in its own words
        return cls(**fields)

    @property
    def key(self) -> str | None:
        """The name of the key field, None if there is none: documents can then only be added."""
        return None if self._key_number is None else self._names[self._key_number]

    @property
    def key_number(self) -> int | None:
        """The number of the key field, None if there is none."""
        return self._key_number

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all fields; a field's place here is its number."""
        return self._names

    @property
    def text_fields(self) -> tuple[str, ...]:
        """The names of the `Text` fields: where a plain query looks."""
        return tuple(name for name, field in self._fields.items() if isinstance(field, Text))

    def number(self, name: str) -> int:
        """Return the field's number: its place in declared order, counting from 0.

        Raises:
            UnknownFieldError: there is no such field; carries the names that there are.
        """
        try:
            return self._numbers[name]
        except KeyError:
            raise UnknownFieldError(name, self._fields) from None

    def native_fields(self) -> list[tuple[str, int, bool, tuple[Analyzer, ...]]]:
        """Return (name, kind, stored, analyzers) of each field; none but for `Text`."""
        return [
            (
                name,
                int(field.kind),
                field.stored,
                field.analyzers if isinstance(field, Text) else (),
            )
            for name, field in self._fields.items()
        ]

    def analyzer_of(self, name: str, document: Mapping[str, object]) -> Analyzer:
        """Return the analyzer that the text field `name` of a document was given.

        Raises:
            ComponentError: it goes by the language, and what finds that is not installed.
        """
        field = self._fields[name]
        assert isinstance(field, Text), f"{name} is no text field"
        choice = field.analyzer
        if isinstance(choice, Analyzer):
            return choice
        others = _listed(document.get(choice.field)) if isinstance(choice, ByField) else []
        texts = [text for text in _listed(document.get(name)) if isinstance(text, str)]
        chosen = choice.name_of(texts, others)
        return choice.default if chosen is None else dict(choice.analyzers)[chosen]

    def row(self, document: Mapping[str, object], place: int = 0) -> tuple[object, ...]:
        """Return the document's values in field order, checked, as the core takes them.

        None, a field that is absent, an empty list, and the empty text of a date or number are all
        None. A text or keyword is a str or a list of them, a number an int or float, a boolean a
        bool, a date (microseconds since 1970 in UTC, the date as it was given). Of a field with a
        choice of analyzers it is (text or texts, place of the analyzer).

        >>> Schema(id=Keyword(key=True), title=Text()).row({"id": "a", "title": "Wind"})
        ('a', 'Wind')

        Raises:
            DocumentError: the document is no mapping, lacks its key, has a field that the schema
                has not or a value that does not fit; it carries `place` and what was expected.
        """
        if type(document) is not dict:
            document = _as_dict(document, place)
        given = 0
        values: list[object] = []
        for name, _, _, convert in self._columns:
            value = document.get(name)
            if value is not None:
                given += 1
                try:
                    value = convert(value)
                except UnfitError as fault:
                    raise self._error(document, place, name, value, fault) from None
            values.append(value)
        if given != len(document):
            self._check_names(document, place)
        if self._key_number is not None and values[self._key_number] is None:
            raise self._error(document, place, self.key, None, UnfitError(A_KEY, "none"))
        for at, choice, places, source in self._choices:
            texts = values[at]
            if texts is not None:
                others = [] if source is None else _listed(values[source])
                chosen = choice.name_of(_listed(texts), others)
                values[at] = (texts, 0 if chosen is None else places[chosen])
        return tuple(values)

    def rows(
        self, documents: Sequence[Mapping[str, object]], place: int = 0
    ) -> list[tuple[object, ...]]:
        """Return the rows of some documents, each as `row` makes it; the first is at `place`.

        Where all are plain, it is the compiled module that makes them.

        >>> Schema(id=Keyword(key=True), title=Text()).rows([{"id": "a"}, {"id": "b"}])
        [('a', None), ('b', None)]

        Raises:
            DocumentError: one does not fit the schema; that of the first that does not.
        """
        if not self._choices:
            with suppress(UnfitError):  # one by one, so that the error says which
                rows = plain_rows(list(documents), self._columns)
                if rows is not None:
                    return rows
        return [self.row(document, at) for at, document in enumerate(documents, place)]

    def document(self, values: Mapping[int, object]) -> dict[str, object]:
        """Return stored values by name, in field order: a date in the form in which it was given.

        Raises:
            CorruptIndexError: the values are not of this schema.
        """
        names = self._names
        document: dict[str, object] = {}
        for number in sorted(values):
            if not 0 <= number < len(names):
                raise CorruptIndexError(f"a document has a field number {number}", "", 0)
            document[names[number]] = self.value(number, values[number])
        return document

    def value(self, number: int, value: object) -> object:
        """Return a stored value of field `number`: a date in the form in which it was given.

        Raises:
            CorruptIndexError: the value is none of this field.
        """
        name = self._names[number]
        if isinstance(self._fields[name], Date):
            try:
                return given_date(value)
            except ValueError as error:
                message = f"field {name!r} of a document: {error}"
                raise CorruptIndexError(message, "", 0) from error
        return value

    def to_json(self) -> dict[str, Any]:
        """Return the schema as plain values for JSON; `from_json` reads them back.

        >>> from searchlib.schema import Number
        >>> Schema(year=Number()).to_json()
        {'fields': [{'name': 'year', 'kind': 'number', 'stored': True}]}
        """
        return {"fields": [_field_to_json(name, field) for name, field in self._fields.items()]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Schema:
        """Return the schema that `to_json` described, as plain values or as their JSON text.

        Raises:
            SchemaError: the text is no JSON, or describes no schema.
        """
        if isinstance(data, str):
            from json import loads  # most callers have parsed it

            try:
                data = loads(data)
            except (ValueError, RecursionError) as error:
                raise SchemaError(f"a schema is JSON, {error}") from error
        if not isinstance(data, Mapping) or not isinstance(data.get("fields"), list):
            raise SchemaError(f'a schema is an object with a list "fields", got {shown(data)}')
        _refuse_others(data, ("fields",), "a schema")
        fields: dict[str, Field] = {}
        for each in data["fields"]:
            name, field = _field_from_json(each)
            if name in fields:
                raise SchemaError(f"two fields are named {shown(name)}")
            fields[name] = field
        return cls.from_fields(fields)

    def __getitem__(self, name: str) -> Field:
        try:
            return self._fields[name]
        except KeyError:
            raise UnknownFieldError(name, self._fields) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Schema):
            return NotImplemented
        # Not that of a mapping: the order gives the numbers.
        return list(self._fields.items()) == list(other._fields.items())

    def __hash__(self) -> int:
        return hash(tuple(self._fields.items()))

    def __repr__(self) -> str:
        if all(name.isidentifier() and not iskeyword(name) for name in self._fields):
            return f"Schema({', '.join(f'{name}={self[name]!r}' for name in self)})"
        return f"Schema.from_fields({self._fields!r})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a schema never changes; make another instead of setting {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a schema never changes; make another instead of deleting {name!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        return Schema.from_fields, (dict(self._fields),)

    def _check_names(self, document: Mapping[str, object], place: int) -> None:
        """Refuse a document with a field that the schema does not have."""
        for name, value in document.items():
            if name not in self._numbers:
                fault = UnfitError(
                    f"a field of the schema; {suggestion(name, self._fields)}", shown(name)
                )
                raise self._error(document, place, str(name), value, fault)

    def _error(
        self,
        document: Mapping[str, object],
        place: int,
        name: str | None,
        value: object,
        fault: UnfitError,
    ) -> DocumentError:
        key = None if self.key is None else document.get(self.key)
        key = str.__str__(key) if isinstance(key, str) and key else None
        return DocumentError(place, key, name, value, fault.expected, fault.found)


def _check_fields(fields: dict[str, Field]) -> None:
    if not fields:
        raise SchemaError("a schema needs at least one field, such as title=Text()")
    if len(fields) > MAX_FIELDS:
        raise SchemaError(f"{len(fields)} fields; the format allows {MAX_FIELDS}")
    for name, field in fields.items():
        if not isinstance(name, str) or not _is_name(name):
            raise SchemaError(
                "a field's name is ASCII letters, digits, '_', '.' and '-' and starts with a "
                f"letter or '_', got {shown(name)}"
            )
        if not isinstance(field, Field):
            kinds = ", ".join(f"{each.__name__}()" for each in FIELD_CLASSES.values())
            raise SchemaError(f"field {name!r} is one of {kinds}; got {shown(field)}")


def _choices(
    fields: dict[str, Field], numbers: dict[str, int]
) -> Iterator[tuple[int, Choice, dict[str, int], int | None]]:
    for name, field in fields.items():
        choice = field.analyzer if isinstance(field, Text) else None
        if not isinstance(choice, Choice):
            continue
        source = None
        if isinstance(choice, ByField):
            other = fields.get(choice.field)
            if not isinstance(other, Keyword) or not other.stored:
                found = "no such field" if other is None else repr(other)
                raise SchemaError(
                    f"field {name!r} goes by {choice.field!r}, which must be a stored Keyword(); "
                    f"got {found}"
                )
            source = numbers[choice.field]
        yield numbers[name], choice, choice.places, source


def _listed(value: Any) -> list[Any]:
    """The values of a field: none, one or many."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _is_key(field: Field) -> bool:
    return isinstance(field, Keyword) and field.key


def _column(name: str, field: Field) -> tuple[str, int, bool, Callable[[object], object]]:
    return name, int(field.kind), _is_key(field), field.converter


def _as_dict(document: object, place: int) -> dict[str, object]:
    if isinstance(document, Mapping):
        return {name: document[name] for name in document}
    raise DocumentError(
        place, None, None, document, "a mapping from field names to values such as a dict"
    )


def _field_to_json(name: str, field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "kind": field.kind.name.lower()}
    for option in attrs.fields(type(field)):
        value = getattr(field, option.name)
        is_object = isinstance(value, Analyzer | Choice)
        described[option.name] = value.to_json() if is_object else value
    return described


def _field_from_json(data: object) -> tuple[str, Field]:
    if not isinstance(data, Mapping) or not isinstance(data.get("name"), str):
        raise SchemaError(f'a field is an object with a "name", got {shown(data)}')
    name, kind = data["name"], data.get("kind")
    made = FIELD_CLASSES.get(kind) if isinstance(kind, str) else None
    if made is None:
        known = ", ".join(FIELD_CLASSES)
        raise SchemaError(f"field {shown(name)} has the kind {shown(kind)}; known: {known}")
    options = dict(data)
    del options["name"], options["kind"]
    _refuse_others(options, [each.name for each in attrs.fields(made)], f"field {shown(name)}")
    try:
        analyzer = options.get("analyzer")
        if isinstance(analyzer, Mapping):
            read = choice_from_json if "analyzers" in analyzer else Analyzer.from_json
            options["analyzer"] = read(analyzer)
        return name, made(**options)
    except ValueError as error:
        raise SchemaError(f"field {shown(name)}: {error}") from error


def _refuse_others(data: Mapping[str, Any], known: list[str] | tuple[str, ...], what: str) -> None:
    for name in data:
        if name not in known:
            raise SchemaError(f"{what} has no {shown(name)}; {suggestion(name, known)}")
