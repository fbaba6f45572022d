"""How is an index read?

`Reader` has the reading methods, which an index and a snapshot share; a snapshot answers them from
one generation for as long as it lives, an index from the newest.
All of them are safe in many threads at once, and none takes a lock.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from itertools import repeat
from typing import TYPE_CHECKING, TypeVar

from ..errors import SchemaError
from ..query.dialects import Dialect
from ..query.tree import Query
from ..schema import Schema
from ..search.many import ManyResults
from ..search.request import Operator, Request, common_requests, request, words_of
from ..search.results import Results
from ..search.searcher import EMPTY, PLAIN, NativeRanking, Searcher
from ..store.analyses import Analyses
from ..store.generation import Generation

if TYPE_CHECKING:
    from ..search.ranking import Ranking
    from ..search.why_not import WhyNot

T = TypeVar("T")


class Reader:
    """What can be read of an index."""

    __slots__ = ()

    def _now(self) -> "Snapshot":
        """The generation that a call reads, all of it."""
        raise NotImplementedError

    @property
    def generation(self) -> int:
        """A number that rises by one with each commit."""
        return self._now()._generation.manifest.generation

    @property
    def segment_count(self) -> int:
        """How many segments hold the documents; each is searched, so fewer are faster."""
        return len(self._now()._generation.segments)

    @property
    def schema(self) -> Schema:
        """The fields of the index."""
        return self._now()._searcher.schema

    def search(
        self,
        query: str | Query,
        *,
        limit: int = 10,
        offset: int = 0,
        fields: str | Iterable[str] | None = None,
        operator: Operator | None = None,
        filter: str | Query | None = None,
        strict: bool = False,
        dialect: Dialect = "default",
        timezone: str | tzinfo | None = None,
        now: datetime | None = None,
        max_words: int | None = None,
        ranking: "Ranking | None" = None,
    ) -> Results:
        """The best `limit` hits after the first `offset`, score falling, equal ones by insertion.

        Words without a field of their own are looked for in `fields`, one name or several, or in
        every text field; they are joined by `operator`: "or" where it is None, and "and" in the
        dialect "whoosh". Hits must match `filter` as well, which
        does not change their score; the words of its text are joined by AND.
        What cannot be read in a text is taken as words, and `results.diagnostics` says so;
        with `strict` it is an error. `limit=0` gives no hits, only `results.total`.
        `dialect` is how texts are read: "default", "simple" for search boxes, "whoosh" or "lucene".
        Dates without a zone, and words such as `today`, are those of `timezone`, a name or a tzinfo
        (None: UTC); `now` is the time they are reckoned from (None: the time of the call).
        A pattern stands for at most `max_words` words of a field, the most frequent ones (None:
        10,000, and 50 for a word spelled nearly so); where it has more, a diagnostic says so.
        `ranking` is how scores are made: `BM25()` (None), `BM25Plus()`, `TFIDF()`, `Dirichlet()`,
        or a function of tf, length and `WordCounts` that gives the score of a word, 0 or more.

        >>> import searchlib
        >>> index = searchlib.in_memory(searchlib.Schema(body=searchlib.Text()))
        >>> with index.writer() as writer:
        ...     writer.add({"body": "wind turbines at sea"})
        >>> [hit["body"] for hit in index.search("sea wind")]
        ['wind turbines at sea']

        Raises:
            QuerySyntaxError: with `strict`, a text that cannot be read as it stands.
            UnknownFieldError: `fields` or a query object names a field that the schema lacks.
            ComponentError: an analyzer answers otherwise than when the index was written.
            ValueError: a negative limit or offset, an unknown dialect, operator or timezone; what a
                ranking function gave is no score.
        """
        _check_page(limit, offset)
        if fields is not None and not isinstance(fields, str):
            fields = tuple(fields)
        searcher = self._now()._asked()
        # Most texts are of a common kind: one call of the compiled module reads, plans and answers.
        if (
            isinstance(query, str)
            and (filter is None and timezone is None and now is None)
            and (max_words is None and ranking is None)
            and limit
        ):
            words = words_of(searcher.targets, fields, operator, dialect)
            if words is not None:
                found = searcher.ask(words, query, operator == "and", limit, offset)
                if found is not None:
                    asked, page = Request((query, operator, searcher.schema), found[0]), found[1]
                    return Results(searcher, asked, fields, page, limit, offset)
        asked = request(
            query,
            searcher.schema,
            fields=fields,
            operator=operator,
            filter=filter,
            strict=strict,
            dialect=dialect,
            timezone=timezone,
            now=now,
            document_of=searcher.document_of,
            max_words=max_words,
        )
        native = PLAIN if ranking is None else _native(ranking, searcher.schema)
        page = searcher.page(asked.plan, limit, offset, native) if limit else EMPTY
        return Results(searcher, asked, fields, page, limit, offset, native)

    def search_many(
        self,
        queries: Iterable[str | Query],
        *,
        limit: int = 10,
        offset: int = 0,
        threads: int | None = None,
        fields: str | Iterable[str] | None = None,
        operator: Operator | None = None,
        filter: str | Query | None = None,
        strict: bool = False,
        dialect: Dialect = "default",
        timezone: str | tzinfo | None = None,
        now: datetime | None = None,
        max_words: int | None = None,
        ranking: "Ranking | None" = None,
    ) -> ManyResults:
        """What `search` finds for each query, on all cores and one generation.

        At most `threads` threads search; None: one a core. The other arguments are those of
        `search`, and hold for all queries. The interpreter is released once for all of them, so
        Ctrl-C is noticed after the last.

        >>> import searchlib
        >>> index = searchlib.in_memory(searchlib.Schema(id=searchlib.Keyword(key=True),
        ...                                              body=searchlib.Text()))
        >>> _ = index.upsert([{"id": "a", "body": "wind"}, {"id": "b", "body": "wind, sea"}])
        >>> many = index.search_many(["wind", "sea", "calm"], limit=5)
        >>> [[hit.key for hit in results] for results in many]
        [['a', 'b'], ['b'], []]

        Raises:
            QuerySyntaxError, UnknownFieldError: as `search`; a note names the query by its place.
            TypeError: `queries` is one query.
            ValueError: as `search`, or less than one thread.
        """
        _check_page(limit, offset)
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be at least 1, or None for one a core, got {threads}")
        if isinstance(queries, str) or not isinstance(queries, Iterable):
            kind = type(queries).__name__
            raise TypeError(f"expected several queries, got one {kind}; use search for one")
        if fields is not None and not isinstance(fields, str):
            fields = tuple(fields)
        searcher = self._now()._searcher
        queries, threads = list(queries), threads or 0
        common: Iterable[Request | None] = repeat(None)
        # As in `search`.
        if filter is None and timezone is None and now is None and max_words is None:
            schema = searcher.schema
            common = common_requests(queries, schema, fields, operator, dialect, threads)
        asked = []
        for place, (query, known) in enumerate(zip(queries, common, strict=False)):
            if known is not None:
                asked.append(known)
                continue
            try:
                asked.append(
                    request(
                        query,
                        searcher.schema,
                        fields=fields,
                        operator=operator,
                        filter=filter,
                        strict=strict,
                        dialect=dialect,
                        timezone=timezone,
                        now=now,
                        document_of=searcher.document_of,
                        max_words=max_words,
                    )
                )
            except Exception as error:
                error.add_note(f"query number {place}, counting from 0")
                raise
        native = _native(ranking, searcher.schema)
        return ManyResults(searcher, asked, limit, offset, threads, fields, native)

    def count(
        self,
        query: str | Query,
        *,
        fields: str | Iterable[str] | None = None,
        operator: Operator | None = None,
        filter: str | Query | None = None,
        strict: bool = False,
        dialect: Dialect = "default",
        timezone: str | tzinfo | None = None,
        now: datetime | None = None,
        max_words: int | None = None,
    ) -> int:
        """How many documents match, exactly. The arguments are those of `search`."""
        searcher = self._now()._asked()
        asked = request(
            query,
            searcher.schema,
            fields=fields,
            operator=operator,
            filter=filter,
            strict=strict,
            dialect=dialect,
            timezone=timezone,
            now=now,
            document_of=searcher.document_of,
            max_words=max_words,
        )
        return searcher.count(asked.plan)

    def why_not(
        self,
        query: str | Query,
        key: str,
        *,
        fields: str | Iterable[str] | None = None,
        operator: Operator | None = None,
        filter: str | Query | None = None,
        dialect: Dialect = "default",
        timezone: str | tzinfo | None = None,
        now: datetime | None = None,
        ranking: "Ranking | None" = None,
    ) -> "WhyNot":
        """Why the document of this key does not match: the first condition that fails.

        With the query's words and the document's side by side, by field. The other arguments are
        those of `search`. Where the document matches, the answer says so and tells its score.

        >>> import searchlib
        >>> schema = searchlib.Schema(id=searchlib.Keyword(key=True), body=searchlib.Text())
        >>> index = searchlib.in_memory(schema)
        >>> _ = index.upsert({"id": "a", "body": "she runs"})
        >>> print(index.why_not("running", "a"))
        a does not match: not there: 'running' in body
          body: wanted 'running'; the document has 'runs' -> 'runs'
            analysis differs: query "running" -> "run", field "body" is not stemmed

        Raises:
            KeyError: no document has this key.
            UnknownFieldError: `fields` or a query object names a field that the schema lacks.
        """
        from ..search.why_not import why_not  # only here: few programs ask

        searcher = self._now()._asked()
        doc = _find(searcher, key)
        if doc < 0:
            raise KeyError(key)
        asked = request(
            query,
            searcher.schema,
            fields=fields,
            operator=operator,
            filter=filter,
            dialect=dialect,
            timezone=timezone,
            now=now,
            document_of=searcher.document_of,
        )
        explained = searcher.explain(asked.plan, doc, _native(ranking, searcher.schema))
        return why_not(explained, asked.query, searcher.schema, key, searcher.document(doc))

    def get(self, key: str, default: T | None = None) -> dict[str, object] | T | None:
        """The document with this key, as it was given; `default` where there is none.

        Fields that are empty or not stored are absent.
        """
        searcher = self._now()._searcher
        doc = _find(searcher, key)
        return default if doc < 0 else searcher.document(doc)

    def __getitem__(self, key: str) -> dict[str, object]:
        document = self.get(key)
        if document is None:
            raise KeyError(key)
        return document

    def __contains__(self, key: str) -> bool:
        return _find(self._now()._searcher, key) >= 0

    def __len__(self) -> int:
        """How many documents there are."""
        return self._now()._searcher.doc_count

    def __bool__(self) -> bool:
        """True, though it may be empty: `if index` asks whether there is an index."""
        return True

    def __iter__(self) -> Iterator[dict[str, object]]:
        """Every document, in order of insertion, all of one generation. Reads each when asked."""
        return _documents(self._now()._searcher)


class Snapshot(Reader):
    """One generation of an index, which no commit changes; it ends when it is dropped.

    >>> import searchlib
    >>> index = searchlib.in_memory(searchlib.Schema(id=searchlib.Keyword(key=True)))
    >>> before = index.snapshot()
    >>> _ = index.upsert({"id": "a"})
    >>> len(before), len(index.snapshot()), index.snapshot()
    (0, 1, <Snapshot of generation 1: 1 document>)
    """

    __slots__ = ("__weakref__", "_analyses", "_generation", "_is_compared", "_searcher")

    def __init__(self, generation: Generation, analyses: Analyses) -> None:
        """Read `generation`; `analyses` are those of its index."""
        self._generation = generation
        self._analyses = analyses
        self._is_compared = False  # with how its documents were analyzed
        self._searcher = Searcher(generation.manifest.schema, generation.segments)

    def _now(self) -> "Snapshot":
        return self

    def _asked(self) -> Searcher:
        """The searcher, for a query whose words are analyzed as the documents were."""
        if not self._is_compared:
            manifest = self._generation.manifest
            self._analyses.check(manifest.schema, manifest.analyses)
            self._is_compared = True
        return self._searcher

    def __repr__(self) -> str:
        return f"<Snapshot of generation {self.generation}: {documents_text(len(self))}>"


def documents_text(count: int) -> str:
    return "1 document" if count == 1 else f"{count} documents"


def _check_page(limit: int, offset: int) -> None:
    if limit < 0:
        raise ValueError(f"limit must not be negative, got {limit}")
    if offset < 0:
        raise ValueError(f"offset must not be negative, got {offset}")


def _native(ranking: "Ranking | None", schema: Schema) -> NativeRanking:
    from ..search.ranking import native_ranking  # only here: most searches rank as always

    return native_ranking(ranking, schema)


def _find(searcher: Searcher, key: str) -> int:
    if not isinstance(key, str):
        raise TypeError(f"a key is a str, got {key!r} of type {type(key).__name__}")
    if searcher.schema.key is None:
        raise SchemaError(
            "the schema has no key, so documents have no name to be found by; "
            "declare a field as Keyword(key=True)"
        )
    return searcher.find([key])[0]


def _documents(searcher: Searcher) -> Iterator[dict[str, object]]:
    doc = searcher.next_live(0)
    while doc >= 0:
        yield searcher.document(doc)
        doc = searcher.next_live(doc + 1)
