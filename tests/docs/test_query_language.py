"""Is each example of docs/query-language.md read as it says?"""

import doctest
import re
from pathlib import Path

import pytest

from searchlib.query.diagnostics import KINDS
from searchlib.query.dialects import OPERATORS
from searchlib.query.parser import parse
from searchlib.query.planner import plan
from searchlib.schema import Boolean, Date, Keyword, Number, Schema, Text

DOCUMENT = Path(__file__).parents[2] / "searchlib/docs/query-language.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
BLOCK = re.compile(r"^```query( \w+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SCHEMA = Schema(
    id=Keyword(key=True),
    title=Text(),
    body=Text(),
    source=Keyword(),
    date=Date(),
    size=Number(),
    open=Boolean(),
)

Example = tuple[str, str, str, list[str]]  # operator or dialect, typed, restated, kinds of problems


def examples() -> list[Example]:
    return [
        (how.strip(), *read(line))
        for how, lines in BLOCK.findall(TEXT)
        for line in lines.splitlines()
    ]


def read(line: str) -> tuple[str, str, list[str]]:
    typed, _, rest = line.partition("=>")
    restated, _, kinds = rest.partition(" ! ")
    return typed.strip(), restated.strip(), kinds.split()


@pytest.mark.parametrize("example", examples(), ids=lambda example: ascii(example[1]))
def test_an_example_is_read_as_the_document_says(example: Example) -> None:
    how, typed, restated, kinds = example
    operator = "and" if how == "and" else None
    planned = plan(typed, SCHEMA, operator=operator, dialect=how if how in OPERATORS else "default")
    said = [each.kind for each in planned.diagnostics]
    assert (str(planned.query), said) == (restated, kinds)


@pytest.mark.parametrize("example", examples(), ids=lambda example: ascii(example[1]))
def test_a_restated_query_reads_back_to_itself(example: Example) -> None:
    assert str(parse(example[2], SCHEMA, strict=True).query) == example[2]


def test_every_section_on_what_is_typed_has_an_example() -> None:
    sections = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    without = [section.splitlines()[0] for section in sections if "```" not in section]
    assert without == ["Limits", "Kinds of diagnostics"]


def test_the_kinds_of_diagnostics_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", TEXT, flags=re.MULTILINE))
    assert rows == KINDS


def test_the_python_of_the_document_does_what_it_shows() -> None:
    code = "".join(re.findall(r"^```python\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL))
    test = doctest.DocTestParser().get_doctest(code, {}, DOCUMENT.name, str(DOCUMENT), 0)
    results = doctest.DocTestRunner().run(test)
    assert (results.failed, results.attempted > 0) == (0, True)
