"""The title, the date and the body of a text file."""

from pathlib import Path

import pytest

from searchlib.cli.article import MAX_SENTENCE_CHARS, Article, read_article

ARTICLES = Path(__file__).parents[2] / "fixtures/articles"


def article(name: str) -> Article:
    text = (ARTICLES / name).read_text(encoding="utf-8")
    return read_article(text, markdown=name.endswith(".md"))


def test_a_first_line_before_a_blank_line_is_the_title_and_leaves_the_body() -> None:
    found = article("000_9d3568ec65f61390.txt")
    assert found.title.startswith("Russia and Israel will form a working group")
    assert found.title.endswith("the removal of foreign troops from Syria")
    assert found.body.startswith("A senior Israeli government source said")
    assert found.date is None


def test_a_date_lead_is_the_date_and_part_of_neither_title_nor_body() -> None:
    found = article("003_adbbb7ac7aa6b343.txt")
    assert found.date == "2019-03-03"
    assert found.title.startswith("Prime Minister Benjamin Netanyahu said Sunday")
    assert found.title.endswith("the withdrawal of foreign forces from Syria.")
    assert found.body.startswith("Israel is seeking the removal")


def test_without_a_title_the_first_sentence_is_the_title_and_stays_in_the_body() -> None:
    found = article("en-lighthouse-keeper.txt")
    assert found.date == "2018-07-30"
    assert found.title == (
        "The lighthouse on Gannet Rock lost its keeper on Monday, a cat called Admiral."
    )
    assert found.body.startswith(found.title)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("", "", ""),
        (" \n\n ", "", ""),
        ("One line", "One line", "One line"),
        ("Only a title\n\n", "Only a title", "Only a title"),
        ("Title\n\nBody", "Title", "Body"),
        ("Title\r\n\r\nBody\r\n", "Title", "Body"),
        ("\n\n  Title  \n \t\nBody", "Title", "Body"),
        ("a" * 160 + "\n\nBody", "a" * 160, "Body"),
        ("é" * 160 + "\n\nBody", "é" * 160, "Body"),
        ("date 2019-02-30 is no day. Or is it?", "date 2019-02-30 is no day.", None),
        ("date 2019-03-03x is no date.", "date 2019-03-03x is no date.", None),
        ("dated 2019-03-03 it is", "dated 2019-03-03 it is", None),
    ],
)
def test_titles_and_bodies(text: str, title: str, body: str | None) -> None:
    assert read_article(text) == Article(title, text if body is None else body, None)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("One. Two.", "One."),
        ("Is it so? Yes.", "Is it so?"),
        ("“It’s so.” He left.", "“It’s so.”"),
        ("Mr. Rahami went to the U.S. Embassy. He left.", "Mr. Rahami went to the U.S. Embassy."),
        ("It fell by 2.5 per cent. Then it rose.", "It fell by 2.5 per cent."),
        ("Am 3. März war es so. Dann nicht.", "Am 3. März war es so."),
        ("Ca. drei Wochen lang. Dann nicht.", "Ca. drei Wochen lang."),
        ("lines broken\nby hand end\nhere. Not here.", "lines broken by hand end here."),
        ("no full stop\nand then\n\na new paragraph", "no full stop and then"),
        ("Τι ώρα είναι; Δεν ξέρω.", "Τι ώρα είναι;"),
        ("茶馆搬家了。老板说好。", "茶馆搬家了。"),
        ("「戻る」と笑った。列車が来る。", "「戻る」と笑った。"),
        ("पहली गाड़ी आई। दूसरी नहीं।", "पहली गाड़ी आई।"),
        ("هل وصلت الحافلة؟ نعم.", "هل وصلت الحافلة؟"),
        ("Ärger im Rathaus … Niemand da.", "Ärger im Rathaus …"),
    ],
)
def test_a_first_sentence_ends_where_its_script_says(text: str, title: str) -> None:
    assert read_article(text).title == title


def test_a_sentence_that_never_ends_is_cut_after_a_whole_word() -> None:
    title = read_article("word " * 1000).title
    assert len(title) <= MAX_SENTENCE_CHARS
    assert set(title.split(" ")) == {"word"}


def test_a_sentence_without_spaces_is_cut_between_whole_characters() -> None:
    base = "ก" * (MAX_SENTENCE_CHARS - 1)
    assert read_article(base + "น้ำ" * 50).title == base
    assert len(read_article("駅" * 500).title) == MAX_SENTENCE_CHARS


def test_a_long_text_is_taken_apart_in_linear_time() -> None:
    assert read_article("x. " * 1_000_000).body.startswith("x. x.")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Title\nBody", "Title", "Body"),
        ("## Title ##\n\nBody", "Title", "Body"),
        ("Title\n=====\n\nBody", "Title", "Body"),
        ("Title\n\nBody", "Title", "Body"),
        ("#hashtag is no heading. No.", "#hashtag is no heading.", "#hashtag is no heading. No."),
    ],
)
def test_a_heading_is_the_title_in_markdown(text: str, title: str, body: str) -> None:
    assert read_article(text, markdown=True) == Article(title, body, None)


def test_every_article_of_the_fixtures_has_a_title_on_one_line_and_a_body() -> None:
    names = sorted(path.name for path in ARTICLES.iterdir())
    assert len(names) >= 14
    for name in names:
        found = article(name)
        assert found.title, name
        assert found.body, name
        assert "\n" not in found.title, name
