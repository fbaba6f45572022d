"""Does an analyzer still answer as it did when documents were indexed?

A few words of the first documents are kept with what became of them, and compared at the first use
in a later process, so that a stemmer that another release changed is noticed and named.
Components written in Python have samples of their own (`samples.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import ComponentError, shown
from .analyzer import Analyzer
from .foreign import Samples, steps_of
from .native import compiled
from .samples import MAX_SAMPLE_CHARS, SAMPLES

MAX_TEXT_CHARS = 1_000  # of each text that words are taken from


def take_samples(analyzers: Sequence[Analyzer], texts: Iterable[str]) -> Samples:
    """Words of the texts with their terms: up to ten that change and ten that do not.

    The words are those of the first analyzer, the terms those of all, one analyzer after another.
    None where one has components written in Python.

    >>> from searchlib.analysis import NAMED
    >>> take_samples([NAMED["english"]], ["the winds"])
    (('the', ('the',)), ('winds', ('wind',)))
    """
    if any(step for analyzer in analyzers for step in steps_of(analyzer)):
        return ()
    tokenizer = compiled(Analyzer(analyzers[0].tokenizer))
    changed: dict[str, tuple[str, ...]] = {}
    same: dict[str, tuple[str, ...]] = {}
    for text in texts:
        for form, *_ in tokenizer.tokens(text[:MAX_TEXT_CHARS]):
            if len(form) > MAX_SAMPLE_CHARS or form in changed or form in same:
                continue
            terms = _terms(analyzers, form)
            kept = same if terms == (form,) else changed
            if len(kept) < SAMPLES:
                kept[form] = terms
        if len(changed) == len(same) == SAMPLES:
            break
    return tuple(sorted({**changed, **same}.items()))


def compare_samples(analyzers: Sequence[Analyzer], samples: Samples, field: str) -> None:
    """Analyze the samples again.

    Raises:
        ComponentError: one becomes something else than it did; names the field and the word.
    """
    for form, expected in samples:
        found = _terms(analyzers, form)
        if found != expected:
            raise ComponentError(
                f"the analyzer of field {field!r} has changed: {shown(form)} became "
                f"{list(expected)} when the index was written, and becomes {list(found)} now; use "
                "the release it was written with, or analyze the documents again: "
                "index.change_schema(index.schema, reanalyze=True)",
                ", ".join(map(repr, analyzers)),
                (field,),
            )


def _terms(analyzers: Sequence[Analyzer], form: str) -> tuple[str, ...]:
    return tuple(term for each in analyzers for term, _ in compiled(each).terms(form))
