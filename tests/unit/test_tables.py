"""Tables and data frames as documents: each row comes back as the dict that it stands for."""

import datetime
import sys
from typing import Any

import pytest

import searchlib
from searchlib import Boolean, Date, Keyword, Number, Schema, Text
from searchlib.index.tables import ROWS

DAY = datetime.datetime(2019, 3, 3, 10, 15)
DOCUMENTS: list[dict[str, Any]] = [
    {"id": "a", "body": "Winds turned", "tags": ["x", "y"], "size": 2.5, "day": DAY, "seen": True},
    {"id": "b", "body": None, "tags": None, "size": None, "day": None, "seen": None},
    {"id": "c", "body": "Wind’s", "tags": ["z"], "size": 1.0, "day": None, "seen": False},
]


def arrow_table(documents: list[dict[str, Any]]) -> Any:
    return pytest.importorskip("pyarrow").Table.from_pylist(documents)


def arrow_batch(documents: list[dict[str, Any]]) -> Any:
    return pytest.importorskip("pyarrow").RecordBatch.from_pylist(documents)


def polars_frame(documents: list[dict[str, Any]]) -> Any:
    return pytest.importorskip("polars").DataFrame(documents)


def pandas_frame(documents: list[dict[str, Any]]) -> Any:
    return pytest.importorskip("pandas").DataFrame(documents)


class Stream:
    """Known by Arrow's protocol alone, as a result of duckdb is."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def stream(documents: list[dict[str, Any]]) -> Any:
    return Stream(arrow_table(documents))


KINDS = [arrow_table, arrow_batch, polars_frame, pandas_frame, stream]


def schema() -> Schema:
    return Schema(
        id=Keyword(key=True),
        body=Text(),
        tags=Keyword(),
        size=Number(),
        day=Date(),
        seen=Boolean(),
    )


@pytest.mark.parametrize("table", KINDS)
def test_a_table_is_the_documents_of_its_rows(table: Any) -> None:
    from_dicts, from_table = searchlib.in_memory(schema()), searchlib.in_memory(schema())
    from_dicts.upsert(DOCUMENTS)
    assert from_table.upsert(table(DOCUMENTS)).applied == 3
    assert list(from_table) == list(from_dicts)
    assert [hit.key for hit in from_table.search("wind OR winds")] == ["a"]


@pytest.mark.parametrize("table", KINDS)
def test_a_long_table_is_read_to_its_end(table: Any) -> None:
    count = 2 * ROWS + 1
    index = searchlib.in_memory(Schema(id=Keyword(key=True)))
    index.upsert(table([{"id": str(i)} for i in range(count)]))
    assert (len(index), index["0"], index[str(count - 1)]["id"]) == (count, {"id": "0"}, "2000")


@pytest.mark.parametrize("table", KINDS)
def test_a_column_that_is_no_field_is_named(table: Any) -> None:
    index = searchlib.in_memory(Schema(id=Keyword(key=True)))
    with pytest.raises(searchlib.DocumentError, match="titel"):
        index.upsert(table([{"id": "a", "titel": "Wind"}]))
    assert len(index) == 0


def test_a_stream_without_pyarrow_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    index = searchlib.in_memory(Schema(id=Keyword(key=True)))
    with pytest.raises(TypeError, match="list of dicts"):
        index.upsert(Stream(None))
