"""Why is a document not among the hits? The first clause that it fails, and the words that it has.

Each clause is asked of this document alone, from left to right; of alternatives, each is told.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches

import attrs

from ..errors import shown
from ..query.targets import Column, Words, targets_of
from ..query.tree import (
    And,
    Bool,
    Boost,
    Combined,
    Constant,
    Decay,
    Demote,
    DisMax,
    FieldScore,
    Filter,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
)
from ..schema import Keyword, Schema
from .request import Request
from .searcher import Searcher

MAX_ALTERNATIVES = 10  # of an OR that are told
MAX_WORDS = 5  # of the document that are shown beside the query's
MAX_CHARS = 200_000  # of a field that are looked at

_words = re.compile(r"\w+(?:['’.-]\w+)*").findall


@attrs.frozen
class FieldWords:
    """What one field was asked for, and what the document has there.

    `wanted` are the query's terms in this field, `found` the nearest words of the document, each
    with its terms; `note` says what stands between them.
    """

    field: str
    wanted: tuple[str, ...]
    found: tuple[tuple[str, tuple[str, ...]], ...]
    note: str

    def __str__(self) -> str:
        parts = [f"looked for {_listed(self.wanted)}"] if self.wanted else []
        if self.found:
            pairs = (
                shown(word) if terms == (word,) else f"{shown(word)} -> {_listed(terms)}"
                for word, terms in self.found
            )
            parts.append(f"the document has {', '.join(pairs)}")
        return f"{self.field}: {'; '.join([*parts, self.note])}"


@attrs.frozen
class WhyNot:
    """The first clause of a query that a document fails; `clause` is None where it matches.

    `reason` is one sentence; `fields` shows the words of the query and of the document side by
    side; `parts` has the same for each alternative, where none of several holds.

    >>> import searchlib
    >>> index = searchlib.in_memory(searchlib.Schema(
    ...     id=searchlib.Keyword(key=True), title=searchlib.Text(),
    ...     body=searchlib.Text(analyzer="english")))
    >>> _ = index.upsert({"id": "a", "title": "A run", "body": "They were running."})
    >>> print(index.why_not("body:run AND title:running", "a"))
    title:running: no field that is looked in has it
      title: looked for 'running'; the document has 'run'; analysis differs: one word in 'body' only
      body: has it, but is not looked in
    """

    clause: Query | None
    reason: str
    fields: tuple[FieldWords, ...] = ()
    parts: "tuple[WhyNot, ...]" = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The lines of the text, each indented by its depth."""
        indent = "  " * depth
        yield (
            f"{indent}{self.reason}"
            if self.clause is None
            else (f"{indent}{self.clause}: {self.reason}")
        )
        for field in self.fields:
            yield f"{indent}  {field}"
        for part in self.parts:
            yield from part.lines(depth + 1)

    def __str__(self) -> str:
        return "\n".join(self.lines())


def why_not(
    searcher: Searcher,
    query: Query,
    doc: int,
    planned: Callable[[Query], Request],
    fields: str | Iterable[str] | None,
) -> WhyNot:
    """Return why the document does not match the query; `planned` plans a part of it.

    `fields` is where words without a field are looked for.
    """
    words = targets_of(searcher.schema).among(fields)
    return _Asking(searcher, doc, planned, words).of(query) or WhyNot(None, "the document matches")


