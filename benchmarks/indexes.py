"""Where are the indexes of a run? Built once, kept in the work directory, used until outdated."""

import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import attrs

from .building import build_in_child
from .corpus import Corpus, Wording
from .engines import ENGINES, Cost, Engine

MEMORY_BYTES = 2 * 2**30  # for gathering: enough for tantivy to write the news as one segment
DELETED_PART = 0.1
SEED = 2


@attrs.frozen
class Built:
    """An index that stands, and what it cost."""

    engine: type[Engine]
    folder: Path
    wording: Wording
    doc_count: int
    text_bytes: int
    index_bytes: int
    segment_count: int
    cost: Cost

    def opened(self) -> Engine:
        engine = self.engine()
        engine.open(self.folder, self.wording)
        return engine


def taking_part(only: list[str] | None) -> list[type[Engine]]:
    """The engines that can take part, of those asked for; says which cannot and why.

    Raises:
        ValueError: a name that no engine has.
    """
    unknown = [name for name in only or () if name not in ENGINES]
    if unknown:
        raise ValueError(f"unknown engine {unknown[0]!r}; known: {', '.join(ENGINES)}")
    present = []
    for name, engine in ENGINES.items():
        if only and name not in only:
            continue
        reason = engine.missing()
        if reason is None:
            present.append(engine)
        else:
            note(f"{name} is left out: {reason}")
    return present


def built(
    engine: type[Engine],
    corpus: Corpus,
    wording: Wording,
    *,
    anew: bool = False,
    keep: bool = False,
) -> Built:
    """The index of an engine, built if it stands not yet or another version built it.

    `anew`: build in any case. `keep`: use what stands, whichever version built it.
    """
    folder = corpus.folder / wording / engine.name
    facts = folder / "built.json"
    stamp = {"version": engine.version(), "corpus": corpus.text_bytes[wording]}
    known = json.loads(facts.read_text()) if facts.exists() else None
    if known is None or anew or (known["stamp"] != stamp and not keep):
        note(f"{engine.name} builds {corpus.name}, {wording}")
        known = {"stamp": stamp, **_build(engine, corpus, wording, folder)}
        facts.write_text(json.dumps(known, indent=1) + "\n")
    return Built(engine, folder, wording, **{k: v for k, v in known.items() if k != "stamp"})


def with_deletes(built: Built, keys: list[str]) -> Built | None:
    """A copy of the index without a tenth of its documents; None where the engine cannot."""
    if built.engine.delete is Engine.delete:
        return None
    folder = built.folder.with_name(f"{built.folder.name}-deleted")
    stamp = (built.folder / "built.json").read_text()
    facts = folder / "built.json"
    if not facts.exists() or facts.read_text() != stamp:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(built.folder, folder, ignore=lambda _, names: set(names) & {"built.json"})
        copy = attrs.evolve(built, folder=folder)
        engine = copy.opened()
        engine.delete(keys)
        engine.close()
        facts.write_text(stamp)
    return attrs.evolve(built, folder=folder)


def deleted_keys(keys: list[str]) -> list[str]:
    """A tenth of the keys, always the same."""
    return random.Random(SEED).sample(keys, round(len(keys) * DELETED_PART))


def note(text: str) -> None:
    """Tell the person who waits; tables alone go to standard output."""
    print(text, file=sys.stderr, flush=True)


def _build(engine: type[Engine], corpus: Corpus, wording: Wording, folder: Path) -> dict[str, Any]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    limit = engine.max_docs if (engine.max_docs or 0) < corpus.doc_count else None
    cost = build_in_child(engine, corpus.path(wording), folder, wording, MEMORY_BYTES, limit)
    opened = engine()
    opened.open(folder, wording)
    segment_count = opened.segment_count()
    opened.close()
    text_bytes = corpus.text_bytes[wording]
    if limit is not None:
        text_bytes = sum(
            len(document["title"].encode()) + len(document["body"].encode())
            for document in corpus.documents(wording, limit)
        )
    return {
        "doc_count": limit or corpus.doc_count,
        "text_bytes": text_bytes,
        "index_bytes": sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()),
        "segment_count": segment_count,
        "cost": cost,
    }
