"""How is an index kept in order: checked, repaired, merged, copied, written out?"""

import datetime
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from .. import CorruptIndexError, Repair, Report, check, repair
from .problems import CommandError
from .show import open_index, schema_from

SOUND, DAMAGED = 0, 2


def check_index(index: str, *, deep: bool, as_json: bool) -> int:
    """Print what is wrong with an index; return the exit status."""
    with _an_index(index):
        report = check(index, deep=deep)
    return _print_report(report, as_json=as_json)


def repair_index(index: str, schema_file: str | None, *, as_json: bool) -> int:
    """Repair an index and print what was done; return the exit status."""
    schema = None if schema_file is None else schema_from(schema_file)
    with _an_index(index):
        try:
            done = repair(index, schema=schema)
        except CorruptIndexError as error:
            raise CommandError(f"{error} (--schema FILE)") from error
    if as_json:
        facts: dict[str, Any] = {"documents": done.live_count, "lost": done.doc_count}
        facts["losses"] = [attrs.asdict(loss) for loss in done.losses]
        facts["set_aside"] = list(done.set_aside)
        facts["findings"] = [attrs.asdict(finding) for finding in done.report.findings]
        print(json.dumps(facts, ensure_ascii=False))
    else:
        _print_repair(index, done)
    return DAMAGED if done.losses else SOUND


def merge_index(index: str, *, as_json: bool) -> int:
    """Merge all segments of an index into one; return the exit status."""
    with open_index(index) as opened:
        before = opened.segment_count
        receipt = opened.merge()
        after, documents = opened.segment_count, len(opened)
    if as_json:
        facts = {"segments_before": before, "segments": after, "documents": documents}
        print(json.dumps({**facts, "generation": receipt.generation}))
    else:
        print(f"{index}: {before} segments are {after} now; {documents:,} documents")
    return 0


def backup_index(index: str, target: str, *, as_json: bool) -> int:
    """Copy an index; return the exit status."""
    with open_index(index) as opened:
        generation = opened.backup(target)
    if as_json:
        print(json.dumps({"backup": target, "generation": generation}, ensure_ascii=False))
    else:
        print(f"{target}: a copy of generation {generation} of {index}")
    return 0


def export_index(index: str) -> int:
    """Print every document as a line of JSON; return the exit status."""
    with open_index(index) as opened:
        count = 0
        for document in opened.snapshot():
            count += 1
            sys.stdout.write(json.dumps(document, ensure_ascii=False, default=_plain) + "\n")
    return 0 if count else 1


@contextmanager
def _an_index(index: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise CommandError(f"no index at {index}") from None


def _plain(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{value!r} is no value of a document")


def _print_report(report: Report, *, as_json: bool) -> int:
    if as_json:
        facts: dict[str, Any] = {"ok": report.ok, "generation": report.generation}
        facts |= {"segments": report.segment_count, "documents": report.live_count}
        facts["findings"] = [attrs.asdict(finding) for finding in report.findings]
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print(report)
    return SOUND if report.ok else DAMAGED


def _print_repair(index: str, done: Repair) -> None:
    if done.report.ok:
        print(f"{index}: sound, nothing to repair")
        return
    print(done.report)
    for loss in done.losses:
        print(f"  {loss}")
    for name in done.set_aside:
        print(f"  {name}: set aside; remove it when you need it no more")
    print(f"{index}: repaired, {done.doc_count:,} documents lost; {done.live_count:,} in the index")
