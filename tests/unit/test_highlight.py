import pytest

from searchlib import Index, Keyword, Markup, Number, Passage, Schema, Text, UnknownFieldError
from searchlib.highlight import markup_of, matched_leaves, patterns_of

from .conftest import MakeIndex


def put(index: Index, **fields: object) -> None:
    index.upsert({"id": "a", **fields})


def marked(index: Index, query: str, field: str = "body", **options) -> list[str]:
    """The passages of the first hit, as plain text."""
    return index.search(query)[0].highlight(field, format="plain", **options)


PASSAGE = Passage("a & b wind", 100, 110, ((104, 105), (106, 110)))


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("html", "a &amp; <mark>b</mark> <mark>wind</mark>"),
        ("ansi", "a & \x1b[1;33mb\x1b[0m \x1b[1;33mwind\x1b[0m"),
        ("plain", "a & **b** **wind**"),
        (Markup("[", "]"), "a & [b] [wind]"),
        (Markup("", "", str.upper), "A & B WIND"),
    ],
)
def test_formats(format, text):
    assert markup_of(format).write(PASSAGE) == text


def test_html_escapes_text_and_marks_alike():
    passage = Passage("<b>\"'", 0, 5, ((1, 2),))
    assert markup_of("html").write(passage) == "&lt;<mark>b</mark>&gt;&quot;&#x27;"


def test_text_cannot_steer_the_terminal():
    passage = Passage("a\x1b[2J\x07\x9b\r\n\tb\x7f", 0, 12, ())
    assert markup_of("ansi").write(passage) == "a␛[2J␇\ufffd␍\n\tb␡"


@pytest.mark.parametrize("format", ["HTML", "", None, 1])
def test_an_unknown_format_is_refused_with_the_known_ones(format):
    with pytest.raises(ValueError, match="known: html, ansi, plain, spans"):
        markup_of(format)


def test_the_pieces_of_a_passage_join_to_its_text():
    assert "".join(text for text, _ in PASSAGE.pieces()) == PASSAGE.text
    assert list(Passage("abc", 5, 8, ()).pieces()) == [("abc", False)]
    assert list(Passage("abc", 5, 8, ((5, 8),)).pieces()) == [("abc", True)]


def leaf(field, frequency=1, *, matched=True, term="wind"):
    part = {"field": field, "terms": [(term, 0)], "slop": 0, "frequency": frequency}
    return (matched, 1.0, "match", {"boost": 2.0, "idf": 3.0, "fields": [part]}, [])


def test_patterns_are_those_of_matched_leaves_in_the_field():
    explained = (
        True,
        9.0,
        "bool",
        {"roles": ("must", "should", "should", "must_not", "filter")},
        [
            leaf(1, term="must"),
            leaf(1, term="should"),
            leaf(1, term="missed", matched=False),
            leaf(1, term="excluded"),
            leaf(1, term="filter"),
        ],
    )
    assert patterns_of(explained, 1) == [
        ("match", 6.0, [("must", 0)], 0),
        ("match", 6.0, [("should", 0)], 0),
    ]
    assert patterns_of(explained, 2) == []
    assert len(list(matched_leaves(explained))) == 2


def test_a_field_that_a_leaf_looked_in_but_did_not_match_has_no_pattern():
    assert patterns_of(leaf(1, frequency=0), 1) == []


def test_words_are_marked_as_they_stand_in_the_article(index):
    put(index, body="A TURBINE, two turbines’ blades – café turbine.")
    assert marked(index, "turbine") == [
        "A **TURBINE**, two **turbines’** blades – café **turbine**."
    ] or marked(index, "turbine") == ["A **TURBINE**, two **turbines**’ blades – café **turbine**."]


def test_a_phrase_is_marked_only_where_it_stands(index):
    put(index, body="foreign troops, troops foreign, foreign soldiers")
    assert marked(index, '"foreign troops"')[0].startswith("**foreign")
    spans = index.search('"foreign troops"')[0].highlight("body", format="spans")
    covered = {place for passage in spans for start, end in passage.marks for place in (start, end)}
    assert covered <= {0, 7, 8, 14}


