"""What came back, and what can be asked of it?

Results hold document numbers, scores and keys; all else is made or fetched when it is asked for:
hits at the first look at one, a field at the first look at it, the total when it is read.
They keep the snapshot they came from, so a later commit changes nothing about them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, overload

from ..highlight import (
    LIMIT,
    WIDTH,
    Markup,
    Passage,
    keyword_matches,
    markup_of,
    patterns_of,
    text_passages,
    whole_passages,
)
from ..query.diagnostics import Diagnostic
from ..query.tree import Query
from ..schema import Keyword, Text
from .request import Request
from .searcher import PLAIN, Found, NativeRanking, Page, Searcher

if TYPE_CHECKING:
    from .explanation import Explanation
    from .work import Work


class Results(Sequence["Hit"]):
    """The hits of one search, best first: a sequence of `Hit`.

    >>> import searchlib
    >>> index = searchlib.in_memory(searchlib.Schema(id=searchlib.Keyword(key=True),
    ...                                              body=searchlib.Text()))
    >>> _ = index.upsert([{"id": "a", "body": "wind"}, {"id": "b", "body": "wind, wind"}])
    >>> results = index.search("wind", limit=1)
    >>> results
    <Results of 'wind': 1 hit>
    >>> results.total, results[0].key
    (2, 'b')
    """

    __slots__ = (
        "_diagnostics",
        "_fields",
        "_hits",
        "_limit",
        "_offset",
        "_page",
        "_ranking",
        "_request",
        "_searcher",
        "_total",
    )

    def __init__(
        self,
        searcher: Searcher,
        request: Request,
        fields: str | Iterable[str] | None,
        page: Page,
        limit: int,
        offset: int,
        ranking: NativeRanking = PLAIN,
    ) -> None:
        """`page`: the best `limit` hits after the first `offset`, of a request for `fields`."""
        self._searcher = searcher
        self._request = request
        self._fields = fields
        self._page = page
        self._limit = limit
        self._offset = offset
        self._ranking = ranking
        self._total: int | None = None
        self._diagnostics: tuple[Diagnostic, ...] | None = None
        self._hits: list[Hit] | None = None

    @property
    def query(self) -> Query:
        """How the query was read."""
        return self._request.query

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What could not be read or followed, where, and how it was taken; what no document has.

        The documents are asked when this is first read: a word that stands in none of them comes
        with the nearest words that do.
        """
        if self._diagnostics is None:
            from .missing import missing_words
            from .notes import cut_patterns  # only here: few searches look

            missing = missing_words(self._searcher, self.query, self._fields)
            cut = cut_patterns(self._searcher, self._request.plan, self.query)
            self._diagnostics = (*self._request.diagnostics, *missing, *cut)
            if self._ranking[0] == "function":
                from .work import not_monotone

                self._diagnostics += not_monotone(
                    self._searcher, self._request.plan, self._wanted(), self._ranking
                )
        return self._diagnostics

    def explain(self) -> "Work":
        """How much was scored and read of what there was; searches and counts once more.

        Of one hit, `hit.explain()` gives the arithmetic of its score.

        >>> import searchlib
        >>> index = searchlib.in_memory(searchlib.Schema(body=searchlib.Text()))
        >>> with index.writer() as writer:
        ...     for number in range(500):
        ...         writer.add({"body": "wind " * (2 if number == 99 else 1) + "sea " * number})
        >>> print(index.search("wind", limit=1).explain())
        31 of 500 matching documents scored by BM25, 2 tried beforehand
        1 of 4 blocks of postings read
        """
        from .work import work_of

        wanted = self._wanted()
        return work_of(self._searcher, self._request.plan, wanted, self._ranking, self.total)

    @property
    def total(self) -> int:
        """How many documents match, exactly. Counted when first asked for, if need be."""
        if self._total is None:
            count = len(self._page)
            # A page that is not full, nor empty, ends with the last match.
            if 0 < count < self._limit or (self._limit and not (count or self._offset)):
                self._total = self._offset + count
            else:
                self._total = self._searcher.count(self._request.plan)
        return self._total

    def _wanted(self) -> int:
        """How many hits the search had to find."""
        return self._limit + self._offset if self._limit else 0

    def __len__(self) -> int:
        return len(self._page)

    def __iter__(self) -> Iterator["Hit"]:
        return iter(self._hits or self._all())

    @overload
    def __getitem__(self, place: int) -> "Hit": ...
    @overload
    def __getitem__(self, place: slice) -> list["Hit"]: ...
    def __getitem__(self, place: int | slice) -> "Hit | list[Hit]":
        return (self._hits or self._all())[place]

    def __repr__(self) -> str:
        hits = "1 hit" if len(self) == 1 else f"{len(self)} hits"
        return f"<Results of {str(self.query)!r}: {hits}>"

    def _all(self) -> list["Hit"]:
        searched = (self._searcher, self._request.plan, self._ranking)
        self._hits = self._page.hits(Hit, searched)
        return self._hits


