"""What can go wrong, and what may a caller do about it?

One class for each different answer a caller can give; each is also the builtin that it resembles,
so code that knows nothing of searchlib catches it too.
`str(error)` is one line for a person: what was expected, what was found, where, what to do next.
All of them survive pickling, so they cross from worker processes.
"""

from __future__ import annotations

from collections.abc import Iterable

MAX_SHOWN_CHARS = 80  # of a value in a message: enough to recognize it, still one line
MAX_SHOWN_NAMES = 20  # of the known names in a message


class SearchlibError(Exception):
    """Anything that searchlib raises on purpose."""

    def __str__(self) -> str:
        # Not inherited from the builtins: KeyError would print its message with quotes around it.
        return str(self.args[0]) if self.args else ""


class SchemaError(SearchlibError, ValueError):
    """A schema cannot be: a bad name or option, two keys; or the one given to `open` differs."""


class DocumentError(SearchlibError, ValueError):
    """A document does not fit its schema; nothing of its transaction has been written.

    `place` is the document's place in its batch, counting from 0; `key` its key, None where it has
    none that can be read; `field` and `value` the field at fault and what stood there, both None
    where the document as a whole is at fault (`value` is then the document); `expected` says what
    would have been right.

    >>> print(DocumentError(2, "a17", "year", "soon", "an int or a float"))
    document at place 2, key 'a17', field 'year': expected an int or a float, got 'soon'
    """

    def __init__(
        self,
        place: int,
        key: str | None,
        field: str | None,
        value: object,
        expected: str,
        found: str | None = None,
    ) -> None:
        """Describe the fault; `found` stands for the value where that alone says too little."""
        super().__init__(place, key, field, value, expected, found)
        self.place = place
        self.key = key
        self.field = field
        self.value = value
        self.expected = expected
        self._found = found

    def __str__(self) -> str:
        where = f"document at place {self.place}"
        if self.key is not None:
            where += f", key {shown(self.key)}"
        if self.field is not None:
            where += f", field {shown(self.field)}"
        found = shown(self.value) if self._found is None else self._found
        return f"{where}: expected {self.expected}, got {found}"


class KeyExistsError(SearchlibError, KeyError):
    """`add` met a key that a document of the index already has; `upsert` would replace that one.

    >>> print(KeyExistsError("a17"))
    a document with key 'a17' exists already; upsert replaces it
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"a document with key {shown(self.key)} exists already; upsert replaces it"


class UnknownFieldError(SearchlibError, KeyError):
    """A field is named that the schema does not have; `known` are the names that it has.

    >>> print(UnknownFieldError("titel", ("title", "body")))
    unknown field 'titel'; did you mean 'title'? known: title, body
    """

    def __init__(self, field: str, known: Iterable[str]) -> None:
        self.field = field
        self.known = tuple(known)
        super().__init__(field, self.known)

    def __str__(self) -> str:
        return f"unknown field {shown(self.field)}; {suggestion(self.field, self.known)}"


class QuerySyntaxError(SearchlibError, ValueError):
    """A strict query text cannot be read; `column` is the place, in characters counting from 0."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message, column)
        self.column = column


class ComponentError(SearchlibError, LookupError):
    """A component written in Python is missing, cannot be made, or answers otherwise than before.

    `component` is its name in the index; `fields` are those that need it, none where an analyzer
    was used without an index. All that needs none of these fields works.
    """

    def __init__(self, message: str, component: str, fields: Iterable[str] = ()) -> None:
        self.component = component
        self.fields = tuple(fields)
        super().__init__(message, component, self.fields)


class IndexBusyError(SearchlibError, TimeoutError):
    """Another writer held the index for longer than the timeout.

    `path` is the index; `holder` the number of the process that holds it, None if unknown.
    """

    def __init__(self, message: str, path: str, holder: int | None = None) -> None:
        super().__init__(message)  # one argument: OSError reads two or more as errno and strerror
        self.path = path
        self.holder = holder

    def __reduce__(self) -> tuple[type[IndexBusyError], tuple[str, str, int | None]]:
        return type(self), (self.args[0], self.path, self.holder)


class IndexClosedError(SearchlibError, ValueError):
    """An index, snapshot or writer is used after it was closed."""


class CorruptIndexError(SearchlibError, ValueError):
    """A file of the index fails its own checks; `path` and `offset` (bytes) say where."""

    def __init__(self, message: str, path: str, offset: int) -> None:
        super().__init__(message, path, offset)
        self.path = path
        self.offset = offset


class IndexVersionError(SearchlibError, ValueError):
    """The index was written by a newer searchlib: format `found`, this one reads up to `newest`."""

    def __init__(self, message: str, path: str, found: int, newest: int) -> None:
        super().__init__(message, path, found, newest)
        self.path = path
        self.found = found
        self.newest = newest


class LimitError(SearchlibError, OverflowError):
    """Something is larger than the format or the machine allows; the message names the limit."""


def shown(value: object) -> str:
    """Return `repr(value)` as it stands in a message: on one line, at most 80 characters.

    Never raises: a value whose own repr fails is named by its type.

    >>> shown("wind"), len(shown("wind" * 1000))
    ("'wind'", 80)
    """
    if type(value) in (str, bytes) and len(value) > MAX_SHOWN_CHARS:  # type: ignore[arg-type]
        value = value[: MAX_SHOWN_CHARS + 1]  # type: ignore[index]  # no repr of 50 MB for 80 chars
    try:
        text = " ".join(repr(value).splitlines())
    except Exception:
        return f"a value of type {type(value).__name__}"
    # A lone surrogate would make the message itself impossible to print.
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= MAX_SHOWN_CHARS else text[: MAX_SHOWN_CHARS - 1] + "…"


def nearest(name: object, known: Iterable[str], *, limit: int = 1) -> tuple[str, ...]:
    """Return at most `limit` of `known` that are much like `name`, the nearest first.

    >>> nearest("bdy", ["title", "body"])
    ('body',)
    """
    from difflib import get_close_matches  # only here: errors alone pay for the import

    text = name[:MAX_SHOWN_CHARS] if isinstance(name, str) else shown(name)
    return tuple(get_close_matches(text, list(known), n=limit))


def suggestion(name: object, known: Iterable[str], *, limit: int = MAX_SHOWN_NAMES) -> str:
    """Return the end of a message about the unknown `name`: the nearest of `known`, and `known`.

    >>> suggestion("bdy", ["title", "body"])
    "did you mean 'body'? known: title, body"
    """
    names = list(known)
    return known_names(names, nearest(name, names), limit=limit)


def known_names(
    known: Iterable[str], near: tuple[str, ...], *, limit: int = MAX_SHOWN_NAMES
) -> str:
    """Return how a message names the nearest ones, if there are any, and all that are known.

    >>> known_names(["title", "body"], ())
    'known: title, body'
    """
    names = list(known)
    listed = ", ".join(names[:limit]) or "none"
    if len(names) > limit:
        listed += f" and {len(names) - limit} more"
    return (f"did you mean {near[0]!r}? " if near else "") + f"known: {listed}"
