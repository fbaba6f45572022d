"""What does each command do? Arguments in, tables on standard output, JSON where asked."""

import argparse
import json
from typing import Any

from . import quality, results, smoke
from . import query as asking
from .corpus import WORDINGS, Corpus, Wording, prepare
from .indexes import built, note, taking_part
from .question import SCOPES
from .tables import number, table
from .view import query_tables


def query(options: argparse.Namespace) -> int:
    settings = asking.Settings(
        only=taking_part(options.only),
        wordings=_wordings(options),
        scopes=[options.field] if options.field else list(SCOPES),
        classes=options.classes,
        queries=options.queries,
        count=options.count,
        rounds=options.rounds,
        budget_s=options.budget,
        keep=options.keep,
    )
    measured = [one.as_json() for one in asking.run(_corpus(options), settings)]
    print(query_tables(measured))
    _save(options, settings.only, query=measured)
    return 0


def index(options: argparse.Namespace) -> int:
    """Build every index anew, and show what it cost and how large it is."""
    corpus = _corpus(options)
    engines = taking_part(options.only)
    rows = []
    for wording in _wordings(options):
        for engine in engines:
            made = built(engine, corpus, wording, anew=True)
            cost, mb = made.cost, made.text_bytes / 1e6
            cpu_s = cost["cpu_s"] + cost["merge_cpu_s"]
            rows.append(
                [
                    f"{wording}, {engine.name}",
                    number(mb / cpu_s),
                    number(mb / cost["cpu_s"]),
                    number(cost["cpu_s"]),
                    number(cost["wall_s"]),
                    number(cost["merge_cpu_s"]),
                    str(made.segment_count),
                    number(cost["peak_bytes"] / 1e6),
                    number(made.index_bytes / made.text_bytes),
                ]
            )
    print(
        table(
            [
                "engine",
                "MB/CPU s, all",
                "without merge",
                "CPU s",
                "wall s",
                "merge CPU s",
                "segments",
                "peak MB",
                "index / text",
            ],
            rows,
        )
    )
    return 0


def ranked(options: argparse.Namespace) -> int:
    rows = quality.run(options.data, only=options.only)
    if options.output is not None:
        options.output.write_text(json.dumps(quality.report(rows), indent=1) + "\n")
    return 0 if rows else 1


def smoked(options: argparse.Namespace) -> int:
    return smoke.run()


def _corpus(options: argparse.Namespace) -> Corpus:
    return prepare(options.data, options.work, paragraphs=options.paragraphs)


def _wordings(options: argparse.Namespace) -> list[Wording]:
    chosen = options.text or list(WORDINGS)
    unknown = [name for name in chosen if name not in WORDINGS]
    if unknown:
        raise ValueError(f"unknown text {unknown[0]!r}; known: {', '.join(WORDINGS)}")
    return [wording for wording in WORDINGS if wording in chosen]


def _save(options: argparse.Namespace, engines: Any, **figures: Any) -> None:
    if options.save:
        path = results.save(options.save, results.report(engines, **figures))
        note(f"wrote {path}")
