"""What matches, and how is it printed? The `search` command."""

import json
import sys
from typing import TYPE_CHECKING, Any, Literal

import attrs

from .. import Results, Schema
from .messages import harmless
from .page import Style, hit_lines, show_hit, style_of_stdout
from .show import open_index

if TYPE_CHECKING:
    from .. import TFIDF, BM25Plus, Dirichlet


@attrs.frozen
class Request:
    """What `searchlib search` was asked to do."""

    index: str
    query: str
    limit: int = 10
    offset: int = 0
    fields: tuple[str, ...] | None = None
    filter: str | None = None
    operator: Literal["or", "and"] | None = None
    dialect: Literal["default", "simple", "whoosh", "lucene"] = "default"
    timezone: str | None = None
    ranking: str = "bm25"
    as_json: bool = False


def search_index(request: Request) -> int:
    """Print the hits; return the exit status, 1 where nothing matches.

    Raises:
        CommandError: there is no index.
    """
    with open_index(request.index) as index:
        results = index.search(
            request.query,
            limit=request.limit,
            offset=request.offset,
            fields=request.fields,
            filter=request.filter,
            operator=request.operator,
            dialect=request.dialect,
            timezone=request.timezone,
            ranking=ranking_named(request.ranking),
        )
        say_diagnostics(results)
        if request.as_json:
            _print_json(results, index.schema, request.offset)
        else:
            print_hits(results, index.schema, style_of_stdout(), offset=request.offset)
        return 0 if results.total else 1


def ranking_named(name: str) -> "BM25Plus | TFIDF | Dirichlet | None":
    """The ranking with this name; None for "bm25", which a search has by itself."""
    if name == "bm25":
        return None
    from .. import TFIDF, BM25Plus, Dirichlet  # only here: most searches rank as always

    if name == "bm25+":
        return BM25Plus()
    return TFIDF() if name == "tf-idf" else Dirichlet()


def say_diagnostics(results: Results) -> None:
    """Print what of the query could not be read, a line each, on standard error."""
    for found in results.diagnostics:
        place = f"query, character {found.start + 1}"
        print(harmless(f"searchlib: {place}: {found.told}"), file=sys.stderr)


def print_hits(results: Results, schema: Schema, style: Style, *, offset: int = 0) -> None:
    """Print each hit with its passages, an empty line after each, and then the total."""
    for rank, hit in enumerate(results, start=offset + 1):
        for line in hit_lines(rank, hit, schema, style):
            print(line)
        print()
    print(_total(results.total, offset, len(results)))


def _total(total: int, offset: int, shown: int) -> str:
    text = f"{total:,} document{'' if total == 1 else 's'} found"
    if total == 0:
        return "nothing found"
    if shown == 1 < total:
        return f"{text}, number {offset + 1:,} shown"
    if 0 < shown < total:
        return f"{text}, {offset + 1:,} to {offset + shown:,} shown"
    return text


def _print_json(results: Results, schema: Schema, offset: int) -> None:
    """One object a hit; with no hits to show, one object with the total."""
    for rank, hit in enumerate(results, start=offset + 1):
        shown = show_hit(hit, schema)
        facts: dict[str, Any] = {"rank": rank, "score": hit.score, "key": hit.key}
        facts["document"] = dict(hit)
        facts["passages"] = [
            {
                "field": name,
                "text": passage.text,
                "start": passage.start,
                "end": passage.end,
                "marks": passage.marks,
            }
            for name, passage in shown.passages
        ]
        facts["total"] = results.total
        print(json.dumps(facts, ensure_ascii=False, default=str))
    if not results:
        print(json.dumps({"total": results.total}))
