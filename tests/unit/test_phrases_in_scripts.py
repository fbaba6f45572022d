"""Phrases of the articles in many scripts: found, and marked word by word."""

from pathlib import Path

import pytest

from searchlib.analysis import analyzer_named

from ..phrases import tally

ARTICLES = Path(__file__).parents[2] / "fixtures/articles"
LANGUAGES = {
    "ar": "arabic", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fr": "french", "hi": "hindi", "ja": "japanese", "ru": "russian", "th": "thai", "zh": "chinese",
}  # fmt: skip


def articles(code: str) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in ARTICLES.glob(f"{code}-*")}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["its own", "standard", "autocomplete"])
def test_a_phrase_of_an_article_finds_and_marks_its_words(code, name):
    analyzer = analyzer_named(LANGUAGES[code] if name == "its own" else name)
    found = tally(analyzer, articles(code), phrases=150)
    assert found.asked >= 150
    assert (found.lost, found.wrong, found.cut) == ([], [], [])
