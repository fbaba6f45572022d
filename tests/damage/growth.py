"""How large does an index grow in many small commits? Few segments, little waste, no file left.

    python -m tests.damage.growth [--commits 1000] [--documents 100] [--corpus news.jsonl.gz]

Documents are added in commits of their own, each through an index that is opened anew, as a
thousand short processes would; then as many are replaced at random. After every commit there are
few segments, none with more than a fifth of its documents deleted, and no file that the manifest
does not name; and after each half the index takes at most 1.3 times the room of the same documents
written in one commit. Documents are the paragraphs of a corpus, or made up.
The long run is the default; `test_growth.py` runs a short one.
"""

import argparse
import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import searchlib
from searchlib import Keyword, Schema, Text
from searchlib.store.manifest import MANIFEST, Manifest
from searchlib.store.merging import FACTOR, MAX_DELETED, level

from .kills import left_over

SCHEMA = Schema(id=Keyword(key=True), body=Text(analyzer="english"))
MAX_WASTE = 1.3

Document = dict[str, object]


def run(folder: Path, commits: int, per_commit: int, corpus: Path | None = None) -> dict[str, Any]:
    """Write the documents in `commits` commits and in one; returns counts and sizes.

    Raises AssertionError where there are more segments, deletes, files or bytes than there may be.
    """
    texts = _paragraphs(corpus) if corpus else _made_up()
    documents: list[Document] = [
        {"id": f"k{n}", "body": next(texts)} for n in range(commits * per_commit)
    ]
    many, one = folder / "many", folder / "one"
    searchlib.create(many, SCHEMA).close()
    with searchlib.create(one, SCHEMA) as index:
        index.upsert(documents)
    counts: dict[str, Any] = {"documents": len(documents), "bytes in one commit": _bytes(one)}
    began = time.process_time()
    most = 0
    for first in range(0, len(documents), per_commit):
        most = max(most, _commit(many, documents[first : first + per_commit]))
    counts |= {"most segments": most, "bytes": _bytes(many)}
    assert counts["bytes"] <= MAX_WASTE * counts["bytes in one commit"], counts
    source = random.Random(0)
    for _ in range(commits):
        most = max(most, _commit(many, source.sample(documents, per_commit)))
    counts |= {"most segments, replacing": most, "bytes, replaced": _bytes(many)}
    assert counts["bytes, replaced"] <= MAX_WASTE * counts["bytes in one commit"], counts
    assert searchlib.check(many).ok
    with searchlib.open(many) as index:
        assert len(index) == len(documents)
    return counts | {"processor seconds": round(time.process_time() - began, 1)}


def _commit(path: Path, documents: list[Document]) -> int:
    """Make one commit, look at what there is, and return how many segments."""
    with searchlib.open(path) as index:
        index.upsert(documents)
    manifest = Manifest.decode((path / MANIFEST).read_bytes(), MANIFEST)
    segments = manifest.segments
    assert all(each.deleted_count <= MAX_DELETED * each.doc_count for each in segments), segments
    assert len(segments) <= (FACTOR - 1) * (level(manifest.live_count) + 1), segments
    assert left_over(path) == set(), f"files that nothing names: {left_over(path)}"
    return len(segments)


def _bytes(path: Path) -> int:
    return sum(file.stat().st_size for file in path.iterdir())


def _paragraphs(corpus: Path) -> Iterator[str]:
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from filter(None, json.loads(line)["body"].split("\n"))


def _made_up() -> Iterator[str]:
    source = random.Random(1)
    words = [f"{stem}{end}" for stem in range(2_000) for end in ("a", "as", "aing")]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    while True:
        yield " ".join(source.choices(words, weights, k=source.randint(10, 120)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--commits", type=int, default=1_000)
    parser.add_argument("--documents", type=int, default=100, help="of each commit")
    parser.add_argument("--corpus", type=Path, help="JSON lines, gzipped, with a body each")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(Path(folder), asked.commits, asked.documents, asked.corpus)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
