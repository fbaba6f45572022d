"""What if somebody forges an index, checksums and all?

No checksum can tell, so the answer may be wrong; but it is an answer, or CorruptIndexError or
IndexVersionError, in bounded time and memory: never another exception, a crash or a hang.
The sweeps run in a process of their own, with little memory, so that a crash is a failed test.
"""

import contextlib
import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest

import searchlib

from .test_bytes import DOCUMENTS, NAMED, QUERIES, SCHEMA, put

ROOT = Path(__file__).parents[2]
MEMORY_BYTES = 1 << 30  # of address space beyond what the process has when it begins
SECONDS = 20  # for one forged file
FOOTER = struct.Struct("<QQQII8s")  # data length, contents start and length, crc32, version, magic
PAGE_BYTES = 32 * 1024
FLIPS = (0x01, 0x7F, 0x80, 0xFF)
EVERY_FLIP = os.environ.get("SEARCHLIB_HYPOTHESIS") == "slow"
HOSTILE = [-1, 0, 1, 2**31, 2**63, 2**64, 1e308, None, True, "", "x", "../../x", [], {}, [[[]]]]


def resealed(data: bytes) -> bytes:
    """A segment file with the checksums its bytes would have, had we written them."""
    length, *_, version, magic = FOOTER.unpack(data[-FOOTER.size :])
    if length > len(data) - FOOTER.size:
        return data
    pages = range(0, length, PAGE_BYTES)
    sums = b"".join(
        struct.pack("<I", zlib.crc32(data[page : min(page + PAGE_BYTES, length)])) for page in pages
    )
    tail = sums + data[length + len(sums) : -FOOTER.size] + data[-FOOTER.size : -FOOTER.size + 24]
    return data[:length] + tail + struct.pack("<II8s", zlib.crc32(tail), version, magic)


def use(path: Path) -> None:
    """Open, search, read, mark, explain, check, write, merge, repair: whatever meets the bytes."""
    try:
        with searchlib.open(path) as index:
            for query in QUERIES:
                index.search(query, limit=0).total.bit_count()
                for hit in index.search(query, limit=100):
                    str(hit.explain())
                    for field in index.schema:
                        if index.schema[field].stored:
                            hit.highlight(field)
            documents = list(index)
            index.check()
            with index.writer() as writer:
                if documents and index.schema.key is not None:
                    with contextlib.suppress(searchlib.DocumentError):  # it is forged, after all
                        writer.upsert(documents[0])
                writer.merge()
    except (*NAMED, searchlib.ComponentError):  # the samples of an analyzer may be forged, too
        with contextlib.suppress(*NAMED, searchlib.ComponentError):
            searchlib.repair(path)
            searchlib.check(path)


