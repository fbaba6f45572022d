"""Why does a document score as it does, or not match? The `explain` command."""

from typing import Literal

import attrs

from .. import Term
from .messages import harmless
from .problems import CommandError
from .show import open_index


@attrs.frozen
class Request:
    """What `searchlib explain` was asked to do."""

    index: str
    query: str
    key: str
    fields: tuple[str, ...] | None = None
    operator: Literal["or", "and"] | None = None
    dialect: Literal["default", "simple", "whoosh", "lucene"] = "default"
    timezone: str | None = None


def explain_document(request: Request) -> int:
    """Print how the query was read, and the score or why there is none; 1 where there is none.

    Raises:
        CommandError: there is no index, or no such document.
    """
    with open_index(request.index) as index:
        key = index.schema.key
        if key is None or request.key not in index:
            why = "its schema has no key" if key is None else f"no document has it in {key!r}"
            raise CommandError(f"no document {request.key!r} in {request.index}: {why}")
        options = attrs.asdict(request, filter=attrs.filters.exclude("index", "query", "key"))
        results = index.search(request.query, limit=1, filter=Term(request.key, key), **options)
        print(harmless(f"query: {results.query}"))
        if results:
            print(harmless(str(results[0].explain())))
            return 0
        print(harmless(f"no match: {index.why_not(request.query, request.key, **options)}"))
        return 1
