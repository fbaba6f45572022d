"""Does any text at all make reading or planning a query fail? Many random and mutated ones.

    python -m tests.fuzz_queries                   a short run, as in the tests
    python -m tests.fuzz_queries --texts 1000000   the long one

Each text is read in every dialect and planned. A failure is printed with its text, and the exit
status is then 1. The time of a text is the processor's, of its reading and planning in one dialect;
texts that took long are tried again at the end, and the best of ten counts.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Iterator
from typing import get_args

from searchlib import _native
from searchlib.query.diagnostics import MAX_DIAGNOSTICS
from searchlib.query.dialects import OPERATORS, Dialect
from searchlib.query.parser import parse
from searchlib.query.planner import plan
from searchlib.query.tree import Nothing
from searchlib.schema import Boolean, Date, Keyword, Number, Schema, Text
from searchlib.search.request import request

SCHEMA = Schema(
    id=Keyword(key=True),
    title=Text(analyzer="english", boost=2.0),
    body=Text(),
    date=Date(),
    size=Number(),
    open=Boolean(),
)
PIECES = [
    *('"', "“", "”", "«", "'", "(", ")", "[", "]", "{", "}", "+", "-", "*", "?", "^", ":", "\\"),
    *("~", "/", "!", "&&", "||", "<", ">", "=", "#", ",", " ", "  ", "\n", "\t", "\u3000", "&"),
    *(" AND ", " OR ", " NOT ", "ANDNOT ", " ANDMAYBE ", " REQUIRE ", " TO ", "*:*", "*:()"),
    *("^2", "^0.5", "^=2", "^x", "~3", "~1/2", "~0.8", "\ud800", "\udfff", "\0", "e\u0301", "😀"),
    *("title:", "body:", "date:", "size:", "open:", "foo:", "title:(", "size:>", "date:<="),
    *("wind", "a", "the", "2019", "-5", "today", "last week", "-7d", "now", "C++", "W-2", "don't"),
    *("日本語", "हिन्दी", "#near(", "#terms(", "#decay(", "#bool(", "#more_like(", "#first("),
    *("distance=3", "field=date", "origin=now", "scale=7d", 'key="', "fields=title^2", "within=2"),
    *("#combined(", "#demote(", "#filter(", "document=", '"{}"', "minimum=2", "ordered=true"),
]
SEEDS = [
    'title:"foreign troops"~2 AND (iran~1 OR inv*) -coal^2',
    "date:[2019-03 TO now] size:>=10 title:* +/reg.*/",
    "#near(wind sea distance=3 ordered=true) #decay(a field=date origin=now scale=7d)",
    'a b OR c ANDNOT (d ANDMAYBE e) title:{a TO "b c"]',
]
MAX_MS = 10.0  # of processor time, for up to 1,000 characters


def random_texts(seed: int) -> Iterator[str]:
    """Texts of pieces, of any characters, repeated ones, and known ones with some changed."""
    chance = random.Random(seed)
    while True:
        kind = chance.random()
        if kind < 0.5:
            yield "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 20)))
        elif kind < 0.7:
            yield mutated(chance.choice(SEEDS), chance)
        elif kind < 0.9:
            yield "".join(chr(any_character(chance)) for _ in range(chance.randint(1, 40)))
        elif kind < 0.98:
            unit = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 4)))
            yield (unit * (1_000 // len(unit)))[:1_000]
        else:
            yield "".join(chance.choice(PIECES) for _ in range(200))[:1_000]


def any_character(chance: random.Random) -> int:
    return chance.choice(
        [chance.randrange(128), chance.randrange(0x300), chance.randrange(0x110000)]
    )


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(text) + 1)
        cut = chance.randint(0, 3)
        text = text[:place] + chance.choice(["", *PIECES]) + text[place + cut :]
    return text


def tried(text: str) -> float:
    """Read and plan a text in each dialect; the longest time that took, in milliseconds.

    Raises:
        AssertionError: something about the answer is wrong.
    """
    longest = 0.0
    for dialect in get_args(Dialect):
        start = time.process_time()
        asked = request(text, SCHEMA, dialect=dialect)
        longest = max(longest, (time.process_time() - start) * 1000)
        query, diagnostics = asked.query, asked.diagnostics
        if isinstance(asked.plan, _native.Plan):  # made without the parser and the planner
            planned = plan(text, SCHEMA, dialect=dialect)
            assert asked.plan == _native.Plan(planned.root), "its short way is another"
        again = parse(str(query), SCHEMA)
        assert (again.query, again.diagnostics) == (query, ()), "its text reads back otherwise"
        assert type(query).from_json(query.to_json()) == query, "its JSON reads back otherwise"
        assert hash(query) == hash(again.query)
        assert len(diagnostics) <= MAX_DIAGNOSTICS + 1
        spans = [each for each in diagnostics if not 0 <= each.start < each.end <= len(text)]
        assert not spans, f"{dialect}: diagnostics outside the text: {spans}"
        if asked.plan == ("none",) and "*:()" not in str(query) and query != Nothing():
            assert diagnostics, f"{dialect}: nothing is searched for, and nothing says why"
        if query == Nothing() and text.strip() and "*:()" not in text:
            assert diagnostics, f"{dialect}: the text is read as nothing, and nothing says why"
    return longest


def run(texts: int, seed: int) -> int:
    """Try so many texts; returns how many failed. How long they took is printed, and no failure:
    on a busy machine a time says little."""
    failures, slow, slowest = 0, [], 0.0
    source = random_texts(seed)
    for number in range(texts):
        text = next(source)
        try:
            took = tried(text)
            if took > MAX_MS:
                slow.append(text)
            else:
                slowest = max(slowest, took)
        except Exception:
            failures += 1
            print(f"text {number}: {ascii(text)[:300]}", file=sys.stderr)
            traceback.print_exc()
        if number % 100_000 == 99_999:
            print(f"{number + 1} texts, {failures} failed, {len(slow)} to try again", flush=True)
    again = sorted(((min(tried(text) for _ in range(10)), text) for text in slow), reverse=True)
    for took, text in again[:10]:
        print(f"{took:.2f} ms: {len(text)} characters, {ascii(text)[:60]}")
    slowest = max([slowest, *(took for took, _ in again)])
    too_slow = sum(took > MAX_MS for took, _ in again)
    print(
        f"{texts} texts in {len(OPERATORS)} dialects, {failures} failed, {too_slow} took over "
        f"{MAX_MS} ms; the slowest {slowest:.2f} ms"
    )
    return failures


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--texts", type=int, default=3_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    return 1 if run(given.texts, given.seed) else 0


if __name__ == "__main__":
    sys.exit(main())
