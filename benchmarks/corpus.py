"""Which documents are measured, and in which wording?

A corpus is a file of JSON lines, gzipped or not: `id` and `body`, and where there are any `title`,
`date` (year first) and `source`. It is written once into the work directory in two wordings:

plain: title and body as lower-case words of a to z with one space between, at most 40 letters
each, so that every engine's tokenizer finds the same tokens;
english: as it stands; each engine brings its own tokenizer and English stemmer.
"""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypedDict

import attrs

Wording = Literal["plain", "english"]
WORDINGS: tuple[Wording, ...] = ("plain", "english")
MAX_WORD_LETTERS = 40  # tantivy's default tokenizer drops longer ones
NO_DAY = 0  # of a document without a date
WORD = re.compile(rf"(?<![a-z])[a-z]{{1,{MAX_WORD_LETTERS}}}(?![a-z])")


class Document(TypedDict):
    """What every engine indexes. All of it is stored where the engine can store."""

    key: str
    title: str
    body: str
    day: int  # 20160131, or NO_DAY
    source: str


@attrs.frozen
class Corpus:
    """A prepared corpus: the file of each wording, and how much text is in it."""

    folder: Path
    doc_count: int
    text_bytes: dict[str, int]  # wording -> UTF-8 bytes of titles and bodies

    @property
    def name(self) -> str:
        return self.folder.name

    def path(self, wording: Wording) -> Path:
        return self.folder / f"{wording}.jsonl"

    def documents(self, wording: Wording, limit: int | None = None) -> Iterator[Document]:
        return read_documents(self.path(wording), limit)


def prepare(data: Path, work: Path, *, paragraphs: bool = False) -> Corpus:
    """Write the corpus into `work`, unless it lies there already, made of the same file.

    With `paragraphs` each line of a body is a document of its own, and the first has the title.
    """
    name = data.name.split(".")[0] + ("-paragraphs" if paragraphs else "")
    folder = work / name
    origin = {"path": str(data.resolve()), "stamp": data.stat().st_mtime_ns}
    facts = folder / "corpus.json"
    if not facts.exists() or json.loads(facts.read_text())["origin"] != origin:
        folder.mkdir(parents=True, exist_ok=True)
        counts = _write(data, folder, paragraphs)
        facts.write_text(json.dumps({"origin": origin, **counts}, indent=1) + "\n")
    known = json.loads(facts.read_text())
    return Corpus(folder, known["doc_count"], known["text_bytes"])


def read_documents(path: Path, limit: int | None = None) -> Iterator[Document]:
    with path.open(encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            if place == limit:
                return
            yield json.loads(line)


def plain(text: str) -> str:
    """The lower-case words of a to z of a text.

    >>> plain("S-300s — it's 5 o'clock")
    's s it s o clock'
    """
    return " ".join(WORD.findall(text.lower()))


def _write(data: Path, folder: Path, paragraphs: bool) -> dict[str, Any]:
    files = {
        wording: (folder / f"{wording}.jsonl").open("w", encoding="utf-8") for wording in WORDINGS
    }
    text_bytes = dict.fromkeys(WORDINGS, 0)
    doc_count = 0
    for document in _documents(data, paragraphs):
        doc_count += 1
        for wording, file in files.items():
            text = plain if wording == "plain" else str
            title, body = text(document["title"]), text(document["body"])
            worded = {**document, "title": title, "body": body}
            text_bytes[wording] += len(title.encode()) + len(body.encode())
            file.write(json.dumps(worded, ensure_ascii=False) + "\n")
    for file in files.values():
        file.close()
    return {"doc_count": doc_count, "text_bytes": text_bytes}


def _documents(data: Path, paragraphs: bool) -> Iterator[Document]:
    opened = gzip.open if data.suffix == ".gz" else open
    with opened(data, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            document: Document = {
                "key": str(record["id"]),
                "title": record.get("title") or "",
                "body": record.get("body") or "",
                "day": _day(str(record.get("date") or "")),
                "source": record.get("source") or "",
            }
            if not paragraphs:
                yield document
                continue
            parts = [part for part in document["body"].split("\n") if part.strip()]
            for place, part in enumerate(parts):
                title = "" if place else document["title"]
                yield {**document, "key": f"{record['id']}-{place}", "title": title, "body": part}


def _day(date: str) -> int:
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", date)
    return int("".join(found.groups())) if found else NO_DAY
