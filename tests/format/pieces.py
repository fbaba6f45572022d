"""Long texts by the numbers of their words: "Pieces" of docs/format.md, read for `reader.py`."""

from collections.abc import Iterator
from itertools import pairwise

from .parts import Bytes, expect

ONE_BYTE = 95
SPELLED = 255
MOST_PIECES = ONE_BYTE + (SPELLED - ONE_BYTE) * 256
MOST_BYTES = 15


def read_pieces(data: bytes) -> list[bytes]:
    """The pieces that have a number, in its order."""
    reader = Bytes(data)
    count = reader.number(4)
    ends = [reader.number(4) for _ in range(count)]
    text = reader.take(ends[-1] if ends else 0)
    reader.end()
    pieces = [text[start:end] for start, end in pairwise([0, *ends])]
    expect(count <= MOST_PIECES, f"at most {MOST_PIECES} pieces, found {count}")
    lengths = {len(piece) for piece in pieces}
    expect(lengths <= set(range(1, MOST_BYTES + 1)), f"pieces of 1 to 15 bytes, found {lengths}")
    expect(len(set(pieces)) == count, "no piece twice")
    return pieces


def text_of(coded: bytes, pieces: list[bytes]) -> bytes:
    """The bytes that were cut into pieces."""
    text = bytearray()
    was_word = False
    for piece in each_piece(coded, pieces):
        is_word = begins_word(piece)
        text += b" " * (was_word and is_word) + piece
        was_word = is_word
    return bytes(text)


def each_piece(coded: bytes, pieces: list[bytes]) -> Iterator[bytes]:
    reader = Bytes(coded)
    while reader.at < len(coded):
        first = reader.number(1)
        if first == SPELLED:
            piece = reader.take(reader.varint())
            expect(len(piece) > 0, "a piece of a byte or more")
        else:
            number = first
            if first >= ONE_BYTE:
                number = ONE_BYTE + (first - ONE_BYTE) * 256 + reader.number(1)
            expect(number < len(pieces), f"one of {len(pieces)} pieces, found {number}")
            piece = pieces[number]
        yield piece


def begins_word(piece: bytes) -> bool:
    first = piece[0]
    is_beyond_ascii = first >= 0x80 and first not in (0xC2, 0xE2)
    return is_beyond_ascii or piece[:1].isalnum()
