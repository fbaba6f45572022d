"""Why has a document its score, or why is it not found? The `explain` command."""

import json
from collections.abc import Iterator
from typing import Any, Literal

import attrs

from .. import Explanation, WhyNot
from .messages import harmless
from .problems import CommandError
from .searching import ranking_named, say_diagnostics
from .show import open_index


@attrs.frozen
class Request:
    """What `searchlib explain` was asked to do."""

    index: str
    query: str
    key: str
    fields: tuple[str, ...] | None = None
    filter: str | None = None
    operator: Literal["or", "and"] | None = None
    dialect: Literal["default", "simple", "whoosh", "lucene"] = "default"
    timezone: str | None = None
    ranking: str = "bm25"
    as_json: bool = False


def explain_document(request: Request) -> int:
    """Print the arithmetic of a score, or what fails; return the exit status, 1 for no match.

    Raises:
        CommandError: no such index, or no document of this key in it.
    """
    with open_index(request.index) as index:
        options = attrs.asdict(request)
        for name in ("index", "query", "key", "as_json"):
            del options[name]
        options["ranking"] = ranking_named(request.ranking)
        results = index.search(request.query, **options)
        say_diagnostics(results)
        try:
            why = index.why_not(request.query, request.key, **options)
        except KeyError:
            raise CommandError(
                f"{request.index} has no document with the key {request.key!r}"
            ) from None
        work = results.explain()
    if request.as_json:
        print(json.dumps(_facts(why) | {"work": attrs.asdict(work)}, ensure_ascii=False))
    else:
        for line in (*_lines(why), "", *str(work).splitlines()):
            print(harmless(line))
    return 0 if why.matches else 1


def _lines(why: WhyNot) -> Iterator[str]:
    if why.matches:
        yield from why.explanation.lines()
        return
    yield from str(why).splitlines()
    yield ""
    yield from why.explanation.lines()


def _facts(why: WhyNot) -> dict[str, Any]:
    return {
        "key": why.key,
        "matches": why.matches,
        "clause": why.clause,
        "held": [attrs.asdict(held) for held in why.held],
        "explanation": _tree(why.explanation),
    }


def _tree(explanation: Explanation) -> dict[str, Any]:
    return {
        "value": explanation.value,
        "description": explanation.description,
        "details": [_tree(detail) for detail in explanation.details],
    }