def forged_segments(path: Path, part: int, parts: int) -> Iterator[tuple[str, str, bytes]]:
    """(what, file, bytes) for a part of all bytes of the segments, each flipped in some way."""
    for segment in sorted(path.glob("*.segment")):
        data = segment.read_bytes()
        for place in range(part, len(data) - 8, parts):
            for flip in FLIPS if EVERY_FLIP else [FLIPS[place // parts % len(FLIPS)]]:
                forged = bytearray(data)
                forged[place] ^= flip
                yield f"byte {place} ^ {flip:#x}", segment.name, resealed(bytes(forged))


def forged_manifests(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """(what, file, bytes) for each value in the manifest and each hostile one in its place."""
    data = (path / "manifest").read_bytes()
    content = json.loads(data.split(b"\n", 1)[1])
    for place in places(content):
        for value in HOSTILE:
            text = json.dumps(replaced(content, place, value)).encode()
            sealed = b"searchlib manifest 1 %08x\n%s\n" % (zlib.crc32(text), text)
            yield f"{place} = {value!r}", "manifest", sealed


def places(content: Any, *here: Any) -> Iterator[tuple[Any, ...]]:
    yield here
    if isinstance(content, dict | list):
        for name in content if isinstance(content, dict) else range(len(content)):
            yield from places(content[name], *here, name)


def replaced(content: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    copy = content.copy()
    copy[place[0]] = replaced(content[place[0]], place[1:], value)
    return copy


def sweep(small: Path, scratch: Path, forged: Iterator[tuple[str, str, bytes]]) -> None:
    """Use each forged index; print which one it is, so that a crash can be told."""
    limit_memory()
    unnamed: dict[str, list[str]] = {}
    for what, name, data in forged:
        print(f"{name}, {what}", flush=True)
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(small, scratch)
        put(scratch / name, data)
        signal.alarm(SECONDS)
        try:
            use(scratch)
        except BaseException as error:  # a panic is no Exception
            traceback = "".join(format_exception(error)[-2:])
            unnamed.setdefault(traceback, []).append(f"{name}, {what}")
    for traceback, where in unnamed.items():
        print(len(where), "times, first at", where[0], traceback, file=sys.stderr)
    print("failed" if unnamed else "done", flush=True)


def limit_memory() -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES,) * 2)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One segment with a deleted document."""
    path = tmp_path_factory.mktemp("hostile") / "small"
    with searchlib.create(path, SCHEMA) as index:
        index.upsert(DOCUMENTS * 2)
        index.upsert([{**document, "id": document["id"] + "b"} for document in DOCUMENTS])
        index.delete("k1")
    return path


def run_sweep(small: Path, scratch: Path, forged: str) -> None:
    """Run a sweep in a process of its own, and say where it ended if it did not end well."""
    code = (
        "from pathlib import Path; from tests.damage.test_hostile import *; "
        f"small = Path({str(small)!r}); sweep(small, Path({str(scratch)!r}), {forged})"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    last = answer.stdout.splitlines()[-1:]
    assert (last, answer.returncode) == (["done"], 0), answer.stderr


needs_linux = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="the memory of a process is limited on Linux only"
)


@needs_linux
@pytest.mark.parametrize("part", range(4))
def test_a_forged_segment_gives_an_answer_or_a_named_error(
    small: Path, tmp_path: Path, part: int
) -> None:
    run_sweep(small, tmp_path / "copy", f"forged_segments(small, {part}, 4)")


@needs_linux
def test_a_forged_manifest_gives_an_answer_or_a_named_error(small: Path, tmp_path: Path) -> None:
    run_sweep(small, tmp_path / "copy", "forged_manifests(small)")


@needs_linux
def test_deletes_that_unpack_to_gigabytes_are_a_named_error(small: Path, tmp_path: Path) -> None:
    (name,) = (path.name for path in small.glob("*.deletes"))
    head = (small / name).read_bytes()[:20]
    bomb = zlib.compressobj(1)
    packed = b"".join(bomb.compress(bytes(1 << 24)) for _ in range(128)) + bomb.flush()
    (tmp_path / "bomb").write_bytes(head + packed)
    bytes_of_it = f"Path({str(tmp_path / 'bomb')!r}).read_bytes()"
    run_sweep(small, tmp_path / "copy", f"[('bomb', {name!r}, {bytes_of_it})]")


def test_resealing_what_was_not_changed_changes_nothing(small: Path) -> None:
    for segment in small.glob("*.segment"):
        assert resealed(segment.read_bytes()) == segment.read_bytes()


def test_no_name_in_a_manifest_leads_out_of_the_index(small: Path, tmp_path: Path) -> None:
    outside = tmp_path / "00000001.segment"
    shutil.copy(next(small.glob("*.segment")), outside)
    copy = tmp_path / "index"
    shutil.copytree(small, copy)
    content = json.loads((copy / "manifest").read_bytes().split(b"\n", 1)[1])
    content["segments"][0]["name"] = "../00000001.segment"
    text = json.dumps(content).encode()
    put(copy / "manifest", b"searchlib manifest 1 %08x\n%s\n" % (zlib.crc32(text), text))
    with pytest.raises(searchlib.CorruptIndexError):
        searchlib.open(copy)
