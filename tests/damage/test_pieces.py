"""What is left of long texts when the numbered pieces they are made of are damaged?"""

import contextlib
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import CorruptIndexError, Keyword, Number, Schema, Text

from ..format.prose import prose
from ..format.reader import Section, read_sections
from .test_bytes import put
from .test_hostile import resealed

SCHEMA = Schema(id=Keyword(key=True), body=Text(), size=Number())
GIVEN: list[dict[str, Any]] = [
    *({"id": f"k{place}", "body": text} for place, text in enumerate(prose(0, 9 << 19))),
    *({"id": f"s{size}", "size": size, "body": "short"} for size in range(3)),
]
LONG, SHORT = GIVEN[:-3], GIVEN[-3:]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pieces") / "made"
    with searchlib.create(path, SCHEMA) as index:
        index.upsert(GIVEN)
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "index"))


def segment_of(path: Path) -> Path:
    [segment] = path.glob("*.segment")
    return segment


def pieces_of(path: Path) -> list[Section]:
    """The sections Pieces and PiecesAgain."""
    found = read_sections(segment_of(path).read_bytes())
    both = [each for each in found if each.kind in ("pieces", "pieces again")]
    assert [each.kind for each in both] == ["pieces", "pieces again"]
    return both


def flip(path: Path, *places: int, reseal: bool = False) -> None:
    segment = segment_of(path)
    data = bytearray(segment.read_bytes())
    for place in places:
        data[place] ^= 0x01
    put(segment, resealed(bytes(data)) if reseal else bytes(data))


def middle(section: Section) -> int:
    return section.start + len(section.data) // 2


@pytest.mark.parametrize("which", [0, 1], ids=["Pieces", "PiecesAgain"])
def test_damage_to_the_pieces_that_lie_there_twice_leaves_every_text(
    path: Path, which: int
) -> None:
    flip(path, middle(pieces_of(path)[which]))
    with searchlib.open(path) as index:
        assert list(index) == GIVEN
    [finding] = searchlib.check(path).findings
    assert "checksum" in str(finding)


@pytest.mark.parametrize("rare", [4_000, 40_000], ids=["few pieces", "many pieces"])
def test_damage_to_the_page_where_the_one_ends_and_the_other_begins_leaves_every_text(
    tmp_path: Path, rare: int
) -> None:
    given = [{"id": f"{place}", "body": text} for place, text in enumerate(prose(0, 9 << 19, rare))]
    with searchlib.create(tmp_path / "index", SCHEMA) as index:
        index.upsert(given)
    first, again = pieces_of(tmp_path / "index")
    assert len(first.data) > 32 * 1024  # so that nothing but pieces lies in the page
    flip(tmp_path / "index", again.start - 1)
    with searchlib.open(tmp_path / "index") as index:
        assert list(index) == given


@pytest.mark.parametrize("which", [0, 1], ids=["Pieces", "PiecesAgain"])
def test_a_repair_after_damage_to_one_of_both_keeps_all_documents(path: Path, which: int) -> None:
    flip(path, middle(pieces_of(path)[which]))
    searchlib.repair(path)
    assert searchlib.check(path, deep=True).ok
    with searchlib.open(path) as index:
        assert sorted(index, key=str) == sorted(GIVEN, key=str)


def test_a_merge_after_damage_to_the_first_of_both_keeps_all_documents(path: Path) -> None:
    flip(path, middle(pieces_of(path)[0]))
    with searchlib.open(path) as index:
        index.upsert({"id": "new", "body": LONG[0]["body"]})
        index.optimize()
        assert list(index)[: len(GIVEN)] == GIVEN
        assert index.check().ok


def test_damage_to_both_is_a_named_error_and_leaves_short_texts(path: Path) -> None:
    flip(path, *map(middle, pieces_of(path)))
    with searchlib.open(path) as index:
        assert [index.get(document["id"]) for document in SHORT] == SHORT
        for document in LONG[::100]:
            with pytest.raises(CorruptIndexError) as caught:
                index.get(document["id"])
            assert Path(caught.value.path).name == segment_of(path).name
        assert index.search("short").total == len(SHORT)
    assert len(searchlib.check(path).findings) == 2


def test_a_merge_after_damage_to_both_is_a_named_error_and_changes_nothing(path: Path) -> None:
    flip(path, *map(middle, pieces_of(path)))
    with searchlib.open(path) as index:
        index.upsert({"id": "new"})
        with pytest.raises(CorruptIndexError):
            index.optimize()
        assert len(index) == len(GIVEN) + 1


def test_a_repair_after_damage_to_both_keeps_what_can_be_read(path: Path) -> None:
    flip(path, *map(middle, pieces_of(path)))
    searchlib.repair(path)
    assert searchlib.check(path, deep=True).ok
    with searchlib.open(path) as index:
        assert [index.get(document["id"]) for document in SHORT] == SHORT


def test_documents_can_be_added_after_damage_to_both(path: Path) -> None:
    flip(path, *map(middle, pieces_of(path)))
    with searchlib.open(path) as index:
        index.upsert({**document, "id": f"n{document['id']}"} for document in LONG)
        assert index.get("nk7") == {**LONG[7], "id": "nk7"}


@pytest.mark.parametrize("which", [0, 1], ids=["Pieces", "PiecesAgain"])
@pytest.mark.parametrize("part", [0.0, 0.1, 0.6, 0.99])
def test_a_forged_byte_in_one_of_both_is_seen_by_the_plain_check(
    path: Path, which: int, part: float
) -> None:
    first, again = pieces_of(path)
    start = [first.start, again.start][which]
    flip(path, start + int(part * len(again.data)), reseal=True)
    assert not searchlib.check(path).ok
    read_some(path)


def test_forged_pieces_and_forged_texts_of_them_give_a_text_or_a_named_error(path: Path) -> None:
    segment = segment_of(path)
    whole, (first, again) = segment.read_bytes(), pieces_of(path)
    [texts] = [each for each in read_sections(whole) if each.kind == "long stored"]
    source = random.Random(0)
    for _ in range(30):
        count, ends, some = 0, 4 * source.randrange(1, 40_000), source.randrange(len(again.data))
        for place in (count, ends, some):
            flip(path, first.start + place, again.start + place, reseal=True)
            read_some(path)
            put(segment, whole)
        flip(
            path, *(texts.start + source.randrange(len(texts.data)) for _ in range(9)), reseal=True
        )
        read_some(path)
        put(segment, whole)


def read_some(path: Path) -> None:
    with searchlib.open(path) as index:
        for document in LONG[::100]:
            with contextlib.suppress(CorruptIndexError):
                index.get(document["id"])
