"""Which documents of a segment are gone?

A segment never changes, so deleted documents are named beside it, in a file of their own
(docs/format.md, "Deletes"): a bit a document, set when it is deleted.
Document d is bit `d & 7` of byte `d >> 3`. The file says whose deletes it holds.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator

from ..errors import CorruptIndexError

MAGIC = b"SLD1"  # first bytes of each file; never reused for another form
_HEADER = struct.Struct("<4sQII")  # magic, number and documents of the segment, crc32
_SUMMED = slice(4, 16)  # of the header: what the checksum covers beside the bits
HEADER_BYTES = _HEADER.size


class DeleteSet:
    """A set of deleted documents of one segment that only grows.

    >>> deletes = DeleteSet(10)
    >>> deletes.add(3), deletes.add(3)
    (True, False)
    >>> 3 in deletes, 4 in deletes, deletes.count
    (True, False, 1)
    """

    def __init__(self, doc_count: int, bits: bytes | None = None) -> None:
        """Start from `bits`, of (doc_count + 7) // 8 bytes; None: nothing deleted."""
        self.doc_count = doc_count
        self._bits = bytearray((doc_count + 7) // 8) if bits is None else bytearray(bits)
        assert len(self._bits) == (doc_count + 7) // 8, "bits for another number of documents"
        self.count = 0 if bits is None else count_bits(bits)

    def add(self, doc: int) -> bool:
        """Delete the document; True if it was live."""
        assert 0 <= doc < self.doc_count, f"document {doc} of {self.doc_count}"
        byte, bit = doc >> 3, 1 << (doc & 7)
        if self._bits[byte] & bit:
            return False
        self._bits[byte] |= bit
        self.count += 1
        return True

    def __contains__(self, doc: int) -> bool:
        return bool(self._bits[doc >> 3] >> (doc & 7) & 1)

    def bits(self) -> bytes | None:
        """The bits as the native core takes them; None where nothing is deleted."""
        return bytes(self._bits) if self.count else None


def all_but(docs: Iterable[int], doc_count: int) -> bytes:
    """The bits that delete all other documents.

    >>> all_but([1, 8], 10).hex()
    'fd02'
    """
    bits = bytearray(b"\xff" * (doc_count // 8))
    if doc_count % 8:
        bits.append((1 << doc_count % 8) - 1)
    for doc in docs:
        bits[doc >> 3] &= ~(1 << (doc & 7))
    return bytes(bits)


def carried(sources: Iterable[tuple[int, bytes | None, bytes | None]]) -> Iterator[int]:
    r"""Which documents of a merged segment are deleted, rising: those that went while it was made.

    `sources`: of each segment its documents, the bits that the merge left out, the bits of now.

    >>> list(carried([(8, b"\x01", b"\x05"), (8, None, b"\x80")]))
    [1, 14]
    """
    first = 0  # number in the merged segment of the source's first document that was live
    for doc_count, before, now in sources:
        gone = before or bytes((doc_count + 7) // 8)
        live = last = 0  # documents before `last` that were live
        for place, (old, new) in enumerate(zip(gone, now or gone, strict=True)):
            for bit in range(8) if new & ~old else ():
                if new >> bit & ~old >> bit & 1:
                    doc = 8 * place + bit
                    live += doc - last - _bits_between(gone, last, doc)
                    last = doc
                    yield first + live
        first += doc_count - count_bits(gone)


def _bits_between(bits: bytes, start: int, end: int) -> int:
    """How many bits are set from `start` up to, not including, `end`."""
    span = int.from_bytes(bits[start >> 3 : (end + 7) >> 3], "little") >> (start & 7)
    return (span & ((1 << (end - start)) - 1)).bit_count()


def count_bits(bits: bytes) -> int:
    """How many bits are set."""
    return int.from_bytes(bits, "little").bit_count()


def encode(segment: int, doc_count: int, bits: bytes) -> bytes:
    """The bytes of a deletes file of segment number `segment`."""
    head = _HEADER.pack(MAGIC, segment, doc_count, 0)
    return _HEADER.pack(MAGIC, segment, doc_count, _sum(head, bits)) + zlib.compress(bits)


def decode(data: bytes, segment: int, doc_count: int, path: str) -> bytes:
    """The bits in a deletes file of segment number `segment` with `doc_count` documents.

    Raises:
        CorruptIndexError: the bytes are no such file; carries `path` and the offset.
    """
    if len(data) < HEADER_BYTES or not data.startswith(MAGIC):
        raise CorruptIndexError(
            f"{path}: byte 0: expected a deletes file starting with {MAGIC!r}, "
            f"found {data[:4]!r} in {len(data)} bytes",
            path,
            0,
        )
    _, found_segment, found_count, checksum = _HEADER.unpack_from(data)
    if (found_segment, found_count) != (segment, doc_count):
        raise CorruptIndexError(
            f"{path}: byte 4: expected deletes of segment {segment} with {doc_count} documents, "
            f"found segment {found_segment} with {found_count}",
            path,
            4,
        )
    # Never more than the bits we expect: a hostile file cannot unpack to gigabytes.
    size = (doc_count + 7) // 8
    unpacker = zlib.decompressobj()
    try:
        bits = unpacker.decompress(data[HEADER_BYTES:], size + 1)
    except zlib.error as error:
        raise CorruptIndexError(
            f"{path}: byte {HEADER_BYTES}: deletes cannot be unpacked: {error}", path, HEADER_BYTES
        ) from error
    whole = unpacker.eof and not unpacker.unused_data
    if not whole or len(bits) != size or _sum(data, bits) != checksum:
        raise CorruptIndexError(
            f"{path}: byte {HEADER_BYTES}: deletes fail their checksum", path, HEADER_BYTES
        )
    if doc_count % 8 and bits[-1] >> doc_count % 8:
        raise CorruptIndexError(
            f"{path}: byte {HEADER_BYTES}: a document past the last is deleted", path, HEADER_BYTES
        )
    return bits


def segment_of(data: bytes) -> int | None:
    """The number of the segment that a deletes file says it is of; None where it is no such file.

    >>> segment_of(encode(7, 8, b"\x01")), segment_of(b"")
    (7, None)
    """
    if len(data) < HEADER_BYTES or not data.startswith(MAGIC):
        return None
    return int(_HEADER.unpack_from(data)[1])


def _sum(header: bytes, bits: bytes) -> int:
    return zlib.crc32(bits, zlib.crc32(header[_SUMMED]))
