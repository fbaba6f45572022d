"""Phrases of random words in many scripts are found, and marked at the borders of graphemes."""

from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import Keyword, Schema, Text
from searchlib.analysis import analyzer_named

from ..phrases import Tally, check

# Letters, and what may follow one without being a letter: marks, joiners, variation selectors.
ALPHABETS = (
    "abzé'", "aä\u0301\u0308ßſ", "אבש\u05b8״", "قلم\u064e\u0651ى", "कखत्ि\u094d\u0902", "ΑΣςάώ",
    "ЖйИ\u0306", "กำัุ่ท", "漢字\ufe00東京", "のカﾞーア", "한\u1112\u1161", "👩\u200d🏽🇩🇪", "ﬁＡ½",
)  # fmt: skip
# A mark in front would belong to the space before it.
WORD = st.one_of(
    [
        st.text(alphabet, max_size=4).map(lambda rest, a=alphabet[0]: a + rest)
        for alphabet in ALPHABETS
    ]
)
NAMES = st.sampled_from(["standard", "english", "german", "greek", "hindi", "thai", "chinese",
                         "japanese", "arabic", "turkish", "autocomplete"])  # fmt: skip


@given(st.lists(WORD, min_size=4, max_size=12), st.data())
def test_a_run_of_words_is_found_and_marked(words, data):
    analyzer = analyzer_named(data.draw(NAMES))
    text = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 2))
    phrase = " ".join(words[first : first + data.draw(st.integers(2, 4))])
    if not analyzer.tokens(phrase):
        return  # punctuation and pictures
    found = Tally()
    with searchlib.in_memory(Schema(id=Keyword(key=True), body=Text(analyzer=analyzer))) as index:
        index.upsert([{"id": "a", "body": text}, {"id": "b", "body": " ".join(words[::-1])}])
        check(index, "a", text, phrase, analyzer, found)
    assert (found.lost, found.wrong, found.cut) == ([], [], [])
