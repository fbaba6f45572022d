"""What came back of many queries at once?

Buffers that other libraries take as they are, and a `Results` of each query, made when asked for.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import overload

from .request import Request
from .results import Results
from .searcher import NativeRanking, Page, Searcher


class ManyResults(Sequence[Results]):
    """The results of `search_many`: a sequence with the `Results` of each query, in their order.

    All hits also lie one after another in buffers, read-only, without a Python object for each:
    `numpy.asarray` and `pyarrow.py_buffer` take them without copying. The hits of query `i` are
    those from `hit_offsets[i]` to before `hit_offsets[i + 1]`, and the key of hit `j` is
    `key_bytes[key_offsets[j]:key_offsets[j + 1]]`: Arrow's layouts of a large list and of large
    UTF-8 text.

    >>> import searchlib
    >>> index = searchlib.in_memory(searchlib.Schema(id=searchlib.Keyword(key=True),
    ...                                              body=searchlib.Text()))
    >>> _ = index.upsert([{"id": "a", "body": "wind"}, {"id": "b", "body": "wind, sea"}])
    >>> many = index.search_many(["wind", "sea"])
    >>> many
    <ManyResults of 2 queries: 3 hits>
    >>> many.hit_offsets.tolist(), many.key_offsets.tolist(), bytes(many.key_bytes)
    ([0, 2, 3], [0, 1, 2, 3], b'abb')
    >>> many.scores.format, [f"{score:.3f}" for score in many.scores]
    ('d', ['0.096', '0.073', '0.277'])
    """

    __slots__ = (
        "_docs",
        "_fields",
        "_page",
        "_ranking",
        "_requests",
        "_searcher",
        "hit_offsets",
        "key_bytes",
        "key_offsets",
        "scores",
    )

    hit_offsets: memoryview
    """Where the hits of each query begin, and the last end: int64, one more than queries."""
    scores: "memoryview[float]"
    """The score of each hit: float64."""
    key_offsets: memoryview
    """Where the key of each hit begins, and the last ends: int64; 0 alone without keys."""
    key_bytes: memoryview
    """The keys, UTF-8; nothing where the schema has no key."""

    def __init__(
        self,
        searcher: Searcher,
        requests: list[Request],
        limit: int,
        offset: int,
        threads: int,
        fields: str | tuple[str, ...] | None,
        ranking: NativeRanking,
    ) -> None:
        """Search. `threads`: at most so many; 0: one a core. `fields`: those of the requests."""
        self._searcher = searcher
        self._fields = fields
        self._ranking = ranking
        self._requests = requests
        plans = [request.plan for request in requests]
        hit_offsets, docs, scores, key_offsets, keys = searcher.top_many(
            plans, limit, offset, threads, ranking
        )
        self.hit_offsets = memoryview(hit_offsets).cast("q")
        self.scores = memoryview(scores).cast("d")
        self.key_offsets = memoryview(key_offsets).cast("q")
        self.key_bytes = memoryview(keys)
        self._docs = memoryview(docs).cast("I")
        self._page = (limit, offset)

    def __len__(self) -> int:
        return len(self._requests)

    @overload
    def __getitem__(self, place: int) -> Results: ...
    @overload
    def __getitem__(self, place: slice) -> list[Results]: ...
    def __getitem__(self, place: int | slice) -> Results | list[Results]:
        places = range(len(self))[place]  # IndexError, and places from the end
        if isinstance(places, int):
            return self._results(places)
        return [self._results(each) for each in places]

    def __repr__(self) -> str:
        queries = "1 query" if len(self) == 1 else f"{len(self)} queries"
        hits = "1 hit" if len(self.scores) == 1 else f"{len(self.scores)} hits"
        return f"<ManyResults of {queries}: {hits}>"

    def _results(self, place: int) -> Results:
        start, end = self.hit_offsets[place], self.hit_offsets[place + 1]
        docs, scores = self._docs[start:end].tolist(), self.scores[start:end].tolist()
        page = Page(docs, scores, self._keys(start, end))
        asked = self._requests[place]
        return Results(self._searcher, asked, self._fields, page, *self._page, self._ranking)

    def _keys(self, start: int, end: int) -> list[str]:
        if len(self.key_offsets) == 1:
            return []
        offsets = self.key_offsets[start : end + 1].tolist()
        first, text = offsets[0], bytes(self.key_bytes[offsets[0] : offsets[-1]])
        return [text[low - first : high - first].decode() for low, high in pairwise(offsets)]
