"""Values by document: "Numbers" and "Ordinals" of docs/format.md, read for `reader.py`."""

import struct
from itertools import pairwise

from .parts import Bytes, expect, numbers

# Numbers


def read_numbers(data: bytes, doc_count: int, kind: str) -> list[int | float | None]:
    reader = Bytes(data)
    has_missing, width, step = reader.number(1), reader.number(1), reader.number(8)
    least = reader.number(8)
    bits = reader.take((doc_count + 7) // 8)
    values = [reader.number(width) for _ in range(doc_count)]
    missing = [reader.number(2) if has_missing else 0 for _ in range(doc_count)]
    reader.end()
    column: list[int | float | None] = []
    for doc, value in enumerate(values):
        if bits[doc // 8] >> doc % 8 & 1:
            column.append(number_of_key(least + value * step, missing[doc], kind))
        else:
            expect(value == missing[doc] == 0, f"zeros where document {doc} has no number")
            column.append(None)
    return column


def number_of_key(first: int, missing: int, kind: str = "number") -> int | float:
    """The number that a key stands for; a date in microseconds, a truth value as 0 or 1."""
    if kind != "number":
        expect(missing == 0, "nothing missing of a date or a truth value")
        return first - 2**63
    bits = first - 2**63 if first >= 2**63 else 2**64 - 1 - first
    double = float(struct.unpack("<d", bits.to_bytes(8, "little"))[0])
    return int(double) + missing if missing else double


# Ordinals


def read_ordinals(data: bytes, doc_count: int) -> list[list[int]]:
    reader = Bytes(data)
    is_many, width = reader.number(1), reader.number(1)
    if not is_many:
        values = [reader.number(width) for _ in range(doc_count)]
        reader.end()
        return [[value - 1] if value else [] for value in values]
    starts = [reader.number(4) for _ in range(doc_count + 1)]
    values = numbers(reader.rest(), width)
    expect(starts[0] == 0 and starts[-1] == len(values), f"starts up to {len(values)}: {starts}")
    return [[value - 1 for value in values[start:end]] for start, end in pairwise(starts)]
