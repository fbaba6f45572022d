import contextlib
import zlib

import pytest

from searchlib import CorruptIndexError
from searchlib.store.deletes import DeleteSet, count_bits, decode, encode

BITS = bytes([0b0000_1001, 0b0000_0010])  # documents 0, 3 and 9 of 10
BYTES = encode(7, 10, BITS)


def test_a_set_holds_what_was_added_and_counts_each_once():
    deletes = DeleteSet(10)
    assert [deletes.add(doc) for doc in (3, 9, 0, 3)] == [True, True, True, False]
    assert (deletes.bits(), deletes.count) == (BITS, 3)
    assert [doc for doc in range(10) if doc in deletes] == [0, 3, 9]


def test_an_empty_set_has_no_bits():
    assert DeleteSet(10).bits() is None


def test_a_set_goes_on_from_earlier_bits_and_leaves_those_alone():
    deletes = DeleteSet(10, BITS)
    deletes.add(1)
    assert (deletes.count, count_bits(BITS)) == (4, 3)


def test_the_file_is_these_bytes():
    whose = b"\x07\0\0\0\0\0\0\0" + b"\x0a\0\0\0"
    checksum = zlib.crc32(whose + BITS).to_bytes(4, "little")
    by_hand = b"SLD1" + whose + checksum + zlib.compress(BITS)
    assert encode(7, 10, BITS) == by_hand


@pytest.mark.parametrize("doc_count", [1, 7, 8, 9, 1000])
def test_what_was_written_is_read(doc_count):
    deletes = DeleteSet(doc_count)
    for doc in range(0, doc_count, 3):
        deletes.add(doc)
    bits = deletes.bits()
    assert decode(encode(7, doc_count, bits), 7, doc_count, "f") == bits


def test_any_cut_is_noticed():
    for length in range(len(BYTES)):
        with pytest.raises(CorruptIndexError):
            decode(BYTES[:length], 7, 10, "f")


def test_any_flipped_byte_is_noticed_or_harmless():
    for place in range(len(BYTES)):
        for bit in range(8):
            flipped = bytearray(BYTES)
            flipped[place] ^= 1 << bit
            with contextlib.suppress(CorruptIndexError):
                assert decode(bytes(flipped), 7, 10, "f") == BITS


@pytest.mark.parametrize(
    ("data", "doc_count"),
    [
        (BYTES, 11),
        (BYTES + b"x", 10),
        (encode(7, 10, b"\0\xff"), 10),  # documents past the last
        (encode(7, 10, b"\0"), 10),
        (encode(7, 10, bytes(10**6)), 10),  # more than there are documents
    ],
)
def test_another_number_of_documents_is_refused(data, doc_count):
    with pytest.raises(CorruptIndexError):
        decode(data, 7, doc_count, "f")


def test_the_deletes_of_another_segment_are_refused():
    with pytest.raises(CorruptIndexError, match="expected deletes of segment 8"):
        decode(BYTES, 8, 10, "f")
