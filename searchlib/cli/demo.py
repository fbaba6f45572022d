"""What does searchlib do, on articles that come along? The `demo` command."""

from pathlib import Path

from .. import in_memory
from .fit import Fitting
from .infer import text_schema
from .page import style_of_stdout
from .problems import CommandError
from .records import Record, read_records
from .searching import print_hits
from .sources import Meter, Source, find_sources

QUERY = '"foreign troops" syria'
ROOT = Path(__file__).parents[2]  # the checkout, where there is one
ARTICLES = "fixtures/articles"


def run_demo() -> int:
    """Index the articles in memory, search them and print the hits; return the exit status.

    Raises:
        CommandError: the articles are not there, as in a package without its checkout.
    """
    if not (ROOT / ARTICLES).is_dir():
        raise CommandError(
            f"no {ARTICLES} beside the package in {ROOT}: the articles come with a checkout and an "
            "editable install of it; to search files of your own: searchlib index INDEX PATH..."
        )
    schema = text_schema("english")
    index = in_memory(schema)
    fitting = Fitting(schema, lambda name, record: None)
    index.upsert(fitting.document(record) for record in _records())
    print(f"{len(index)} articles of {ARTICLES}, indexed in memory, searched for: {QUERY}\n")
    results = index.search(QUERY)
    print_hits(results, schema, style_of_stdout())
    return 0 if results.total else 1


def _records() -> list[Record]:
    """The articles, their paths relative to the checkout, wherever the command is called."""
    found = []
    for source in find_sources([str(ROOT / ARTICLES)], leave_out=ROOT / "indexes"):
        if isinstance(source, Source):
            for record in read_records(source, Meter()):
                if isinstance(record, Record):
                    path = Path(record.where).relative_to(ROOT).as_posix()
                    found.append(Record(path, None, record.values | {"path": path}, record.kind))
    return found
