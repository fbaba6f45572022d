"""What is in a test collection: documents, queries, judgements.

A collection is a folder with `docs.jsonl.gz` (id, title, body), `queries.tsv` (id, TAB, text) and
`qrels.txt` (query id, 0, document id, grade), the last in the form of TREC.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import attrs

DOCUMENTS, QUERIES, JUDGEMENTS = "docs.jsonl.gz", "queries.tsv", "qrels.txt"


@attrs.frozen
class Collection:
    name: str
    documents: tuple[dict[str, str], ...]  # id, title, body
    queries: dict[str, str]  # those with a relevant document alone
    judgements: dict[str, dict[str, int]]  # query -> document -> grade; > 0 is relevant


def collections(data: Path) -> Iterator[Path]:
    """The collections in a folder, or in its folder `collections`, by name."""
    for folder in sorted([*data.glob("*/"), *data.glob("collections/*/")]):
        if (folder / DOCUMENTS).exists():
            yield folder


def read_collection(folder: Path) -> Collection:
    with gzip.open(folder / DOCUMENTS, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    judgements: dict[str, dict[str, int]] = {}
    for line in (folder / JUDGEMENTS).read_text(encoding="utf-8").splitlines():
        query, _, document, grade = line.split()
        judgements.setdefault(query, {})[document] = int(grade)
    pairs = (
        line.split("\t", 1)
        for line in (folder / QUERIES).read_text(encoding="utf-8").split("\n")
        if line
    )
    return Collection(
        folder.name,
        tuple({name: record[name] for name in ("id", "title", "body")} for record in records),
        {query: text for query, text in pairs if max(judgements.get(query, {"": 0}).values()) > 0},
        judgements,
    )
