"""Does a search say which of its words stand in no document, and which were meant?"""

import pytest

import searchlib
from searchlib import And, Date, Diagnostic, Index, Keyword, Not, Phrase, Schema, Term, Text
from searchlib.query.diagnostics import MAX_DIAGNOSTICS


@pytest.fixture(scope="module")
def index() -> Index:
    schema = Schema(
        id=Keyword(key=True),
        title=Text(analyzer="english"),
        body=Text(analyzer="english"),
        source=Keyword(),
        date=Date(),
    )
    index = searchlib.in_memory(schema)
    index.upsert(
        [
            {
                "id": "1",
                "title": "Wind turbines",
                "body": "Turbines stand at sea.",
                "source": "wire",
            },
            {"id": "2", "title": "Foreign troops", "body": "Netanyhau spoke of troops at sea."},
        ]
    )
    return index


def said(index: Index, query: object, **options: object) -> list[Diagnostic]:
    results = index.search(query, **options)  # type: ignore[arg-type]
    return [each for each in results.diagnostics if each.kind == "no-document"]


def test_a_word_in_no_document_is_named_with_the_nearest_that_are(index: Index) -> None:
    (diagnostic,) = said(index, "sea turbinse")
    assert diagnostic == Diagnostic(
        *("no-document", 4, 12),
        "no document has turbinse; did you mean 'turbines'?",
        "",
        ("turbines",),
    )


def test_suggestions_are_words_as_they_stand_in_documents(index: Index) -> None:
    (diagnostic,) = said(index, "Netanyahu")
    assert diagnostic.suggestions == ("netanyhau",)


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("sea", []),
        ("Turbine", []),
        ("...", []),
        ("-absent", []),
        ("sea NOT absent", []),
        ("date:2019", []),
        ("absent", ["no document has absent"]),
        ("title:sea", ["no document has title:sea"]),
        ("source:Wire", ["no document has source:Wire"]),
        ("absent absent", ["no document has absent"]),
        ("(absent^2 AND lost) sea", ["no document has absent", "no document has lost"]),
        ('"foreign troops"', []),
        ('"absent troops"', ["no document has absent"]),
        ('"troops foreign"', ['no document has the words of "troops foreign" so near each other']),
        ("xyz*", ["no document has xyz*"]),
        ("x?yz", ["no document has x?yz"]),
        ("tur*", []),
        ("#filter(absent)", ["no document has absent"]),
        ("#combined(absent fields=title,body)", ["no document has title:absent"]),
        ("*:()", []),
        ("", []),
    ],
)
def test_each_word_that_is_looked_for_is_looked_up(
    index: Index, query: str, messages: list[str]
) -> None:
    found = [each.message.partition(";")[0] for each in said(index, query)]
    assert found == messages


def test_words_are_looked_up_in_the_fields_of_the_search(index: Index) -> None:
    assert [each.start for each in said(index, "wind sea", fields=iter(["title"]))] == [5]
    assert [each.start for each in said(index, "wind sea", fields="body")] == [0]


def test_a_tree_has_no_places_but_its_words_are_looked_up(index: Index) -> None:
    tree = And(Term("absent"), Not(Term("lost")), Phrase("sea"))
    assert [(each.start, each.end) for each in said(index, tree)] == [(0, 0)]


def test_many_words_are_looked_up_to_a_bound(index: Index) -> None:
    assert len(said(index, " ".join(f"absent{n}" for n in range(1_000)))) == 50


def test_what_reading_and_planning_note_stands_together_in_the_order_of_the_text(
    index: Index,
) -> None:
    (first, second) = index.search("? sea)", limit=1).diagnostics
    assert (first.kind, second.kind) == ("removed", "stray-bracket")
    many = index.search("?) " * 300).diagnostics
    assert len(many) == MAX_DIAGNOSTICS + 1
    assert many[-1].message == "500 more problems are not listed"
    assert [each.start for each in many] == sorted(each.start for each in many)