class Hit(Found, Mapping[str, object]):
    """One document that matched: a mapping of its stored fields, which has a key and a score.

    `hit["title"]` raises KeyError where the document has no title, `hit.get("title")` gives None.
    A field is read from the index at the first look at it, without the others.
    """

    __slots__ = ()

    def __getitem__(self, field: str) -> object:
        value = self._value(field)
        if value is None:
            raise KeyError(field)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        key = f"{self.key!r}, " if self.key is not None else ""
        return f"<Hit {key}score {self.score:.4g}>"

    @overload
    def highlight(
        self,
        field: str,
        *,
        format: Literal["spans"],
        width: int | None = WIDTH,
        limit: int = LIMIT,
    ) -> list[Passage]: ...
    @overload
    def highlight(
        self,
        field: str,
        *,
        format: Literal["html", "ansi", "plain"] | Markup = "html",
        width: int | None = WIDTH,
        limit: int = LIMIT,
    ) -> list[str]: ...
    @overload
    def highlight(
        self, field: str, *, format: str | Markup, width: int | None = WIDTH, limit: int = LIMIT
    ) -> list[str] | list[Passage]: ...
    def highlight(
        self,
        field: str,
        *,
        format: str | Markup = "html",
        width: int | None = WIDTH,
        limit: int = LIMIT,
    ) -> list[str] | list[Passage]:
        """The passages of the field that show why it matched, best first, their words marked.

        `format` is "html" (escaped, in `<mark>`), "ansi" (for a terminal), "plain" (`**so**`), a
        `Markup` of one's own, or "spans": `Passage` values with places in the article's text.
        `width` is about how many characters a passage has; None: the whole value.
        At most `limit` passages; none where nothing in the field matched.

        >>> import searchlib
        >>> index = searchlib.in_memory(searchlib.Schema(body=searchlib.Text()))
        >>> with index.writer() as writer:
        ...     writer.add({"body": "R&D on wind turbines"})
        >>> index.search("wind")[0].highlight("body")
        ['R&amp;D on <mark>wind</mark> turbines']

        Raises:
            UnknownFieldError: the schema has no such field.
            ValueError: the field is not stored, or the format unknown.
        """
        if width is not None and width < 1:
            raise ValueError(f"width must be at least 1 character, or None, got {width}")
        if limit < 0:
            raise ValueError(f"limit must not be negative, got {limit}")
        markup = markup_of(format)
        passages = self._passages(field, width, limit)
        return passages if markup is None else [markup.write(passage) for passage in passages]

    def explain(self) -> "Explanation":
        """The arithmetic of the score, as a tree that prints."""
        from .explanation import explanation_of  # only here: few programs ask

        searcher, plan, ranking = self._searched
        return explanation_of(searcher.explain(plan, self._doc, ranking), searcher.schema)

    def _value(self, field: str) -> object:
        """The value of one field; None where it is empty or not stored."""
        seen = self._seen
        if seen is not None and field in seen:
            return seen[field]
        searcher: Searcher = self._searched[0]
        number = searcher.schema.number(field)  # UnknownFieldError, with the nearest name
        if self._document is None:
            value = searcher.value(self._doc, number)
        else:
            value = self._document.get(field)
        if seen is None:
            self._seen = {field: value}
        else:
            seen[field] = value
        return value

    def _read(self) -> dict[str, object]:
        if self._document is None:
            searcher: Searcher = self._searched[0]
            self._document = searcher.document(self._doc)
        return self._document

    def _passages(self, name: str, width: int | None, limit: int) -> list[Passage]:
        searcher, plan, _ = self._searched
        schema = searcher.schema
        number = schema.number(name)
        field = schema[name]
        if not field.stored:
            raise ValueError(
                f"field {name!r} is not stored, so its text is not here to mark; "
                "declare it with stored=True and index again"
            )
        values = _values(self._value(name))
        patterns = patterns_of(searcher.explain(plan, self._doc), number)
        if isinstance(field, Text):
            texts = [value for value in values if isinstance(value, str)]
            if not patterns:
                return []
            analyzer = schema.analyzer_of(name, self)
            several = field.analyzers
            mark = chr(several.index(analyzer)) if len(several) > 1 else ""
            answers = searcher.answers(self._doc, number, mark)
            return text_passages(
                analyzer, texts, patterns, width=width, limit=limit, answers=answers
            )
        if isinstance(field, Keyword):
            return whole_passages(values, keyword_matches(patterns))[:limit]
        return whole_passages(values, lambda _: bool(patterns))[:limit]


def _values(value: object) -> Sequence[object]:
    """The values of a field: none, one or many."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
