"""How does the schema of an index change?

Fields are added and dropped at once: a segment that lacks a field is empty there, one that has more
is not asked for it, and a merge brings it up to date. An analyzer cannot change at once, since what
is indexed was made by the old one: every document is analyzed again, from its stored values.
"""

import attrs

from ..errors import SchemaError
from ..schema import Schema
from ..store.generation import Generation
from ..store.manifest import QUEUE_LOCK
from ..store.queue import Change, Queue
from .transaction import Transaction
from .turn import Turn

AT_ONCE = {"boost"}  # options that a search reads, and no segment holds


def reform(turn: Turn, transaction: Transaction, schema: Schema, *, reanalyze: bool) -> Generation:
    """Commit the transaction, which has no changes yet, with another schema.

    What still waits in the queue is applied with it: nothing of the old schema comes in later.

    Raises:
        SchemaError: the schemas differ in what cannot be changed.
    """
    store, old = transaction.store, transaction.schema
    rebuilds = _is_rebuilt(transaction.base, schema, reanalyze=reanalyze)
    transaction.change_schema(schema, rebuild=rebuilds)
    queue = Queue(store)
    with store.files.lock(QUEUE_LOCK, None):
        last = transaction.base.manifest.last_batch
        waiting = [number for number in queue.numbers() if number > last]
        for number in waiting:
            for place, change in enumerate(queue.changes(number, old)):
                transaction.change(_moved(change, old, schema), place)
        return turn.commit(transaction, last_batch=waiting[-1] if waiting else 0)


def _is_rebuilt(base: Generation, new: Schema, *, reanalyze: bool) -> bool:
    """Whether the documents are to be analyzed again."""
    old = base.manifest.schema
    if old.key != new.key:
        raise SchemaError(
            f"the key of an index stays as it is: {old.key!r} cannot become {new.key!r}; "
            "make a new index for it"
        )
    added = [name for name in new if name not in old]
    for segment in base.segments:
        held = {name for name, _, _ in segment.handle.fields}
        for name in added:
            if name in held:
                raise SchemaError(
                    f"field {name!r} was dropped, and old segments still hold it; "
                    "index.merge() removes it for good, then it can be added"
                )
    analyzed = [name for name in old if name in new and _has_other_terms(name, old, new)]
    if not analyzed and not reanalyze:
        return False
    if not reanalyze:
        raise SchemaError(
            f"the analyzer of {', '.join(map(repr, analyzed))} made the words that are indexed, so "
            "another one would not find them; with reanalyze=True every document is analyzed again"
        )
    lost = [name for name in new if name in old and not old[name].stored]
    if lost:
        raise SchemaError(
            f"documents are analyzed again from what is stored, and {', '.join(map(repr, lost))} "
            "is not stored; make a new index from the source"
        )
    return True


def _has_other_terms(name: str, old: Schema, new: Schema) -> bool:
    before, after = old[name], new[name]
    if type(before) is not type(after):
        raise SchemaError(f"field {name!r} is {before!r} in the index, and cannot become {after!r}")
    changed = {
        each.name
        for each in attrs.fields(type(before))
        if getattr(before, each.name) != getattr(after, each.name)
    }
    if changed - AT_ONCE - {"analyzer"}:
        what = ", ".join(sorted(changed - AT_ONCE - {"analyzer"}))
        raise SchemaError(
            f"field {name!r} is {before!r} in the index; {what} cannot change, "
            "add a field of another name"
        )
    return "analyzer" in changed


def _moved(change: Change, old: Schema, new: Schema) -> Change:
    """A change that was checked against the old schema, for the new one."""
    if isinstance(change, str):
        return change
    values = dict(zip(old.names, change, strict=True))
    return tuple(values.get(name) for name in new.names)
