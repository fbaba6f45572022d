"""Do the stemmers agree with the vocabularies that the Snowball project publishes?

The vocabularies are not ours to ship: SEARCHLIB_DATA names a folder with `stemming/LANG.tsv.gz`,
a form, a tab and its stem on each line. What is allowed to differ stands in docs/analysis.md.
"""

import gzip
import os
import re
from pathlib import Path

import attrs
import pytest

from searchlib.analysis import STEM_LANGUAGES, stem, whole

DATA = os.environ.get("SEARCHLIB_DATA", "")
DOCUMENT = Path(__file__).parents[2] / "searchlib/docs/analysis.md"
ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| (\d+) \|$", flags=re.M)

# Finnish since Snowball 3.1.0: endings that the vocabulary, which is older, keeps.
NEWER = {"finnish": re.compile(r"h[aeiou]n(ko)?$")}


@attrs.frozen
class Agreement:
    """How many forms were compared, and which of them were stemmed differently."""

    form_count: int
    differing: list[str]


@pytest.mark.parametrize("language", STEM_LANGUAGES)
def test_stems_agree_but_for_what_the_document_counts(language: str) -> None:
    found = agreement(language, vocabulary(language))
    counts = {name: (int(forms), int(other)) for name, forms, other in ROW.findall(document())}
    unexplained = [
        form
        for form in found.differing
        if language not in NEWER or not NEWER[language].search(form)
    ]
    assert (unexplained, (found.form_count, len(found.differing))) == ([], counts.get(language))


def agreement(language: str, pairs: list[tuple[str, str]]) -> Agreement:
    """Compare each form; a word that is all ending, whose stem would be empty, stays as it is."""
    analyzer = whole() | stem(language)
    differing = [
        form
        for form, expected in pairs
        if [each.term for each in analyzer.tokens(form)] != [expected or form]
    ]
    return Agreement(len(pairs), differing)


def vocabulary(language: str) -> list[tuple[str, str]]:
    """The forms of a language with their stems; skips the test where there are none."""
    if not DATA:
        pytest.skip("SEARCHLIB_DATA names no folder with Snowball's vocabularies")
    path = Path(DATA) / "stemming" / f"{language}.tsv.gz"
    if not path.exists():
        pytest.skip(f"no vocabulary for {language} in SEARCHLIB_DATA")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        pairs = (line.rstrip("\n").split("\t") for line in lines)
        return [(form, expected) for form, expected in pairs]


def document() -> str:
    return DOCUMENT.read_text(encoding="utf-8")
