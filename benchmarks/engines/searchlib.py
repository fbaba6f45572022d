"""searchlib through its public names: `[hit.key for hit in index.search(text)]`."""

import hashlib
import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import searchlib
from searchlib import Date, Keyword, Schema, Text

from ..corpus import NO_DAY, Document, Wording
from ..question import TITLE_WEIGHT, Question, Scope
from .base import Ask, Engine

ANALYZER = {"plain": "standard", "english": "english"}


class Searchlib(Engine):
    name = "searchlib"
    package = "searchlib"
    distribution = "searchlib"
    note = "index.search(text), key of each hit"
    index: searchlib.Index

    @classmethod
    def version(cls) -> str:
        """Of the sources that write an index: the compiled module."""
        (module,) = Path(searchlib.__file__).parent.glob("_native*.so")
        return f"{searchlib.__version__}-{hashlib.sha256(module.read_bytes()).hexdigest()[:12]}"

    @classmethod
    def as_given(cls, documents: Sequence[Document]) -> Sequence[Document]:
        """With dates as text, where all others index numbers."""
        return [
            cast("Document", document | {"day": _date(document["day"])}) for document in documents
        ]

    @classmethod
    def build(
        cls, documents: Sequence[Document], folder: Path, wording: Wording, memory_bytes: int
    ) -> None:
        text = ANALYZER[wording]
        schema = Schema(
            key=Keyword(key=True),
            title=Text(analyzer=text, boost=TITLE_WEIGHT),
            body=Text(analyzer=text),
            day=Date(),
            source=Keyword(),
        )
        with (
            searchlib.create(folder / "index", schema) as index,
            index.writer(memory_bytes=memory_bytes) as writer,
        ):
            writer.add_all(documents)

    @classmethod
    def merge(cls, folder: Path, wording: Wording) -> None:
        with searchlib.open(folder / "index") as index:
            index.optimize()

    def open(self, folder: Path, wording: Wording) -> None:
        self.index = searchlib.open(folder / "index")

    def ask(self, question: Question, scope: Scope) -> Ask | None:
        text = query_text(question)
        if text is None:
            return None
        fields = "body" if scope == "body" else None
        filtered = None if question.source is None else f'source:"{question.source}"'
        options: dict[str, Any] = {"fields": fields}
        if filtered is not None:
            options["filter"] = filtered
        if not question.limit:
            count = self.index.count
            return lambda: count(text, **options)
        search, limit = self.index.search, question.limit
        if question.by_date:
            if "sort" not in inspect.signature(search).parameters:
                return None
            options["sort"] = "-day"
        if limit != 10:
            options["limit"] = limit
        return lambda: [hit.key for hit in search(text, **options)]  # type: ignore[misc]

    def segment_count(self) -> int:
        return self.index.segment_count

    def delete(self, keys: Sequence[str]) -> bool:
        self.index.delete(keys)
        return True

    def close(self) -> None:
        self.index.close()


def query_text(question: Question) -> str | None:
    """The question as a person types it; None for what the query language does not have yet."""
    words = question.words
    if question.kind == "fuzzy":
        if not hasattr(searchlib, "Fuzzy"):
            return None
        text = " ".join(f"{word}~1" for word in words)
    elif question.kind == "prefix":
        text = " ".join(f"{word}*" for word in words)
    elif question.kind == "phrase":
        text = f'"{" ".join(words)}"'
    else:
        text = (" AND " if question.kind == "and" else " ").join(words)
    if question.year is None:
        return text
    return (
        f"({text}) AND day:{question.year}" if len(words) > 1 else f"{text} AND day:{question.year}"
    )


def _date(day: int) -> str | None:
    return None if day == NO_DAY else f"{day // 10000:04}-{day // 100 % 100:02}-{day % 100:02}"
