"""How is an index changed?

A writer holds the one lock, gathers changes in a transaction, and makes them visible at once by a
commit, or forgets them.
"""

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

import attrs

from ..errors import (
    DocumentError,
    IndexClosedError,
    KeyExistsError,
    SchemaError,
    SearchlibError,
)
from ..query.tree import Query
from ..schema import Schema
from ..schema.values import chars_of
from ..search.request import Operator, request
from .batches import apply_left
from .transaction import Transaction, batches_of, keys_of
from .turn import Setting, Turn

P = ParamSpec("P")
T = TypeVar("T")

MEMORY_BYTES = 256 * 2**20  # of documents in the making; a fuller builder is written to disk
MAX_NOTES = 1_000  # of one commit: nobody reads more


@attrs.frozen
class Note:
    """Words that were left out of a field, being longer than 65,535 bytes; the rest is there."""

    place: int  # of the document among those given, counting from 0
    field: str
    word_count: int


@attrs.frozen
class Receipt:
    """What came of a change, or will come of it: it is durable in either case.

    A change that another writer's long transaction holds up waits in the queue of the index, and
    whoever writes next applies it; `wait` gives the receipt it has then.
    """

    generation: int | None  # that holds it; None while it waits in the queue
    applied: int | None  # how many documents were given or went; None where nobody here knows
    notes: tuple[Note, ...] = ()  # on what was left out of documents; the first 1,000
    _wait: "Callable[[float | None], Receipt] | None" = attrs.field(
        default=None, eq=False, repr=False
    )

    def wait(self, timeout_s: float | None = None) -> "Receipt":
        """The receipt once the change is there for every search; at once where it is already.

        Raises:
            IndexBusyError: it still waits after `timeout_s` (None: wait for ever); names the
                process that writes. The change is not lost.
        """
        return self if self._wait is None else self._wait(timeout_s)


