"""How is a query for more like a text planned? By its words; the core picks the telling ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .nodes import NONE, Node
from .tree import MoreLike

if TYPE_CHECKING:
    from .planner import Planning

MAX_TEXT = 1_000_000  # characters of a text that are looked at


def more_like_node(planning: Planning, query: MoreLike, boost: float) -> Node | None:
    """The node of the most telling words of a text or a document."""
    try:
        target = planning.targets.among(query.fields) if query.fields else planning.words
    except ValueError as error:
        return planning.bad_value(query, str(error))
    texts = _texts(planning, query, target.names)
    if texts is None:
        start, end = query.span or (0, 0)
        message = f"no document has the key {query.key!r}"
        planning.problems.add("bad-value", start, end, message, "what no document is like")
        return NONE
    parts = []
    for group in target.groups:
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(term for term, _ in group.terms(text[:MAX_TEXT]))
        parts += [(number, weight, sorted(counts.items())) for number, weight in group.members]
    if not any(counts for _, _, counts in parts):
        start, end = query.span or (0, 0)
        planning.problems.add("removed", start, end, "there is no word in the text", "left out")
        return None
    node: Node = (
        *("more_like", boost, sorted(parts)),
        *(query.max_terms, query.min_freq, query.min_docs),
    )
    key = planning.targets.schema.key
    if query.key is None or key is None:
        return node
    itself = ("match", 1.0, [(planning.targets.schema.number(key), 1.0, [(query.key, 0)], 0)])
    return ("bool", [node], [], [itself], [])


def _texts(planning: Planning, query: MoreLike, names: tuple[str, ...]) -> list[str] | None:
    """The texts whose words count; None where no document has the key."""
    if query.text is not None:
        return [query.text]
    if query.document is not None:
        return [text for name, texts in query.document if name in names for text in texts]
    assert query.key is not None, query
    document = planning.document_of(query.key)
    return None if document is None else stored_texts(document, names)


def stored_texts(document: Mapping[str, object], names: tuple[str, ...]) -> list[str]:
    """The texts of a document in these fields, in their order."""
    texts: list[str] = []
    for name in names:
        value = document.get(name)
        values = value if isinstance(value, list | tuple) else [value]
        texts += [each for each in values if isinstance(each, str)]
    return texts
