"""What happens when the bytes of an index are not what was written?

Each byte is flipped, each file is cut at each length. Then opening, searching and checking answer
rightly or say CorruptIndexError or IndexVersionError: never another exception, never a crash,
never a wrong answer. And `check()` sees each flip of a byte that means anything.
"""

import contextlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import (
    Boolean,
    CorruptIndexError,
    Date,
    IndexVersionError,
    Keyword,
    Number,
    Schema,
    Text,
)

NAMED = (CorruptIndexError, IndexVersionError)
SCHEMA = Schema(
    id=Keyword(key=True),
    title=Text(analyzer="english", boost=2.0),
    body=Text(analyzer="english"),
    tags=Keyword(),
    size=Number(),
    day=Date(),
    open=Boolean(),
)
DOCUMENTS = [
    {
        "id": f"k{number}",
        "title": f"Turbine {number}",
        "body": ["the winds of the sea " * (number + 1), "a farm"][: 1 + number % 2],
        "tags": ["wire", f"t{number}"],
        "size": number * 1.5 if number % 2 else number,
        "day": f"2019-03-0{number + 1}",
        "open": bool(number % 2),
    }
    for number in range(5)
]
QUERIES = [
    *("wind", '"the sea"', "turb*", "wind AND farm", "sea NOT farm", "tags:wire", "title:turbine"),
    *("size:3", "day:2019-03-02", "open:true"),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two segments, one with a deleted document."""
    path = tmp_path_factory.mktemp("damage") / "small"
    with searchlib.create(path, SCHEMA) as index:
        index.upsert(DOCUMENTS[:3])
        index.upsert(DOCUMENTS[3:])
        index.delete("k1")
    return path


@pytest.fixture(scope="module")
def right(small: Path) -> Any:
    return answers(small)


def answers(path: Path, *, mmap: bool = True) -> Any:
    """Everything that reading gives: hits, scores, totals, documents."""
    with searchlib.open(path, mmap=mmap) as index:
        results = [index.search(query) for query in QUERIES]
        found = [(each.total, [(hit.key, hit.score) for hit in each]) for each in results]
        return found, list(index), [index.get(f"k{number}") for number in range(5)]


def is_sound(path: Path) -> bool:
    """Does `check()` find nothing? A file it cannot even open is a finding too."""
    try:
        with searchlib.open(path) as index:
            return index.check().ok
    except NAMED:
        return False


def assert_right_or_named(path: Path, right: Any, what: str, *, mmap: bool = True) -> None:
    try:
        answer = answers(path, mmap=mmap)
    except NAMED:
        return
    except BaseException as error:
        raise AssertionError(f"{what}: {type(error).__name__}: {error}") from error
    assert answer == right, f"{what}: a wrong answer"


def index_files(path: Path) -> list[Path]:
    """The files that hold the index; a lock and the count of commits hold nothing of it."""
    files = (path for path in path.rglob("*") if path.is_file())
    return sorted(path for path in files if "lock" not in path.name and path.name != "commits")


@pytest.fixture
def damaged(small: Path, tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Write other bytes in the place of one file of a copy; the other files stay whole."""
    copy = tmp_path / "copy"
    shutil.copytree(small, copy)
    files = [*index_files(small), small / "commits"]
    whole = {path.relative_to(small).as_posix(): path.read_bytes() for path in files}
    touched: set[str] = set()

    def damage(name: str, data: bytes) -> Path:
        for other in touched - {name}:
            put(copy / other, whole[other])
            touched.discard(other)
        put(copy / name, data)
        touched.add(name)
        return copy

    return damage


def put(path: Path, data: bytes) -> None:
    """A new file in the old one's place: what has the old one mapped keeps it."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def names(small: Path) -> list[str]:
    return [path.relative_to(small).as_posix() for path in index_files(small)]


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF], ids=hex)
def test_every_flipped_byte_gives_the_right_answer_or_a_named_error(
    small: Path, right: Any, damaged: Callable[[str, bytes], Path], flip: int
) -> None:
    for name in names(small):
        data = (small / name).read_bytes()
        for place in range(len(data)):
            flipped = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
            assert_right_or_named(damaged(name, flipped), right, f"{name}, byte {place}")


def test_check_sees_every_flipped_byte(small: Path, damaged: Callable[[str, bytes], Path]) -> None:
    unseen = []
    for name in names(small):
        data = (small / name).read_bytes()
        for place in range(len(data)):
            flipped = data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]
            if is_sound(damaged(name, flipped)):
                unseen.append((name, place))
    assert unseen == []


@pytest.mark.parametrize("mmap", [True, False])
def test_every_cut_gives_the_right_answer_or_a_named_error(
    small: Path, right: Any, damaged: Callable[[str, bytes], Path], mmap: bool
) -> None:
    for name in names(small):
        data = (small / name).read_bytes()
        for length in range(len(data)):
            copy = damaged(name, data[:length])
            assert_right_or_named(copy, right, f"{name}, cut at {length}", mmap=mmap)
            assert length % 16 or not is_sound(copy), f"{name}, cut at {length}: check() is content"


def test_bytes_after_the_end_give_the_right_answer_or_a_named_error(
    small: Path, right: Any, damaged: Callable[[str, bytes], Path]
) -> None:
    for name in names(small):
        data = (small / name).read_bytes()
        for more in (b"\0", b"\n", b"\xff" * 8, data):
            assert_right_or_named(damaged(name, data + more), right, f"{name} with {more[:9]!r}")


def test_random_bytes_in_place_of_a_file_give_a_named_error(
    small: Path, right: Any, damaged: Callable[[str, bytes], Path]
) -> None:
    source = random.Random(0)
    for name in names(small):
        size = (small / name).stat().st_size
        for data in (b"", b"\0" * size, b"\xff" * size, source.randbytes(size)):
            assert_right_or_named(damaged(name, data), right, f"{name} as {data[:9]!r}")


def test_runs_of_damage_give_the_right_answer_or_a_named_error(
    small: Path, right: Any, damaged: Callable[[str, bytes], Path]
) -> None:
    source = random.Random(1)
    for name in names(small):
        data = (small / name).read_bytes()
        for _ in range(200):
            place = source.randrange(len(data))
            run = source.choice([b"\0", b"\xff"]) * source.choice([4, 8, 64])
            changed = data[:place] + run + data[place + len(run) :]
            assert_right_or_named(damaged(name, changed), right, f"{name}, run at {place}")


def test_any_count_of_commits_gives_the_right_answer(
    small: Path, right: Any, damaged: Callable[[str, bytes], Path]
) -> None:
    for data in (b"", b"\1", b"\0" * 8, b"\xff" * 8, b"\xff" * 7, b"\2" * 5_000):
        assert_right_or_named(damaged("commits", data), right, f"commits as {data[:9]!r}")
        assert is_sound(damaged("commits", data))


def test_a_missing_file_is_a_named_error_or_no_index_at_all(
    small: Path, right: Any, damaged: Callable[[str, bytes], Path]
) -> None:
    for name in names(small):
        copy = damaged(name, b"")
        (copy / name).unlink()
        with contextlib.suppress(*NAMED, FileNotFoundError):
            assert answers(copy) == right
        damaged(name, (small / name).read_bytes())


def test_the_segment_of_another_index_is_not_taken_for_ours(
    small: Path, right: Any, damaged: Callable[[str, bytes], Path], tmp_path: Path
) -> None:
    with searchlib.create(tmp_path / "other", SCHEMA) as index:
        index.upsert(DOCUMENTS[:2])
        index.upsert(DOCUMENTS[3:])
        index.delete("k0")
    for name in names(small):
        theirs = tmp_path / "other" / name
        if theirs.exists():
            copy = damaged(name, theirs.read_bytes())
            with contextlib.suppress(*NAMED, FileNotFoundError):
                answers(copy)


def test_an_error_names_the_damaged_file(
    small: Path, damaged: Callable[[str, bytes], Path]
) -> None:
    for name in names(small):
        data = (small / name).read_bytes()
        copy = damaged(name, data[: len(data) // 2])
        with pytest.raises(NAMED) as caught:
            answers(copy)
        assert Path(caught.value.path).name == Path(name).name
