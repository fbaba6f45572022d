"""Whatever happens to an index, it answers as the oracle does."""

import contextlib
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given

import searchlib
from searchlib import KeyExistsError

from ..agreement import assert_agreement
from ..oracle import Oracle
from ..strategies import History, Queued, Transaction, histories


class InterruptionError(Exception):
    """What a test raises inside a `with index.writer()` block."""


class Pair:
    """An index and its oracle, to which the same things happen."""

    def __init__(self, history: History, path: Path | None) -> None:
        self.history, self.path = history, path
        self.oracle = Oracle(history.schema)
        if path is None:
            self.index = searchlib.in_memory(history.schema)
        else:
            self.index = searchlib.create(path, history.schema)

    def happen(self, event: Any) -> None:
        match event:
            case "reopen":
                self.reopen()
            case "merge":
                self.index.optimize()
            case Transaction():
                self.transact(event)
            case Queued():
                self.queue(event)
        self.oracle.keep_only(self.serials_in_segments())

    def reopen(self) -> None:
        if self.path is not None:
            self.index.close()
            self.index = searchlib.open(self.path, schema=self.history.schema)

    def transact(self, transaction: Transaction) -> None:
        # Small batches and little memory: documents wait in every place that they can wait in.
        batches = mock.patch("searchlib.index.transaction.BATCH_ROWS", transaction.batch_rows)
        writing = self.index.writer(memory_bytes=transaction.memory_bytes)
        small = 0 if transaction.memory_bytes == 1 else 2**20  # 0: every merge on a second thread
        beside = mock.patch("searchlib.index.transaction.SMALL_BYTES", small)
        with contextlib.suppress(InterruptionError), batches, beside, writing as writer:
            for verb, argument in transaction.steps:
                refused = None
                if verb in ("add", "add_all"):
                    refused = self.oracle.add_all([argument] if verb == "add" else argument)
                else:
                    getattr(self.oracle, verb)(argument)
                if refused is None:
                    getattr(writer, verb)(argument)
                else:
                    with pytest.raises(KeyExistsError) as caught:
                        getattr(writer, verb)(argument)
                    assert caught.value.key == refused["id"]
            if transaction.ends == "raise":
                self.oracle.rollback()
                raise InterruptionError
            if transaction.ends == "rollback":
                self.oracle.rollback()
                writer.rollback()
        self.oracle.commit()

    def queue(self, event: Queued) -> None:
        with self.index.writer():
            for verb, argument in event.calls:
                getattr(self.index, verb)(argument, timeout_s=0)
                for each in argument if verb == "upsert" else [argument]:
                    getattr(self.oracle, verb)(each)
        self.oracle.commit()

    def serials_in_segments(self) -> list[int]:
        """The oracle's serial of each document in the segments, deleted ones too, in their order.

        Only the writer knows when it merges and so drops deleted documents; this asks it. Of
        deleted documents with the same content it does not matter which are still there.
        """
        searcher = self.index.snapshot()._searcher
        found, entries = [], iter(sorted(self.oracle.kept.items()))
        for doc in range(searcher._handle.doc_space):
            content = searcher.document(doc), searcher.next_live(doc) == doc
            found.append(
                next(
                    serial
                    for serial, entry in entries
                    if content == (stored(entry.document), serial in self.oracle.live)
                )
            )
        return found

    def assert_same_documents(self) -> None:
        live = [entry.document for _, entry in sorted(self.oracle.live.items())]
        assert list(self.index) == [stored(document) for document in live]
        assert len(self.index) == len(live)

    def assert_same_answers(self) -> None:
        for query in self.history.queries:
            assert_agreement(self.index, self.oracle, query)


def stored(document: dict[str, Any]) -> dict[str, Any]:
    """The document as it comes back: empty fields are left out."""
    return {name: value for name, value in document.items() if value is not None and value != []}


@given(histories())
def test_an_index_in_memory_answers_like_the_oracle_after_any_history(history: History) -> None:
    pair = Pair(history, None)
    for event in history.events:
        pair.happen(event)
        pair.assert_same_documents()
        pair.assert_same_answers()


@given(histories())
def test_an_index_on_disk_answers_like_the_oracle_after_any_history(history: History) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pair = Pair(history, Path(folder) / "index")
        for event in history.events:
            pair.happen(event)
        pair.assert_same_documents()
        pair.assert_same_answers()
        assert pair.index.check().findings == ()
        pair.index.close()
