"""How good and how fast is searchlib, beside its peers?

`python -m benchmarks all --data FILE --queries FOLDER` measures everything; each other command a
part. Indexes are kept in the work directory, so that peers are built once.
"""

import argparse
import sys
from pathlib import Path

from searchlib import _native

from . import commands

WORK = Path(__file__).parent / "work"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if _native.build_mode() != "release":
        print("benchmarks refuse a debug build: run `pip install .` first", file=sys.stderr)
        return 2
    try:
        return int(options.run(options))
    except ValueError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    added = parser.add_subparsers(dest="command", required=True)

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, required=True, help="JSON lines: id, title, body, …")
    common.add_argument("--work", type=Path, default=WORK, help="where indexes are kept")
    common.add_argument("--paragraphs", action="store_true", help="a document for each line")
    common.add_argument("--only", type=_names, help="engines, such as searchlib,tantivy")
    common.add_argument("--text", type=_names, help="plain, english or both (the default)")
    common.add_argument("--save", metavar="NAME", help="write results/NAME.json and NAME.svg")

    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument(
        "--queries", type=Path, help="a folder with web.txt, log.txt, questions.txt"
    )
    asking.add_argument("--classes", type=_names, help="such as or,and,phrase")
    asking.add_argument("--field", choices=("body", "both"), help="one scope alone")
    asking.add_argument("--count", type=int, default=200, help="questions a class")
    asking.add_argument("--rounds", type=int, default=7, help="of which the best counts")
    asking.add_argument("--budget", type=float, default=4.0, help="seconds an engine and class")
    asking.add_argument("--keep", action="store_true", help="use searchlib's index as it stands")

    for name, run, text, parents in (
        ("query", commands.query, "times of questions, after counts and tops agree", [asking]),
        ("index", commands.index, "MB of text a CPU second", []),
    ):
        command = added.add_parser(name, help=text, parents=[common, *parents])
        command.set_defaults(run=run)

    ranked = added.add_parser("quality", help="nDCG@10 on collections with judgements")
    ranked.add_argument("--data", type=Path, required=True, help="a folder of collections")
    ranked.add_argument("--only", action="append", help="a collection's name; may be repeated")
    ranked.add_argument("--output", type=Path, help="write the raw figures here as JSON")
    ranked.set_defaults(run=commands.ranked)

    smoke = added.add_parser("smoke", help="each benchmark once, small: does it run?")
    smoke.set_defaults(run=commands.smoked)
    return parser


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


if __name__ == "__main__":
    sys.exit(main())
