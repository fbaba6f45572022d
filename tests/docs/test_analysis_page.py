"""Does docs/analysis.md name every component and every analyzer, and do its examples hold?"""

import doctest
import re
from pathlib import Path

import pytest

from searchlib import analysis
from searchlib.analysis import NAMED, STEM_LANGUAGES, Analyzer, Filter, Tokenizer
from searchlib.analysis.stopwords import STOP_WORDS

DOCUMENT = Path(__file__).parents[2] / "searchlib/docs/analysis.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")


def rows(section: str) -> list[list[str]]:
    """The cells of the table under a heading, without the line of headings."""
    (body,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", TEXT, flags=re.M | re.S)
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line[1:-1])] for line in lines[2:]]


def quoted(cell: str) -> list[str]:
    """What stands between backticks in a cell."""
    return [each.replace("\\|", "|") for each in re.findall(r"`([^`]*)`", cell)]


def pipeline(cell: str) -> Analyzer:
    """The analyzer of a row; a filter alone stands behind `words()`."""
    (code,) = quoted(cell)
    made = eval(code, {name: getattr(analysis, name) for name in analysis.__all__})
    if isinstance(made, Filter):
        return analysis.words() | made
    return Analyzer(made) if isinstance(made, Tokenizer) else made


@pytest.mark.parametrize("row", rows("Tokenizers") + rows("Filters"), ids=lambda row: row[0])
def test_a_component_does_what_its_row_says(row: list[str]) -> None:
    first, _, text, gives = row
    tokens = pipeline(first).tokens(quoted(text)[0])
    assert [token.term for token in tokens] == quoted(gives)


# Components of the user's own have a section of their own.
def test_every_tokenizer_has_a_row() -> None:
    shown = {pipeline(row[0]).tokenizer.name for row in rows("Tokenizers")}
    assert shown == set(Tokenizer.KNOWN) - {"component"}


def test_every_filter_has_a_row() -> None:
    shown = {each.name for row in rows("Filters") for each in pipeline(row[0]).filters}
    assert shown == set(Filter.KNOWN) - {"component"}


def test_the_named_analyzers_are_those_of_the_code() -> None:
    expected = [
        [
            f"`{name}`",
            f"`{analyzer.tokenizer!r}`",
            " ".join(f"`{each!r}`" for each in analyzer.filters) or "–",
            str(len(STOP_WORDS[name])) if name in STOP_WORDS else "–",
        ]
        for name, analyzer in NAMED.items()
    ]
    assert rows("Named analyzers") == expected


def test_every_stemmer_has_a_row_or_is_said_to_have_no_vocabulary() -> None:
    (missing,) = re.findall(r"^Without a vocabulary there: (.*)\.$", TEXT, flags=re.M)
    compared = [quoted(row[0])[0] for row in rows("Stemmers")]
    assert sorted(compared + quoted(missing)) == sorted(STEM_LANGUAGES)


def test_the_python_of_the_document_does_what_it_shows() -> None:
    code = "".join(re.findall(r"^```python\n(.*?)^```$", TEXT, flags=re.M | re.S))
    test = doctest.DocTestParser().get_doctest(code, {}, DOCUMENT.name, str(DOCUMENT), 0)
    results = doctest.DocTestRunner().run(test)
    assert (results.failed, results.attempted > 0) == (0, True)
