"""Does each benchmark still run? On a made-up collection, where the right figures are known."""

import gzip
import json
import tempfile
from pathlib import Path

from . import quality
from .collections import DOCUMENTS, JUDGEMENTS, QUERIES

ARTICLES = [
    {"id": "1", "title": "Wind", "body": "A turbine turns where the wind is steady."},
    {"id": "2", "title": "Sun", "body": "A solar cell works where the sun is steady."},
    {"id": "3", "title": "Water", "body": "A mill turns where water falls."},
]


def run() -> int:
    """0 where each benchmark ran and gave the known figures, 1 otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder) / "made-up"
        collection.mkdir()
        with gzip.open(collection / DOCUMENTS, "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(article) + "\n" for article in ARTICLES)
        (collection / QUERIES).write_text("a\twind turbines\nb\tsolar cells?\nc\tnothing\n")
        (collection / JUDGEMENTS).write_text("a 0 1 2\na 0 3 0\nb 0 2 1\nc 0 1 0\n")
        (row,) = quality.run(Path(folder))
    figures = {name: row[name] for name in ("queries", "joined", "default")}
    if figures == {"queries": 2, "joined": 1.0, "default": 1.0}:
        print("smoke: fine")
        return 0
    print(f"smoke: expected two queries answered perfectly, got {figures}")
    return 1
