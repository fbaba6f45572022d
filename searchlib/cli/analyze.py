"""Which words does an analyzer make of a text? The `analyze` command."""

import json
import sys
from collections.abc import Iterable, Iterator

import attrs

from .. import Analyzer, Text, Token, UnknownFieldError, analysis
from .messages import harmless
from .page import columns, columns_of
from .problems import CommandError
from .show import open_index
from .sources import STDIN, text_of

DEFAULT = "standard"  # what `Text()` has
HEADINGS = ("form", "term", "position", "characters")


@attrs.frozen
class Request:
    """What `searchlib analyze` was asked to do."""

    text: str | None  # "-" is standard input; None where the analyzers are to be listed
    analyzer: str | None = None
    index: str | None = None
    field: str | None = None
    choice: str | None = None  # the value or language that a field chooses its analyzer by
    as_query: bool = False
    as_json: bool = False


def analyze_text(request: Request) -> int:
    """Print the words of a text, or the named analyzers; return the exit status, 1 for no words.

    Raises:
        CommandError: no such analyzer, index or text field, or the text is no text.
    """
    if request.text is None:
        return _list_analyzers(as_json=request.as_json)
    analyzer = _analyzer(request)
    text = _read_stdin() if request.text == STDIN else request.text
    try:
        readings = analyzer.readings(text) if request.as_query else [analyzer.tokens(text)]
    except ValueError as error:  # bytes of the command line that are no UTF-8
        raise CommandError(f"the text is not UTF-8: {error}") from error
    for number, tokens in enumerate(readings):
        if request.as_json:
            place = {"reading": number} if request.as_query else {}
            for token in tokens:
                print(json.dumps(place | attrs.asdict(token), ensure_ascii=False))
        elif tokens:
            if number:
                print()
            for line in table(tokens):
                print(line)
        else:
            print("no words")
    return 0 if readings[0] else 1


def table(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield a line a token under a line of headings.

    >>> for line in table([Token("Winds", "wind", 0, 4, 9)]): print(line)
    form   term  position  characters
    Winds  wind         0  4-9
    """
    rows = [
        (harmless(each.form), harmless(each.term), str(each.position), f"{each.start}-{each.end}")
        for each in tokens
    ]
    rows.insert(0, HEADINGS)
    wide = [max(columns_of(row[number]) for row in rows) for number in range(2)]
    for form, term, position, characters in rows:
        left = "  ".join(
            cell + " " * (width - columns_of(cell))
            for cell, width in zip((form, term), wide, strict=True)
        )
        yield f"{left}  {position:>{len(HEADINGS[2])}}  {characters}"


def _analyzer(request: Request) -> Analyzer:
    if request.index is None or request.field is None:
        try:
            return analysis.analyzer_named(request.analyzer or DEFAULT)
        except ValueError as error:
            raise CommandError(str(error)) from error
    with open_index(request.index) as index:
        field = index.schema.get(request.field)
        if isinstance(field, Text):
            return _chosen(field.analyzer, request)
        if field is None:
            raise UnknownFieldError(request.field, index.schema.names)
        known = ", ".join(index.schema.text_fields) or "none"
        kind = type(field).__name__.lower()
        raise CommandError(
            f"field {request.field!r} of {request.index} is a {kind}, "
            f"and only text has an analyzer; text fields: {known}"
        )


def _chosen(analyzer: Analyzer | analysis.Choice, request: Request) -> Analyzer:
    names = dict(analyzer.analyzers) if isinstance(analyzer, analysis.Choice) else {}
    if request.choice is not None and request.choice not in names:
        known = ", ".join(names) or "none, it has one analyzer"
        raise CommandError(
            f"field {request.field!r} of {request.index} has no choice "
            f"{request.choice!r}; known: {known}"
        )
    if isinstance(analyzer, Analyzer):
        return analyzer
    return analyzer.default if request.choice is None else names[request.choice]


def _read_stdin() -> str:
    try:
        return text_of(sys.stdin.buffer.read())
    except ValueError as error:
        raise CommandError(f"standard input: {error}") from error


def _list_analyzers(*, as_json: bool) -> int:
    named = analysis.NAMED
    if as_json:
        for name, analyzer in named.items():
            print(json.dumps({"name": name, "analyzer": analyzer.to_json()}, ensure_ascii=False))
    else:
        for line in columns((name, repr(analyzer)) for name, analyzer in named.items()):
            print(line)
    return 0
