"""What is in an index? The `info` command, and a schema in words and from a file."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from .. import Index, Schema, SchemaError, Text, analysis
from .. import open as open_existing
from .page import columns
from .problems import CommandError


def open_index(path: str) -> Index:
    """Open an index for reading.

    Raises:
        CommandError: there is none; the message says how to make one.
    """
    try:
        return open_existing(path)
    except (FileNotFoundError, NotADirectoryError):
        raise CommandError(
            f"no index at {path}; make one: searchlib index {path} PATH..."
        ) from None


def schema_from(file: str) -> Schema:
    """The schema in a JSON file: as `Schema.to_json` gives it, or in what `info --json` prints."""
    try:
        value = json.loads(Path(file).read_bytes())
    except ValueError as error:
        raise CommandError(f"{file}: expected a schema as JSON: {error}") from error
    if isinstance(value, dict) and isinstance(value.get("schema"), dict):
        value = value["schema"]
    try:
        return Schema.from_json(value)
    except (SchemaError, ValueError) as error:
        raise CommandError(f"{file}: {error}") from error


def schema_lines(schema: Schema) -> Iterator[str]:
    """Yield a line a field: name, kind and what is not as usual.

    >>> from searchlib import Keyword
    >>> list(schema_lines(Schema(id=Keyword(key=True))))
    ['id  keyword, key']
    """
    return columns((name, _in_words(field)) for name, field in schema.items())


def _in_words(field: object) -> str:
    words = [type(field).__name__.lower()]
    if isinstance(field, Text):
        words.append(_analyzer_in_words(field))
    if getattr(field, "key", False):
        words.append("key")
    if getattr(field, "boost", 1.0) != 1.0:
        words.append(f"boost {field.boost:g}")  # type: ignore[attr-defined]
    if not getattr(field, "stored", True):
        words.append("not stored")
    return ", ".join(words)


def _analyzer_in_words(field: Text) -> str:
    for name, analyzer in analysis.NAMED.items():
        if analyzer == field.analyzer:  # names that mean the same: the first stands for all
            return name
    return repr(field.analyzer)


def show_index(path: str, *, as_json: bool) -> int:
    """Print what is in the index at `path`; return the exit status.

    Raises:
        CommandError: there is no index.
    """
    with open_index(path) as index:
        snapshot = index.snapshot()
        facts = {
            "documents": len(snapshot),
            "segments": snapshot.segment_count,
            "generation": snapshot.generation,
            "bytes": _byte_count(path),
        }
        if as_json:
            print(json.dumps({"index": path, **facts, "schema": index.schema.to_json()}))
            return 0
        print(path)
        for line in columns([(name, f"{number:,}") for name, number in facts.items()], "  "):
            print(line)
        print("  schema")
        for line in schema_lines(index.schema):
            print(f"    {line}")
    return 0


def _byte_count(path: str) -> int:
    with os.scandir(path) as entries:
        return sum(entry.stat().st_size for entry in entries if entry.is_file())