class _Asking:
    def __init__(
        self, searcher: Searcher, doc: int, planned: Callable[[Query], Request], words: Words
    ) -> None:
        self.searcher = searcher
        self.schema: Schema = searcher.schema
        self.doc = doc
        self.planned = planned
        self.words = words
        self.document = searcher.document(doc)

    def holds(self, query: Query) -> bool:
        return self.searcher.explain(self.planned(query).plan, self.doc)[0]

    def of(self, query: Query) -> WhyNot | None:
        """Why the document fails the query; None where it does not."""
        if self.holds(query):
            return None
        if isinstance(query, Boost | Constant | Filter | Decay | Demote | FieldScore):
            return self.of(query.query)
        if isinstance(query, And):
            return self._first(query.queries, query)
        if isinstance(query, Not):
            return WhyNot(query, f"the document has {query.query}, which is excluded")
        if isinstance(query, Or | DisMax):
            return self._none_of(query, query.queries)
        if isinstance(query, Bool):
            required = (*query.must, *(Not(each) for each in query.must_not))
            if any(not self.holds(each) for each in required):
                return self._first(required, query)
            return self._none_of(query, query.should)
        return self._leaf(query)

    def _first(self, queries: tuple[Query, ...], whole: Query) -> WhyNot:
        for query in queries:
            if not self._is_left_out(query) and (found := self.of(query)) is not None:
                return found
        return WhyNot(whole, "no clause of it alone fails, but all together do")

    def _is_left_out(self, query: Query) -> bool:
        """Does analysis leave nothing of it, so that the query goes without?"""
        planned = self.planned(query)
        return any(each.kind in ("removed", "no-fields") for each in planned.diagnostics)

    def _none_of(self, whole: Query, queries: tuple[Query, ...]) -> WhyNot:
        failing = [found for each in queries if (found := self.of(each)) is not None]
        count = len(queries) - len(failing)
        reason = f"{count} of {len(queries)} alternatives hold" if count else "no alternative holds"
        if len(failing) > MAX_ALTERNATIVES:
            reason += f", {MAX_ALTERNATIVES} of them follow"
        return WhyNot(whole, reason, parts=tuple(failing[:MAX_ALTERNATIVES]))

    def _leaf(self, query: Query) -> WhyNot:
        if isinstance(query, Combined):
            names = [name for name, _ in query.fields]
            target = targets_of(self.schema).among(names)
            return self._told(query, query.text, target, is_phrase=query.phrase)
        name = getattr(query, "field", None)
        of_field = self.words if name is None else targets_of(self.schema).of(name)
        if isinstance(of_field, Column):
            value = self.document.get(of_field.name)
            has = "no value" if value is None else f"{value}"
            return WhyNot(query, f"the document has {has} in field {of_field.name!r}")
        if isinstance(query, Term | Phrase | Prefix | Fuzzy):
            return self._told(query, query.text, of_field, is_phrase=isinstance(query, Phrase))
        looked_in = ", ".join(of_field.names)
        return WhyNot(query, f"nothing in {looked_in} of the document matches it")

    def _told(self, query: Query, text: str, target: Words, *, is_phrase: bool) -> WhyNot:
        """What the document has in each field instead of a word or phrase."""
        if diagnostics := self.planned(query).diagnostics:
            return WhyNot(query, diagnostics[0].message)
        rows = []
        for name in target.names:
            rows += self._row(name, text, is_phrase=is_phrase)
        for name in self.schema.text_fields:
            if name not in target.names and isinstance(query, Term | Phrase):
                elsewhere = attrs.evolve(query, field=name, span=None)
                if self.holds(elsewhere):
                    rows.append(FieldWords(name, (), (), "has it, but is not looked in"))
        return WhyNot(query, "no field that is looked in has it", tuple(rows))

    def _row(self, name: str, text: str, *, is_phrase: bool) -> list[FieldWords]:
        field = self.schema[name]
        if not field.stored:
            return [FieldWords(name, (), (), "is not stored, so its words are not here to see")]
        value = self.document.get(name)
        values = value if isinstance(value, list) else [value]
        texts = [each[:MAX_CHARS] for each in values if isinstance(each, str) and each]
        if not texts:
            return [FieldWords(name, (), (), "is empty in this document")]
        if isinstance(field, Keyword):
            near = get_close_matches(text, texts, n=MAX_WORDS, cutoff=0) or texts[:MAX_WORDS]
            same = [each for each in near if each.casefold() == text.casefold()]
            note = "letter case differs" if same else "none of its values is that"
            return [FieldWords(name, (text,), tuple((each, (each,)) for each in near), note)]
        has = {word: self._terms(name, word) for each in texts for word in _words(each)}
        all_terms = {term for terms in has.values() for term in terms}
        rows = []
        missing = False
        for word in _words(text) or [text]:
            wanted = self._terms(name, word)
            if not wanted or all_terms.issuperset(wanted):
                continue
            missing = True
            alike = self._same_elsewhere(name, word, has)
            near = list(alike) or get_close_matches(word, has, n=MAX_WORDS, cutoff=0.7)
            if alike:
                other = next(iter(alike.values()))
                note = f"analysis differs: one word in {other!r} only"
            else:
                note = "spelled otherwise" if near else "nothing like it is there"
            found = tuple((each, has[each]) for each in near[:MAX_WORDS])
            rows.append(FieldWords(name, wanted, found, note))
        if not missing:
            wanted = self._terms(name, text)
            note = (
                "all of its words are there, but not so near each other"
                if is_phrase
                else ("its parts are there, but not side by side")
            )
            rows.append(FieldWords(name, wanted, (), note))
        return rows

    def _terms(self, name: str, word: str) -> tuple[str, ...]:
        """What a word is in a text field."""
        target = targets_of(self.schema).of(name)
        assert isinstance(target, Words)  # the caller looks in text fields only
        return tuple(term for term, _ in target.groups[0].terms(word))

    def _same_elsewhere(
        self, name: str, word: str, has: dict[str, tuple[str, ...]]
    ) -> dict[str, str]:
        """Words of the document that another field would hold for this one, with that field."""
        for other in self.schema.text_fields:
            if other != name and (terms := self._terms(other, word)):
                same = [each for each in has if self._terms(other, each) == terms]
                if same:
                    return dict.fromkeys(same[:MAX_WORDS], other)
        return {}


def _listed(terms: tuple[str, ...]) -> str:
    return " ".join(map(shown, terms))
