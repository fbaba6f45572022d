"""Do marks stand on the words that matched, and on no others, in the article's own text?"""

import html
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import Analyzer, Schema, Text
from searchlib.highlight import Passage
from searchlib.query.tree import And, Not, Or, Phrase, Prefix, Query, Term

from ..strategies import ANALYZERS

WORDS = [
    *("wind", "Winds", "WIND", "wind’s", "turbine", "turbines", "the", "of", "sea", "farm-land"),
    *("café", "cafe\u0301", "naïve", "Straße", "W-2", "R&D", "<b>", "don't", "“sea”"),
    *("🌬️", "👩‍👩‍👧", "𝒲", "𠀀𠀁", "हिन्दी", "\u200bwind", "ﬁne", "İstanbul"),
]
ASKED = ["wind", "winds", "turbine", "the", "sea", "café", "naïve", "straße", "𝒲", "farm", "don't"]
SEPARATORS = [" ", " ", " ", ", ", ". ", "—", "\n\n", "\t", " & ", '" ', "!? ", "\u2028"]
MARK = re.compile("</?mark>")


@attrs.frozen
class Case:
    analyzer: Analyzer
    values: list[str]
    query: Query

    @property
    def hit(self) -> Any:
        """The document among the hits, or None where it is not."""
        index = searchlib.in_memory(Schema(body=Text(analyzer=self.analyzer)))
        with index.writer() as writer:
            writer.add({"body": self.values})
        return next(iter(index.search(self.query)), None)

    def marked_tokens(self, passages: Iterable[Passage]) -> set[tuple[int, int, int]]:
        """(value, start, end) of each token that a mark touches."""
        marks = [
            (passage.value, start, end) for passage in passages for start, end in passage.marks
        ]
        return {
            (number, token.start, token.end)
            for number, value in enumerate(self.values)
            for token in self.analyzer.tokens(value)
            if any(n == number and s < token.end and token.start < e for n, s, e in marks)
        }

    def expected_tokens(self, leaf: Query) -> set[tuple[int, int, int]]:
        """(value, start, end) of each token that the leaf matches, by looking at each."""
        found = set()
        for number, value in enumerate(self.values):
            tokens = self.analyzer.tokens(value)
            if isinstance(leaf, Prefix):
                matching = [t for t in tokens if self.starts(t, leaf.text)]
            else:
                matching = self.occurrences(tokens, leaf)
            found |= {(number, token.start, token.end) for token in matching}
        return found

    def occurrences(self, tokens: list[Any], leaf: Any) -> list[Any]:
        asked = self.analyzer.tokens(leaf.text)
        wanted = [(t.term, t.position - asked[0].position) for t in asked]
        by_place = {token.position: token for token in tokens}
        found = []
        for first in by_place:
            there = [by_place.get(first + offset) for _, offset in wanted]
            if all(t and t.term == term for t, (term, _) in zip(there, wanted, strict=True)):
                found += there
        return found

    def starts(self, token: Any, start: str) -> bool:
        if "lowercase" in [part.name for part in self.analyzer.filters]:
            return token.term.startswith(start.lower()) or token.form.lower().startswith(
                start.lower()
            )
        return token.term.startswith(start) or token.form.startswith(start)


@st.composite
def articles(draw: st.DrawFn, *, max_words: int = 40) -> str:
    words = draw(st.lists(st.sampled_from(WORDS), max_size=max_words))
    return "".join(word + draw(st.sampled_from(SEPARATORS)) for word in words)


