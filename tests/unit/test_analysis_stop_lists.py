"""The stop lists that come with the package: what is in them, and when they are read."""

import subprocess
import sys
from importlib.resources import files
from unicodedata import normalize

import pytest

from searchlib.analysis import NAMED, lowercase, stop, words
from searchlib.analysis.stopwords import STOP_WORDS

# No space parts their words: a longer one may come apart.
UNPARTED = {"chinese", "japanese", "thai"}


@pytest.mark.parametrize("name", sorted(set(STOP_WORDS) - UNPARTED))
def test_a_stop_list_holds_words_as_a_lower_case_analyzer_makes_them(name):
    listed = sorted(STOP_WORDS[name])
    assert [terms(word) for word in listed] == [[word] for word in listed]


@pytest.mark.parametrize("name", sorted(STOP_WORDS))
def test_a_stop_list_is_short_and_composed(name):
    """Two languages in two alphabets or spellings have about twice as many words."""
    listed = STOP_WORDS[name]
    assert 50 <= len(listed) <= 400
    assert [word for word in listed if normalize("NFC", word) != word] == []


def test_there_are_stop_lists_for_thirty_languages_and_each_has_an_analyzer():
    assert len(STOP_WORDS) >= 30
    assert set(STOP_WORDS) - set(NAMED) == set()


@pytest.mark.parametrize("name", sorted(STOP_WORDS))
def test_a_stop_list_has_no_word_twice(name):
    text = files("searchlib.analysis").joinpath("stop_lists", f"{name}.txt").read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(" ".join(kept).split()) == len(STOP_WORDS[name])


def test_a_stop_list_is_read_when_it_is_named_and_not_before():
    code = (
        "import searchlib; from searchlib.analysis import stop, stopwords; "
        "read = stopwords._read.cache_info; before = read().currsize; stop('german'); "
        "print(before, read().currsize)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (answer.stdout, answer.stderr) == ("0 1\n", "")


def test_an_unknown_stop_list_is_answered_with_all_that_are_known():
    with pytest.raises(ValueError, match="unknown stop list 'germn'; did you mean") as caught:
        stop("germn")
    assert str(caught.value).endswith("known: " + ", ".join(STOP_WORDS))


def terms(text):
    return [token.term for token in (words() | lowercase()).tokens(text)]
