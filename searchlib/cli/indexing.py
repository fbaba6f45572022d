"""How do files get into an index?

One run is one transaction: it is committed whole, or the index stays as it was.
Documents stream from the files into the writer; only the sample for the schema is held.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

import attrs

from .. import (
    All,
    DocumentError,
    Index,
    IndexBusyError,
    Schema,
    Snapshot,
    Text,
    Writer,
)
from .. import create as create_new
from .. import open as open_existing
from .fit import Fitting
from .infer import SAMPLE_RECORDS, infer_schema, text_schema
from .messages import Messages, Ticker
from .problems import CommandError, Problem, fail
from .records import Record, read_records
from .show import schema_from, schema_lines
from .sources import KINDS_TEXT, Meter, Source, find_sources, kind_of
from .trail import Trail, place_of

MAX_VALUE_CHARS = 60  # of a value that does not fit, in the message about it
MAX_NOTES_SHOWN = 20  # on parts of documents that were left out, such as words far too long
SILENT_WAIT_S = 1.0  # for another writer, before it is mentioned


@attrs.frozen
class Request:
    """What `searchlib index` was asked to do."""

    index: str
    paths: tuple[str, ...]
    schema_file: str | None = None
    key: str | None = None
    analyzer: str | None = None  # None: "english" for a new index, whatever it has for an old one
    prune: bool = False
    strict: bool = False
    as_json: bool = False


@attrs.define
class Tally:
    """What a run did, in documents."""

    indexed: int = 0
    unchanged: int = 0
    removed: int = 0


def index_files(request: Request) -> int:
    """Index the files that `request` names; return the exit status.

    Raises:
        CommandError: the call cannot work, or `strict` and there is a problem.
    """
    return _Run(request).go()


class _Run:
    """One call of `searchlib index`."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.messages = Messages()
        self.meter = Meter()
        self.tally = Tally()
        self.missing: list[Problem] = []  # with --prune: paths that are no more
        self.records: Iterator[Record]

    def go(self) -> int:
        sources = self._sources()
        with self.messages.progress(self.meter, sum(s.byte_count for s in sources)) as ticker:
            self.records = self._read(s for s in sources if not s.kind.is_text)
            texts = [source for source in sources if source.kind.is_text]
            with self._index(texts, any(not s.kind.is_text for s in sources)) as index:
                self.records = chain(self.records, self._read(texts))
                self._write(index, ticker)
                document_count, generation = len(index), index.generation
        self._summary(document_count, generation)
        return 2 if self.messages.problem_count else 0

    # What to read

    def _sources(self) -> list[Source]:
        request = self.request
        sources: list[Source] = []
        problems: list[Problem] = []
        for found in find_sources(request.paths, leave_out=Path(request.index)):
            if isinstance(found, Source):
                sources.append(found)
            elif request.prune and not Path(found.where).exists():
                self.missing.append(found)
            else:
                problems.append(found)
        if not sources and len(problems) == 1:
            raise CommandError(str(problems[0]))
        for problem in problems:
            self._problem(problem)
        if not sources and not request.prune:
            names = ", ".join(request.paths)
            raise CommandError(f"nothing to index in {names}; files that are read: {KINDS_TEXT}")
        return sources

    def _read(self, sources: Any) -> Iterator[Record]:
        for source in sources:
            for found in read_records(source, self.meter):
                if isinstance(found, Record):
                    yield found
                else:
                    self._problem(found)

    def _problem(self, problem: Problem) -> None:
        if self.request.strict:
            raise CommandError(f"{problem}; nothing was committed")
        self.messages.problem(problem)

    # Where to write

    @contextmanager
    def _index(self, texts: list[Source], has_records: bool) -> Iterator[Index]:
        """The index, open; a new one is taken away again if no document gets into it."""
        path = Path(self.request.index)
        try:
            index = open_existing(path)
        except FileNotFoundError:
            schema = self._new_schema(bool(texts), has_records)
        except NotADirectoryError:
            raise CommandError(
                f"{path} is a file, and an index is a folder; name another"
            ) from None
        else:
            with index:
                self._check_old(index.schema, bool(texts))
                yield index
            return
        others = set(path.iterdir()) if path.is_dir() else None
        index = create_new(path, schema)
        is_kept = False
        try:
            with index:
                yield index
                is_kept = len(index) > 0 or not self.messages.problem_count
        finally:
            if not is_kept:
                _take_away(path, others)
        if not is_kept:
            fail(f"no document could be indexed, so {self.request.index} was not created")

    def _new_schema(self, has_texts: bool, has_records: bool) -> Schema:
        request = self.request
        analyzer = request.analyzer or "english"
        if request.schema_file is not None:
            if request.key or request.analyzer:
                fail("--schema says it all: put the key and the analyzers there")
            schema = schema_from(request.schema_file)
        elif has_records:
            schema = self._inferred(analyzer)
            if has_texts:
                missing = {n: f for n, f in text_schema(analyzer).items() if n not in schema.names}
                missing.pop("path", None)
                schema = Schema.from_fields({**dict(schema.items()), **missing})
        elif has_texts:
            if request.key not in (None, "path"):
                fail(f"--key {request.key}: the key of a text file is its path; leave --key out")
            schema = text_schema(analyzer)
        else:
            raise CommandError(f"no index at {request.index}, and no file to make one of")
        if has_texts:
            self._check_for_texts(schema)
        return schema

    def _inferred(self, analyzer: str) -> Schema:
        sample = []
        for record in self.records:
            sample.append(record)
            if len(sample) == SAMPLE_RECORDS:
                break
        self.records = chain(sample, self.records)
        if not sample:
            fail("no record to infer a schema from; give a schema with --schema FILE")
        inferred = infer_schema(sample, key=self.request.key, analyzer=analyzer)
        say = self.messages.say
        for name, why in inferred.left_out.items():
            say(f"field {name!r} is left out: {why}")
        number = f"{len(sample):,} record{'s' if len(sample) > 1 else ''}"
        say(f"schema of {self.request.index}, inferred from {number}:")
        for line in schema_lines(inferred.schema):
            say(f"  {line}")
        if inferred.schema.key is None:
            say("no key: indexing a record again adds it again; --key FIELD names one")
        return inferred.schema

    def _check_old(self, schema: Schema, has_texts: bool) -> None:
        request, index = self.request, self.request.index
        if request.schema_file is not None and schema_from(request.schema_file) != schema:
            fail(f"{request.schema_file}: not the schema of {index}; make a new index for it")
        if request.key is not None and request.key != schema.key:
            key = "no key" if schema.key is None else f"the key {schema.key}"
            fail(f"--key {request.key}: {index} has {key}; leave --key out or make a new index")
        if request.analyzer is not None:
            named = Text(analyzer=request.analyzer).analyzer
            fields = [field for field in schema.values() if isinstance(field, Text)]
            if any(field.analyzer != named for field in fields):
                fail(
                    f"--analyzer {request.analyzer}: the analyzers of {index} are fixed; "
                    "leave --analyzer out or make a new index"
                )
        if has_texts:
            self._check_for_texts(schema)

    def _check_for_texts(self, schema: Schema) -> None:
        if schema.key is None or "body" not in schema.names:
            lack = "key" if schema.key is None else "field 'body'"
            fail(f"{self.request.index} has no {lack}, and text files need one; index them apart")

    # The transaction

    def _write(self, index: Index, ticker: Ticker) -> None:
        fitting = Fitting(index.schema, self._left_out)
        trail = Trail()
        key = index.schema.key
        with self._writer(index) as writer:
            before = index.snapshot()
            put = writer.add if key is None else writer.upsert
            for record in self.records:
                ticker.tick()
                document = fitting.document(record)
                if record.kind.is_text and key and before.get(document[key]) == document:
                    self.tally.unchanged += 1
                    continue
                trail.add(record)
                try:
                    put(document)
                except DocumentError as error:
                    self._problem(Problem(record.where, record.line, _what(error)))
                else:
                    self.tally.indexed += 1
            if self.request.prune and key:
                for gone in self._gone(before):
                    self.tally.removed += writer.delete(gone)
            receipt = writer.commit()
            for note in receipt.notes[:MAX_NOTES_SHOWN]:
                words = _count(note.word_count, "word")
                what = f"{words} left out, longer than 65,535 bytes"
                self.messages.say(f"{trail.of(note.place)}, field {note.field!r}: {what}")

    def _writer(self, index: Index) -> Writer:
        """The writer; says so where it has to wait for another one."""
        try:
            return index.writer(timeout_s=SILENT_WAIT_S)
        except IndexBusyError as error:
            who = "another writer" if error.holder is None else f"process {error.holder}"
            self.messages.say(f"waiting for {who} to finish writing to {self.request.index}")
            return index.writer()

    def _left_out(self, name: str, record: Record) -> None:
        place = place_of(record.where, record.line)
        self.messages.say(
            f"field {name!r} is not in the schema and is left out (first at {place}); "
            "to have it, make a new index with --schema FILE"
        )

    def _gone(self, before: Snapshot) -> list[str]:
        """The keys under the given paths that are names of text files that are no more."""
        roots = [PurePath(path).as_posix() for path in self.request.paths]
        hits = before.search(All(), limit=len(before))
        gone = [
            hit.key
            for hit in hits
            if hit.key is not None and _is_under(hit.key, roots) and _is_gone_text(hit.key)
        ]
        for problem in self.missing:
            if not any(_is_under(key, [problem.where]) for key in gone):
                self._problem(problem)
        return gone

    def _summary(self, document_count: int, generation: int) -> None:
        tally, problems = self.tally, self.messages.problem_count
        if self.request.as_json:
            facts = {"index": self.request.index, **attrs.asdict(tally), "problems": problems}
            facts |= {"documents": document_count, "generation": generation}
            print(json.dumps(facts, ensure_ascii=False))
            return
        parts = [f"{_count(tally.indexed, 'document')} indexed"]
        if tally.unchanged:
            parts.append(f"{tally.unchanged:,} unchanged")
        if tally.removed:
            parts.append(f"{tally.removed:,} removed")
        if problems:
            parts.append(_count(problems, "problem"))
        print(f"{self.request.index}: {', '.join(parts)}; {document_count:,} in the index")
        sys.stdout.flush()


def _what(error: DocumentError) -> str:
    """What is wrong, in the words of a person with a file rather than of one with a program."""
    key = "" if error.key is None else f"key {_short(error.key)}, "
    field = "" if error.field is None else f"field {error.field!r}: "
    found = "nothing" if error.value is None else _short(error.value)
    return f"{key}{field}expected {error.expected}, got {found}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_VALUE_CHARS else f"{text[:MAX_VALUE_CHARS]}…"


def _is_under(key: str, roots: list[str]) -> bool:
    path = PurePath(key)
    return any(
        path.is_relative_to(root) if root != "." else not path.is_absolute() for root in roots
    )


def _is_gone_text(key: str) -> bool:
    kind = kind_of(key)
    if kind is None or not kind.is_text:
        return False
    try:
        os.stat(key)  # noqa: PTH116 (a folder that may not be read is not a file that is gone)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _take_away(path: Path, others: set[Path] | None) -> None:
    """Remove an index that this run has just created; `others` lay in its folder before."""
    for entry in [path] if others is None else sorted(set(path.iterdir()) - others):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
