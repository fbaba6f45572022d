"""Whoosh, on the first 5,000 documents only: it indexes about 1 MB a second."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..corpus import Document, Wording
from ..question import TITLE_WEIGHT, Question, Scope
from .base import Ask, Engine


class Whoosh(Engine):
    name = "whoosh"
    package = "whoosh"
    distribution = "whoosh"
    max_docs = 5_000
    note = "parse, search, stored key of each hit; the first 5,000 documents only"

    @classmethod
    def build(
        cls, documents: Sequence[Document], folder: Path, wording: Wording, memory_bytes: int
    ) -> None:
        from whoosh import index

        made = index.create_in(folder, _schema(wording))
        writer = made.writer(limitmb=memory_bytes // 2**20)
        for document in documents:
            writer.add_document(**document)
        writer.commit()
        made.close()

    @classmethod
    def merge(cls, folder: Path, wording: Wording) -> None:
        from whoosh import index

        with index.open_dir(folder).writer() as writer:
            writer.optimize = True

    def open(self, folder: Path, wording: Wording) -> None:
        from whoosh import index, scoring

        self.index = index.open_dir(folder)
        self.searcher: Any = self.index.searcher(weighting=scoring.BM25F(B=0.75, K1=1.2))

    def ask(self, question: Question, scope: Scope) -> Ask | None:
        from whoosh.qparser import FuzzyTermPlugin, MultifieldParser, OrGroup, QueryParser
        from whoosh.query import NumericRange, Term

        schema, words, searcher = self.index.schema, question.words, self.searcher
        parser = (
            QueryParser("body", schema, group=OrGroup)
            if scope == "body"
            else MultifieldParser(
                ["title", "body"], schema, fieldboosts={"title": TITLE_WEIGHT}, group=OrGroup
            )
        )
        text = (" AND " if question.kind == "and" else " ").join(words)
        if question.kind == "phrase":
            text = f'"{text}"'
        elif question.kind == "prefix":
            text = f"{text}*"
        elif question.kind == "fuzzy":
            parser.add_plugin(FuzzyTermPlugin())
            text = f"{text}~1"
        narrow = None
        if question.year is not None:
            narrow = NumericRange("day", *question.days())
        if question.source is not None:
            narrow = Term("source", question.source)
        parse, search = parser.parse, searcher.search
        if not question.limit:
            return lambda: len(search(parse(text), limit=None, scored=False, filter=narrow))
        limit = question.limit
        options: dict[str, Any] = {"sortedby": "day", "reverse": True} if question.by_date else {}
        return lambda: [
            hit["key"] for hit in search(parse(text), limit=limit, filter=narrow, **options)
        ]

    def segment_count(self) -> int:
        return len(self.index._segments())

    def delete(self, keys: Sequence[str]) -> bool:
        with self.index.writer() as writer:
            for key in keys:
                writer.delete_by_term("key", key)
            writer.merge = False
        return True

    def close(self) -> None:
        self.searcher.close()
        self.index.close()


def _schema(wording: Wording) -> Any:
    from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter
    from whoosh.fields import ID, NUMERIC, TEXT, Schema

    analyzer = RegexTokenizer(r"\w+") | LowercaseFilter()
    if wording == "english":
        analyzer = analyzer | StemFilter(cachesize=-1)
    return Schema(
        key=ID(stored=True, unique=True),
        title=TEXT(stored=True, analyzer=analyzer),
        body=TEXT(stored=True, analyzer=analyzer),
        day=NUMERIC(stored=True, sortable=True),
        source=ID(stored=True),
    )
