"""What do the bytes of an index say, read from docs/format.md alone?

The slow twin of the library's reader: plain Python, nothing of searchlib is imported. It is strict:
every length has to add up and no byte may be left over, so that the document hides nothing.
Zstandard is not in Python's library: of its frames only the blocks that are not compressed are
read, and a value in any other is `Unread`.
"""

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import attrs

from .answers import read_answers
from .columns import read_numbers, read_ordinals
from .parts import Bytes, FormatError, expect, lz4, numbers, zstandard
from .pieces import read_pieces, text_of

PAGE_BYTES = 32 * 1024
BLOCK = 128
CLASSES_FROM = 64
CHAMPIONS_FROM = 1_024
GROUP_FROM = 8
NO_FIELD = 0xFFFF
SECTIONS = ("meta", "terms", "postings", "lengths", "forms")
SECTIONS += ("ordinals", "numbers", "short stored", "long stored", "answers", "answer terms")
SECTIONS += ("pairs", "pair postings", "pieces", "pieces again")
KINDS = ("text", "keyword", "number", "date", "boolean")
FREQ_STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 28, 44, 92)


@attrs.frozen
class Section:
    """A run of bytes in a segment file."""

    kind: str
    field: int | None
    start: int
    data: bytes


@attrs.frozen
class Posting:
    """One document in a term's list; in a keyword's list freq is 1 and the rest is empty."""

    doc: int
    freq: int = 1
    positions: tuple[int, ...] = ()
    class_byte: int | None = None  # None in a list too short to carry classes


@attrs.frozen
class Field:
    """One field of a segment; what its kind has no section for is empty."""

    name: str
    kind: str
    stored: bool
    lists: dict[str, list[Posting]] = attrs.field(factory=dict)  # by term, rising
    lengths: list[int] = attrs.field(factory=list)  # by document
    steps: tuple[int, ...] = ()
    forms: dict[str, str] = attrs.field(factory=dict)  # form to term
    answers: dict[str, list[str]] | None = None  # form to terms
    pairs: dict[str, list[Posting]] | None = None  # by name, rising
    ordinals: list[list[int]] = attrs.field(factory=list)  # by document, counted from 0
    numbers: list[int | float | None] = attrs.field(factory=list)  # by document


@attrs.frozen
class Unread:
    """A long text in a block that Zstandard compressed."""

    byte_count: int


@attrs.frozen
class Segment:
    """All that a segment file says."""

    doc_count: int
    fields: list[Field]
    documents: list[dict[str, Any]]  # stored values by field name, in the order they are stored


# Manifest, Deletes


def read_manifest(data: bytes) -> dict[str, Any]:
    header, _, rest = data.partition(b"\n")
    *magic, version, checksum = header.split(b" ")
    expect(magic == [b"searchlib", b"manifest"], f"a manifest, found {header!r}")
    expect(version == b"1", f"version 1, found {version!r}")
    expect(rest.endswith(b"\n"), "a line feed at the end")
    text = rest[:-1]
    expect(b"%08x" % zlib.crc32(text) == checksum, "the checksum of the second line")
    content = json.loads(text)
    expect(set(content) == {"generation", "next_file", "schema", "segments"}, "four members")
    return dict(content)


