"""How is a run of questions shown? From its raw JSON, so that an old run can be shown again."""

import statistics
from collections.abc import Mapping
from typing import Any

from .figures import Slow, summary, too_slow, worst_ratio
from .tables import number, table

OURS = "searchlib"
SHOWN_SLOW = 10


def query_tables(measured: list[dict[str, Any]]) -> str:
    """Every table of a run, each wording and scope by itself."""
    parts = []
    for wording, scope in dict.fromkeys((one["wording"], one["scope"]) for one in measured):
        chosen = [one for one in measured if (one["wording"], one["scope"]) == (wording, scope)]
        where = "the body" if scope == "body" else "title and body"
        words = "the same tokens" if wording == "plain" else "English stemming"
        parts.append(f"### {words}, {where}: mean µs\n\n{_means(chosen)}")
        parts.append(
            f"### {words}, {where}: geometric mean / median / 95 %, µs\n\n{_spread(chosen)}"
        )
        staged = [one for one in chosen if one["stages"]]
        if staged:
            parts.append(f"### {words}, {where}: stages of searchlib, µs\n\n{_stages(staged)}")
    parts.append(_agreement_text(measured))
    slow = _slow_text(measured)
    return "\n\n".join([*parts, *([slow] if slow else [])])


def _rank(name: str) -> int:
    return ["searchlib", "tantivy", "fts5", "bm25s", "lucene", "whoosh"].index(name)


def comparable(times: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """The engines that searched the same documents: not Whoosh, which has the first 5,000."""
    return {name: values for name, values in times.items() if name != "whoosh"}


def _means(chosen: list[dict[str, Any]]) -> str:
    engines = sorted({name for one in chosen for name in one["times_ns"]}, key=_rank)
    rows = []
    for one in chosen:
        times = one["times_ns"]
        means = {name: summary(values).mean for name, values in times.items() if values}
        row = [one["title"], str(len(one["questions"])), *(number(means.get(e)) for e in engines)]
        for peer in ("tantivy", "lucene"):
            if peer in engines:
                both = OURS in means and peer in means
                row.append(number(means[OURS] / means[peer]) if both else "")
        row.append(number(worst_ratio(comparable(times), OURS)))
        slow = too_slow(comparable(times), OURS, one["questions"])
        row.append(str(len(slow)) if OURS in times and len(times) > 1 else "")
        rows.append(row)
    ratios = [f"/ {peer}" for peer in ("tantivy", "lucene") if peer in engines]
    header = ["class", "n", *engines, *ratios, "worst", "over"]
    return table(header, rows)


def _spread(chosen: list[dict[str, Any]]) -> str:
    engines = sorted({name for one in chosen for name in one["times_ns"]}, key=_rank)
    rows = []
    for one in chosen:
        row = [one["title"]]
        for engine in engines:
            if not one["times_ns"].get(engine):
                row.append("")
                continue
            of = summary(one["times_ns"][engine])
            row.append(" / ".join(number(v) for v in (of.geometric_mean, of.p50, of.p95)))
        rows.append(row)
    return table(["class", *engines], rows)


def _stages(chosen: list[dict[str, Any]]) -> str:
    rows = []
    for one in chosen:
        names = ("read", "core", "keys", "whole")
        *parts, whole = (statistics.fmean(one["stages"][name]) for name in names)
        in_turns = summary(one["times_ns"][OURS]).mean
        cells = (*parts, max(whole - sum(parts), 0), whole, in_turns)
        rows.append([one["title"], *map(number, cells)])
    return table(["class", "read and plan", "core", "keys", "rest", "whole", "in turns"], rows)


def _agreement_text(measured: list[dict[str, Any]]) -> str:
    lines = []
    for wording in dict.fromkeys(one["wording"] for one in measured):
        chosen = [one for one in measured if one["wording"] == wording]
        asked = sum(len(one["questions"]) for one in chosen)
        different: dict[str, list[str]] = {}
        for one in chosen:
            for d in one["disagreements"]:
                text = f"{d['question']} ({d['count']:,}, not {d['expected']:,})"
                different.setdefault(d["engine"], []).append(text)
        against = "brute force" if wording == "plain" else OURS
        if not different and {name for one in chosen for name in one["times_ns"]} != {OURS}:
            lines.append(
                f"- {wording}: all counts of {asked:,} questions equal those of {against}."
            )
        for engine, found in sorted(different.items(), key=lambda item: _rank(item[0])):
            lines.append(
                f"- {wording}: {engine} counts otherwise than {against} in {len(found):,} of "
                f"{asked:,} questions, such as {'; '.join(found[:3])}."
            )
        tops: dict[str, list[dict[str, Any]]] = {}
        for one in chosen:
            for agreement in one["agreements"]:
                tops.setdefault(agreement["engine"], []).append(agreement)
        for engine, found_tops in sorted(tops.items(), key=lambda item: _rank(item[0])):
            checked = sum(one["checked"] for one in found_tops)
            exact = sum(one["exact"] for one in found_tops)
            part = sum(one["score_part"] * one["checked"] for one in found_tops) / checked
            lines.append(
                f"- {wording}: {engine} gives the best hits that brute force finds in {exact:,} of "
                f"{checked:,} questions; its hits have {100 * part:.2f} % of the best scores."
            )
    return "### Agreement\n\n" + "\n".join(lines)


def _slow_text(measured: list[dict[str, Any]]) -> str:
    slow: list[tuple[str, Slow]] = []
    compared = 0
    for one in measured:
        times = comparable(one["times_ns"])
        compared += len(one["questions"]) if OURS in times and len(times) > 1 else 0
        where = f"{one['wording']}, {one['scope']}, {one['title']}"
        slow += [(where, found) for found in too_slow(times, OURS, one["questions"])]
    if not compared:
        return ""
    slow.sort(key=lambda pair: pair[1].peer_us - pair[1].ours_us)
    head = (
        f"### Slower than 1.1 × the fastest peer + 25 µs\n\n"
        f"{len(slow):,} of {compared:,} questions."
    )
    if not slow:
        return head
    rows = [
        [
            found.question.replace("|", "/"),
            where,
            number(found.ours_us),
            number(found.peer_us),
            found.peer,
        ]
        for where, found in slow[:SHOWN_SLOW]
    ]
    shown = table(["question", "where", "searchlib µs", "peer µs", "peer"], rows)
    return f"{head}\n\n{shown}"