def asked() -> st.SearchStrategy[Query]:
    words = st.sampled_from(ASKED)
    phrases = st.lists(words, min_size=1, max_size=3).map(" ".join)
    prefixes = st.sampled_from(["w", "win", "turb", "caf", "st", "𝒲", "do"])
    return st.one_of(
        st.builds(Term, words), st.builds(Phrase, phrases), st.builds(Prefix, prefixes)
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    analyzer = Text(analyzer=draw(st.sampled_from(ANALYZERS))).analyzer
    values = draw(st.lists(articles(), min_size=1, max_size=2))
    return Case(analyzer, values, Or(*draw(st.lists(asked(), min_size=1, max_size=3))))


@given(cases())
def test_in_a_whole_text_exactly_the_words_that_matched_are_marked(case: Case) -> None:
    leaves = getattr(case.query, "queries", (case.query,))
    expected = set().union(*map(case.expected_tokens, leaves))
    hit = case.hit
    passages = [] if hit is None else hit.highlight("body", format="spans", width=None, limit=9)
    assert case.marked_tokens(passages) == expected


@given(cases(), st.integers(1, 120), st.integers(1, 5))
def test_passages_are_pieces_of_the_article_with_their_marks_inside(
    case: Case, width: int, limit: int
) -> None:
    if (hit := case.hit) is None:
        return
    passages = hit.highlight("body", format="spans", width=width, limit=limit)
    assert 1 <= len(passages) <= limit
    for passage in passages:
        assert passage.text == case.values[passage.value][passage.start : passage.end]
        ends = [passage.start, *(place for mark in passage.marks for place in mark), passage.end]
        assert ends == sorted(ends)
        assert all(start < end for start, end in passage.marks)
        assert passage.marks
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)
    spans = sorted((p.value, p.start, p.end) for p in passages)
    assert [
        (one, other) for one, other in pairwise(spans) if one[0] == other[0] and one[2] > other[1]
    ] == [], "passages overlap"


@given(cases(), st.integers(20, 120))
def test_the_marks_of_a_passage_are_those_of_the_whole_text_that_lie_in_it(
    case: Case, width: int
) -> None:
    if (hit := case.hit) is None:
        return
    whole = {
        (passage.value, *mark)
        for passage in hit.highlight("body", format="spans", width=None, limit=9)
        for mark in passage.marks
    }
    for passage in hit.highlight("body", format="spans", width=width, limit=9):
        inside = {
            (start, end)
            for number, start, end in whole
            if number == passage.value and passage.start <= start and end <= passage.end
        }
        assert set(passage.marks) == inside


@given(cases())
def test_html_without_its_marks_is_the_passage_escaped(case: Case) -> None:
    if (hit := case.hit) is None:
        return
    passages = hit.highlight("body", format="spans")
    written = hit.highlight("body", format="html")
    # Nothing but marks is markup, and what is left is the article's own text.
    assert [html.unescape(MARK.sub("", text)) for text in written] == [p.text for p in passages]
    assert ["<" in MARK.sub("", text) for text in written] == [False] * len(written)
    assert [len(MARK.findall(text)) for text in written] == [2 * len(p.marks) for p in passages]


@given(cases(), asked())
def test_what_the_query_excludes_or_filters_by_is_not_marked(case: Case, other: Query) -> None:
    plain = case.hit
    if plain is None:
        return
    for query in (And(case.query, Not(other)), Or(case.query, Not(other))):
        hit = attrs.evolve(case, query=query).hit
        if hit is not None:
            assert hit.highlight("body") == plain.highlight("body")


@pytest.mark.parametrize("width", [40, 100, 200])
def test_a_passage_is_about_as_wide_as_it_was_asked_for(width: int) -> None:
    text = "There is nothing to be seen in this sentence. " * 200
    text = text[:4_000] + "Here the wind turns a turbine. " + text[4_000:]
    hit = Case(Text().analyzer, [text], Term("turbine")).hit
    (passage,) = hit.highlight("body", format="spans", width=width)
    assert width / 2 <= len(passage.text) <= 2 * width


def test_the_best_passage_comes_first() -> None:
    filler = "Nothing is to be seen here, for a long while. " * 20
    one, both = "The wind is up. ", "The wind turns a turbine. "
    text = filler + one + filler + both + filler + one
    case = Case(Text().analyzer, [text], Or(Term("wind"), Term("turbine")))
    first, *others = case.hit.highlight("body", width=60)
    assert "<mark>wind</mark> turns a <mark>turbine</mark>" in first
    assert len(others) == 2


def test_a_long_article_is_marked_to_its_end() -> None:
    text = "a word, " * 500_000 + "then wind"
    hit = Case(Text().analyzer, [text], Term("wind")).hit
    (passage,) = hit.highlight("body", format="spans")
    assert passage.marks == ((len(text) - 4, len(text)),)
    assert passage.end == len(text)
