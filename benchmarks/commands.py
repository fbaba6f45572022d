"""What does each command do? Arguments in; tables on standard output, a report where asked."""

import argparse
import json
from pathlib import Path
from typing import Any

from . import analysis, costs, kernels, plot, quality, readme, results, smoke
from . import query as asking
from .classes import classes, pool
from .corpus import WORDINGS, Corpus, Wording, prepare
from .engines import Engine
from .indexes import note, taking_part
from .question import SCOPES, Question
from .tokens import read_tokens
from .view import query_tables

Report = dict[str, Any]


def query(options: argparse.Namespace) -> int:
    corpus, engines = _corpus(options), taking_part(options.only)
    measured = _measured(options, corpus, engines)
    print(query_tables(measured))
    _save(options, corpus, engines, query=measured)
    return 0


def index(options: argparse.Namespace) -> int:
    corpus, engines = _corpus(options), taking_part(options.only)
    records = costs.indexing(corpus, engines, _wordings(options), anew=True)
    print(costs.indexing_table(records))
    _save(options, corpus, engines, indexing=records)
    return 0


def size(options: argparse.Namespace) -> int:
    corpus, engines = _corpus(options), taking_part(options.only)
    records = costs.indexing(corpus, engines, _wordings(options), anew=False)
    print(costs.size_table(records))
    _save(options, corpus, engines, indexing=records)
    return 0


def opening(options: argparse.Namespace) -> int:
    corpus, engines = _corpus(options), taking_part(options.only)
    records = costs.opening(corpus, engines, _wordings(options)[-1], _or_questions(options, corpus))
    print(costs.opening_table(records))
    _save(options, corpus, engines, opening=records)
    return 0


def memory(options: argparse.Namespace) -> int:
    corpus, engines = _corpus(options), taking_part(options.only)
    wording = _wordings(options)[-1]
    bounded = costs.bounded(corpus, engines, wording)
    opened = costs.opening(corpus, engines, wording, _or_questions(options, corpus))
    print(costs.bounded_table(bounded), costs.opening_table(opened), sep="\n\n")
    _save(options, corpus, engines, bounded=bounded, opening=opened)
    return 0


def whole(options: argparse.Namespace) -> int:
    """Everything on one corpus, into results and the README."""
    return _everything(options, _corpus(options), "news")


def scale(options: argparse.Namespace) -> int:
    """The same on the paragraphs of the corpus, a document each."""
    options.paragraphs = True
    return _everything(options, _corpus(options), "paragraphs")


def ranked(options: argparse.Namespace) -> int:
    rows = quality.run(options.data, only=options.only)
    if options.output is not None:
        options.output.write_text(json.dumps(quality.report(rows), indent=1) + "\n")
    return 0 if rows else 1


def analyzed(options: argparse.Namespace) -> int:
    """What each component of analysis costs; 1 where no component has such a name."""
    rows = analysis.run(options.data, limit=options.limit, rounds=options.rounds, only=options.only)
    return 0 if rows else 1


def counted(options: argparse.Namespace) -> int:
    return kernels.run(record=options.record)


def smoked(options: argparse.Namespace) -> int:
    return smoke.run()


def shown(options: argparse.Namespace) -> int:
    """A run once more, from its raw figures, and into the README."""
    _show(options, options.name)
    return 0


def _everything(options: argparse.Namespace, corpus: Corpus, name: str) -> int:
    """Every part, saved as soon as it is measured: what ends early has the parts before."""
    engines, wordings = taking_part(options.only), _wordings(options)
    options.save = options.save or name
    figures: Report = {"indexing": costs.indexing(corpus, engines, wordings, anew=options.anew)}
    if "english" in wordings and any(engine.name == "searchlib" for engine in engines):
        figures["unstemmed"] = costs.unstemmed(corpus)
    _save(options, corpus, engines, **figures)
    questions = _or_questions(options, corpus)
    figures["opening"] = costs.opening(corpus, engines, wordings[-1], questions)
    figures["bounded"] = costs.bounded(corpus, engines, wordings[-1])
    _save(options, corpus, engines, **figures)
    figures["query"] = _measured(options, corpus, engines)
    _save(options, corpus, engines, **figures)
    _show(options, options.save)
    return 0


def _show(options: argparse.Namespace, name: str) -> None:
    """Print a saved report, and put it into the README that stands beside the results."""
    report = results.load(_result(options, name, "json"))
    text = readme.report_text(report)
    print(text)
    page: Path = options.into / "README.md"
    if _result(options, name, "svg").exists():
        text += f"\n\n![mean times by class, as ratios](results/{name}.svg)"
    readme.rewrite(page, name, text)
    note(f"rewrote {name} in {page}")


def _result(options: argparse.Namespace, name: str, ending: str) -> Path:
    return Path(options.into) / "results" / f"{name}.{ending}"


def _measured(
    options: argparse.Namespace, corpus: Corpus, engines: list[type[Engine]]
) -> list[Report]:
    settings = asking.Settings(
        only=engines,
        wordings=_wordings(options),
        scopes=[options.field] if options.field else list(SCOPES),
        classes=options.classes,
        queries=options.queries,
        count=options.count,
        rounds=options.rounds,
        budget_s=options.budget,
        keep=options.keep,
    )
    return [one.as_json() for one in asking.run(corpus, settings)]


def _or_questions(options: argparse.Namespace, corpus: Corpus) -> tuple[Question, ...]:
    drawn = pool(read_tokens(corpus, corpus.doc_count), options.queries, options.count)
    return classes(drawn, ["or"])[0].questions


def _corpus(options: argparse.Namespace) -> Corpus:
    return prepare(options.data, options.work, paragraphs=options.paragraphs)


def _wordings(options: argparse.Namespace) -> list[Wording]:
    chosen = options.text or list(WORDINGS)
    unknown = [name for name in chosen if name not in WORDINGS]
    if unknown:
        raise ValueError(f"unknown text {unknown[0]!r}; known: {', '.join(WORDINGS)}")
    return [wording for wording in WORDINGS if wording in chosen]


def _save(
    options: argparse.Namespace, corpus: Corpus, engines: list[type[Engine]], **figures: Any
) -> None:
    """Write the report and its plot, where the run has a name."""
    if not options.save:
        return
    facts = {
        "name": corpus.name,
        "paragraphs": options.paragraphs,
        "doc_count": corpus.doc_count,
        "text_bytes": corpus.text_bytes,
    }
    report = results.report(engines, corpus=facts, **figures)
    path = _result(options, options.save, "json")
    results.save(path, report)
    note(f"wrote {path}")
    if "query" in report:
        reason, picture = plot.missing(), _result(options, options.save, "svg")
        if reason is not None:
            note(reason)
        elif plot.draw(report, picture):
            note(f"wrote {picture}")
