"""What does the index itself have to say of a query? Patterns that it could not follow in full.

Asked only where somebody reads the diagnostics, since it walks the dictionaries once more.
"""

from collections.abc import Iterator

from ..query.diagnostics import Diagnostic
from ..query.tree import Fuzzy, Query, Regex, Wildcard
from .searcher import Plan, Searcher


def cut_patterns(searcher: Searcher, plan: Plan, query: Query) -> tuple[Diagnostic, ...]:
    """A diagnostic for each pattern that stands for more words than are looked for."""
    cuts = searcher.cuts(plan)
    if not cuts:
        return ()
    spans = {_folded(leaf): leaf.span or (0, 0) for leaf in _leaves(query)}
    notes: list[Diagnostic] = []
    for number, pattern, found, kept, gave_up in cuts:
        name = searcher.schema.names[number]
        start, end = spans.get(pattern.lower(), (0, 0))
        if gave_up:
            message = f"{pattern} takes too many steps to be compared with every word of {name}"
            taken = f"the {kept} words found until then"
        else:
            message = f"{pattern} stands for {found} words of {name}"
            taken = f"the {kept} most frequent ones"
        notes.append(Diagnostic("cut", start, end, message, taken))
    return tuple(notes)


def _folded(leaf: Wildcard | Regex | Fuzzy) -> str:
    """The text of a pattern as the core names it, but for letter case."""
    if isinstance(leaf, Fuzzy):
        return f"{leaf.text}~{leaf.edits}".lower()
    return (f"/{leaf.text}/" if isinstance(leaf, Regex) else leaf.text).lower()


def _leaves(query: Query) -> Iterator[Wildcard | Regex | Fuzzy]:
    if isinstance(query, Wildcard | Regex | Fuzzy):
        yield query
        return
    for name in getattr(type(query), "__slots__", ()):
        value = getattr(query, name, None)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Query):
                yield from _leaves(part)
