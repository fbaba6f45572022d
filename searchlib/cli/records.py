"""Which records does a file hold?

One record a text file, one a line of JSON lines, one a row of CSV, read as a stream.
A record is what stood in the file; `infer.py` and `fit.py` make documents of it.
"""

import csv
import json
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import attrs

from .article import read_article
from .problems import Problem, system_message
from .sources import Kind, Meter, Source, as_lines, not_utf8, text_of

# What reading a file may raise: the system, a broken gzip stream, or bytes that are no text.
READ_ERRORS = (OSError, EOFError, zlib.error, ValueError)


@attrs.frozen
class Record:
    """One document to be: the values as they stood in the file."""

    where: str  # path of the file, "-" for standard input
    line: int | None  # where the record starts, 1 is the first; None where it is the whole file
    values: dict[str, Any]
    kind: Kind  # the values of CSV are all text


def read_records(source: Source, meter: Meter) -> Iterator[Record | Problem]:
    """Yield the records of one file; whatever cannot be read is a `Problem`, never an exception.

    A file is read as a stream (a text file whole), closed at its end or when the caller stops.
    """
    try:
        with source.open(meter) as file:
            yield from _READERS[source.kind](source, file)
    except READ_ERRORS as error:
        yield Problem(source.path, None, system_message(error))


def _read_text(source: Source, file: BinaryIO) -> Iterator[Record | Problem]:
    text = text_of(file.read())
    article = read_article(text, markdown=source.kind is Kind.MARKDOWN)
    values = {"path": source.path, "title": article.title or None, "body": article.body or None}
    yield Record(source.path, None, values | {"date": article.date}, source.kind)


def _read_lines(source: Source, file: BinaryIO) -> Iterator[Record | Problem]:
    for number, line in enumerate(as_lines(file), start=1):
        if not line.strip():
            continue
        try:
            values = _DECODER.decode(line.rstrip(b"\r\n").decode("utf-8"))
        except UnicodeDecodeError as error:
            yield Problem(source.path, number, not_utf8(line, error.start))
        except json.JSONDecodeError as error:
            yield Problem(source.path, number, f"not JSON: {_json_message(error)}")
        except (ValueError, RecursionError) as error:
            yield Problem(source.path, number, f"not a record: {error}")
        else:
            if isinstance(values, dict):
                yield Record(source.path, number, values, Kind.LINES)
            else:
                what = f"expected a JSON object, found {type(values).__name__}"
                yield Problem(source.path, number, what)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _json_message(error: json.JSONDecodeError) -> str:
    message = error.msg.removesuffix(" at")
    return f"{message[:1].lower()}{message[1:]} at column {error.colno}"


def _read_csv(source: Source, file: BinaryIO) -> Iterator[Record | Problem]:
    csv.field_size_limit(2**31 - 1)  # the default of 131,072 is shorter than some articles
    lines = (line.decode("utf-8", "surrogateescape") for line in as_lines(file))
    header = next(lines, "")
    delimiter = max(",;\t", key=header.count)
    names = next(csv.reader([header], delimiter=delimiter), [])
    if problem := _header_problem(names):
        raise ValueError(problem)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 2  # the header is line 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(source.path, start, f"not CSV: {error}")
            continue
        if not row:
            continue
        if len(row) != len(names):
            what = f"{len(row)} values where the header names {len(names)} fields"
            yield Problem(source.path, start, what)
        elif _ESCAPED.search("".join(row)):
            yield Problem(source.path, start, "not UTF-8; convert the file")
        else:
            yield Record(source.path, start, dict(zip(names, row, strict=True)), Kind.CSV)


_ESCAPED = re.compile("[\udc80-\udcff]")  # bytes that were no UTF-8, kept by surrogateescape


def _header_problem(names: list[str]) -> str | None:
    if not any(names):
        return "line 1: expected a header with the fields' names, found none"
    if _ESCAPED.search("".join(names)):
        return "line 1: the header is not UTF-8; convert the file"
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return f"line 1: the header names {', '.join(map(repr, twice))} more than once"
    return None


_READERS: dict[Kind, Callable[[Source, BinaryIO], Iterator[Record | Problem]]] = {
    Kind.TEXT: _read_text,
    Kind.MARKDOWN: _read_text,
    Kind.LINES: _read_lines,
    Kind.CSV: _read_csv,
}
