"""Arbitrary bytes as a segment, a manifest or a batch of the queue: opened, searched, written to.

    python -m tests.damage.fuzz [--inputs 20000] [--seed 0]

Each input is a whole file that was changed at random: bytes flipped, runs cut out, doubled or
overwritten by hostile numbers, pieces of other files put in; most then get the checksums that they
would have had, so that what lies behind the checksums is reached. The answer is right or a named
error: never another exception, a crash, a hang, or memory out of proportion (`test_hostile.py`).
The long run is the default; `test_fuzz.py` runs a short one.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import searchlib

from .test_bytes import DOCUMENTS, SCHEMA
from .test_hostile import FOOTER, resealed, run_sweep

ROUND = 2_000  # inputs of one process
NUMBERS = [b"\0" * 8, b"\xff" * 8, b"\x7f" + b"\xff" * 7, b"\x80" + b"\0" * 7, b"\xff\xff\xff\x7f"]


def make(path: Path) -> None:
    """An index with a deleted document and a batch that waits."""
    with searchlib.create(path, SCHEMA) as index:
        index.upsert(DOCUMENTS * 2)
        index.upsert([{**document, "id": document["id"] + "b"} for document in DOCUMENTS])
        index.delete("k1")
        writer = index.writer()
        index.upsert(DOCUMENTS[:2], timeout_s=0)
        index.delete(["k2", "nobody"], timeout_s=0)
        kept = {file.name: file.read_bytes() for file in path.glob("*.batch")}
        writer.close()
    # The batches again, as if their writer had died: they come after those that were applied.
    for place, data in enumerate(kept.values()):
        (path / f"{len(kept) + 1 + place:08d}.batch").write_bytes(data)


def mutants(path: Path, seed: int, count: int) -> Iterator[tuple[str, str, bytes]]:
    """(what, file, bytes) of changed files."""
    files = {file.name: file.read_bytes() for file in sorted(path.iterdir()) if file.stat().st_size}
    for number in range(count):
        source = random.Random(f"{seed} {number}")
        name = source.choice(sorted(files))
        data = files[name]
        for _ in range(source.choice([1, 1, 2, 5, 20])):
            data = changed(data, source, files)
        if source.random() < 0.8:
            data = sealed(name, data)
        yield f"seed {seed}, input {number}", name, data


def changed(data: bytes, source: random.Random, files: dict[str, bytes]) -> bytes:
    """The bytes with one change at a random place."""
    place = source.randrange(len(data) + 1)
    length = source.choice([1, 1, 2, 4, 8, 40])
    match source.randrange(6):
        case 0 if place < len(data):
            flipped = bytes([data[place] ^ 1 << source.randrange(8)])
            return data[:place] + flipped + data[place + 1 :]
        case 1:
            return data[:place] + data[place + length :]
        case 2:
            return data[:place] + data[place : place + length] + data[place:]
        case 3:
            number = source.choice(NUMBERS)
            return data[:place] + number + data[place + len(number) :]
        case 4:
            other = source.choice(sorted(files.values()))
            start = source.randrange(len(other))
            piece = other[start : start + length]
            return data[:place] + piece + data[place + len(piece) :]
        case _:
            return data[:place] + source.randbytes(length) + data[place + length :]


def sealed(name: str, data: bytes) -> bytes:
    """The file with the checksums that its bytes would have."""
    if name == "manifest":
        content = data.partition(b"\n")[2].removesuffix(b"\n")
        return b"searchlib manifest 1 %08x\n%s\n" % (zlib.crc32(content), content)
    if name.endswith(".batch"):
        body = re.sub(rb"end [0-9a-f]{8}\n\Z", b"", data)
        return body + b"end %08x\n" % zlib.crc32(body)
    if name.endswith(".segment") and len(data) >= FOOTER.size:
        return resealed(data)
    return data


def run(folder: Path, inputs: int, seed: int) -> dict[str, int]:
    """Use that many inputs, in processes of their own.

    Raises AssertionError where one is no answer and no named error.
    """
    small = folder / "small"
    make(small)
    for first in range(0, inputs, ROUND):
        count = min(ROUND, inputs - first)
        code = (
            f"__import__('tests.damage.fuzz').damage.fuzz.mutants(small, {seed + first}, {count})"
        )
        run_sweep(small, folder / "copy", code)
    return {"inputs": inputs}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(Path(folder), asked.inputs, asked.seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
