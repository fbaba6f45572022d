"""How does a function of the user's own become a step of an analyzer?

    words() | lowercase() | python("lemma", lemma)

The step stores a name, never the function: what is written to an index is "python:lemma".
A step made here carries its function along in this process; it has no part in equality, hash,
pickle or JSON. One that was read from an index carries none until the index is opened with
`components={"lemma": lemma}`.
Nothing here knows NLTK (`nltk.py`) or the compiled module (`native.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ..errors import ComponentError, shown, suggestion
from .analyzer import Analyzer, Token
from .filters import Filter
from .tokenizers import Tokenizer

PYTHON = "python:"  # before the name of a component that the user hands over
MEMO_FORMS = 2**18  # answers kept: about 50 MB when full; the news corpus has 158,000 forms

Spans: TypeAlias = list[tuple[int, int]]
FilterFunction: TypeAlias = "Callable[[str], str | list[str] | None]"
TokenizerFunction: TypeAlias = "Callable[[str], Iterable[Token | tuple[int, int]]]"
Call: TypeAlias = "Callable[[Sequence[str]], Iterable[Any]]"  # an answer to each text, in order
Step: TypeAlias = Tokenizer | Filter
Samples: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]  # what was asked, what it answered


def python(name: str, function: FilterFunction) -> Filter:
    """Return the filter that asks `function` what a word becomes: a text, several or None.

    It is asked once for each distinct word, from whichever thread indexes or searches, and must
    answer the same each time.

    >>> from searchlib.analysis import words
    >>> [token.term for token in (words() | python("backward", lambda w: w[::-1])).tokens("wind")]
    ['dniw']

    Raises:
        ValueError: the name is no text or empty.
        TypeError: the function cannot be called.
    """
    key = _python_key(name, function)
    component = Component(key, lambda: checked_filter(key, function), function=function)
    return BoundFilter(component, component=key)


def python_tokenizer(name: str, function: TokenizerFunction) -> Tokenizer:
    """Return the tokenizer that asks `function` where the words of a text stand.

    It answers with (start, end) pairs in characters, or with `Token` values, rising by start.

    >>> import re
    >>> digits = python_tokenizer("digits", lambda text: [m.span() for m in re.finditer("[0-9]+", text)])
    >>> [token.form for token in Analyzer(digits).tokens("10 of 200")]
    ['10', '200']

    Raises:
        ValueError: the name is no text or empty.
        TypeError: the function cannot be called.
    """  # noqa: E501
    key = _python_key(name, function)
    component = Component(key, lambda: checked_tokenizer(key, function), function=function)
    return BoundTokenizer(component, component=key)


class Component:
    """The function behind a step, made and compared with its samples at its first use.

    `fields` are those of an index that need it, `samples` what it answered when they were indexed.
    """

    __slots__ = ("_call", "_make", "fields", "function", "key", "samples")

    def __init__(
        self,
        key: str,
        make: Callable[[], Call],
        *,
        fields: tuple[str, ...] = (),
        samples: Samples = (),
        function: object = None,
    ) -> None:
        self.key = key
        self.fields = fields
        self.samples = samples
        self.function = function  # the user's own, where there is one
        self._make = make
        self._call: Call | None = None

    def call(self) -> Call:
        """Return the function as the core calls it.

        Raises:
            ComponentError: it is missing, cannot be made, or answers its samples otherwise.
        """
        if self._call is None:
            try:
                call = self._make()
            except ComponentError as error:
                raise self._error(str(error)) from error
            self._compare(call)
            self._call = call
        return self._call

    def _compare(self, call: Call) -> None:
        for asked, expected in self.samples:
            try:
                (answer,) = call([asked])
                found = texts_of(asked, answer)
            except Exception as error:
                raise self._error(
                    f"component {self.key!r} has changed: {shown(asked)} became "
                    f"{_listed(expected)} when the index was written, and now raises "
                    f"{type(error).__name__}: {error}"
                ) from error
            if found != expected:
                raise self._error(
                    f"component {self.key!r} has changed: {shown(asked)} became "
                    f"{_listed(expected)} when the index was written, and becomes "
                    f"{_listed(found)} now; hand over the one it was written with, "
                    "or index the documents anew"
                )

    def _error(self, message: str) -> ComponentError:
        if self.fields:
            message += f" (fields that need it: {', '.join(self.fields)})"
        return ComponentError(message, self.key, self.fields)


class BoundFilter(Filter):
    """A filter that carries its component; equal to the one without it."""

    __slots__ = ("source",)

    source: Component

    def __init__(self, source: Component, /, **params: Any) -> None:
        super().__init__("component", **params)
        object.__setattr__(self, "source", source)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filter) and _same(self, other)

    __hash__ = Filter.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return _plain, (Filter, self.params)


class BoundTokenizer(Tokenizer):
    """A tokenizer that carries its component; equal to the one without it."""

    __slots__ = ("source",)

    source: Component

    def __init__(self, source: Component, /, **params: Any) -> None:
        super().__init__("component", **params)
        object.__setattr__(self, "source", source)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tokenizer) and _same(self, other)

    __hash__ = Tokenizer.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return _plain, (Tokenizer, self.params)


def steps_of(analyzer: Analyzer) -> Iterator[tuple[int, Step]]:
    """Yield the components of an analyzer by place: 0 is the tokenizer, 1 the first filter."""
    steps: tuple[Step, ...] = (analyzer.tokenizer, *analyzer.filters)
    for place, step in enumerate(steps):
        if step.name == "component":
            yield place, step


def rebound(analyzer: Analyzer, source_of: Callable[[Step], Component]) -> Analyzer:
    """Return the analyzer with each of its components carried by the one that `source_of` gives."""
    tokenizer: Tokenizer = analyzer.tokenizer
    filters = list(analyzer.filters)
    for place, step in steps_of(analyzer):
        if place == 0:
            tokenizer = BoundTokenizer(source_of(step), **dict(step.params))
        else:
            filters[place - 1] = BoundFilter(source_of(step), **dict(step.params))
    return Analyzer(tokenizer, tuple(filters))


def key_of(step: Step) -> str:
    """Return what tells a component from others: its name, and its options where it has any."""
    params = dict(step.params)
    options = params.get("options")
    return f"{params['component']} {options}" if options else str(params["component"])


def checked_components(components: Mapping[str, Callable[[str], Any]] | None) -> dict[str, Any]:
    """Return the callables that a user hands over, by name.

    Raises:
        TypeError: no mapping from names to callables.
    """
    if components is None:
        return {}
    if not isinstance(components, Mapping):
        raise TypeError(f"components map names to callables, got {shown(components)}")
    for name, function in components.items():
        if not isinstance(name, str) or not callable(function):
            raise TypeError(
                f"components map names to callables, got {shown(name)}: {shown(function)}"
            )
    return dict(components)


def missing(name: str, known: Iterable[str]) -> ComponentError:
    """Return the error for a component that nobody handed over."""
    if not name.startswith(PYTHON):
        message = f"unknown component {shown(name)}; names start with 'python:' or 'nltk:'"
        return ComponentError(message, name)
    bare = name.removeprefix(PYTHON)
    message = (
        f"component {name!r} was not handed over; open the index with components={{{bare!r}: …}}"
    )
    names = list(known)
    return ComponentError(f"{message}; {suggestion(bare, names)}" if names else message, name)


def texts_of(asked: str, answer: Any) -> tuple[str, ...]:
    """Return the texts in an answer: the terms of a filter, the words of a tokenizer."""
    if answer is None:
        return ()
    if isinstance(answer, str):
        return (answer,)
    return tuple(each if isinstance(each, str) else asked[each[0] : each[1]] for each in answer)


def checked_filter(name: str, function: FilterFunction) -> Call:
    """Return what asks `function` about each form once, checks its answers and keeps them."""
    kept: dict[str, str | list[str] | None] = {}

    def call(forms: Sequence[str]) -> Iterator[str | list[str] | None]:
        nonlocal kept
        if len(kept) >= MEMO_FORMS:
            kept = {}
        known = kept  # another thread may make it anew meanwhile
        new = [form for form in dict.fromkeys(forms) if form not in known]
        answers: list[str | list[str] | None] = []
        try:
            answers.extend(map(function, new))  # those before an error stay
            if len(answers) < len(new):  # which a map takes for its end
                raise RuntimeError("a filter raised StopIteration")
            _check_answers(answers)
        except Exception as error:
            failed = new[len(answers)]
            error.add_note(f"raised by component {name!r} for the form {shown(failed)}")
            known.update(zip(new, answers, strict=False))
            yield from map(known.__getitem__, forms[: forms.index(failed)])
            raise
        known.update(zip(new, answers, strict=True))
        yield from map(known.__getitem__, forms)

    return call


def _check_answers(answers: list[str | list[str] | None]) -> None:
    """Raise for the first answer that is none, and leave those before it."""
    try:
        "".join(answers).encode()  # type: ignore[arg-type]  # all at once where all are texts
    except (TypeError, UnicodeEncodeError):
        for place, answer in enumerate(answers):
            try:
                _check_answer(answer)
            except (TypeError, UnicodeEncodeError):
                del answers[place:]
                raise


def _check_answer(answer: object) -> None:
    for text in answer if isinstance(answer, list) else (answer,):
        if isinstance(text, str):
            text.encode()  # a lone surrogate is no text
        elif text is not None or isinstance(answer, list):
            raise TypeError(f"a filter answers a str, None or a list of str, got {shown(answer)}")


def checked_tokenizer(name: str, function: TokenizerFunction) -> Call:
    """Return what asks `function` about each text, and checks its answers."""

    def call(texts: Sequence[str]) -> Iterator[Spans]:
        for text in texts:
            try:
                spans = _spans(text, function(text))
            except Exception as error:
                error.add_note(f"raised by component {name!r} for the text {shown(text)}")
                raise
            yield spans

    return call


def _spans(text: str, tokens: Iterable[Any]) -> Spans:
    if isinstance(tokens, str) or not isinstance(tokens, Iterable):
        raise TypeError(f"a tokenizer answers (start, end) pairs or Tokens, got {shown(tokens)}")
    spans: Spans = []
    last, length = 0, len(text)
    for token in tokens:
        if isinstance(token, Token):
            start, end = token.start, token.end
            if token.term != text[start:end]:
                raise ValueError(
                    f"a tokenizer says where words stand, and filters make terms of them; "
                    f"got the term {shown(token.term)} for {shown(text[start:end])}"
                )
        elif isinstance(token, tuple | list) and len(token) == 2:
            start, end = token
        else:
            raise TypeError(f"a tokenizer answers (start, end) pairs or Tokens, got {shown(token)}")
        if not last <= start < end <= length:
            raise ValueError(
                f"a tokenizer gave the token {start}..{end} after one that starts at {last}; "
                f"tokens rise by start, are not empty and lie in the text of {length} characters"
            )
        spans.append((start, end))
        last = start
    return spans


def _python_key(name: object, function: object) -> str:
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"the name of a component is a text not empty, got {shown(name)}")
    if not callable(function):
        raise TypeError(f"component {name!r} is a function, got {shown(function)}")
    return PYTHON + name


def _same(step: Step, other: Step) -> bool:
    return (step.name, step.params) == (other.name, other.params)


def _plain(step: type[Step], params: tuple[tuple[str, Any], ...]) -> Step:
    return step("component", **dict(params))


def _listed(texts: tuple[str, ...]) -> str:
    return shown(texts[0] if len(texts) == 1 else list(texts)) if texts else "nothing"
