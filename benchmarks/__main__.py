"""The one door: `python -m benchmarks quality --data PATH`, `python -m benchmarks smoke`."""

import argparse
import json
import sys
from pathlib import Path

from searchlib import _native

from . import analysis, quality, smoke


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    ranked = commands.add_parser("quality", help="nDCG@10 on collections with judgements")
    ranked.add_argument("--data", type=Path, required=True, help="a folder of collections")
    ranked.add_argument("--only", action="append", help="a collection's name; may be repeated")
    ranked.add_argument("--output", type=Path, help="write the raw figures here as JSON")
    analyzed = commands.add_parser("analysis", help="CPU seconds of indexing with each component")
    analyzed.add_argument("--data", type=Path, required=True, help="JSON lines with a body each")
    analyzed.add_argument("--limit", type=int, default=8_000, help="articles that are indexed")
    analyzed.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    analyzed.add_argument("--only", action="append", help="part of a component's name")
    commands.add_parser("smoke", help="each benchmark once, on a made-up collection: does it run?")
    options = parser.parse_args(arguments)
    if _native.build_mode() != "release":
        print("benchmarks refuse a debug build: run `pip install .` first", file=sys.stderr)
        return 2
    if options.command == "smoke":
        return smoke.run()
    if options.command == "analysis":
        limits = {"limit": options.limit, "rounds": options.rounds}
        return 0 if analysis.run(options.data, only=options.only, **limits) else 1
    rows = quality.run(options.data, only=options.only)
    if options.output is not None:
        options.output.write_text(json.dumps(quality.report(rows), indent=1) + "\n")
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
