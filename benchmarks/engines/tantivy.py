"""tantivy through tantivy-py: parse_query, search, and a fast field of each hit.

A text key cannot be a fast field that Python reads, and reading the stored key unpacks the whole
document (1.2 µs a hit, more for long ones); so the index keeps a number for each document, and
the keys lie in a list beside it. That is the fastest way that its users have.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..corpus import Document, Wording
from ..question import TITLE_WEIGHT, Question, Scope
from .base import Ask, Engine

TOKENIZER = {"plain": "letters", "english": "en_stem"}
MAX_HEAP_BYTES = 4_000_000_000  # tantivy refuses more than 4 GiB a thread


class Tantivy(Engine):
    name = "tantivy"
    package = "tantivy"
    distribution = "tantivy"
    note = "parse_query, search, fast_field_values of a number, keys in a Python list"

    @classmethod
    def build(
        cls, documents: Sequence[Document], folder: Path, wording: Wording, memory_bytes: int
    ) -> None:
        import tantivy

        index = _index(folder, wording)
        writer = index.writer(heap_size=min(memory_bytes, MAX_HEAP_BYTES), num_threads=1)
        for number, document in enumerate(documents):
            writer.add_document(tantivy.Document(number=number, **document))
        writer.commit()
        writer.wait_merging_threads()
        keys = json.dumps([document["key"] for document in documents])
        (folder / "keys.json").write_text(keys)

    def open(self, folder: Path, wording: Wording) -> None:
        self.index = _index(folder, wording)
        self.searcher = self.index.searcher()
        self.keys: list[str] = json.loads((folder / "keys.json").read_text())

    def ask(self, question: Question, scope: Scope) -> Ask | None:
        parsed = self._parsed(question, ["body"] if scope == "body" else ["title", "body"])
        searcher, keys, limit = self.searcher, self.keys, question.limit
        if not limit:
            # The order by a fast field spares the scores; there is no way to count alone.
            return lambda: searcher.search(parsed(), 1, order_by_field="day").count
        options: dict[str, Any] = {"order_by_field": "day"} if question.by_date else {}

        def answer() -> list[str]:
            found = searcher.search(parsed(), limit, count=False, **options)
            addresses = [address for _, address in found.hits]
            return [keys[number] for number in searcher.fast_field_values("number", addresses)]

        return answer

    def _parsed(self, question: Question, fields: list[str]) -> Callable[[], Any]:
        from tantivy import Query

        words, parse = question.words, self.index.parse_query
        if question.kind == "prefix":
            # The query language has no prefix of one word; an expression is the way to one.
            schema, (word,) = self.index.schema, words
            if len(fields) == 1:
                return lambda: Query.regex_query(schema, fields[0], f"{word}.*")
            return lambda: Query.regex_query(schema, fields[0], f"{word}.*").or_should_match(
                Query.regex_query(schema, fields[1], f"{word}.*")
            )
        options: dict[str, Any] = {}
        if len(fields) > 1:
            options["field_boosts"] = {"title": TITLE_WEIGHT}
        if question.kind == "fuzzy":
            options["fuzzy_fields"] = dict.fromkeys(fields, (False, 1, True))
        text = (" AND " if question.kind == "and" else " ").join(words)
        if question.kind == "phrase":
            text = f'"{text}"'
        limits = []
        if question.year is not None:
            limits.append("+day:[{} TO {}]".format(*question.days()))
        if question.source is not None:
            limits.append(f'+source:"{question.source}"')
        if limits:
            text = " ".join([f"+({text})", *limits])
        return lambda: parse(text, fields, **options)

    def segment_count(self) -> int:
        return int(self.searcher.num_segments)

    def delete(self, keys: Sequence[str]) -> bool:
        writer = self.index.writer(num_threads=1)
        for key in keys:
            writer.delete_documents_by_term("key", key)
        writer.commit()
        writer.wait_merging_threads()
        return True


def _index(folder: Path, wording: Wording) -> Any:
    """The index in the folder, made where there is none."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("number", fast=True)
    for field in ("title", "body"):
        builder.add_text_field(field, stored=True, tokenizer_name=TOKENIZER[wording])
    builder.add_integer_field("day", stored=True, indexed=True, fast=True)
    builder.add_text_field("source", stored=True, tokenizer_name="raw", index_option="basic")
    path = folder / "index"
    path.mkdir(exist_ok=True)
    index = tantivy.Index(builder.build(), path=str(path))
    letters = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).build()
    index.register_tokenizer("letters", letters)
    index.reload()
    return index
