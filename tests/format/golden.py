"""One small index a format version, which every later version opens and answers alike.

    python -m tests.format.golden            # writes the index of today's format, and all answers
    python -m tests.format.golden --answers  # writes the answers alone

`indexes/golden/vN` is the index of format N, made by `make` when that was new, `vN.json` what it
answers. A format that has been released is never written again; its answers are, where a query is
added or a search is meant to find more.
"""

import argparse
import datetime
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import searchlib
from searchlib import Boolean, Date, Index, Keyword, Number, Schema, Text
from searchlib.analysis import (
    ByField,
    edge_ngrams,
    lowercase,
    python,
    shingles,
    stem,
    stop,
    synonyms,
    whitespace,
    words,
)
from searchlib.store.manifest import FORMAT

GOLDEN = Path(__file__).parents[2] / "indexes/golden"
COUNT = 1_300  # documents of the first commits: lists with blocks, bit sets, classes, champions


def backwards(form: str) -> str:
    """A component written in Python."""
    return form.lower()[::-1]


COMPONENTS = {"backwards": backwards}
LANGUAGES = {
    "de": words() | lowercase() | stem("german"),
    "en": words() | lowercase() | stop("english") | stem("english"),
}
BEFORE = Schema(
    id=Keyword(key=True),
    body=Text(analyzer="english"),
    title=Text(analyzer=words() | lowercase() | shingles(2), boost=2.0),
    free=Text(analyzer=ByField("language", LANGUAGES)),
    start=Text(analyzer=edge_ngrams(1, 4), stored=False),
    reversed=Text(analyzer=words() | python("backwards", backwards)),
    means=Text(analyzer=whitespace() | synonyms("car, motor car")),
    language=Keyword(),
    tags=Keyword(),
    size=Number(),
    day=Date(),
    open=Boolean(),
)
AFTER = Schema.from_fields({**dict(BEFORE.items()), "late": Number()})
LEXICON = [
    *("sea", "wind", "turbine", "storm", "coast", "harbour", "light", "tower", "island", "current"),
    *("wave", "salt", "north", "vessel", "anchor", "beacon", "chart", "compass", "drift", "engine"),
    *("fathom", "gale", "helm", "inlet", "jetty", "keel", "ledge", "mast", "nets", "oars"),
]


def documents(first: int, end: int) -> Iterator[dict[str, object]]:
    """Documents without chance: word w stands where w divides the number."""
    for number in range(first, end):
        held = [word for w, word in enumerate(LEXICON, 1) if number % w == 0]
        body = " ".join(["The", *held, *["waves"] * (number % 23 == 0) * 12, "turning"])
        yield {
            "id": f"d{number}",
            "body": body,
            "tags": ["even" if number % 2 == 0 else "odd", f"t{number % 50}"],
            "size": number if number % 3 else number / 7,
            **({"open": number % 4 == 0} if number % 5 else {}),
        }


PLAIN: list[dict[str, object]] = [
    {
        "id": "café",
        "title": "New York harbour",
        "free": "The running lights were seen",
        "language": "en",
        "reversed": "Storm Café",
        "day": "2019-03-03",
    },
    {
        "id": "häfen",
        "title": ["Zwei Häfen", "東京都 and the сеть"],
        "free": "Die Häfen liegen an den Küsten",
        "language": "de",
        "start": "harbour",
        "day": datetime.datetime(2019, 3, 3, 10, 15, tzinfo=datetime.UTC),
        "size": -(2**53) - 1,
    },
    {
        "id": "long",
        "body": " ".join(f"{LEXICON[n * n % 30]}s rose." for n in range(9_000)),
        "means": "a motor car",
        "day": datetime.date(1969, 7, 20),
        "size": 2.5,
    },
    {"id": "empty"},
]


def make(path: Path) -> None:
    """Make the index: segments of a merge and of commits, deletes, and two batches that wait."""
    with (
        tempfile.TemporaryDirectory() as folder,
        searchlib.create(Path(folder) / "made", BEFORE, merging=lambda sizes: []) as index,
    ):
        index.upsert(documents(0, 900))
        index.upsert(documents(900, COUNT))
        index.delete([f"d{number}" for number in range(0, COUNT, 9)])
        index.merge()
        index.change_schema(AFTER)
        index.upsert(PLAIN)
        index.upsert([*documents(3, 6), {"id": "empty", "late": 7, "tags": "even"}])
        index.delete(["d8", "d1000"])
        with index.writer() as writer:
            index.upsert({"id": "queued", "body": "wind from the queue"}, timeout_s=0)
            index.delete("d4", timeout_s=0)
            index.backup(path)
            writer.rollback()


QUERIES = [
    *("wind", "sea AND tower", "ledge OR oars", "waves turning", '"turning the"', '"storm coast"'),
    *("wind NOT harbour", "turb*", "wnid~", "s?a", "/ke+l/", "+mast helm", "#near(sea wind)"),
    *("title:harbour", 'title:"new york"', "title:東京都", "title:сеть", "title:häfen"),
    *("free:running", "free:light", "free:küste", "start:harb", "reversed:storm", "means:car"),
    *("tags:even", "tags:t7", "language:de", "id:café", "size:[10 TO 20]", "size:2.5"),
    *("size:<0", "day:2019-03-03", "day:<1970", "open:true", "open:false", "late:7", "late:*"),
    *("wind sea coast", "roses", "id:d8", "id:queued", "*", "nothing"),
]
HIGHLIGHTS = [("title:york", "title"), ("free:häfen", "free"), ("reversed:café", "reversed")]
DOCUMENTS = ["café", "häfen", "empty", "d4", "d5", "d1299"]


def answers(index: Index) -> dict[str, Any]:
    """What the index says, as plain values."""
    results = {query: index.search(query, limit=12) for query in QUERIES}
    return {
        "hits": {
            query: [found.total, *(hit.key for hit in found)] for query, found in results.items()
        },
        "highlights": {
            query: [hit.highlight(field, format="plain") for hit in index.search(query)]
            for query, field in HIGHLIGHTS
        },
        "passages of long": index.search("roses", limit=1)[0].highlight("body", format="plain"),
        "documents": [plain(index[key]) for key in DOCUMENTS],
        "long": [len(str(index["long"]["body"])), plain(index["long"])["day"]],
        "keys": [str(document["id"]) for document in index],
    }


def plain(document: Any) -> dict[str, Any]:
    """The document with its dates as texts."""
    return {
        name: value.isoformat() if isinstance(value, datetime.date) else value
        for name, value in document.items()
    }


def versions() -> list[int]:
    """The formats of which an index lies in `GOLDEN`."""
    return sorted(int(path.name[1:]) for path in GOLDEN.glob("v*") if path.is_dir())


def expected(version: int) -> Any:
    """What the index of this format answers."""
    return json.loads((GOLDEN / f"v{version}.json").read_text(encoding="utf-8"))


def write_answers(version: int) -> None:
    with searchlib.open(GOLDEN / f"v{version}", components=COMPONENTS) as index:
        text = json.dumps(answers(index), ensure_ascii=False, indent=1)
    (GOLDEN / f"v{version}.json").write_text(text + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", action="store_true", help="the answers alone, of all versions")
    if not parser.parse_args().answers:
        path = GOLDEN / f"v{FORMAT}"
        shutil.rmtree(path, ignore_errors=True)
        make(path)
    for version in versions():
        write_answers(version)
        size = sum(file.stat().st_size for file in (GOLDEN / f"v{version}").iterdir())
        print(f"v{version}: {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
