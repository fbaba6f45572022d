"""What should the index answer? The whole engine in plain Python, with no index.

Every document is looked at for every query, and every number is worked out anew from the tokens.
It takes its tokens from the library's analyzers, which have tests of their own, and nothing else.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from searchlib import Keyword, Schema, Text, WordCounts
from searchlib.query.tree import (
    All,
    And,
    Bool,
    Boost,
    Combined,
    Constant,
    Decay,
    Demote,
    DisMax,
    Exists,
    FieldScore,
    Filter,
    First,
    Fuzzy,
    MoreLike,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Regex,
    Term,
    Terms,
    Wildcard,
)

from .oracle_kinds import Kinds
from .rankings import Formula, bm25
from .truths import factor_of, lowercases, micros, values

BM25 = bm25()
GAP = 100  # positions between two values of one text field

Frequencies = tuple[int, float]  # n and cf of a word
Scores = dict[int, float]  # serial number of each matching document -> its score
Found = list[tuple[str, int]]  # what a text becomes: each term, and its distance from the first


@attrs.define(eq=False)
class Entry:
    """A document as it was given, and what analysis makes of its text fields."""

    serial: int  # place in the order of insertion; a replaced document gets a new one
    document: Mapping[str, Any]
    places: dict[str, dict[str, list[int]]]  # field -> term -> positions, rising
    lengths: Counter[str]  # field -> number of terms
    words: dict[str, set[str]]  # field -> forms and terms, for prefixes
    forms: dict[
        str, set[tuple[str, str]]
    ]  # field -> each form with its term, each term with itself


class Oracle(Kinds):
    """An index by the book: `add`, `upsert`, `delete`, `commit`, `rollback`, `search`."""

    def __init__(self, schema: Schema, formula: Formula = BM25) -> None:
        self.schema, self.formula = schema, formula
        self.kept: dict[int, Entry] = {}  # every document of the statistics, deleted ones too
        self.live: dict[int, Entry] = {}  # what a search finds, by serial
        self.pending: dict[int, Entry] = {}  # what it will find after the commit
        self.pending_kept: dict[int, Entry] = {}
        self.serials: dict[str, int] = {}  # key -> serial of the live document that has it
        self.holders: dict[str, int] = {}  # the same for the pending ones
        self.next_serial = 0

    # Changing

    def add(self, document: Mapping[str, Any]) -> bool:
        """Add a document at the end; False, and nothing changed, where its key is taken."""
        if self.schema.key is not None:
            if document[self.schema.key] in self.holders:
                return False
            self.holders[document[self.schema.key]] = self.next_serial
        entry = self._entry(document)
        self.pending[entry.serial] = self.pending_kept[entry.serial] = entry
        return True

    def add_all(self, documents: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """Add documents up to the first whose key is taken, which is returned."""
        return next((document for document in documents if not self.add(document)), None)

    def upsert_all(self, documents: Iterable[Mapping[str, Any]]) -> None:
        for document in documents:
            self.upsert(document)

    def upsert(self, document: Mapping[str, Any]) -> None:
        self.delete(document[self.schema.key])
        self.add(document)

    def delete(self, key: str) -> bool:
        """Delete the document with this key; False where there is none."""
        return key in self.holders and bool(self.pending.pop(self.holders.pop(key)))

    def delete_matching(self, query: Query) -> None:
        """Delete what matches, among the pending documents too."""
        live, self.live = self.live, self.pending
        gone = dict(self.search(query))
        self.live = live
        self.pending = {serial: e for serial, e in self.pending.items() if serial not in gone}
        self.holders = {key: serial for key, serial in self.holders.items() if serial not in gone}

    def commit(self) -> None:
        self.live, self.kept = dict(self.pending), dict(self.pending_kept)
        self.serials = dict(self.holders)

    def rollback(self) -> None:
        self.pending, self.pending_kept = dict(self.live), dict(self.kept)
        self.holders = dict(self.serials)

    def keep_only(self, serials: Iterable[int]) -> None:
        """Drop deleted documents from the statistics, as a merge does; the live ones must stay."""
        wanted = list(serials)
        assert self.live.keys() <= set(wanted) <= self.kept.keys(), "a merge lost a document"
        assert wanted == sorted(wanted), "a merge changed the order of insertion"
        self.kept = {serial: self.kept[serial] for serial in wanted}
        self.pending_kept = dict(self.kept)

    def content(self, serial: int) -> str:
        """All of a live document but its key: documents of equal content score the same."""
        document = self.live[serial].document
        return repr(sorted(item for item in document.items() if item[0] != self.schema.key))

    # Searching

    def search(self, query: Query, *, fields: Any = None, filter: Any = None) -> list[Any]:
        """Every matching (serial, score): score falling, equal scores by order of insertion."""
        self._searched = tuple(fields or self.schema.text_fields)
        scores = self._scores(query, 1.0) or {}
        if filter is not None:
            self._searched = self.schema.text_fields
            allowed = self._scores(filter, 1.0) or {}
            scores = {serial: scores[serial] for serial in scores if serial in allowed}
        return sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))

    def _scores(self, query: Query, boost: float) -> Scores | None:
        """What matches; None where analysis leaves nothing of the query: then it asks nothing."""
        match query:
            case All():
                return dict.fromkeys(self.live, boost)
            case Nothing():
                return {}
            case Boost():
                return self._scores(query.query, boost * query.factor)
            case And():
                return self._bool(query.queries, (), (), boost)
            case Or():
                return self._bool((), query.queries, (), boost)
            case Not():
                return self._bool((), (), (query.query,), boost)
            case Bool():
                at_least = query.minimum
                return self._bool(query.must, query.should, query.must_not, boost, at_least)
            case Prefix():
                return self._prefix(query, boost)
            case Term() | Phrase():
                return self._words(query.text, query.field, boost)
            case Wildcard() | Regex():
                names = self._fields(query.field)
                return self._any_term({name: self._meant(query, name) for name in names}, boost)
            case Terms():
                return self._terms_set(query, boost)
            case Range():
                return self._range(query, boost)
            case Exists():
                return {s: boost for s, e in self.live.items() if self._has(e, query.field)}
            case Fuzzy():
                return self._fuzzy(query, boost)
            case Combined():
                weights = {name: weight * self.schema[name].boost for name, weight in query.fields}
                parts = {name: self._terms(query.text, name) for name in weights}
                return self._scored(parts, boost, weights)
            case Near() | First():
                return self._near(query, boost)
            case MoreLike():
                return self._more_like(query, boost)
            case Constant():
                scores = self._scores(query.query, 1.0)
                return scores and dict.fromkeys(scores, query.score * boost)
            case Filter():
                scores = self._scores(query.query, 1.0)
                return scores and dict.fromkeys(scores, 0.0)
            case DisMax():
                parts = self._parts(query.queries, boost)
                found = {s: [part[s] for part in parts if s in part] for s in set().union(*parts)}
                best = {
                    s: max(all_) + query.tie * (sum(all_) - max(all_)) for s, all_ in found.items()
                }
                return best if parts else None
            case Demote():
                scores = self._scores(query.query, boost)
                low = self._scores(query.negative, 1.0) or {}
                return scores and {
                    s: v * (query.factor if s in low else 1) for s, v in scores.items()
                }
            case Decay() | FieldScore():
                scores = self._scores(query.query, boost)
                return scores and {
                    s: v * factor_of(query, values(self.live[s], query.field))
                    for s, v in scores.items()
                }
        raise TypeError(f"the oracle knows no {query!r}")

    def _bool(
        self, must: Any, should: Any, must_not: Any, boost: float, minimum: int = 0
    ) -> Scores | None:
        # A NOT beside something required only takes away; alone it is "all but", worth 1.
        must_not = [*must_not, *(part.query for part in must if isinstance(part, Not))]
        required = self._parts((part for part in must if not isinstance(part, Not)), boost)
        welcome, excluded = self._parts(should, boost), self._parts(must_not, 1.0)
        if minimum and welcome:
            # So many of those of which analysis leaves something are required.
            counts = Counter(serial for part in welcome for serial in part)
            enough = min(minimum, len(welcome))
            found = [serial for serial, count in counts.items() if count >= enough]
            sums = {serial: sum(part.get(serial, 0.0) for part in welcome) for serial in found}
            required, welcome = [*required, sums], []
        if not required and not welcome:
            if not excluded:
                return None
            required = [dict.fromkeys(self.live, boost)]
        sets = [set(part) for part in required or welcome]
        matching = set.intersection(*sets) if required else set.union(*sets)
        return {
            serial: sum(part.get(serial, 0.0) for part in (*required, *welcome))
            for serial in matching.difference(*excluded)
        }

    def _parts(self, queries: Iterable[Query], boost: float) -> list[Scores]:
        parts = (self._scores(query, boost) for query in queries)
        return [part for part in parts if part is not None]

    def _prefix(self, query: Prefix, boost: float) -> Scores:
        matching = set()
        for name in self._fields(query.field):
            field = self.schema[name]
            start = query.text
            if isinstance(field, Text) and lowercases(field):
                start = start.lower()
            for serial, entry in self.live.items():
                held = entry.words[name] if isinstance(field, Text) else values(entry, name)
                if any(word.startswith(start) for word in held):
                    matching.add(serial)
        return dict.fromkeys(matching, boost)

    def _words(self, text: str, name: str | None, boost: float) -> Scores | None:
        if name is not None and not isinstance(self.schema[name], Text | Keyword):
            wanted = in_column(self.schema[name], text)
            return {
                serial: boost
                for serial, entry in self.live.items()
                if any(wanted(value) for value in values(entry, name))
            }
        return self._scored({name: self._terms(text, name) for name in self._fields(name)}, boost)

    def _scored(
        self,
        parts: dict[str, Found],
        boost: float,
        weights: dict[str, float] | None = None,
        *,
        words: list[Frequencies] | None = None,
        empty: bool = False,
    ) -> Scores | None:
        """The scores of a word or phrase; `empty` fields count towards lengths too."""
        parts = {name: terms for name, terms in parts.items() if terms or empty}
        if not parts:
            return None
        if words is None:
            words = [
                self._frequencies(
                    {name: terms[i][0] for name, terms in parts.items() if terms[i:]}, weights
                )
                for i in range(max(map(len, parts.values())))
            ]
        counts = {
            serial: {name: self._count(entry, name, terms) for name, terms in parts.items()}
            for serial, entry in self.live.items()
        }
        return self._ranked(counts, words, boost, weights)

    def _frequencies(
        self, terms: Mapping[str, str], weights: dict[str, float] | None = None
    ) -> Frequencies:
        """n and cf of a word: its term in each field."""
        weights = weights or {name: self.schema[name].boost for name in terms}
        return (
            max((self._doc_freq(name, term) for name, term in terms.items()), default=0),
            sum(
                weights[name] * self._count(entry, name, [(term, 0)])
                for name, term in terms.items()
                for entry in self.kept.values()
            ),
        )

    def _ranked(
        self,
        counts: dict[int, dict[str, int]],
        words: list[Frequencies],
        boost: float,
        weights: dict[str, float] | None = None,
    ) -> Scores:
        """The scores where each field of a document has what is looked for so often."""
        names = next(iter(counts.values()), {})
        weights = weights or {name: self.schema[name].boost for name in names}
        texts = [name for name in names if isinstance(self.schema[name], Text)]
        average = sum(
            weights[name] * sum(entry.lengths[name] for entry in self.kept.values())
            for name in texts
        ) / (len(self.kept) or 1)
        average = average if texts else 1.0
        total = len(self.kept)
        known = [WordCounts(total, n, cf, average * total, average) for n, cf in words]
        scores = {}
        for serial, found in counts.items():
            tf = sum(weights[name] * count for name, count in found.items())
            length = sum(weights[name] * self.live[serial].lengths[name] for name in texts)
            if tf:
                length = length if texts else 1.0
                scores[serial] = boost * sum(self.formula(tf, length, word) for word in known)
        return scores

    def _count(self, entry: Entry, name: str, terms: Found) -> int:
        """At how many places of the field do the terms stand, each at its distance?"""
        if not terms:
            return 0
        if isinstance(self.schema[name], Keyword):
            return int(terms[0][0] in values(entry, name))
        places = entry.places[name]
        if len(terms) == 1:
            return len(places.get(terms[0][0], ()))
        starts = [{place - offset for place in places.get(term, ())} for term, offset in terms]
        return len(starts[0].intersection(*starts[1:]))

    def _doc_freq(self, name: str, term: str) -> int:
        if isinstance(self.schema[name], Keyword):
            return sum(term in values(entry, name) for entry in self.kept.values())
        return sum(term in entry.places[name] for entry in self.kept.values())

    def _idf(self, n: int) -> float:
        return math.log(1 + (len(self.kept) - n + 0.5) / (n + 0.5))

    def _fields(self, name: str | None) -> tuple[str, ...]:
        return self._searched if name is None else (name,)

    # Reading documents

    def _terms(self, text: str, name: str) -> Found:
        field = self.schema[name]
        if isinstance(field, Keyword):
            return [(text, 0)]
        tokens = field.analyzer.tokens(text)
        return [(token.term, token.position - tokens[0].position) for token in tokens]

    def _entry(self, document: Mapping[str, Any]) -> Entry:
        entry = Entry(self.next_serial, document, {}, Counter(), {}, {})
        self.next_serial += 1
        for name in self.schema.text_fields:
            lower = lowercases(self.schema[name])
            places = entry.places[name] = {}
            held = entry.words[name] = set()
            forms = entry.forms[name] = set()
            base = 0
            for value in values(entry, name):
                last = -1
                for token in self.schema[name].analyzer.tokens(value):
                    last = token.position
                    places.setdefault(token.term, []).append(base + last)
                    form = token.form.lower() if lower else token.form
                    held |= {token.term, form}
                    forms |= {(token.term, token.term), (form, token.term)}
                    entry.lengths[name] += 1
                base += last + 1 + GAP
        return entry


def in_column(field: Any, text: str) -> Any:
    """A question to ask each value of a number, date or boolean field."""
    try:
        wanted = field.parse(text)
    except ValueError:
        return lambda value: False
    if isinstance(wanted, tuple):
        return lambda value: wanted[0] <= micros(value) < wanted[1]
    return lambda value: value == wanted
