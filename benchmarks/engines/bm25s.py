"""bm25s: exhaustive scoring of lists whose scores were computed at indexing. OR of words alone.

It keeps no text and no positions, has no fields and cannot count, narrow or delete. For both
fields it gets an index of title and body as one text. Its tokenizing is ours, the same for
documents and queries: words as Python finds them, stemmed by Snowball for English.
"""

import functools
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..corpus import Document, Wording
from ..question import SCOPES, Question, Scope
from .base import Ask, Engine

K1, B = 1.2, 0.75


class Bm25s(Engine):
    name = "bm25s"
    package = "bm25s"
    distribution = "bm25s"
    bounds_memory = False
    note = "retrieve of one query's tokens, keys in a Python list; no text, no positions"

    @classmethod
    def build(
        cls, documents: Sequence[Document], folder: Path, wording: Wording, memory_bytes: int
    ) -> None:
        import bm25s

        for scope in SCOPES:
            texts = (
                d["body"] if scope == "body" else f"{d['title']}\n{d['body']}" for d in documents
            )
            ranker = bm25s.BM25(k1=K1, b=B, method="lucene")
            ranker.index([tokens(text, wording) for text in texts], show_progress=False)
            ranker.save(folder / scope)
        (folder / "keys.json").write_text(json.dumps([d["key"] for d in documents]))

    def open(self, folder: Path, wording: Wording) -> None:
        import bm25s

        self.wording = wording
        self.rankers: dict[Scope, Any] = {
            scope: bm25s.BM25.load(folder / scope, mmap=False) for scope in SCOPES
        }
        self.keys: list[str] = json.loads((folder / "keys.json").read_text())

    def ask(self, question: Question, scope: Scope) -> Ask | None:
        if question.kind != "or" or question.needs_columns or not question.limit:
            return None
        text, wording, keys = " ".join(question.words), self.wording, self.keys
        retrieve = self.rankers[scope].retrieve
        depth = min(question.limit, len(keys))

        def answer() -> list[str]:
            query = [tokens(text, wording)]
            places, scores = retrieve(query, k=depth, show_progress=False, n_threads=0)
            # What matches fewer documents than asked for is filled up with scores of 0.
            return [
                keys[place]
                for place, score in zip(places[0].tolist(), scores[0].tolist(), strict=True)
                if score > 0
            ]

        return answer

    def segment_count(self) -> int:
        return 1


WORD = re.compile(r"\w+")


def tokens(text: str, wording: Wording) -> list[str]:
    if wording == "plain":
        return text.split()
    return [stem(word) for word in WORD.findall(text.lower())]


@functools.cache
def stem(word: str) -> str:
    return str(_stemmer().stem(word))


@functools.cache
def _stemmer() -> Any:
    from nltk.stem.snowball import EnglishStemmer

    return EnglishStemmer()
