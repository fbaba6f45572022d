"""How good and how fast is searchlib, beside its peers?

`python -m benchmarks all --data FILE --queries FOLDER` measures everything; each other command a
part. Indexes are kept in the work directory, so that peers are built once.
"""

import argparse
import sys
from pathlib import Path

from searchlib import _native

from . import commands

HERE = Path(__file__).parent


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    if _native.build_mode() != "release":
        print("benchmarks refuse a debug build: run `pip install .` first", file=sys.stderr)
        return 2
    try:
        return int(options.run(options))
    except ValueError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    added = whole.add_subparsers(dest="command", required=True)

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, required=True, help="JSON lines: id, title, body, …")
    common.add_argument("--work", type=Path, default=HERE / "work", help="where indexes are kept")
    common.add_argument("--paragraphs", action="store_true", help="a document for each line")
    common.add_argument("--only", type=_names, help="engines, such as searchlib,tantivy")
    common.add_argument("--text", type=_names, help="plain, english or both (the default)")
    common.add_argument("--save", metavar="NAME", help="write results/NAME.json and NAME.svg")

    common.add_argument("--into", type=Path, default=HERE, help="where results/ and README.md are")

    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument(
        "--queries", type=Path, help="a folder with web.txt, log.txt, questions.txt"
    )
    asking.add_argument("--classes", type=_names, help="such as or,and,phrase")
    asking.add_argument("--field", choices=("body", "both"), help="one scope alone")
    asking.add_argument("--count", type=int, default=200, help="questions a class")
    asking.add_argument("--rounds", type=int, default=7, help="of which the best counts")
    asking.add_argument("--budget", type=float, default=4.0, help="seconds an engine and class")
    asking.add_argument("--anew", action="store_true", help="`all` builds every index anew")
    asking.add_argument("--keep", action="store_true", help="use searchlib's index as it stands")

    for name, run, text in (
        ("index", commands.index, "MB of text a CPU second; builds every index anew"),
        ("query", commands.query, "times of questions, after counts and tops were compared"),
        ("size", commands.size, "index size / text size"),
        ("open", commands.opening, "importing, opening and a first question in fresh processes"),
        ("memory", commands.memory, "most memory while indexing and searching"),
        ("all", commands.whole, "all of these, into results/news.json and the README"),
        ("scale", commands.scale, "all of these on paragraphs, into results/paragraphs.json"),
    ):
        command = added.add_parser(name, help=text, parents=[common, asking])
        command.set_defaults(run=run)

    shown = added.add_parser("show", help="a run once more, from its raw figures")
    shown.add_argument("name", help="of results/NAME.json")
    shown.add_argument("--into", type=Path, default=HERE, help="where results/ and README.md are")
    shown.set_defaults(run=commands.shown)

    ranked = added.add_parser("quality", help="nDCG@10 on collections with judgements")
    ranked.add_argument("--data", type=Path, required=True, help="a folder of collections")
    ranked.add_argument("--only", action="append", help="a collection's name; may be repeated")
    ranked.add_argument("--output", type=Path, help="write the raw figures here as JSON")
    ranked.set_defaults(run=commands.ranked)

    analyzed = added.add_parser("analysis", help="CPU seconds of indexing with each component")
    analyzed.add_argument("--data", type=Path, required=True, help="JSON lines with a body each")
    analyzed.add_argument("--limit", type=int, default=8_000, help="articles that are indexed")
    analyzed.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    analyzed.add_argument("--only", type=_names, help="parts of components' names")
    analyzed.set_defaults(run=commands.analyzed)

    counted = added.add_parser("kernels", help="instructions of the core's loops, and a baseline")
    counted.add_argument("--record", action="store_true", help="write baseline.json anew")
    counted.set_defaults(run=commands.counted)

    smoke = added.add_parser("smoke", help="each benchmark once, small: does it run?")
    smoke.set_defaults(run=commands.smoked)
    return whole


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


if __name__ == "__main__":
    sys.exit(main())
