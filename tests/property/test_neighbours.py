"""Synonyms of several words and shingles against twins that look at whole lists of words."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

import searchlib
from searchlib import Keyword, Phrase, Schema, Text
from searchlib.analysis import shingles, stop, synonyms, whitespace

WORD = st.sampled_from("abcd")
WORDS = st.lists(WORD, min_size=1, max_size=6)
ENTRY = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
GROUPS = st.lists(st.lists(ENTRY, min_size=2, max_size=3, unique=True), max_size=2)
SIDE = st.lists(ENTRY, min_size=1, max_size=2, unique=True)
RULES = st.lists(st.tuples(SIDE, SIDE), max_size=2)
DOCUMENTS = st.lists(WORDS, min_size=1, max_size=6)

Groups = list[list[str]]
Rules = list[tuple[list[str], list[str]]]


def held(word: str, groups: Groups, rules: Rules) -> set[str]:
    """What an index holds for a word: entries of one word that it stands for."""
    held, stays = set(), True
    for left, right in rules:
        if word in left and any(" " not in entry for entry in right):
            held |= {entry for entry in right if " " not in entry}
            stays &= any(" " in entry for entry in right)
    for group in groups:
        if word in group and any(" " not in entry for entry in group):
            held |= {entry for entry in group if " " not in entry}
            stays = True
    return held | ({word} if stays else set())


def others(entry: str, groups: Groups, rules: Rules) -> set[str]:
    """What says the same as an entry, where one of the two has several words."""
    same = {other for group in groups if entry in group for other in group}
    for left, right in rules:
        same |= {*left, *right} if entry in left else {*left} if entry in right else set()
    return {other for other in same - {entry} if " " in other or " " in entry}


def said(words: list[str], groups: Groups, rules: Rules) -> Iterable[list[str]]:
    """Every way of saying the words."""
    if not words:
        yield []
    for size in range(1, len(words) + 1):
        entry = " ".join(words[:size])
        for start in {*others(entry, groups, rules), *([entry] if size == 1 else [])}:
            for rest in said(words[size:], groups, rules):
                yield [*start.split(), *rest]


@given(GROUPS, RULES, DOCUMENTS, WORDS)
@settings(max_examples=300, deadline=None)
def test_a_phrase_finds_what_says_it_in_any_way(groups, rules, documents, phrase):
    ways = list(said(phrase, groups, rules))
    if len(ways) > 64:
        return
    found = {
        number
        for number, words in enumerate(documents)
        for way in ways
        for start in range(len(words) - len(way) + 1)
        if all(
            held(mine, groups, rules) & held(theirs, groups, rules)
            for mine, theirs in zip(way, words[start:], strict=False)
        )
    }
    schema = Schema(
        id=Keyword(key=True),
        body=Text(analyzer=whitespace() | synonyms(groups=groups, rules=rules)),
    )
    with searchlib.in_memory(schema) as index:
        index.upsert({"id": str(n), "body": " ".join(words)} for n, words in enumerate(documents))
        hits = index.search(Phrase(" ".join(phrase), field="body"), limit=99)
        assert {int(hit.key) for hit in hits} == found
        for hit in hits:
            assert "<mark>" in hit.highlight("body")[0]


@given(WORDS, st.integers(2, 3), st.integers(0, 2), st.booleans())
def test_shingles_are_the_runs_of_words(words, least, more, unigrams):
    analyzer = whitespace() | stop(["d"]) | shingles(least, least + more, unigrams=unigrams)
    sizes = [*([1] if unigrams else []), *range(least, least + more + 1)]
    expected = [
        (start, " ".join("_" if word == "d" else word for word in words[start : start + size]))
        for start in range(len(words))
        for size in sizes
        if start + size <= len(words) and "d" not in (words[start], words[start + size - 1])
    ]
    tokens = analyzer.tokens(" ".join(words))
    assert [(token.position, token.term) for token in tokens] == expected
    assert [token.form.count(" ") for token in tokens] == [term.count(" ") for _, term in expected]


@given(DOCUMENTS, WORDS, st.integers(2, 3), st.integers(0, 2))
@settings(max_examples=150, deadline=None)
def test_a_phrase_on_shingles_finds_what_it_finds_on_words(documents, phrase, least, more):
    schema = Schema(
        id=Keyword(key=True),
        plain=Text(analyzer=whitespace() | stop(["d"])),
        shingled=Text(analyzer=whitespace() | stop(["d"]) | shingles(least, least + more)),
    )
    with searchlib.in_memory(schema) as index:
        texts = [" ".join(words) for words in documents]
        index.upsert(
            {"id": str(n), "plain": text, "shingled": text} for n, text in enumerate(texts)
        )
        for query in (f'"{" ".join(phrase)}"', phrase[0], f"{phrase[0]}*"):
            found = [
                {
                    hit.key: hit.highlight(field)
                    for hit in index.search(query, fields=[field], limit=99)
                }
                for field in ("plain", "shingled")
            ]
            assert found[0] == found[1]
