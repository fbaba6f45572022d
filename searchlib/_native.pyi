"""The compiled engine: analysis, segments, ranking, passages.

Crossed once a batch or once a query, with the interpreter released. Handles are immutable, but for
`Builder`, and safe in many threads at once. Every call may raise `OSError` (with `errno` and
`filename`), `CorruptIndexError` and `IndexVersionError` where it reads files, `ValueError` for
arguments of the wrong shape, and `LimitError` where a named limit is passed.

Documents are numbers: through all segments of a searcher, deleted ones included, in the order of
insertion. Characters are places in a Python text.

A plan is a `Plan`, or a tuple, its children lists of plans:

    ("match", boost, [(field, weight, [(term, offset), ...], slop), ...])
    ("prefix", boost, [(field, prefix), ...])
    ("wildcard", boost, [(field, pattern), ...], limit)         * any characters, ? one, \\ the next
    ("regex", boost, [(field, pattern), ...], limit)            of a whole form or term
    ("texts", boost, [(field, low, high), ...], limit)          terms; an end is (text, included)
    ("fuzzy", boost, [(field, weight, word, edits, prefix), ...], limit)
    ("terms", boost, [(field, [term, ...]), ...])               any of them
    ("exists", boost, [field, ...])                             any term or value
    ("near", boost, [(field, weight, span), ...], limit)
    ("range", boost, field, low, high)      both ends included, None for an open end
    ("more_like", boost, [(field, weight, [(term, frequency), ...]), ...],
     max_terms, min_freq, min_docs)
    ("all", boost)
    ("none",)
    ("bool", must, should, must_not, filter)
    ("at_least", count, plans)
    ("dis_max", tie, plans)
    ("constant", score, plan)
    ("demote", factor, plan, negative)
    ("decay", plan, field, "exponential" | "gaussian" | "linear", origin, scale, offset, decay)
    ("value", plan, field, "value" | "log1p" | "sqrt" | "saturation", factor, missing)

`field` is a place in the list of field names that the searcher was made with. A match is one word
or phrase over several fields that count as one (BM25F). A phrase has terms at several places,
counted from the first; terms at one place are alternatives. The score of a prefix, a pattern, a
set of terms, a range, exists and all is their boost. `limit` is how many terms of a field a pattern
may stand for; the nearest, then the most frequent ones are taken.

A ranking is a tuple (docs/ranking.md has the formulas):

    ("bm25", k1, b, [(field, k1, b), ...])             the list: fields that have their own
    ("bm25+", k1, b, [(field, k1, b), ...], delta)
    ("tf-idf",)
    ("dirichlet", mu)
    ("function", function, counts)      counts(N, n, cf, T, average length) is made once a word,
                                        function(tf, length, counts) gives a float

A span is a tuple as well; what it finds are stretches of positions:

    ("terms", [term, ...])   ("phrase", [(term, offset), ...], slop)
    ("prefix", prefix)   ("wildcard", pattern)   ("regex", pattern)   ("fuzzy", word, edits, prefix)
    ("near", spans, distance, ordered)   ("any", spans)   ("first", span, within)
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias, TypeVar, final

from typing_extensions import disjoint_base

__all__ = [
    "Analyzer",
    "Answers",
    "Builder",
    "Found",
    "Page",
    "Plan",
    "Searcher",
    "Segment",
    "Storage",
    "Words",
    "build_mode",
    "chars_of",
    "is_whole",
    "merge",
    "next_batch",
    "passages",
    "pattern_fault",
    "plain_rows",
    "stem_languages",
]

@final
class Storage:
    """Where segment files lie."""

    @staticmethod
    def disk(path: str, mmap: bool) -> Storage:
        """The directory `path`; files are mapped, or read whole without `mmap`."""
    @staticmethod
    def memory() -> Storage:
        """A place of its own in memory."""
    def remove(self, name: str) -> None:
        """Remove a segment file. Fine if there is none."""

@final
class Analyzer:
    """An analyzer made ready to run."""

    def __new__(
        cls,
        spec_json: str,
        tokenizers: Mapping[
            str, Callable[[Sequence[str]], Iterable[Sequence[tuple[int, int]]]]
        ] = ...,
        filters: Mapping[str, Callable[[Sequence[str]], Iterable[str | list[str] | None]]] = ...,
    ) -> Analyzer:
        """`tokenizers` and `filters`: the components in Python that the analyzer names.

        Each takes texts and gives an answer for each, in order. A tokenizer's is (start, end) of
        each token in characters, rising by start. What a component raises comes out of the call
        that needed it.
        """
    def tokens(self, text: str) -> list[tuple[str, str, int, int, int]]:
        """(form, term, position, start, end) of each token, the last two in characters."""
    def readings(self, text: str) -> list[list[tuple[str, str, int, int, int]]]:
        """The ways of saying a text, its own first, each as `tokens` has them.

        Synonyms of several words make more than one; 64 at most.
        """
    def runs(self, words: Sequence[str]) -> list[tuple[int, int, list[list[tuple[str, int]]]]]:
        """(first, end, readings): what may stand in the place of the words from first up to end.

        Each word is analyzed alone; a reading is (term, position) of each of its tokens.
        """
    def terms(self, text: str) -> list[tuple[str, int]]:
        """(term, position) of each token; terms at one position are alternatives."""
    def words(self, text: str) -> list[list[tuple[str, int]]]:
        """The same, cut where a token follows another with nothing between, or overlaps it."""

@final
class Answers:
    """What filters in Python made of the forms in one field of a segment."""

@final
class Builder:
    """Documents on their way to a segment. One thread at a time; others wait."""

    def __new__(cls, fields: Sequence[tuple[str, int, bool, Sequence[Analyzer]]]) -> Builder:
        """`fields`: (name, kind, stored, analyzers) in the order of the rows' values.

        A text field has one analyzer at least, all others none.
        """
    @property
    def heap_bytes(self) -> int:
        """About how much memory the documents take, with what writing them will need."""
    @property
    def doc_count(self) -> int: ...
    def add(self, rows: list[tuple[Any, ...]]) -> list[tuple[int, int, int]]:
        """Add documents, all of them or, on an error, none.

        A value is None, a text, a list of texts, an int, a float, a bool, for dates (microseconds
        since 1970, stored text), or for a text field (text or list of texts, place of its analyzer
        in the field's list), where without a place it is the first. Returns what was left out
        because a token was longer than 65,535 bytes: (place of the row, field number, number of
        tokens).
        """
    def find(self, field: int, keys: Sequence[str]) -> list[int]:
        """The last document that holds each of these in a keyword field, -1 where none does."""
    def remember(self, segments: Sequence[Segment]) -> None:
        """Take what filters in Python answered from these segments of the same schema.

        A filter is then asked about no form that stands in them.
        """
    def write(self, storage: Storage, name: str) -> int:
        """Write the documents as a new segment file, synced. Returns its length in bytes.

        The builder is empty afterwards, also when writing fails.
        """

@final
class Segment:
    """An open segment file; readable as long as the handle lives, removed or not."""

    def __new__(cls, storage: Storage, name: str) -> Segment: ...
    @property
    def doc_count(self) -> int:
        """Documents, deleted ones included."""
    @property
    def fields(self) -> list[tuple[str, int, bool]]:
        """(name, kind, stored) of each field: of the schema as it was, so there may be others."""

    @property
    def byte_count(self) -> int:
        """Length of the file."""
    def check(self) -> list[tuple[int, str]]:
        """Everything that is wrong: (offset in the file, what). Reads all of it.

        Checksums first; if those are right, orders, counts, and each section against the others.
        The first 100 findings.
        """

    def differences(self, made: Segment) -> list[str]:
        """What `made`, another segment of the same documents, says differently; stored fields only.

        Raises:
            CorruptIndexError: one of them fails its checks.
        """

@final
class Plan:
    """A plan made ready: stands wherever a plan may, and is equal to one that asks the same."""

    def __new__(cls, plan: tuple[Any, ...] | Plan) -> Plan: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Page:
    """Documents that a search found, best first, with their scores and keys."""

    def __new__(
        cls, docs: Sequence[int], scores: Sequence[float], keys: Sequence[str | None]
    ) -> Page:
        """All of one length; or no keys, for a schema without."""
    def __len__(self) -> int: ...
    def hits(self, kind: type[_F], searched: tuple[Any, ...]) -> list[_F]:
        """An object of a class that derives from `Found` for each, made without a call of it.

        TypeError for any other class.
        """

@disjoint_base
class Found:
    """A document that a search found. Classes in Python have what else can be asked of it."""

    _seen: dict[str, object] | None
    """The values of fields that were looked at; None at first."""
    _document: dict[str, object] | None
    """All stored values, where all were looked at; None at first."""

    @property
    def _searched(self) -> tuple[Any, ...]:
        """What was searched, the same of all hits of a search."""
    @property
    def _doc(self) -> int:
        """Its number."""
    @property
    def score(self) -> float:
        """How well it matches: finite, not negative; comparable within one search only."""
    @property
    def key(self) -> str | None:
        """The document's key; None where the schema has none."""

_F = TypeVar("_F", bound=Found)
_Group: TypeAlias = tuple[tuple[Analyzer, Analyzer] | None, Sequence[tuple[int, float]]]

@final
class Words:
    """Text and keyword fields in which words are looked for."""

    def __new__(
        cls,
        groups: Sequence[_Group],
        named: Sequence[tuple[str, Sequence[_Group]]],
        dates: Sequence[tuple[str, int]],
    ) -> Words:
        """`groups`: fields with the same analyzers, of words and of starts of words, None for
        keywords, as (number, weight). `named`: the fields that a text may name; `dates`: the
        numbers of those that hold dates."""
    def plan(self, text: str, all: bool) -> Plan | None:
        """The plan of a text of a common kind, dates in UTC.

        That is words, phrases, starts of words and words spelled nearly so, perhaps in a field;
        years, months and days in a field of dates, or ranges of them; brackets, and AND or OR
        between all in them. What stands side by side is joined by AND where `all` are wanted, else
        by OR. None for any other text, where analysis leaves nothing of a word, or sees several in
        it.
        """
    def plan_many(self, queries: list[Any], all: bool, threads: int) -> list[Plan | None]:
        """What `plan` makes of each, on at most `threads` threads, 0: one a core.

        None of what is no text, and where `plan` raises.
        """

@final
class Searcher:
    """Segments with their deletes, searched as one."""

    def __new__(
        cls, fields: Sequence[str], segments: Sequence[tuple[Segment, bytes | None]]
    ) -> Searcher:
        """`segments`: each with a bit set of deleted documents, bit `d & 7` of byte `d >> 3`."""
    @property
    def doc_count(self) -> int:
        """Live documents."""
    @property
    def doc_space(self) -> int:
        """All documents: numbers lie below it."""
    def search(
        self, plan: Plan | tuple[Any, ...], limit: int, ranking: tuple[Any, ...]
    ) -> tuple[list[int], list[float]]:
        """The best documents and their scores: score falling, equal scores by rising number."""
    def page(
        self,
        plan: Plan | tuple[Any, ...],
        limit: int,
        offset: int,
        key_field: int | None,
        ranking: tuple[Any, ...],
    ) -> Page:
        """The best `limit` after the first `offset`, and their keys, as `keys` has them.

        No keys without `key_field`.
        """
    def ask(
        self,
        words: Words,
        text: str,
        all: bool,
        limit: int,
        offset: int,
        key_field: int | None,
    ) -> tuple[Plan, Page] | None:
        """The plan that `words` make of a text, and the page of that; None where they make none.

        Ranked by BM25 with k1 = 1.2 and b = 0.75.
        """
    def work(
        self, plan: Plan | tuple[Any, ...], limit: int, ranking: tuple[Any, ...]
    ) -> tuple[int, int, int, int, bool]:
        """What that search takes: (tried, scored, blocks, blocks read, exhaustive).

        Documents that were scored for a first threshold and to be hits, blocks of postings in the
        lists of its words and how many were read, and whether a ranking function had no bounds.
        """
    def search_many(
        self,
        plans: list[Plan | tuple[Any, ...]],
        limit: int,
        offset: int,
        key_field: int | None,
        threads: int,
        ranking: tuple[Any, ...],
    ) -> tuple[bytes, bytes, bytes, bytes, bytes]:
        """What `search` finds of each plan after the first `offset`, on several threads.

        `threads`: at most so many, this one among them; 0: one a core. As this machine's numbers:
        starts of the plans' hits and the last end (int64), documents (uint32), scores (float64),
        starts of the hits' keys and the last end (int64); and the keys as UTF-8. Without
        `key_field` there are no keys.
        """
    def count(self, plan: Plan | tuple[Any, ...]) -> int:
        """How many live documents match."""
    def cuts(self, plan: Plan | tuple[Any, ...]) -> list[tuple[int, str, int, int, bool]]:
        """The patterns that stand for more terms than were taken.

        (field, pattern, terms found, terms taken, whether it was too hard to follow to the end)
        """
    def suggest(
        self, fields: Sequence[int], word: str, edits: int, prefix: int, limit: int
    ) -> list[tuple[str, int, int]]:
        """Forms near a word: (form, edits, documents), the nearest, then the most frequent."""
    def keys(self, docs: Sequence[int], field: int) -> list[str | None]:
        """The first value of a keyword field in each document; None where it is empty."""
    def document(self, doc: int) -> dict[int, Any]:
        """The stored values by field number."""
    def value(self, doc: int, field: int) -> Any:
        """The stored value of one field, the others unread; None where there is none."""
    def answers(self, doc: int, field: int, prefix: str) -> Answers | None:
        """The answers that the document's segment holds for a field; None where it has none.

        `prefix`: the character of the document's analyzer where the field has several, else "".
        """
    def find(self, field: int, keys: Sequence[str]) -> list[int]:
        """The live document with each keyword, the last where several have it; -1 for none."""
    def next_live(self, doc: int) -> int:
        """The first live document at or after `doc`, or -1."""
    def explain(
        self, plan: Plan | tuple[Any, ...], doc: int, ranking: tuple[Any, ...]
    ) -> tuple[bool, float, str, dict[str, Any], list[Any]]:
        """(matched, score, kind, facts, children) of the plan's tree for one document."""

def merge(
    storage: Storage,
    name: str,
    segments: Sequence[tuple[Segment, bytes | None]],
    fields: Sequence[tuple[str, int, bool]],
) -> int:
    """Write the live documents of the segments, in order, as one. Returns the file's length.

    `fields`, (name, kind, stored), are those of the new segment: one that a segment lacks is empty
    for its documents, one that it has beside them is left out.
    """

def passages(
    analyzer: Analyzer,
    text: str,
    patterns: Sequence[tuple[Any, ...]],
    width: int,
    limit: int,
    answers: Answers | None = None,
) -> list[tuple[int, int, float, list[tuple[int, int]]]]:
    """The best passages of about `width` characters: (start, end, score, marks), in characters.

    A pattern is ("match", weight, [(term, offset), ...], slop), ("prefix", weight, prefix) or
    ("near", weight, span), whose own patterns mark nothing.
    With `answers`, filters in Python are asked about no form that these know.
    """

def plain_rows(
    documents: list[Mapping[str, object]],
    columns: Sequence[tuple[str, int, bool, Callable[[object], object]]],
) -> list[tuple[object, ...]] | None:
    """The rows of documents, as `Schema.row` makes them.

    Columns are (name, kind, whether it is the key, `convert`); that is asked about values that
    cannot stay as they are, and what it raises is raised. None where a document is to be looked at
    alone: it is no dict, lacks its key, or has a field that is no column.
    """

def next_batch(
    documents: Iterator[Mapping[str, object]], rows: int, chars: int
) -> tuple[list[Mapping[str, object]], int]:
    """The next documents, and how much text the dicts among them have; none at the end.

    As many as there are, up to `rows` or until they have so many `chars`. What is no dict ends
    them.
    """

def chars_of(document: Mapping[str, object] | tuple[object, ...]) -> int:
    """How much text there is in the values of a document, a dict or a row, in characters."""

def is_whole(text: str) -> bool:
    """Whether no half of a character stands alone in a text, so that it can be written as UTF-8."""

def pattern_fault(kind: str, text: str) -> str | None:
    """What is wrong with a pattern, a "wildcard" or a "regex"; None where nothing is."""

def build_mode() -> str:
    """ "release", or "debug" for a module that checks itself and is slow."""

def stem_languages() -> list[str]:
    """The languages that the filter "stem" knows, sorted."""
