"""How do hits look to a person?

Marked text becomes lines: with colours and folded at words on a terminal, with ** around marks and
one passage a line elsewhere, so that other programs can read them.
It asks a hit for its passages and knows nothing of indexes.
"""

import itertools
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator

import attrs

from .. import Hit, Passage, Schema, Text
from .messages import harmless

PASSAGES = 3  # of one hit: enough to judge it, few enough for a screen of hits
PASSAGE_CHARS = 200
LEAD_CHARS = 160  # of the beginning, where nothing but the title or a filter matched
MIN_COLUMNS = 40  # narrower terminals fold by themselves

Pieces = list[tuple[str, bool]]  # text, and whether it is marked; together one line


@attrs.frozen
class Style:
    """How a line is written: what stands around marks, keys and titles, and how wide it may be."""

    mark: tuple[str, str] = ("**", "**")
    title: tuple[str, str] = ("", "")
    quiet: tuple[str, str] = ("", "")
    columns: int | None = None  # None: never folded


def style_of_stdout() -> Style:
    """Colours and the terminal's width where standard output is a terminal, else plain text."""
    if not sys.stdout.isatty():
        return Style()
    columns = max(shutil.get_terminal_size().columns, MIN_COLUMNS)
    end = "\x1b[0m"
    return Style(("\x1b[1;33m", end), ("\x1b[1m", end), ("\x1b[2m", end), columns)


@attrs.frozen
class Shown:
    """What is shown of a hit."""

    title: Pieces  # empty where the document has none
    key: str | None
    date: str | None
    passages: list[tuple[str, Passage]]  # the field's name, and the passage


def show_hit(hit: Hit, schema: Schema) -> Shown:
    """Return the title, key, date and best passages of a hit; fields go by these names.

    Passages come from the other text fields, in the order of the schema, at most `PASSAGES` in all.
    """
    title: Pieces = []
    if isinstance(schema.get("title"), Text) and isinstance(hit.get("title"), str):
        marked = _passages(hit, schema, "title", width=None, limit=1)
        title = list(marked[0].pieces()) if marked else [(str(hit["title"]), False)]
    passages = [
        (name, passage)
        for name in schema.text_fields
        if name != "title"
        for passage in _passages(hit, schema, name, width=PASSAGE_CHARS, limit=PASSAGES)
    ]
    date = hit.get("date")
    return Shown(title, hit.key, None if date is None else str(date), passages[:PASSAGES])


def _passages(
    hit: Hit, schema: Schema, name: str, *, width: int | None, limit: int
) -> list[Passage]:
    if not schema[name].stored:
        return []
    return hit.highlight(name, format="spans", width=width, limit=limit)


def hit_lines(rank: int, hit: Hit, schema: Schema, style: Style) -> Iterator[str]:
    """Yield the lines of one hit: rank, score and title; key and date; the passages."""
    shown = show_hit(hit, schema)
    head = f"{rank}. {hit.score:.2f}  "
    indent = " " * len(f"{rank}. ")
    title = shown.title or [(shown.key or "(no title)", False)]
    yield from folded(title, style, head, indent, around=style.title)
    below = [text for text in (shown.key, shown.date) if text and shown.title]
    if below:
        yield indent + style.quiet[0] + harmless("  ".join(below)) + style.quiet[1]
    if shown.passages:
        for name, passage in shown.passages:
            yield from folded(_dotted(passage, hit[name]), style, indent, indent + "  ")
    elif lead := _lead(hit, schema):
        yield from folded([(lead, False)], style, indent, indent)


def _dotted(passage: Passage, value: object) -> Pieces:
    """The passage, with dots where it starts or ends within a sentence."""
    text = str(value[passage.value] if isinstance(value, list) else value)
    pieces = list(passage.pieces())
    if not _BREAK_BEFORE.search(text, max(0, passage.start - 5), passage.start):
        pieces.insert(0, ("… ", False))
    if text[passage.end :].strip() and not _BREAK_AFTER.search(passage.text.rstrip()[-4:]):
        pieces.append((" …", False))
    return pieces


_ENDS = r"""[.!?…。！？।؟۔]["'”’»“」』）)\]]*"""
_BREAK_BEFORE = re.compile(rf"(?:\A|\n|{_ENDS})\s*\Z")
_BREAK_AFTER = re.compile(rf"{_ENDS}\Z")


def _lead(hit: Hit, schema: Schema) -> str:
    for name in schema.text_fields:
        text = hit.get(name)
        if name != "title" and isinstance(text, str) and text.strip():
            start = text.strip()
            cut = start.find(" ", LEAD_CHARS, 2 * LEAD_CHARS)
            cut = cut if cut >= 0 else LEAD_CHARS
            return start[:cut] + (" …" if cut < len(start) else "")
    return ""


def folded(
    pieces: Pieces, style: Style, head: str, indent: str, around: tuple[str, str] = ("", "")
) -> Iterator[str]:
    """Write `head` and the pieces as one line, or as several that fit; later ones are indented."""
    pieces = [(_SPACES.sub(" ", harmless(text)), mark) for text, mark in pieces]
    if style.columns is None:
        line = "".join(_marked(text, style) if mark else text for text, mark in pieces)
        yield head + line.strip()
        return
    start, end = around
    line, column = head, len(head)
    space: Pieces = []  # seen, and written only if a word follows it on the line
    for word, parts in _words(pieces):
        if not word.strip():
            space = parts
            continue
        width = sum(columns_of(text) for text, _ in space) + columns_of(word)
        if column + width > style.columns and line.strip():
            yield start + line + end
            line, column, space = indent, len(indent), []
            width = columns_of(word)
        for text, mark in [*space, *parts]:
            line += _marked(text, style) + start if mark else text
        column += width
        space = []
    if line.strip():
        yield start + line + end


_SPACES = re.compile(" {2,}")


def _marked(text: str, style: Style) -> str:
    return f"{style.mark[0]}{text}{style.mark[1]}"


def _words(pieces: Pieces) -> Iterator[tuple[str, Pieces]]:
    """The text between spaces and the spaces themselves, each with its marks."""
    characters = ((char, mark) for text, mark in pieces for char in text)
    for _, group in itertools.groupby(characters, key=_Runs()):
        run = list(group)
        parts = [
            ("".join(char for char, _ in same), mark)
            for mark, same in itertools.groupby(run, key=lambda pair: pair[1])
        ]
        yield "".join(char for char, _ in run), parts


class _Runs:
    """Numbers characters so that a word, a run of spaces and a wide character are a group each."""

    def __init__(self) -> None:
        self._number = 0
        self._kind = ""

    def __call__(self, pair: tuple[str, bool]) -> int:
        char = pair[0]
        if unicodedata.combining(char):
            return self._number
        kind = "space" if char == " " else "wide" if _is_wide(char) else "word"
        if kind != self._kind or kind == "wide":
            self._number += 1
        self._kind = kind
        return self._number


def columns_of(text: str) -> int:
    """Return how many columns of a terminal `text` takes.

    >>> columns_of("ab"), columns_of("駅"), columns_of("e\u0301")
    (2, 2, 1)
    """
    return sum(2 if _is_wide(char) else 1 for char in text if not _is_zero(char))


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _is_zero(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Cf")


def columns(rows: Iterable[tuple[str, str]], indent: str = "") -> Iterator[str]:
    """Yield `name  value` lines, the values under each other.

    >>> list(columns([("id", "key"), ("title", "text")]))
    ['id     key', 'title  text']
    """
    rows = list(rows)
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        yield f"{indent}{name:<{width}}  {value}".rstrip()
