"""How are numbers and compressed blocks read? What `reader.py` reads everything with."""


class FormatError(Exception):
    """The bytes are not what docs/format.md says."""


class Bytes:
    """Reads values one after another; past the end is an error."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        expect(self.at + count <= len(self.data), f"{count} bytes at {self.at}, found the end")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "little")

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.number(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                expect(value < 2**64, f"a number of 64 bits, found {value}")
                return value

    def varints(self, count: int) -> list[int]:
        return [self.varint() for _ in range(count)]

    def text(self) -> str:
        return self.take(self.varint()).decode("utf-8")

    def rest(self) -> bytes:
        return self.take(len(self.data) - self.at)

    def end(self) -> None:
        expect(self.at == len(self.data), f"no more than {self.at} bytes, found {len(self.data)}")


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise FormatError(f"expected {what}")


def numbers(data: bytes, width: int) -> list[int]:
    """All numbers of a whole number of them."""
    expect(len(data) % width == 0, f"numbers of {width} bytes, found {len(data)} bytes")
    return [int.from_bytes(data[i : i + width], "little") for i in range(0, len(data), width)]


def lz4(packed: bytes, raw_len: int) -> bytes:
    """An LZ4 block, as lz4_Block_format.md of the LZ4 project describes it."""
    reader = Bytes(packed)
    raw = bytearray()

    def length(total: int) -> int:
        more = 255 if total == 15 else 0
        while more == 255:
            more = reader.number(1)
            total += more
        return total

    while True:
        token = reader.number(1)
        raw += reader.take(length(token >> 4))
        if reader.at == len(packed):
            return bytes(raw)
        distance = reader.number(2)
        expect(0 < distance <= len(raw), f"a distance up to {len(raw)}, found {distance}")
        for _ in range(length(token & 15) + 4):
            raw.append(raw[-distance])


def zstandard(packed: bytes, raw_len: int) -> bytes | None:
    """A Zstandard frame (RFC 8878) whose blocks are raw or one repeated byte; None for others."""
    reader = Bytes(packed)
    expect(reader.take(4) == b"\x28\xb5\x2f\xfd", "a Zstandard frame")
    descriptor = reader.number(1)
    is_single = descriptor >> 5 & 1
    expect(descriptor & 0b1111 == 0, "no dictionary and no checksum in the frame")
    reader.take(1 - is_single)  # the window's size
    size_width = (is_single, 2, 4, 8)[descriptor >> 6]
    size = reader.number(size_width) + (256 if size_width == 2 else 0)
    expect(size == raw_len, f"a frame of {raw_len} bytes, found {size}")
    raw = b""
    is_last = False
    while not is_last:
        header = reader.number(3)
        is_last, kind, block_len = bool(header & 1), header >> 1 & 3, header >> 3
        if kind > 1:
            return None
        raw += reader.take(block_len) if kind == 0 else reader.take(1) * block_len
    reader.end()
    return raw
