"""Which documents does a table or data frame hold?

A row is a document, a column a field; a missing value is None. The tables of pyarrow, polars and
pandas are known by their methods, so none of the three is imported for it. Rows are made some at a
time: a table is not held twice.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Protocol

ROWS = 1_000  # made at once


class Table(Protocol):
    """What holds columns and hands them over by Arrow's protocol, as all three do."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The columns as Arrow's stream of record batches."""


def documents_of(table: object) -> Iterator[dict[str, Any]] | None:
    """The rows of a table or data frame as documents; None if `table` is neither.

    Raises:
        TypeError: it is known by Arrow's protocol alone, which takes pyarrow to read, and pyarrow
            is not installed.
    """
    known = type(table)
    if hasattr(known, "iter_rows"):
        return _of_polars(table)
    if hasattr(known, "to_pylist") and hasattr(known, "num_rows"):
        return _of_pyarrow(table)
    if hasattr(known, "itertuples"):
        return _of_pandas(table)
    if hasattr(known, "__arrow_c_stream__"):
        return _of_stream(table)
    return None


def _of_polars(frame: Any) -> Iterator[dict[str, Any]]:
    rows: Iterator[dict[str, Any]] = frame.iter_rows(named=True)
    return rows


def _of_pyarrow(table: Any) -> Iterator[dict[str, Any]]:
    for start in range(0, table.num_rows, ROWS):
        yield from table.slice(start, ROWS).to_pylist()


def _of_pandas(frame: Any) -> Iterator[dict[str, Any]]:
    for start in range(0, len(frame), ROWS):
        part = frame.iloc[start : start + ROWS]
        # NaN, NaT and NA all say that a value is missing.
        yield from part.astype(object).where(part.notna(), None).to_dict("records")


def _of_stream(table: object) -> Iterator[dict[str, Any]]:
    try:
        pyarrow = import_module("pyarrow")
    except ImportError as error:
        raise TypeError(
            f"a {type(table).__name__} is read with pyarrow, which is not installed; "
            "give a list of dicts instead, or install pyarrow"
        ) from error
    batches = pyarrow.RecordBatchReader.from_stream(table)
    return (document for batch in batches for document in _of_pyarrow(batch))
