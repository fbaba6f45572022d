"""Which budgets of the design does a run keep? Each budget beside its figure.

The budgets are of English stemming in the body, and the same ratios in title and body.
"""

import statistics
from collections.abc import Iterator
from typing import Any

import attrs

from .tables import number, table

OURS = "searchlib"
Report = dict[str, Any]
WORDS = ("word-rare", "word-medium", "word-frequent")
RATIOS: tuple[tuple[str, tuple[str, ...], str, float], ...] = (
    ("one word, top 10", WORDS, "tantivy", 1 / 2),
    ("2 to 8 words OR, top 10", ("or",), "tantivy", 1 / 3),
    ("4 frequent words OR, top 10", ("or-frequent",), "tantivy", 1 / 3),
    ("4 frequent words OR, top 10", ("or-frequent",), "bm25s", 1.0),
    ("words AND, top 10", ("and",), "tantivy", 0.8),
    ("phrase of 2 to 4 words, top 10", ("phrase",), "tantivy", 1 / 2),
    ("count OR", ("count-or",), "tantivy", 1 / 2),
    ("count AND", ("count-and",), "tantivy", 0.8),
)
INDEXING_RATIO = 5.0  # × tantivy, MB of text a CPU second
STEMMING_PART = 0.15  # of indexing time
SIZE = {False: 0.80, True: 0.95}  # index / text; of paragraphs
OPEN_MS, IMPORT_MS = 5.0, 75.0
PYTHON_US = {1: 12.0, 3: 35.0}  # words in the query -> all of a call but the core


@attrs.frozen
class Verdict:
    what: str
    figure: float
    budget: float
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        return self.figure >= self.budget if self.at_least else self.figure <= self.budget


def verdicts(report: Report) -> list[Verdict]:
    """Those for which the report has figures."""
    return [
        verdict
        for find in (_indexing, _stemming, _sizes, _ratios, _single, _python, _opening)
        for verdict in find(report)
    ]


def budget_table(report: Report) -> str:
    rows = [
        [
            verdict.what,
            number(verdict.figure),
            f"{'≥' if verdict.at_least else '≤'} {number(verdict.budget)}",
            "yes" if verdict.is_kept else "no",
        ]
        for verdict in verdicts(report)
    ]
    return table(["budget", "figure", "budget", "kept"], rows)


def _indexing(report: Report) -> Iterator[Verdict]:
    speed = {
        one["engine"]: one["text_bytes"] / (one["cost"]["cpu_s"] + one["cost"]["merge_cpu_s"])
        for one in report.get("indexing", ())
        if one["wording"] == "english"
    }
    if {OURS, "tantivy"} <= speed.keys():
        ratio = speed[OURS] / speed["tantivy"]
        yield Verdict("indexing, × tantivy by CPU second", ratio, INDEXING_RATIO, at_least=True)


def _stemming(report: Report) -> Iterator[Verdict]:
    bare = report.get("unstemmed")
    for one in report.get("indexing", ()):
        if bare and one["engine"] == OURS and one["wording"] == "english":
            part = 1 - bare["cost"]["cpu_s"] / one["cost"]["cpu_s"]
            yield Verdict("stemming, part of indexing", part, STEMMING_PART)


def _sizes(report: Report) -> Iterator[Verdict]:
    for one in report.get("indexing", ()):
        if one["engine"] == OURS and one["wording"] == "english":
            size = one["index_bytes"] / one["text_bytes"]
            yield Verdict("index size / text size", size, SIZE[report["corpus"]["paragraphs"]])


def _ratios(report: Report) -> Iterator[Verdict]:
    for scope, where in (("body", "body"), ("both", "title and body")):
        measured = _english(report, scope)
        for what, names, peer, budget in RATIOS:
            chosen = [measured[name] for name in names if name in measured]
            if len(chosen) == len(names) and all(
                {OURS, peer} <= one["times_ns"].keys() for one in chosen
            ):
                ours, theirs = (
                    statistics.fmean(t for one in chosen for t in one["times_ns"][name])
                    for name in (OURS, peer)
                )
                yield Verdict(f"{what}, {where}, / {peer}", ours / theirs, budget)


def _single(report: Report) -> Iterator[Verdict]:
    from .figures import too_slow
    from .view import comparable

    measured = report.get("query", ())
    if any(len(comparable(one["times_ns"])) > 1 for one in measured):
        slow = sum(
            len(too_slow(comparable(one["times_ns"]), OURS, one["questions"])) for one in measured
        )
        yield Verdict("questions slower than 1.1 × the fastest peer + 25 µs", slow, 0)


def _python(report: Report) -> Iterator[Verdict]:
    measured = _english(report, "body")
    for words, names in ((1, WORDS), (3, ("or",))):
        spent: list[float] = []
        for one in (measured[name] for name in names if name in measured):
            if staged := one["stages"]:
                times = zip(one["questions"], staged["whole"], staged["core"], strict=True)
                spent += [whole - core for text, whole, core in times if len(text.split()) == words]
        if spent:
            what = "one word" if words == 1 else f"{words} words"
            yield Verdict(f"Python side of {what}, µs", statistics.fmean(spent), PYTHON_US[words])


def _opening(report: Report) -> Iterator[Verdict]:
    for one in report.get("opening", ()):
        if one["engine"] == OURS:
            yield Verdict("opening, ms", one["open_ms"], OPEN_MS)
            yield Verdict("import beyond attrs, ms", one["import_ms"], IMPORT_MS)


def _english(report: Report, scope: str) -> dict[str, dict[str, Any]]:
    return {
        one["name"]: one
        for one in report.get("query", ())
        if (one["wording"], one["scope"]) == ("english", scope)
    }
