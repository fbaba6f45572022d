"""Are long texts whose pieces have numbers what they were, in a new segment and in a merged one?"""

import functools
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import Keyword, Schema, Text

from . import reader
from .pieces import ONE_BYTE, read_pieces
from .prose import prose

SCHEMA = Schema(id=Keyword(key=True), body=Text())
ENOUGH_BYTES = 9 << 19  # a little more than 4 MiB, from which on a store may have pieces
MOST_UNREAD = 0.2  # of the texts: those in which words come for the first time

texts_of = functools.cache(prose)


def documents(name: str, texts: Iterable[str]) -> list[dict[str, Any]]:
    return [{"id": f"{name}{place}", "body": text} for place, text in enumerate(texts)]


def made(path: Path, *commits: list[dict[str, Any]]) -> Path:
    """An index with a segment for each."""
    with searchlib.create(path, SCHEMA, merging=lambda sizes: []) as index:
        for commit in commits:
            index.upsert(commit)
    return path


def sections(path: Path) -> list[dict[tuple[str, int | None], bytes]]:
    """Those of each segment, the oldest first."""
    return [
        {(each.kind, each.field): each.data for each in reader.read_sections(file.read_bytes())}
        for file in sorted(path.glob("*.segment"))
    ]


def tables(path: Path) -> list[list[bytes] | None]:
    """The pieces of each segment."""
    found = [each.get(("pieces again", None)) for each in sections(path)]
    return [None if data is None else read_pieces(data) for data in found]


def test_the_plain_reader_reads_texts_of_which_pieces_have_numbers(tmp_path: Path) -> None:
    given = documents("a", texts_of(0, 5 << 20))
    [found] = sections(made(tmp_path / "index", given))
    pieces = read_pieces(found["pieces again", None])
    stored = reader.read_documents(found, len(given), list(SCHEMA))
    unread = [each["id"] for each in stored if isinstance(each["body"], reader.Unread)]
    for document, read in zip(given, stored, strict=True):
        if read["id"] in unread:
            document["body"] = reader.Unread(len(document["body"].encode()))
        assert read == document
    assert len(unread) < MOST_UNREAD * len(given)
    assert {b", ", " – ".encode(), " “".encode()} <= set(pieces[:ONE_BYTE])
    assert len(pieces) > 40_000


def test_an_index_gives_back_texts_of_which_pieces_have_numbers(tmp_path: Path) -> None:
    given = documents("a", texts_of(0, 5 << 20))
    with searchlib.open(made(tmp_path / "index", given)) as index:
        assert list(index) == given
        assert index.check(deep=True).ok


ODD = {
    "nothing but spaces": " " * 300,
    "spaces between words": " a  b c\u00a0d\u2003e " * 30,
    "spaces of many widths": "\u2000\u2001 \u2002wind\u00a0 sea\u3000" * 30,
    "no words": "“…” — ‘’ " * 30,
    "one word": "wind" * 100,
    "words without spaces": "東京都は日本の首都である。" * 20,
    "controls": "".join(map(chr, range(1, 300))) * 2,
    "beyond the first plane": "🌊 𝔴𝔦𝔫𝔡 " * 40,
}


def test_texts_of_any_kind_come_back_among_those_of_which_pieces_have_numbers(
    tmp_path: Path,
) -> None:
    odd = [{"id": name, "body": text} for name, text in ODD.items()]
    mixed = [{"id": f"m{place}", "body": [text, *ODD.values()]} for place, text in enumerate("abc")]
    given = [*odd, *documents("a", texts_of(0, ENOUGH_BYTES)), *mixed]
    path = made(tmp_path / "index", given)
    assert tables(path) != [None]
    with searchlib.open(path) as index:
        assert list(index) == given


def chinese(count: int) -> list[str]:
    source = random.Random(0)
    return ["".join(map(chr, source.choices(range(0x4E00, 0x9FFF), k=5_000))) for _ in range(count)]


def test_texts_that_are_no_shorter_as_pieces_have_none(tmp_path: Path) -> None:
    given = documents("a", chinese(320))
    assert sum(len(each["body"].encode()) for each in given) > ENOUGH_BYTES
    path = made(tmp_path / "index", given)
    assert tables(path) == [None]
    with searchlib.open(path) as index:
        assert list(index) == given


def test_fewer_texts_have_no_pieces(tmp_path: Path) -> None:
    given = documents("a", texts_of(0, ENOUGH_BYTES)[:1_000])
    assert tables(made(tmp_path / "index", given)) == [None]


SOURCES = {
    "the same pieces": [(0, ENOUGH_BYTES), (0, ENOUGH_BYTES)],
    "different pieces": [(0, ENOUGH_BYTES), (1, ENOUGH_BYTES)],
    "no pieces before": [(0, 1 << 20), (1, ENOUGH_BYTES)],
    "no pieces after": [(0, ENOUGH_BYTES), (1, 1 << 20)],
    "no pieces, together enough": [(0, 3 << 20), (0, 3 << 20)],
}


@pytest.mark.parametrize("deleting", [False, True], ids=["", "with deletes"])
@pytest.mark.parametrize("sources", SOURCES.values(), ids=SOURCES.keys())
def test_a_merge_keeps_every_text(
    tmp_path: Path, sources: list[tuple[int, int]], deleting: bool
) -> None:
    first, second = ([*texts_of(*each)] for each in sources)
    given = [documents("a", first), documents("b", second[::-1])]
    path = made(tmp_path / "index", *given)
    before = tables(path)
    assert [table is not None for table in before] == [size > 4 << 20 for _, size in sources]
    if all(before):
        assert (before[0] == before[1]) == (sources[0] == sources[1])
    live = [each for place, each in enumerate(given[0] + given[1]) if place % 97 or not deleting]
    with searchlib.open(path) as index:
        kept = {each["id"] for each in live}
        index.delete([each["id"] for each in given[0] + given[1] if each["id"] not in kept])
        index.optimize()
        assert list(index) == live
        assert index.check().ok
    [after] = tables(path)
    assert after is not None
    assert not any(before) or after in before


def test_texts_that_have_no_pieces_are_merged_with_those_that_have(tmp_path: Path) -> None:
    given = [documents("a", texts_of(0, ENOUGH_BYTES)), documents("b", chinese(320))]
    path = made(tmp_path / "index", *given)
    assert [table is None for table in tables(path)] == [False, True]
    with searchlib.open(path) as index:
        index.optimize()
        assert list(index) == given[0] + given[1]
        assert index.check().ok


def test_the_same_calls_write_the_same_pieces(tmp_path: Path) -> None:
    given = documents("a", texts_of(0, ENOUGH_BYTES))
    one, other = (made(tmp_path / name, given) for name in ("one", "other"))
    assert sections(one) == sections(other)
