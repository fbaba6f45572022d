"""Does each benchmark still run, and are the answers right? On documents made up here.

Every command but `kernels` runs once, with every engine that can take part. The figures mean
nothing on so little; what is checked is that they are there, that all counts agree with brute
force and that searchlib's hits are the best there are.
"""

import contextlib
import gzip
import io
import json
import random
import tempfile
from pathlib import Path
from typing import Any

from . import quality, results
from .collections import DOCUMENTS, JUDGEMENTS, QUERIES
from .indexes import taking_part

ARTICLES = [
    {"id": "1", "title": "Wind", "body": "A turbine turns where the wind is steady."},
    {"id": "2", "title": "Sun", "body": "A solar cell works where the sun is steady."},
    {"id": "3", "title": "Water", "body": "A mill turns where water falls."},
]
MADE_UP = 300  # documents
VOCABULARY = 400
SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "no", "pi", "ru", "sa", "te", "vo", "zu")
FEW = ["--count", "4", "--rounds", "1", "--budget", "0.02"]
PAGE = "".join(f"<!-- begin {name} -->\n<!-- end {name} -->\n" for name in ("news", "paragraphs"))


def run() -> int:
    """0 where each benchmark ran and gave the known figures, 1 otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        problems = [*_quality(Path(folder) / "quality"), *_commands(Path(folder) / "commands")]
    for problem in problems:
        print(f"smoke: {problem}")
    if not problems:
        print("smoke: fine")
    return 1 if problems else 0


def _quality(folder: Path) -> list[str]:
    collection = folder / "made-up"
    collection.mkdir(parents=True)
    with gzip.open(collection / DOCUMENTS, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(article) + "\n" for article in ARTICLES)
    (collection / QUERIES).write_text("a\twind turbines\nb\tsolar cells?\nc\tnothing\n")
    (collection / JUDGEMENTS).write_text("a 0 1 2\na 0 3 0\nb 0 2 1\nc 0 1 0\n")
    (row,) = quality.run(folder)
    figures = {name: row[name] for name in ("queries", "joined", "default")}
    if figures == {"queries": 2, "joined": 1.0, "default": 1.0}:
        return []
    return [f"quality: expected two queries answered perfectly, got {figures}"]


def _commands(folder: Path) -> list[str]:
    """Each command as a person runs it; `all` and `scale` measure with every engine."""
    from .__main__ import main

    folder.mkdir()
    data, page = folder / "news.jsonl", folder / "README.md"
    data.write_text("".join(json.dumps(one) + "\n" for one in made_up()), encoding="utf-8")
    page.write_text(PAGE)
    common = ["--data", str(data), "--work", str(folder / "work"), "--into", str(folder)]
    ours = ["--only", "searchlib", "--text", "english"]
    problems = []
    for command in (
        ["all", *FEW],
        ["scale", *FEW, "--only", "searchlib", "--classes", "or,count-and"],
        ["index", *ours],
        ["size", *ours],
        ["open", *ours],
        ["memory", *ours],
        ["query", *ours, *FEW, "--classes", "or", "--field", "body", "--keep"],
    ):
        with contextlib.redirect_stdout(io.StringIO()):
            status = main([*command, *common])
        if status:
            problems.append(f"{command[0]} ended with status {status}")
    report = results.load(folder / "results" / "news.json")
    problems += _wrong(report)
    if "searchlib" not in page.read_text(encoding="utf-8"):
        problems.append("the README was not rewritten")
    return problems


def _wrong(report: dict[str, Any]) -> list[str]:
    """What is missing in a report, or differs from brute force."""
    engines = {engine.name for engine in taking_part(None)}
    indexed = {one["engine"] for one in report["indexing"]}
    problems = [f"{name} was not built" for name in sorted(engines - indexed)]
    for one in report["query"]:
        where = f"{one['wording']}, {one['scope']}, {one['name']}"
        if one["name"] == "or" and one["times_ns"].keys() != engines:
            problems.append(f"{where}: only {', '.join(one['times_ns'])} answered")
        if one["wording"] == "plain":
            problems += [
                f"{where}: {found['engine']} counts {found['count']} for {found['question']!r}, "
                f"brute force {found['expected']}"
                for found in one["disagreements"]
            ]
            problems += [
                f"{where}: searchlib gives the best hits in {found['exact']} of {found['checked']}"
                for found in one["agreements"]
                if found["engine"] == "searchlib" and found["exact"] != found["checked"]
            ]
    return problems


def made_up() -> list[dict[str, str]]:
    """Documents of made-up words, some of them far more often than others."""
    random_ = random.Random(2)
    words = [
        "".join(random_.choices(SYLLABLES, k=random_.randint(1, 4))) for _ in range(VOCABULARY)
    ]
    weights = [1 / place for place in range(1, VOCABULARY + 1)]

    def text(count: int) -> str:
        return " ".join(random_.choices(words, weights, k=count)).capitalize() + "."

    return [
        {
            "id": f"d{place}",
            "title": text(4),
            "body": "\n".join(text(random_.randint(10, 60)) for _ in range(2)),
            "date": "" if place % 9 == 0 else f"{2015 + place % 5}-{1 + place % 12:02}-15",
            "source": random_.choice(("Wire", "The Daily Post")),
        }
        for place in range(MADE_UP)
    ]
