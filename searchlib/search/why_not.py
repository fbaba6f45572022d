"""Why does a document not match? The first condition that fails, beside what the document holds."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from ..analysis import Analyzer, Token, analyzer_named
from ..highlight import COMPOUNDS, Explained, children_of
from ..query.tree import Query
from ..schema import Keyword, Schema, Text
from .explanation import Explanation, bound_text, condition_text, explanation_of

MAX_SHOWN = 5  # words or values of a field
MAX_TOKENS = 100_000  # of a field, that are compared
LIKE = 4  # letters that the start of a word must share to be shown beside another


@attrs.frozen
class Held:
    """What a document holds in a field, beside what the failed condition looks for there."""

    field: str
    wanted: tuple[str, ...]  # terms, or what else is looked for
    found: tuple[str, ...]  # words with their terms, or values, nearest first; () where it has none
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        wanted = ", ".join(self.wanted) or "anything"
        found = ", ".join(self.found) or "nothing like it"
        yield f"{self.field}: wanted {wanted}; the document has {found}"
        yield from (f"  {note}" for note in self.notes)


@attrs.frozen
class WhyNot:
    """Why a document is not among the hits, as an object and, printed, as text.

    `clause` is the first condition that fails; None where the document matches, and then
    `explanation` tells its score. `held` compares it with the document, field by field.
    """

    key: str
    clause: str | None
    held: tuple[Held, ...]
    explanation: Explanation

    @property
    def matches(self) -> bool:
        return self.clause is None

    def __str__(self) -> str:
        if self.clause is None:
            return f"{self.key} matches, with a score of {self.explanation.value:.6g}"
        lines = [f"{self.key} does not match: {self.clause}"]
        lines += [f"  {line}" for held in self.held for line in held.lines()]
        return "\n".join(lines)


def why_not(
    explained: Explained, query: Query, schema: Schema, key: str, document: dict[str, object]
) -> WhyNot:
    """Compare an explained query with the document that it was explained for."""
    explanation = explanation_of(explained, schema)
    if explained[0]:
        return WhyNot(key, None, (), explanation)
    failed, text = _first_failure(explained, schema)
    held = tuple(_held(failed, _texts_of(query), schema, document))
    return WhyNot(key, text, held, explanation)


def _first_failure(explained: Explained, schema: Schema) -> tuple[list[Explained], str]:
    """The leaves that fail, or the one that is there and must not, and what to say of them."""
    _, _, kind, facts, children = explained
    if kind == "bool":
        parts = list(children_of(explained))
        for role, child in parts:
            if role in ("must", "filter") and not child[0]:
                leaves, text = _first_failure(child, schema)
                return leaves, f"filter: {text}" if role == "filter" else text
            if role == "must_not" and child[0]:
                return [child], f"excluded, and there: {condition_text(child, schema)}"
        wanted = [child for role, child in parts if role == "should"]
        return _none_of(wanted, schema)
    if kind == "at_least":
        there = sum(child[0] for child in children)
        missing = [child for child in children if not child[0]]
        leaves, text = _none_of(missing, schema)
        return leaves, f"{there} of at least {facts['count']} conditions hold; {text}"
    if kind == "dis_max":
        return _none_of(children, schema) if children else ([explained], "no word is spelled so")
    if kind in COMPOUNDS:
        return _first_failure(children[0], schema)
    return [explained], f"not there: {condition_text(explained, schema)}"


def _none_of(children: Sequence[Explained], schema: Schema) -> tuple[list[Explained], str]:
    if len(children) == 1:
        return _first_failure(children[0], schema)
    leaves = [leaf for child in children for leaf in _first_failure(child, schema)[0]]
    texts = [condition_text(child, schema) for child in children[:MAX_SHOWN]]
    more = f" or {len(children) - MAX_SHOWN} more" if children[MAX_SHOWN:] else ""
    return leaves[:MAX_SHOWN], f"none of these is there: {' or '.join(texts)}{more}"


def _held(
    leaves: Iterable[Explained], texts: Sequence[str], schema: Schema, document: dict[str, object]
) -> Iterator[Held]:
    for leaf in leaves:
        for number, wanted in _wanted(leaf, schema):
            name = schema.names[number]
            field = schema[name]
            values = _values(document.get(name))
            if not field.stored:
                yield Held(name, wanted, (), ("the field is not stored, so its text is not here",))
            elif isinstance(field, Text):
                analyzer = schema.analyzer_of(name, document)
                tokens = [token for value in values for token in analyzer.tokens(str(value))]
                yield _compared(name, analyzer, wanted, texts, tokens[:MAX_TOKENS], schema)
            else:
                shown = tuple(repr(str(value)) for value in values[:MAX_SHOWN])
                notes: tuple[str, ...] = ()
                if isinstance(field, Keyword) and any(
                    str(value).lower() in {each.lower() for each in wanted} for value in values
                ):
                    notes = ("a keyword is compared letter by letter, capitals included",)
                yield Held(name, wanted, shown, notes)


def _wanted(leaf: Explained, schema: Schema) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The number of each field that a leaf looks in, and what it wants there."""
    _, _, kind, facts, _ = leaf
    if kind == "match":
        for part in facts["fields"]:
            if part["terms"]:
                yield part["field"], tuple(term for term, _ in part["terms"])
    elif kind == "near":
        for part in facts["fields"]:
            yield part["field"], tuple(_span_terms(part["span"]))
    elif kind == "terms":
        for part in facts["fields"]:
            yield part["field"], (facts["wanted"] or f"one of {part['terms']} words",)
    elif kind == "prefix":
        for number, start in facts["fields"]:
            yield number, (f"{start}*",)
    elif kind == "exists":
        for number in facts["fields"]:
            yield number, ()
    elif kind == "range":
        field = schema[schema.names[facts["field"]]]
        low, high = (bound_text(facts[end], field) or "any" for end in ("low", "high"))
        yield facts["field"], (low if low == high else f"{low} to {high}",)


