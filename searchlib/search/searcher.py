"""What does a plan match in these segments, and how well?

The only file of the search layer that touches the native core: one call of a method, one crossing.
Documents are numbers here: the segment's first number plus the place in it, in order of insertion.
Immutable, and safe in many threads at once.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from .. import _native
from ..analysis.native import NativeWords
from ..highlight import Explained
from ..query.targets import targets_of
from ..schema import Date, Schema
from ..store.segment import Segment

Answers = _native.Answers
Found = _native.Found
Page = _native.Page
Plan: TypeAlias = tuple[Any, ...] | _native.Plan  # as query/planner.py makes it
NativeRanking = tuple[Any, ...]  # as ranking.py makes it
EMPTY = Page((), (), ())

K1 = 1.2  # how slowly further occurrences of a word add to the score; 0: not at all
B = 0.75  # how much a long field is held against it; 0: not at all, 1: in proportion
PLAIN: NativeRanking = ("bm25", K1, B, [])  # for which ranking.py need not be imported


class Searcher:
    """Answers plans over some segments and their deletes; keeps both alive."""

    __slots__ = ("_dates", "_handle", "_key_number", "doc_count", "schema", "targets")

    def __init__(self, schema: Schema, segments: Sequence[Segment]) -> None:
        self.schema = schema
        self.targets = targets_of(schema)
        self._key_number = None if schema.key is None else schema.number(schema.key)
        # Fields whose values are stored in another form than they are given.
        self._dates = {n for n, field in enumerate(schema.values()) if isinstance(field, Date)}
        self._handle = _native.Searcher(
            list(schema.names), [(segment.handle, segment.deletes) for segment in segments]
        )
        self.doc_count: int = self._handle.doc_count  # live ones

    def top(
        self, plan: Plan, limit: int, ranking: NativeRanking = PLAIN
    ) -> tuple[list[int], list[float]]:
        """The best `limit` documents with their scores, which fall; equal ones by number."""
        # No more than there are: the core may set room aside for as many as it is asked for.
        return self._handle.search(plan, min(limit, self.doc_count), ranking)

    def page(self, plan: Plan, limit: int, offset: int, ranking: NativeRanking) -> Page:
        """What `top` finds after the first `offset`, with the key of each document.

        No keys where the schema has no key.
        """
        limit, offset = min(limit, self.doc_count), min(offset, self.doc_count)  # as above
        return self._handle.page(plan, limit, offset, self._key_number, ranking)

    def ask(
        self, words: NativeWords, text: str, requires_all: bool, limit: int, offset: int
    ) -> tuple[Plan, Page] | None:
        """The plan that `words` make of a text, and its page; None where they make none."""
        count = self.doc_count
        if limit + offset > count:  # as above
            limit, offset = min(limit, count), min(offset, count)
        return self._handle.ask(words, text, requires_all, limit, offset, self._key_number)

    def work(
        self, plan: Plan, limit: int, ranking: NativeRanking
    ) -> tuple[int, int, int, int, bool]:
        """What `top` takes: (tried, scored, blocks, blocks read, exhaustive), as in `Work`."""
        return self._handle.work(plan, min(limit, self.doc_count), ranking)

    def top_many(
        self, plans: list[Plan], limit: int, offset: int, threads: int, ranking: NativeRanking
    ) -> tuple[bytes, bytes, bytes, bytes, bytes]:
        """What `top` finds of each plan after the first `offset`, on several threads, with keys.

        Starts of the plans' hits, documents, scores, starts of the hits' keys, keys; no keys where
        the schema has none. See `Searcher.search_many` in `_native.pyi`.
        """
        limit, offset = min(limit, self.doc_count), min(offset, self.doc_count)
        return self._handle.search_many(plans, limit, offset, self._key_number, threads, ranking)

    def count(self, plan: Plan) -> int:
        """How many documents match. Reads all of them."""
        return self._handle.count(plan)

    def matching(self, plan: Plan) -> list[int]:
        """Every document that matches, rising."""
        unscored: Plan = ("bool", [], [], [], [plan])
        docs, _ = self._handle.search(unscored, self._handle.count(plan), PLAIN)
        return sorted(docs)

    def cuts(self, plan: Plan) -> list[tuple[int, str, int, int, bool]]:
        """Patterns that stand for more words than are looked for.

        (number of the field, pattern, words found, words taken, whether it was followed to the end)
        """
        return self._handle.cuts(plan)

    def suggest(
        self, word: str, fields: Iterable[str] | None = None, *, edits: int = 2, limit: int = 5
    ) -> list[tuple[str, int, int]]:
        """Words that stand in documents and are spelled nearly so: (word, edits, documents).

        Those with fewest edits first, then the most frequent; in `fields`, None: every text field.
        The word itself is not among them.
        """
        nearest: dict[str, tuple[int, int]] = {}
        for group in self.targets.among(fields).groups:
            starts = group.starts(word)
            spelled = starts[0][0] if len(starts) == 1 else word
            numbers = [number for number, _ in group.members]
            for found, distance, docs in self._handle.suggest(
                numbers, spelled, edits, 0, limit + 1
            ):
                if distance:
                    _, most = nearest.get(found, (distance, 0))
                    nearest[found] = (distance, max(docs, most))
        ranked = sorted(nearest.items(), key=lambda each: (each[1][0], -each[1][1], each[0]))
        return [(found, distance, docs) for found, (distance, docs) in ranked[:limit]]

    def keys(self, docs: Sequence[int]) -> list[str | None]:
        """The key of each document; None for all where the schema has no key."""
        if self._key_number is None:
            return [None] * len(docs)
        return self._handle.keys(docs, self._key_number)

    def document(self, doc: int) -> dict[str, object]:
        """The stored values of all fields as the caller gave them."""
        return self.schema.document(self._handle.document(doc))

    def value(self, doc: int, field: int) -> object:
        """The stored value of one field as the caller gave it; None where there is none."""
        value = self._handle.value(doc, field)
        if value is None or field not in self._dates:
            return value
        return self.schema.value(field, value)

    def answers(self, doc: int, field: int, mark: str) -> Answers | None:
        """What components made of the forms of the document's segment, if that is kept.

        `mark`: the character of the document's analyzer where the field has several, else "".
        """
        return self._handle.answers(doc, field, mark)

    def document_of(self, key: str) -> dict[str, object] | None:
        """The stored values of the document with this key; None where there is none."""
        if self._key_number is None:
            return None
        doc = self.find([key])[0]
        return None if doc < 0 else self.document(doc)

    def find(self, keys: Sequence[str]) -> list[int]:
        """The live document with each key; -1 where there is none. The schema has a key."""
        assert self._key_number is not None, "a schema without a key"
        return self._handle.find(self._key_number, keys)

    def next_live(self, doc: int) -> int:
        """The first live document at or after `doc`; -1 where there is none."""
        return self._handle.next_live(doc)

    def explain(self, plan: Plan, doc: int, ranking: NativeRanking = PLAIN) -> Explained:
        """How the document matches the plan, or fails to, as a tree like the plan's."""
        return self._handle.explain(plan, doc, ranking)
