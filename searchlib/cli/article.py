"""What are the title, the date and the body of a text file?

A text file carries no field names, so three rules read them from the text itself.
This module knows nothing of files and encodings: text in, an `Article` out.
"""

import datetime
import re
import unicodedata

import attrs

MAX_TITLE_CHARS = 160  # a longer first line is a paragraph, not a title
MAX_SENTENCE_CHARS = 300  # a first sentence that never ends is cut here, at the end of a word


@attrs.frozen
class Article:
    """One text, taken apart. `title` and `body` are "" where the text has none."""

    title: str
    body: str
    date: str | None  # YYYY-MM-DD, a day that exists


def read_article(text: str, *, markdown: bool = False) -> Article:
    r"""Return the title, body and date of one article.

    A leading `date YYYY-MM-DD` is the date and part of nothing else.
    A first line of at most 160 characters with a blank line and more text after it is the title,
    and the body is what follows.
    Otherwise the first sentence is the title, and the body is the whole text.
    In Markdown a first line that is a heading is the title, blank line or not.

    >>> read_article("Harbour closed\n\nThe harbour is closed.")
    Article(title='Harbour closed', body='The harbour is closed.', date=None)
    >>> read_article("date 2019-03-03 Ice. All is shut.")
    Article(title='Ice.', body='Ice. All is shut.', date='2019-03-03')
    """
    date, start = _leading_date(text)
    text = text[start:].strip()
    heading = _markdown_heading(text) if markdown else None
    if heading is None:
        heading = _heading(text)
    if heading is not None:
        title, end = heading
        return Article(title, text[end:].strip(), date)
    return Article(_first_sentence(text), text, date)


_DATE = re.compile(r"\s*date\s+(\d{4}-\d{2}-\d{2})(?![\w-])\s*")


def _leading_date(text: str) -> tuple[str | None, int]:
    """The date the text opens with, and where the rest starts."""
    match = _DATE.match(text)
    if match is None:
        return None, 0
    try:
        datetime.date.fromisoformat(match[1])
    except ValueError:  # 2019-02-30: not a day, so it stays in the text
        return None, 0
    return match[1], match.end()


_LINE_THEN_BLANK = re.compile(rf"([^\n]{{1,{MAX_TITLE_CHARS + 1}}})\n[^\S\n]*\n")
_ATX = re.compile(r"#{1,6}[ \t]+([^\n]*?)[ \t#]*(?:\n|\Z)")
_SETEXT = re.compile(r"([^\n]+)\n(?:=+|-+)[ \t]*\r?(?:\n|\Z)")


def _heading(text: str) -> tuple[str, int] | None:
    """The first line and where it ends, if a blank line and more text follow it."""
    match = _LINE_THEN_BLANK.match(text)
    if match is None:
        return None
    title = match[1].strip()
    return (title, match.end()) if len(title) <= MAX_TITLE_CHARS else None


def _markdown_heading(text: str) -> tuple[str, int] | None:
    match = _ATX.match(text) or _SETEXT.match(text)
    return (match[1].strip(), match.end()) if match is not None else None


_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
# Chinese and Japanese put no space after a full stop; every other script here does.
_END = re.compile(
    r"""[.!?…।॥؟۔]+ ["'”’»“)\]]* (?=\s|\Z)
      | (?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e] (?=\s|\Z)    # the Greek question mark
      | [。！？｡] [”’」』）"]*""",
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[^\w.])(?:\w|(?:\w\.)+\w|Mrs?|Ms|Drs?|St|Gen|Sen|Rep|Gov|Prof|Lt|Col|Capt|Jr|Sr|vs|No"
    r"|Hr|Fr|Nr|Sra?|Mme|MM|\d{1,2})\.$"
)


def _first_sentence(text: str) -> str:
    """The first sentence on one line; at most `MAX_SENTENCE_CHARS` long."""
    window = text[: 4 * MAX_SENTENCE_CHARS]
    blank = _BLANK_LINE.search(window)
    paragraph = window[: blank.start()] if blank else window
    for match in _END.finditer(paragraph):
        following = paragraph[match.end() :].lstrip()
        if following[:1].islower() or _ABBREVIATION.search(paragraph, 0, match.end()):
            continue
        paragraph = paragraph[: match.end()]
        break
    return _cut(" ".join(paragraph.split()), MAX_SENTENCE_CHARS)


def _cut(line: str, length: int) -> str:
    """`line` up to `length` characters: at the last space, or between two whole characters."""
    if len(line) <= length:
        return line
    space = line.rfind(" ", length // 2, length + 1)
    if space >= 0:
        return line[:space]
    while length > 0 and (
        unicodedata.category(line[length]).startswith("M")
        or "\u200d" in (line[length], line[length - 1])
    ):
        length -= 1
    return line[:length]
