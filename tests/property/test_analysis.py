"""What holds for the tokens of every analyzer, on any text?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib import Analyzer
from searchlib.analysis import NAMED, synonyms

from ..unit.test_analysis_steps import NAMES, STEPS, analyzer_of

SEVERAL = synonyms(["a b, c", "a => b c d", "कि, न् a"])
ANALYZERS: dict[str, Analyzer] = {
    **NAMED,
    **{code: analyzer_of(eval(code, NAMES)) for code, _ in STEPS},
    "synonyms of several words": NAMED["standard"] | SEVERAL,
}
# Any text, and texts of what rules tell apart.
TOLD_APART = (
    "ab cAZ019 .'’-_:/@#+\u0301\u200d\u00ad\u0e01\u0e33\u0e48कि्न東京都のカﾞ한👩🏽🇩🇪ﬁßİ\n\u3000"
)
TEXTS = st.one_of(st.text(max_size=60), st.text(TOLD_APART, max_size=60))


@pytest.mark.parametrize("name", ANALYZERS)
@given(text=TEXTS)
def test_tokens_are_places_of_the_text_in_order(name, text):
    analyzer = ANALYZERS[name]
    tokens = analyzer.tokens(text)
    assert all(token.form == text[token.start : token.end] != "" for token in tokens)
    assert all(token.term for token in tokens)
    places = [token.position for token in tokens]
    assert places == sorted(places)
    starts = [token.start for token in tokens]
    assert starts == sorted(starts)
    for reading in analyzer.readings(text):
        assert all(token.form == text[token.start : token.end] for token in reading)
    assert analyzer.readings(text)[0] == analyzer.of_queries().tokens(text)