class Writer:
    """The one object that changes an index: made by `index.writer()`, used in a `with`.

    Leaving the `with` commits; an exception, Ctrl-C too, rolls back. Readers see nothing of it
    before the commit, and all of it after. It belongs to one thread at a time, and to the process
    that made it.

    >>> import searchlib
    >>> index = searchlib.in_memory(searchlib.Schema(id=searchlib.Keyword(key=True)))
    >>> with index.writer() as writer:
    ...     writer.add({"id": "a"})
    ...     writer.upsert({"id": "b"})
    ...     writer.delete("a")
    1
    >>> list(index)
    [{'id': 'b'}]
    """

    def __init__(self, setting: Setting, turn: Turn, memory_bytes: int) -> None:
        """Write in this turn, which ends with the writer."""
        self._setting = setting
        self._turn = turn
        self._memory_bytes = memory_bytes
        self._pid = os.getpid()
        self._place = 0  # of the next document among those given since the last commit
        self._transaction: Transaction | None = None  # begun when it is needed
        self._closed = False
        self._receipt: Receipt | None = None
        self._whole(self._open)

    def add(self, document: Mapping[str, object]) -> None:
        """Add a document.

        Raises:
            DocumentError: it does not fit the schema; the writer goes on without it.
            KeyExistsError: another document has its key; the writer goes on without it.
        """
        self._put(document, is_new=True)

    def upsert(self, document: Mapping[str, object]) -> None:
        """Add a document in the place of the one with its key, if there is one.

        It stands after all others in the order of insertion.

        Raises:
            DocumentError: it does not fit the schema; the writer goes on without it.
            SchemaError: the schema has no key.
        """
        self._put(document, is_new=False)

    def add_all(self, documents: Iterable[Mapping[str, object]]) -> None:
        """Add many documents as `add` adds each, in less time.

        An iterable is read as it goes, in bounded memory.

        Raises:
            DocumentError: one does not fit the schema; those before it are added, no other.
            KeyExistsError: one has the key of another document; as above.
        """
        self._put_all(documents, is_new=True)

    def upsert_all(self, documents: Iterable[Mapping[str, object]]) -> None:
        """Add many documents as `upsert` adds each, in less time.

        An iterable is read as it goes, in bounded memory.

        Raises:
            DocumentError: one does not fit the schema; those before it are added, no other.
            SchemaError: the schema has no key.
        """
        self._put_all(documents, is_new=False)

    def delete(self, keys: str | Iterable[str]) -> int:
        """Delete the document with this key, or those with these keys; how many there were.

        A str is one key. A key that no document has is fine.
        """
        transaction = self._open()
        wanted = checked_keys(transaction.schema, keys)
        return self._whole(transaction.remove, wanted)

    def delete_matching(
        self,
        query: str | Query,
        *,
        fields: str | Iterable[str] | None = None,
        operator: Operator = "and",
    ) -> int:
        """Delete the documents that match, those given to this writer too; how many there were.

        The words of a text are joined by AND unless `operator` says otherwise, and a text that
        cannot be read as it stands is an error: what a search shrugs off would delete too much.

        Raises:
            QuerySyntaxError: the text cannot be read, or no document has the key that `MoreLike`
                names; nothing is deleted.
        """
        transaction = self._open()
        asked = request(
            query,
            transaction.schema,
            fields=fields,
            operator=operator,
            strict=True,
            document_of=lambda key: self._whole(transaction.settled).document_of(key),
        )
        return self._whole(transaction.remove_matching, asked.plan)

    def commit(self) -> Receipt:
        """Make all changes so far visible and durable, and go on.

        No changes, no new generation.

        Raises:
            OSError: the index is as it was, and the writer is closed. Only where no more than the
                last sync, that of the directory, failed, the changes are visible already.
        """
        return self._commit(merge_all=False)

    def merge(self) -> Receipt:
        """Commit, with all segments merged into one, and go on.

        Deleted documents leave the disk and the statistics. Reads and writes everything: O(size).
        """
        return self._commit(merge_all=True)

    def rollback(self) -> None:
        """Forget all changes since the last commit, and go on."""
        transaction = self._open()
        self._begin_anew()
        transaction.rollback()

    def close(self) -> None:
        """Forget all changes since the last commit, and let other writers in. Fine if closed.

        Waits for the merges that its commits have begun, and applies what others have put into
        the queue meanwhile.
        """
        self._close(settle=True)

    def _close(self, *, settle: bool) -> None:
        if self._closed:
            return
        transaction, self._transaction = self._transaction, None
        self._closed = True
        if self._pid != os.getpid():
            return  # files and lock are the parent's
        try:
            if transaction is not None:
                transaction.rollback()
        finally:
            self._turn.end(settle=settle)
        apply_left(self._setting, self._memory_bytes)

    @property
    def is_closed(self) -> bool:
        """Whether the writer has ended, by `close` or an error."""
        return self._closed

    @property
    def receipt(self) -> Receipt | None:
        """What came of the last commit; None before the first."""
        return self._receipt

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None and self._transaction is not None:
                self.commit()
        finally:
            self._close(settle=error is None)

    def __repr__(self) -> str:
        state = "closed" if self.is_closed else f"{self._place} documents given"
        return f"<Writer of {self._setting.store.files.path or 'an index in memory'!r}: {state}>"

    def _put(self, document: Mapping[str, object], *, is_new: bool) -> None:
        transaction = self._open()
        schema, place = transaction.schema, self._place
        if not is_new:
            has_key(schema)
        self._place += 1
        row = schema.row(document, place)
        key = None if schema.key_number is None else str(row[schema.key_number])
        if is_new and key is not None and key in transaction:
            raise KeyExistsError(key)
        self._whole(transaction.put, row, key, chars_of(row), place, is_new=is_new)

    def _put_all(self, documents: Iterable[Mapping[str, object]], *, is_new: bool) -> None:
        for some, chars in batches_of(documents):
            transaction = self._open()
            schema, place = transaction.schema, self._place
            if not is_new:
                has_key(schema)
            fault: Exception | None = None
            try:
                rows = schema.rows(some, place)
            except DocumentError as error:
                fault, rows = error, schema.rows(some[: error.place - place], place)
            keys = None if schema.key_number is None else keys_of(rows, schema.key_number)
            if is_new and keys is not None and (at := transaction.first_taken(keys)) is not None:
                fault, rows, keys = KeyExistsError(keys[at]), rows[:at], keys[:at]
            self._place += len(rows)
            self._whole(transaction.put_all, rows, keys, chars, place, is_new=is_new)
            if fault is not None:
                self._place += 1
                raise fault

    def _commit(self, *, merge_all: bool) -> Receipt:
        transaction = self._open()
        generation = self._whole(self._turn.commit, transaction, merge_all=merge_all)
        names = transaction.schema.names
        notes = [Note(place, names[field], count) for place, field, count in transaction.notes]
        number = generation.manifest.generation
        self._receipt = Receipt(number, transaction.applied, tuple(notes[:MAX_NOTES]))
        self._begin_anew()
        # A batch that cannot be applied here stays, and says so to the next writer.
        with contextlib.suppress(SearchlibError, OSError):
            self._turn.apply_queue()
        return self._receipt

    def _begin_anew(self) -> None:
        """Begin a transaction at the next call, from the newest generation."""
        self._transaction, self._place = None, 0

    def _open(self) -> Transaction:
        """The transaction, for a call from the process that may use it."""
        if self._pid != os.getpid():
            raise IndexClosedError(
                f"this writer belongs to process {self._pid}, not to its child {os.getpid()}; "
                "make another with index.writer()"
            )
        if self._closed:
            raise IndexClosedError(
                "the writer is closed, by close() or an error; make another with index.writer()"
            )
        if self._transaction is None:
            self._transaction = self._turn.begin()
        return self._transaction

    def _whole(self, action: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """Do all of it, or end the writer: a change that stopped half-way is never committed."""
        try:
            return action(*args, **options)
        except BaseException:
            self._close(settle=False)
            raise


def has_key(schema: Schema) -> None:
    """Refuse to replace documents that have no key to be found by."""
    if schema.key_number is None:
        raise SchemaError(
            "the schema has no key, so nothing can be replaced; use add, "
            "or declare a field as Keyword(key=True)"
        )


def checked_keys(schema: Schema, keys: str | Iterable[str]) -> list[str]:
    """The keys that are to be deleted; a str is one."""
    if schema.key is None:
        raise SchemaError("the schema has no key to delete by; use delete_matching")
    wanted = [keys] if isinstance(keys, str) else list(keys)
    for key in wanted:
        if not isinstance(key, str):
            raise TypeError(f"a key is a str, got {key!r} of type {type(key).__name__}")
    return wanted
