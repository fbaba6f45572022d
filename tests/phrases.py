"""Is a phrase of a text's own words found, and are just these words marked?

The twin reads the tokens of a text one by one; it knows neither postings nor passages.
"""

import random
import unicodedata
from collections.abc import Iterable, Mapping

import attrs

import searchlib
from searchlib import Analyzer, Keyword, Phrase, Schema, Text
from searchlib.analysis import ngrams

Span = tuple[int, int]


@attrs.define
class Tally:
    """How many phrases were asked, and what went wrong with them."""

    asked: int = 0
    lost: list[str] = attrs.field(factory=list)  # the document is no hit
    wrong: list[str] = attrs.field(factory=list)  # other words are marked
    cut: list[str] = attrs.field(factory=list)  # a mark ends inside a grapheme


def tally(analyzer: Analyzer, texts: Mapping[str, str], *, phrases: int, seed: int = 0) -> Tally:
    """Ask for `phrases` of 2 to 4 words of each text."""
    source, found = random.Random(seed), Tally()
    schema = Schema(id=Keyword(key=True), body=Text(analyzer=analyzer))
    with searchlib.in_memory(schema) as index:
        index.upsert({"id": key, "body": text} for key, text in texts.items())
        for key, text in texts.items():
            tokens = analyzer.tokens(text)
            places = sorted({token.position for token in tokens})
            for _ in range(phrases if len(places) > 4 else 0):
                size = source.randint(2, 4)
                at = source.randrange(len(places) - size)
                inside = [t for t in tokens if places[at] <= t.position <= places[at + size - 1]]
                phrase = text[min(t.start for t in inside) : max(t.end for t in inside)]
                check(index, key, text, phrase, analyzer, found)
    return found


def check(
    index: searchlib.Index, key: str, text: str, phrase: str, analyzer: Analyzer, found: Tally
) -> None:
    found.asked += 1
    query = Phrase(phrase, field="body")
    hits = {hit.key: hit for hit in index.search(query, limit=len(index))}
    if key not in hits:
        found.lost.append(f"{key}: {phrase!r}")
        return
    (passage,) = hits[key].highlight("body", format="spans", width=None)
    expected = joined(occurrences(analyzer, text, phrase))
    if list(passage.marks) != expected:
        found.wrong.append(f"{key}: {phrase!r}: {passage.marks} for {expected}")
    borders = {token.start for token in Analyzer(ngrams(1, 1)).tokens(text)} | {len(text)}
    for mark in passage.marks:
        if not borders.issuperset(mark) or any(continues(text, place) for place in mark):
            found.cut.append(f"{key}: {phrase!r}: {text[mark[0] : mark[1]]!r}")


def occurrences(analyzer: Analyzer, text: str, phrase: str) -> Iterable[Span]:
    """Where a text has the terms of a phrase, each at its distance from the first."""
    wanted: dict[int, set[str]] = {}
    for token in analyzer.of_queries().tokens(phrase):
        wanted.setdefault(token.position, set()).add(token.term)
    first = min(wanted)
    tokens = analyzer.tokens(text)
    at: dict[int, list[searchlib.Token]] = {}
    for token in tokens:
        at.setdefault(token.position, []).append(token)
    for start in at:
        placed = [
            [token for token in at.get(start + place - first, []) if token.term in terms]
            for place, terms in wanted.items()
        ]
        if all(placed):
            words = [words[0] for words in placed]
            yield min(word.start for word in words), max(word.end for word in words)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The spans with those that overlap or touch as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def continues(text: str, place: int) -> bool:
    """Whether the character at a place belongs to the one before it."""
    return 0 < place < len(text) and (
        unicodedata.category(text[place]) in ("Mn", "Me") or text[place] == "\u200d"
    )
