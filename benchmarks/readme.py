"""How do the latest figures get into benchmarks/README.md? Between the markers of their name."""

import re
from pathlib import Path
from typing import Any

from .budgets import budget_table
from .costs import bounded_table, indexing_table, opening_table, size_table
from .figures import summary
from .tables import number, table
from .view import OURS, comparable, query_tables


def rewrite(path: Path, name: str, text: str) -> None:
    """Put `text` between `<!-- begin name -->` and `<!-- end name -->`.

    Raises:
        ValueError: the markers are not there.
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    page = path.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.S)
    if not pattern.search(page):
        raise ValueError(f"{path} has no markers {begin} and {end}")
    new = pattern.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", page)
    path.write_text(new, encoding="utf-8")


def report_text(report: dict[str, Any]) -> str:
    """A whole run: what and where, budgets, where we lose, every table."""
    parts = [_head(report)]
    if budgets := budget_table(report):
        parts.append(f"### Budgets\n\n{budgets}")
    if report.get("query"):
        parts.append(f"### Where we lose\n\n{_losses(report['query'])}")
    if report.get("indexing"):
        parts.append(f"### Indexing\n\n{indexing_table(report['indexing'])}")
        parts.append(f"### Size\n\n{size_table(report['indexing'])}")
    if report.get("opening"):
        parts.append(f"### Opening, and memory to search\n\n{opening_table(report['opening'])}")
    if report.get("bounded"):
        parts.append(f"### Memory to index\n\n{bounded_table(report['bounded'])}")
    if report.get("query"):
        parts.append(query_tables(report["query"]))
    return "\n\n".join(parts)


def _head(report: dict[str, Any]) -> str:
    machine, corpus = report["machine"], report["corpus"]
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    mb = corpus["text_bytes"]["english"] / 1e6
    return (
        f"{report['date']}, {machine['cores']} × {machine['processor']} ({machine['vector']}), "
        f"{machine['system']}, Python {machine['python']}.\n"
        f"{corpus['doc_count']:,} documents, {mb:,.0f} MB of text.\n"
        f"Versions: {versions}."
    )


def _losses(measured: list[dict[str, Any]]) -> str:
    """The classes in whose mean a peer is faster, a line each."""
    rows = []
    for one in measured:
        means = {name: summary(t).mean for name, t in comparable(one["times_ns"]).items() if t}
        ours = means.pop(OURS, None)
        if ours is None or not means:
            continue
        peer = min(means, key=lambda name: means[name])
        if means[peer] < ours:
            where = f"{one['wording']}, {one['scope']}"
            cells = [number(ours), number(means[peer]), number(ours / means[peer])]
            rows.append([one["title"], where, peer, *cells])
    if not rows:
        return "In no class is the mean of a peer lower."
    rows.sort(key=lambda row: -float(row[-1].replace(",", "")))
    return table(["class", "where", "peer", "searchlib µs", "peer µs", "ratio"], rows)
