"""The oracle's answers to rarer kinds of query: patterns, near spellings and places, likeness."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from searchlib import Keyword, Schema, Text
from searchlib.query.tree import (
    First,
    Fuzzy,
    MoreLike,
    Near,
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

from .truths import edits_between, in_range, lowercases, matches_of, nears, values

if TYPE_CHECKING:
    from .oracle import Entry, Frequencies, Scores


class Kinds:
    """What `Oracle` inherits; the names it takes from there are declared here."""

    schema: Schema
    kept: "dict[int, Entry]"
    live: "dict[int, Entry]"
    serials: dict[str, int]
    _searched: tuple[str, ...]
    _fields: Any
    _count: Any
    _words: Any
    _terms: Any
    _scored: Any
    _ranked: Any
    _frequencies: Any
    _idf: Any
    _doc_freq: Any

    def _meant(self, query: Query, name: str) -> set[str]:
        """The terms of a field that match a pattern, or have a form that does."""
        wanted = matches_of(query, folds=self._folds(name))
        known = (pair for entry in self.kept.values() for pair in self._pairs(entry, name))
        return {term for form, term in known if wanted(form)}

    def _pairs(self, entry: "Entry", name: str) -> Iterable[tuple[str, str]]:
        if isinstance(self.schema[name], Keyword):
            return [(value, value) for value in values(entry, name)]
        return entry.forms[name]

    def _folds(self, name: str) -> bool:
        field = self.schema[name]
        return isinstance(field, Text) and lowercases(field)

    def _any_term(self, wanted: dict[str, set[str]], boost: float) -> "Scores":
        return {
            serial: boost
            for serial, entry in self.live.items()
            if any(
                self._count(entry, name, [(t, 0)]) for name, terms in wanted.items() for t in terms
            )
        }

    def _terms_set(self, query: Terms, boost: float) -> "Scores | None":
        parts = (self._words(text, query.field, 1.0) for text in query.texts)
        found = [part for part in parts if part is not None]
        return dict.fromkeys(set().union(*found), boost) if found else None

    def _range(self, query: Range, boost: float) -> "Scores":
        matching = set()
        for name in self._fields(query.field):
            field = self.schema[name]
            for serial, entry in self.live.items():
                held: Iterable[Any] = values(entry, name)
                if isinstance(field, Text):
                    held = entry.places[name]
                if any(in_range(query, field, value, folds=self._folds(name)) for value in held):
                    matching.add(serial)
        return dict.fromkeys(matching, boost)

    def _has(self, entry: "Entry", name: str) -> bool:
        if isinstance(self.schema[name], Text):
            return bool(entry.places[name])
        return bool(values(entry, name))

    def _fuzzy(self, query: Fuzzy, boost: float) -> "Scores":
        names = self._fields(query.field)
        edits: dict[str, int] = {}
        holders: dict[str, list[str]] = {}
        for name in names:
            near = edits_between(query, folds=self._folds(name))
            for entry in self.kept.values():
                for form, term in self._pairs(entry, name):
                    if (away := near(form)) is not None:
                        edits[term] = min(away, edits.get(term, away))
                        holders.setdefault(term, []).append(name)
        if not edits:
            return {}
        known = [self._frequencies(dict.fromkeys(holders[term], term)) for term in edits]
        blended = (max(n for n, _ in known), max(cf for _, cf in known))
        best: Scores = {}
        for term, away in edits.items():
            parts = {name: [(term, 0)] if name in holders[term] else [] for name in names}
            likeness = 1 - away / (len(query.text) + 1)
            scores = self._scored(parts, boost * likeness, words=[blended], empty=True) or {}
            best |= {s: max(score, best.get(s, 0.0)) for s, score in scores.items()}
        return best

    def _near(self, query: Near | First, boost: float) -> "Scores | None":
        fields = [n for n in self._fields(field_of(query)) if n in self.schema.text_fields]
        if not fields:
            return {}  # a keyword has no places
        names = [name for name in fields if self._analyzed(query, name)]
        if not names:
            return None
        counts = {
            serial: {
                name: len(self._stretches(query, entry.places[name], name) or ()) for name in names
            }
            for serial, entry in self.live.items()
        }
        words = min((self._near_words(query, name) for name in names), key=self._rarity)
        return self._ranked(counts, words, boost)

    def _analyzed(self, query: Query, name: str) -> bool:
        return self._stretches(query, {}, name) is not None

    def _stretches(self, query: Query, places: Any, name: str) -> set[tuple[int, int]] | None:
        """Where a query stands in a field, half-open; None where analysis leaves nothing of it."""
        if isinstance(query, Term | Phrase):
            terms = self._terms(query.text, name)
            starts = [{place - offset for place in places.get(term, ())} for term, offset in terms]
            return (
                {(place, place + terms[-1][1] + 1) for place in starts[0].intersection(*starts[1:])}
                if terms
                else None
            )
        if isinstance(query, Prefix | Wildcard | Regex | Fuzzy):
            meant = self._meant(query, name)
            return {(place, place + 1) for term in meant for place in places.get(term, ())}
        if isinstance(query, First):
            inside = self._stretches(query.query, places, name)
            return inside and {(start, end) for start, end in inside if end <= query.within}
        queries = [Term(t) for t in query.texts] if isinstance(query, Terms) else query.queries
        parts = [self._stretches(part, places, name) for part in queries]
        kept = [part for part in parts if part is not None]
        if len(kept) <= 1 or not isinstance(query, Near):
            return set().union(*kept) if kept else None
        return nears(kept, query.distance, ordered=query.ordered)

    def _near_words(self, query: Query, name: str) -> "list[Frequencies]":
        """As of a phrase where all is needed, as of the most frequent where any will do."""
        if isinstance(query, Term | Phrase):
            terms = self._terms(query.text, name)
            return [self._frequencies({name: term}) for term, _ in terms]
        if isinstance(query, Prefix | Wildcard | Regex | Fuzzy):
            meant = self._meant(query, name)
            found = [self._frequencies({name: term}) for term in sorted(meant, key=str.encode)]
            return [max(found, key=lambda each: each[0], default=(0, 0.0))]
        if isinstance(query, First):
            return self._near_words(query.query, name)
        queries = [Term(t) for t in query.texts] if isinstance(query, Terms) else query.queries
        parts = [self._near_words(part, name) for part in queries if self._analyzed(part, name)]
        if isinstance(query, Near):
            return [word for words in parts for word in words]
        return min(parts, key=self._rarity)

    def _rarity(self, words: "list[Frequencies]") -> float:
        return sum(self._idf(n) for n, _ in words)

    def _more_like(self, query: MoreLike, boost: float) -> "Scores | None":
        names = query.fields or self._searched
        if query.key is not None:
            if query.key not in self.serials:
                return {}
            texts = [t for n in names for t in values(self.live[self.serials[query.key]], n)]
        else:
            texts = (
                [query.text]
                if query.text
                else [t for n, ts in query.document or () if n in names for t in ts]
            )
        counted = {
            name: Counter(term for text in texts for term, _ in self._terms(text, name))
            for name in names
        }
        weights = {}
        for term in sorted(set().union(*counted.values())):
            tf = max(counts[term] for counts in counted.values())
            n = max(self._doc_freq(name, term) for name in names if counted[name][term])
            if tf >= query.min_freq and n >= query.min_docs:
                weights[term] = tf * self._idf(n)
        if not any(counted.values()):
            return None
        taken = sorted(weights, key=lambda term: (-weights[term], term.encode()))[: query.max_terms]
        parts = [
            self._scored(
                {name: [(term, 0)] if counted[name][term] else [] for name in names},
                boost * weights[term],
                words=[self._frequencies({n: term for n in names if counted[n][term]})],
                empty=True,
            )
            or {}
            for term in taken
        ]
        itself = self.serials.get(query.key) if query.key is not None else None
        return {
            serial: sum(part.get(serial, 0.0) for part in parts)
            for serial in set().union(*parts) - {itself}
        }


def field_of(query: Query) -> str | None:
    """The field that a query, or one of those near each other in it, names."""
    if isinstance(query, First):
        return field_of(query.query)
    if isinstance(query, Near | Or):
        return next((name for part in query.queries if (name := field_of(part))), None)
    return getattr(query, "field", None)