def test_prefixes_are_marked(index):
    put(index, body="a turbine and turbulence, not a turnip")
    assert marked(index, "turb*") == ["a **turbine** and **turbulence**, not a turnip"]


def test_excluded_and_filtering_words_are_not_marked(index):
    put(index, body="wind and sea")
    (hit,) = index.search("wind -coal", filter="body:sea")
    assert hit.highlight("body", format="plain") == ["**wind** and sea"]


def test_a_word_is_marked_only_in_the_fields_it_was_looked_for_in(index):
    put(index, title="wind", body="wind and sea")
    hit = index.search("title:wind body:sea")[0]
    assert hit.highlight("body", format="plain") == ["wind and **sea**"]
    assert hit.highlight("title", format="plain") == ["**wind**"]


def test_a_field_in_which_nothing_matched_has_no_passages(index):
    put(index, title="wind", body="sea")
    hit = index.search("wind")[0]
    assert (hit.highlight("body"), hit.highlight("source")) == ([], [])


def test_characters_beyond_the_basic_plane_do_not_shift_marks(index):
    text = "😀 e\u0301te\u0301 “𝒲ind” wind 👩‍👩‍👧 wind"
    put(index, body=text)
    (passage,) = index.search("wind")[0].highlight("body", format="spans", width=None)
    assert (passage.text, {text[start:end] for start, end in passage.marks}) == (text, {"wind"})
    assert len(passage.marks) == 2


def test_a_passage_is_a_piece_of_the_article(index):
    text = " ".join(f"word{number}." for number in range(500)) + " wind blows. " + "More. " * 500
    put(index, body=text)
    passages = index.search("wind OR word7")[0].highlight("body", format="spans", width=80)
    assert len(passages) == 2
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert all(text[start:end] in ("wind", "word7") for start, end in passage.marks)
        assert len(passage.text) < 200


def test_at_most_as_many_passages_as_asked_for(index):
    put(index, body=("wind " + "calm " * 200) * 10)
    hit = index.search("wind")[0]
    assert [len(hit.highlight("body", limit=limit)) for limit in (0, 1, 2)] == [0, 1, 2]


def test_without_a_width_a_value_is_shown_whole(index):
    text = ("wind " + "calm " * 200) * 5
    put(index, body=text)
    (whole,) = index.search("wind")[0].highlight("body", format="spans", width=None)
    assert (whole.text, len(whole.marks)) == (text, 5)


def test_each_value_of_a_field_is_looked_through(index):
    put(index, body=["nothing here", "wind", "more wind"])
    spans = index.search("wind")[0].highlight("body", format="spans")
    assert sorted((passage.value, passage.text) for passage in spans) == [
        (1, "wind"),
        (2, "more wind"),
    ]


def test_keywords_and_numbers_that_matched_are_marked_whole(make_index: MakeIndex):
    index = make_index(Schema(id=Keyword(key=True), tag=Keyword(), year=Number(), body=Text()))
    index.upsert({"id": "a", "tag": ["wire", "radio & tv", "hardwired"], "body": "x"})
    assert marked(index, "tag:wire", "tag") == ["**wire**"]
    assert marked(index, "tag:rad*", "tag") == ["**radio & tv**"]


def test_a_field_that_is_not_stored_says_so(make_index: MakeIndex):
    index = make_index(Schema(id=Keyword(key=True), body=Text(stored=False)))
    put(index, body="wind")
    with pytest.raises(ValueError, match="'body' is not stored"):
        index.search("wind")[0].highlight("body")


@pytest.mark.parametrize(
    ("options", "error"),
    [({"width": 0}, ValueError), ({"limit": -1}, ValueError), ({"format": "x"}, ValueError)],
)
def test_options_that_cannot_be_are_refused(index, options, error):
    put(index, body="wind")
    with pytest.raises(error):
        index.search("wind")[0].highlight("body", **options)


def test_an_unknown_field_is_refused(index):
    put(index, body="wind")
    with pytest.raises(UnknownFieldError):
        index.search("wind")[0].highlight("bodi")