def read_deletes(data: bytes, segment: int) -> list[int]:
    """The deleted documents of the segment with that number, rising."""
    reader = Bytes(data)
    expect(reader.take(4) == b"SLD1", "a deletes file")
    found, doc_count, checksum = reader.number(8), reader.number(4), reader.number(4)
    expect(found == segment, f"deletes of segment {segment}, found those of {found}")
    bits = zlib.decompress(reader.rest())
    expect(zlib.crc32(data[4:16] + bits) == checksum, "the checksum of segment, count and bits")
    expect(len(bits) == (doc_count + 7) // 8, f"bits of {doc_count} documents")
    docs = [doc for doc in range(len(bits) * 8) if bits[doc // 8] >> doc % 8 & 1]
    expect(all(doc < doc_count for doc in docs), f"documents below {doc_count}, found {docs}")
    return docs


# Segment file, Sections


def read_sections(data: bytes) -> list[Section]:
    """The sections in the order in which they lie, every checksum verified."""
    head, footer = Bytes(data[:12]), Bytes(data[-40:])
    expect(head.take(8) == b"SLSEGMNT" == data[-8:], "the magic number at both ends")
    data_len, toc_start, toc_len = (footer.number(8) for _ in range(3))
    checksum, version = footer.number(4), footer.number(4)
    expect(head.number(4) == version == 1, f"version 1 at both ends, found {version}")
    tail = data[data_len:-16]
    expect(zlib.crc32(tail) == checksum, "the checksum of the file's tail")
    pages = [data[at : min(at + PAGE_BYTES, data_len)] for at in range(0, data_len, PAGE_BYTES)]
    page_sums = numbers(tail[:toc_start], 4)
    expect(page_sums == [zlib.crc32(page) for page in pages], "the checksum of each page")
    expect(len(tail) == toc_start + toc_len + 24, "nothing beside sums, table and three numbers")
    toc = Bytes(tail[toc_start : toc_start + toc_len])
    sections = []
    end = 12
    while toc.at < toc_len:
        kind, number = toc.number(1), toc.number(2)
        start, length = toc.number(8), toc.number(8)
        expect(start == end, f"a section at {end}, found it at {start}")
        end = start + length
        field = None if number == NO_FIELD else number
        sections.append(Section(SECTIONS[kind - 1], field, start, data[start:end]))
        expect(
            SECTIONS[kind - 1] != "pieces again" or start % PAGE_BYTES == 0, "a page's beginning"
        )
    expect(end == data_len, f"sections up to {data_len}, found the last one's end at {end}")
    return sections


def read_segment(data: bytes) -> Segment:
    sections = {(each.kind, each.field): each.data for each in read_sections(data)}
    doc_count, infos = read_meta(sections.pop(("meta", None)))
    fields = [
        read_field(doc_count, info, lambda kind, number=number: sections.pop((kind, number)))
        for number, info in enumerate(infos)
    ]
    documents = read_documents(sections, doc_count, [field.name for field in fields])
    expect(not sections, f"no more sections, found {list(sections)}")
    return Segment(doc_count, fields, documents)


# Meta, Fields


def read_meta(data: bytes) -> tuple[int, list[tuple[str, str, bool]]]:
    reader = Bytes(data)
    doc_count, field_count = reader.varints(2)
    infos = []
    for _ in range(field_count):
        name, kind, stored = reader.text(), reader.number(1), reader.number(1)
        infos.append((name, KINDS[kind - 1], stored == 1))
    reader.end()
    return doc_count, infos


def read_field(
    doc_count: int, info: tuple[str, str, bool], section: Callable[[str], bytes]
) -> Field:
    field = Field(*info)
    if field.kind not in ("text", "keyword"):
        column = read_numbers(section("numbers"), doc_count, field.kind)
        return attrs.evolve(field, numbers=column)
    is_text = field.kind == "text"
    lengths, steps = read_lengths(section("lengths"), doc_count) if is_text else ([], ())
    lists = read_lists(section("terms"), section("postings"), is_text)
    if not is_text:
        column = read_ordinals(section("ordinals"), doc_count)
        return attrs.evolve(field, lists=lists, ordinals=column)
    terms = list(lists)
    forms = {form: terms[term] for form, (term,), _ in read_dictionary(section("forms"), 1)}
    answers = read_answers(section, terms, read_dictionary)
    field = attrs.evolve(
        field, lists=lists, lengths=lengths, steps=steps, forms=forms, answers=answers
    )
    try:
        return attrs.evolve(field, pairs=read_lists(section("pairs"), section("pair postings")))
    except KeyError:
        return field


# Dictionary


def read_dictionary(data: bytes, width: int) -> Iterator[tuple[str, list[int], list[int]]]:
    """Each entry: its text, its numbers, and the sums of the numbers of all entries before it."""
    footer = Bytes(data[-12:])
    blocks_len, count = footer.number(8), footer.number(4)
    block_count = (count + 15) // 16
    index = Bytes(data[blocks_len:-12])
    starts = [index.number(4) for _ in range(block_count)]
    beginnings = [index.number(8) for _ in range(block_count)]
    index.end()
    sums = [0] * width
    text = b""
    reader = Bytes(data[:blocks_len])
    for place in range(count):
        if place % 16 == 0:
            expect(reader.at == starts[place // 16], f"a block at {reader.at}")
            expect(reader.varints(width) == sums, f"the sums {sums} before the block")
        shared, own_len = reader.varints(2)
        expect(shared <= (len(text) if place % 16 else 0), f"at most {len(text)} shared bytes")
        before, text = text, text[:shared] + reader.take(own_len)
        expect(place == 0 or before < text, f"a text above {before!r}, found {text!r}")
        if place % 16 == 0:
            beginning = int.from_bytes(text[:8].ljust(8, b"\0"), "big")
            expect(beginnings[place // 16] == beginning, f"the beginning of {text!r}")
        values = reader.varints(width)
        yield text.decode("utf-8"), values, list(sums)
        sums = [total + value for total, value in zip(sums, values, strict=True)]
    reader.end()


# Postings


def read_lists(
    dictionary: bytes, postings: bytes, is_text: bool = True
) -> dict[str, list[Posting]]:
    """The lists of a dictionary of terms or pairs, by text."""
    lists = {}
    end = 0
    for text, values, sums in read_dictionary(dictionary, 3):
        expect(sums[1] + sums[2] == end, f"the list of {text!r} at {end}")
        start, (doc_freq, docs_len, positions_len) = end, values
        middle, end = start + docs_len, start + docs_len + positions_len
        lists[text] = read_list(postings[start:middle], postings[middle:end], doc_freq, is_text)
    expect(end == len(postings), f"lists up to {len(postings)}, found the last one's end at {end}")
    return lists


def read_list(docs: bytes, positions: bytes, doc_freq: int, is_text: bool) -> list[Posting]:
    """A list from its two parts."""
    reader = Bytes(docs)
    block_count, tail_count = divmod(doc_freq, BLOCK)
    skips = [[reader.number(4) for _ in range(4)] for _ in range(block_count)]
    steps = [
        [end - start for start, end in zip(before, entry, strict=True)]
        for before, entry in zip([[0, 0, 0, 0], *skips], skips, strict=False)
    ]
    last = -1
    found: list[int] = []
    for (last_doc, *_), (_, docs_len, _, _) in zip(skips, steps, strict=True):
        block = reader.take(docs_len)
        if docs_len % 16 == 8:
            found += read_bits(block, last + 1)
            last = found[-1]
        else:
            for gap in unpack(block):
                last += gap + 1
                found.append(last)
        expect(last == last_doc, f"a block that ends at document {last_doc}, found {last}")
    above = [Bytes(reader.take(freqs_len)) for _, _, freqs_len, _ in steps]
    tail_freqs = []
    for _ in range(tail_count):
        value = reader.varint()
        gap, is_one = (value >> 1, value & 1) if is_text else (value, 1)
        last += gap + 1
        found.append(last)
        tail_freqs.append(1 if is_one else reader.varint())
    classes: list[int | None] = [None] * doc_freq
    if is_text and doc_freq >= CLASSES_FROM:
        classes = list(reader.take(doc_freq))
        expect(read_peaks(reader) == peaks_of(classes), "peaks of the classes")
    champions = read_champions(reader) if is_text and doc_freq >= CHAMPIONS_FROM else []
    reader.end()
    freqs = []
    for place in range(block_count * BLOCK):
        step = (classes[place] or 0) >> 4
        freqs.append(above[place // BLOCK].varint() + 9 if step >= 8 else step + 1)
    for block in above:
        block.end()
    freqs += tail_freqs
    known = dict(zip(found, freqs, strict=True))
    expect(all(known[doc] == freq for doc, freq in champions), "champions of the list")
    if not is_text:
        expect(positions == b"", "no positions of keywords")
        return [Posting(doc) for doc in found]
    reader = Bytes(positions)
    places: list[tuple[int, ...]] = []
    for block, start in enumerate(range(0, doc_freq, BLOCK)):
        in_block = freqs[start : start + BLOCK]
        places += read_positions(reader, in_block)
        expect(block >= block_count or reader.at == skips[block][3], "positions end with the block")
    reader.end()
    return [Posting(*each) for each in zip(found, freqs, places, classes, strict=True)]


def read_bits(block: bytes, first: int) -> list[int]:
    """The documents of a block that is a bit set, whose first bit stands for `first`."""
    bits = int.from_bytes(block, "little")
    docs = [first + i for i in range(bits.bit_length()) if bits >> i & 1]
    span = docs[-1] - first + 1
    expect(len(docs) == BLOCK, f"128 documents, found {len(docs)}")
    expect(len(block) == 8 * ((span + 63) // 64 | 1), "the fewest bytes, an odd number of eights")
    return docs


def read_peaks(reader: Bytes) -> tuple[int, list[int]]:
    """The greatest frequency step, and the least length step of each frequency step or above."""
    highest = reader.number(1)
    pairs = [reader.number(1) for _ in range(8)]
    return highest, [half for pair in pairs for half in (pair & 15, pair >> 4)]


def peaks_of(classes: list[int]) -> tuple[int, list[int]]:
    highest = max(each >> 4 for each in classes)
    least = [min((c & 15 for c in classes if c >> 4 >= step), default=15) for step in range(16)]
    return highest, least


def read_champions(reader: Bytes) -> list[tuple[int, int]]:
    """Each champion's document and frequency."""
    docs = [reader.number(4) for _ in range(16)]
    return list(zip(docs, [reader.number(2) for _ in range(16)], strict=True))


def read_positions(reader: Bytes, freqs: list[int]) -> Iterator[tuple[int, ...]]:
    """The positions in each document of a block."""
    gaps: list[int] = []
    while (left := sum(freqs) - len(gaps)) > 0:
        gaps += read_gaps(reader, min(left, BLOCK))
    end = 0
    for freq in freqs:
        start, end = end, end + freq
        yield tuple(sum(gaps[start : i + 1]) for i in range(start, end))


def read_gaps(reader: Bytes, count: int) -> list[int]:
    """A group of gaps: those of one block's positions."""
    if count < GROUP_FROM:
        return reader.varints(count)
    width, high_len = reader.number(1), reader.number(1)
    low_len = (count * width + 7) // 8
    low = int.from_bytes(reader.take(low_len), "little")
    high = bits(reader.take(high_len)).rstrip("0").split("1")
    expect(len(high) == count + 1 and high[-1] == "", f"{count} upper parts")
    expect(low >> count * width == 0 and high_len <= 48, "nothing after the parts of a group")
    lower = [low >> i * width & ((1 << width) - 1) for i in range(count)]
    gaps = [len(zeros) << width | part for zeros, part in zip(high[:-1], lower, strict=True)]
    expect(width == max((sum(gaps) // count).bit_length() - 1, 0), "the width of the mean")
    return gaps


def bits(data: bytes) -> str:
    """The bits of each byte, the lowest first, as a text of 0 and 1."""
    return "".join(f"{byte:08b}"[::-1] for byte in data)


def unpack(packed: bytes) -> list[int]:
    """128 numbers of equal width: number i is the (i // 4)-th of lane i % 4."""
    width = len(packed) // 16
    expect(len(packed) == 16 * width and width <= 32, f"a block of 128, found {len(packed)} bytes")
    words = numbers(packed, 4)
    lanes = [sum(word << 32 * i for i, word in enumerate(words[lane::4])) for lane in range(4)]
    return [lanes[i % 4] >> (i // 4) * width & ((1 << width) - 1) for i in range(BLOCK)]


# Lengths, Classes


def read_lengths(data: bytes, doc_count: int) -> tuple[list[int], tuple[int, ...]]:
    reader = Bytes(data)
    width, total = reader.number(1), reader.number(8)
    steps = tuple(reader.number(4) for _ in range(16))
    lengths = numbers(reader.rest(), width)
    expect(len(lengths) == doc_count, f"{doc_count} lengths, found {len(lengths)}")
    expect(sum(lengths) == total, f"lengths that add up to {total}")
    expect(steps == tuple(sorted(steps)), "steps that do not fall")
    return lengths, steps


def class_of(freq: int, length: int, steps: tuple[int, ...]) -> int:
    freq_step = sum(most < freq for most in FREQ_STEPS)
    length_step = sum(least <= length for least in steps) - 1
    return freq_step << 4 | length_step


# Stored documents


def read_documents(
    sections: dict[tuple[str, int | None], bytes], doc_count: int, names: list[str]
) -> list[dict[str, Any]]:
    """The stored values of each document by field name; takes what it reads out of `sections`."""
    pieces = sections.pop(("pieces again", None), None)
    first = sections.pop(("pieces", None), b"")
    expect(first.rstrip(b"\0") == (pieces or b"").rstrip(b"\0"), "the same pieces twice")
    table = None if pieces is None else read_pieces(pieces)
    short = read_store(sections.pop(("short stored", None)), doc_count, lz4)
    long = read_store(sections.pop(("long stored", None)), doc_count, zstandard, table)
    return [read_document(*pair, names) for pair in zip(short, long, strict=True)]


def read_store(
    data: bytes,
    doc_count: int,
    unpacked: Callable[[bytes, int], bytes | None],
    pieces: list[bytes] | None = None,
) -> list[bytes | None]:
    """The record of each document; None in a block that cannot be unpacked here."""
    footer = Bytes(data[-12:])
    blocks_len, stored = footer.number(8), footer.number(4)
    expect(stored == doc_count, f"records of {doc_count} documents, found {stored}")
    block_count = (len(data) - 12 - blocks_len) // 12
    index = Bytes(data[blocks_len:-12])
    firsts = [index.number(4) for _ in range(block_count)]
    ends = [index.number(8) for _ in range(block_count)]
    index.end()
    expect(ends[-1:] == [blocks_len] or blocks_len == block_count == 0, "blocks up to the index")
    records: list[bytes | None] = []
    for first, start, end in zip(firsts, [0, *ends], ends, strict=False):
        expect(first == len(records), f"a block from document {len(records)} on, found {first}")
        block = Bytes(data[start:end])
        count, raw_len = block.varints(2)
        pieces_len = 0 if pieces is None else block.varint()
        raw = unpacked(block.rest(), pieces_len or raw_len)
        if raw is None:
            records += [None] * count
            continue
        if pieces_len:
            expect(len(raw) == pieces_len, f"{pieces_len} bytes of pieces, found {len(raw)}")
            expect(
                4 * pieces_len < 3 * raw_len, f"pieces shorter than {raw_len} bytes by a quarter"
            )
            raw = text_of(raw, pieces or [])
        expect(len(raw) == raw_len, f"{raw_len} bytes unpacked, found {len(raw)}")
        reader = Bytes(raw)
        records += [reader.take(length) for length in reader.varints(count)]
        reader.end()
    expect(len(records) == doc_count, f"{doc_count} records, found {len(records)}")
    return records


def read_document(short: bytes | None, long: bytes | None, names: list[str]) -> dict[str, Any]:
    """The values of one document by field name."""
    assert short is not None, "every LZ4 block can be read"
    record = Bytes(short)
    long_texts = None if long is None else Bytes(long)
    document: dict[str, Any] = {}
    while record.at < len(short):
        name = names[record.varint()]
        expect(name not in document, f"one value of {name!r}")
        document[name] = read_value(record, long_texts)
    if long_texts is not None:
        long_texts.end()
    return document


def read_value(record: Bytes, long_texts: Bytes | None) -> Any:
    match record.number(1):
        case 1:
            return record.text()
        case 2:
            length = record.varint()
            return Unread(length) if long_texts is None else long_texts.take(length).decode("utf-8")
        case 3:
            return [read_value(record, long_texts) for _ in range(record.varint())]
        case 4:
            value = record.varint()
            return value >> 1 if value & 1 == 0 else -(value >> 1) - 1
        case 5:
            return struct.unpack("<d", record.take(8))[0]
        case 6:
            return False
        case 7:
            return True
        case tag:
            raise FormatError(f"expected a tag from 1 to 7, found {tag}")
