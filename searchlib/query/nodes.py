"""What is a plan made of? Nodes that several files of planning make, and how equal ones join."""

from __future__ import annotations

from typing import Any, TypeAlias

from .targets import Group, Terms

Node: TypeAlias = tuple[Any, ...]
Part: TypeAlias = tuple[int, float, Terms, int]  # field, weight, terms, slop

NONE: Node = ("none",)

# Kinds of node that have a boost first, and whose scores are in proportion to it.
LEAVES = frozenset(
    [
        *("match", "prefix", "wildcard", "regex", "texts", "fuzzy", "terms", "near"),
        *("range", "exists", "all"),
    ]
)


def merged(nodes: list[Node]) -> list[Node]:
    """Return the nodes with equal leaves made one, at the place of the first, boosts summed.

    >>> merged([("all", 1.0), ("range", 1.0, 0, 5, 5), ("all", 2.0)])
    [('all', 3.0), ('range', 1.0, 0, 5, 5)]
    """
    if len(nodes) < 2:
        return nodes
    once = {id(node): node for node in nodes}  # a plan makes most equal leaves once
    if len(once) == len(nodes) == len({_hint(node) for node in once.values()}):
        return nodes
    places: dict[object, int] = {}  # where the first of each is, by what tells equal ones
    kept: list[Node] = []
    for node in nodes:
        kind = node[0]
        if kind not in LEAVES:
            kept.append(node)
            continue
        mark = id(node[2]) if kind == "match" else id(node)  # of what the plan has made once
        place = places.get(mark)
        if place is None:
            place = places.setdefault(_hint(node), len(kept))
            if place < len(kept) and (value := repr(node[2:])) != repr(kept[place][2:]):
                place = places.setdefault((kind, value), len(kept))
            places[mark] = place
            if place == len(kept):
                kept.append(node)
                continue
        kept[place] = (kind, kept[place][1] + node[1], *kept[place][2:])
    return kept


def _hint(node: Node) -> object:
    """What differs for most nodes that differ, and is equal for those that are equal."""
    kind = node[0]
    if kind == "match":
        return node[2][0][2][0][0]  # the first term of the first field
    return (kind, repr(node[2:])) if kind in LEAVES else id(node)


def parts_of(group: Group, terms: Terms, slop: int) -> list[Part]:
    """One part for each field of a group, none without terms; offsets count from the first."""
    if not terms:
        return []
    if first := terms[0][1]:
        terms = [(term, position - first) for term, position in terms]
    if terms[-1][1] == 0:
        slop = 0  # so that the phrase and the word are equal leaves
    return [(number, weight, terms, slop) for number, weight in group.members]


def by_number(part: Part) -> int:
    return part[0]
