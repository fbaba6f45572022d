"""Hits on a page: one line a passage in a pipe, folded and coloured on a terminal."""

import pytest

from searchlib.cli.page import Pieces, Style, columns_of, folded

MARKED: Pieces = [("the ", False), ("foreign troops", True), (" left\n\nSyria", False)]


def test_in_a_pipe_a_passage_is_one_line_with_stars_around_marks() -> None:
    assert list(folded(MARKED, Style(), "  ", "")) == ["  the **foreign troops** left Syria"]


def test_on_a_terminal_lines_fold_between_words_and_later_ones_are_indented() -> None:
    style = Style(mark=("<", ">"), columns=15)
    assert list(folded(MARKED, style, "1.", "  ")) == [
        "1.the <foreign>",
        "  <troops> left",
        "  Syria",
    ]


def test_a_fold_never_splits_a_marked_word_from_its_other_half() -> None:
    pieces: Pieces = [("well-", False), ("known", True), (" words", False)]
    assert list(folded(pieces, Style(mark=("<", ">"), columns=10), "", "")) == [
        "well-<known>",
        "words",
    ]


def test_chinese_folds_anywhere_and_a_character_takes_two_columns() -> None:
    assert list(folded([("老茶馆搬进新", False)], Style(columns=8), "", "")) == ["老茶馆搬", "进新"]


def test_a_fold_never_parts_a_combining_mark_from_its_letter() -> None:
    lines = list(folded([("駅\u0301" * 4, False)], Style(columns=4), "", ""))
    assert lines == ["駅\u0301駅\u0301"] * 2


def test_a_word_wider_than_the_terminal_stands_on_a_line_of_its_own() -> None:
    lines = list(folded([("a " + "b" * 30 + " c", False)], Style(columns=10), "", ""))
    assert lines == ["a", "b" * 30, "c"]


def test_a_title_keeps_its_style_behind_a_mark() -> None:
    style = Style(mark=("<", ">"), columns=80)
    lines = list(folded([("a ", False), ("b", True), (" c", False)], style, "", "", ("[", "]")))
    assert lines == ["[a <b>[ c]"]


def test_an_article_cannot_steer_the_terminal() -> None:
    pieces: Pieces = [("\x1b]0;title\x07", False), ("a\x9bb", True)]
    assert list(folded(pieces, Style(), "", "")) == ["\ufffd]0;title\ufffd**a\ufffdb**"]


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("wind", 4), ("駅", 2), ("e\u0301", 1), ("ｱ", 1), ("Ａ", 2)]
)
def test_columns(text: str, count: int) -> None:
    assert columns_of(text) == count