def _span_terms(span: tuple[Any, ...]) -> Iterator[str]:
    kind, inside = span[:2]
    if kind == "terms":
        yield from inside[:MAX_SHOWN]
    elif kind == "phrase":
        yield from (term for term, _ in inside)
    elif kind == "first":
        yield from _span_terms(inside)
    else:
        for part in inside:
            yield from _span_terms(part)


def _compared(
    name: str,
    analyzer: Analyzer,
    wanted: tuple[str, ...],
    texts: Sequence[str],
    tokens: Sequence[Token],
    schema: Schema,
) -> Held:
    """The document's tokens that are most like those wanted, and why they are not the same."""
    held = {token.term for token in tokens}
    if len(wanted) > 1 and held.issuperset(wanted):
        places = [
            f"{term!r} at {', '.join(str(t.position) for t in tokens if t.term == term)[:60]}"
            for term in wanted
        ]
        return Held(name, _quoted(wanted), tuple(places), ("the words stand, but not so together",))
    shown: dict[str, None] = {}
    notes: dict[str, None] = {}
    for term in wanted:
        if term in held:
            form = next(token.form for token in tokens if token.term == term)
            shown.setdefault(f"{form!r} -> {term!r}")
            continue
        typed = _typed(term, texts, analyzer)
        for token in tokens:
            if note := _difference(name, analyzer, typed, token, schema):
                notes.setdefault(note)
                shown.setdefault(f"{token.form!r} -> {token.term!r}")
            elif _alike(token.term, term) or _alike(token.form.lower(), typed.lower()):
                shown.setdefault(f"{token.form!r} -> {token.term!r}")
            if len(shown) >= MAX_SHOWN:
                break
    arrows = tuple(
        f"{typed!r} -> {term!r}" if (typed := _typed(term, texts, analyzer)) != term else repr(term)
        for term in wanted
    )
    return Held(name, arrows, tuple(shown), tuple(notes)[:MAX_SHOWN])


def _difference(
    name: str, analyzer: Analyzer, typed: str, token: Token, schema: Schema
) -> str | None:
    """How analysis keeps a token and a typed word apart that another analyzer takes for one."""
    for other in _others(analyzer, schema):
        asked, there = _terms(other, typed), _terms(other, token.form)
        if asked and asked == there:
            how = "is stemmed otherwise" if _stems(analyzer) else "is not stemmed"
            return f'analysis differs: query "{typed}" -> "{asked[0]}", field "{name}" {how}'
    return None


def _others(analyzer: Analyzer, schema: Schema) -> Iterator[Analyzer]:
    fields = (schema[name] for name in schema.text_fields)
    known = [each for field in fields if isinstance(field, Text) for each in field.analyzers]
    for other in dict.fromkeys([*known, analyzer_named("english")]):
        if other != analyzer:
            yield other


def _terms(analyzer: Analyzer, text: str) -> list[str]:
    return [token.term for token in analyzer.tokens(text)]


def _stems(analyzer: Analyzer) -> bool:
    return any(not each.folds for each in analyzer.filters)


def _typed(term: str, texts: Sequence[str], analyzer: Analyzer) -> str:
    """The word of the query that became this term; the term itself where none did."""
    for text in texts:
        for token in analyzer.tokens(text):
            if token.term == term:
                return token.form
    return term


def _texts_of(query: Query) -> list[str]:
    """The texts of all words and phrases of a query."""
    found: list[str] = []
    for name in getattr(type(query), "__slots__", ()):
        value = getattr(query, name, None)
        if name == "text" and isinstance(value, str):
            found.append(value)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Query):
                found += _texts_of(part)
    return found


def _alike(a: str, b: str) -> bool:
    """Whether two words start alike."""
    return a[:LIKE] == b[:LIKE] if min(len(a), len(b)) >= LIKE else a == b


def _quoted(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(repr(term) for term in terms)


def _values(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
