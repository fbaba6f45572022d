import json
import zlib

import attrs
import pytest

from searchlib import CorruptIndexError, IndexVersionError, Keyword, LimitError, Schema, Text
from searchlib.store.manifest import Manifest, SegmentEntry, deletes_name, number_of, segment_name

SCHEMA = Schema(id=Keyword(key=True), body=Text())
MANIFEST = Manifest(
    SCHEMA,
    generation=7,
    next_file=4,
    segments=(
        SegmentEntry("00000001.segment", 10, 2000, "00000003.deletes", 2),
        SegmentEntry("00000002.segment", 1, 300),
    ),
)


def with_content(content: object) -> bytes:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return b"searchlib manifest 1 %08x\n%s\n" % (zlib.crc32(text), text)


def content_of(manifest: Manifest) -> dict:
    return json.loads(manifest.encode().split(b"\n")[1])


def test_what_was_written_is_read():
    assert Manifest.decode(MANIFEST.encode(), "m") == MANIFEST


def test_equal_manifests_are_the_same_bytes():
    assert attrs.evolve(MANIFEST).encode() == MANIFEST.encode()


def test_the_first_line_says_format_and_checksum_and_the_second_is_json():
    head, text, rest = MANIFEST.encode().split(b"\n")
    assert head == b"searchlib manifest 1 %08x" % zlib.crc32(text)
    assert (json.loads(text)["generation"], rest) == (7, b"")


def test_live_documents_and_files_are_told():
    assert MANIFEST.live_count == 9
    assert MANIFEST.file_names() == ["00000001.segment", "00000002.segment", "00000003.deletes"]


def test_any_cut_is_noticed():
    data = MANIFEST.encode()
    for length in range(len(data)):
        with pytest.raises(CorruptIndexError):
            Manifest.decode(data[:length], "m")


def test_any_flipped_byte_is_noticed():
    data = MANIFEST.encode()
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1
        with pytest.raises((CorruptIndexError, IndexVersionError)):
            Manifest.decode(bytes(flipped), "m")


def test_a_newer_format_is_refused_by_name():
    with pytest.raises(IndexVersionError, match=r"format 2, .* up to 1; upgrade") as caught:
        Manifest.decode(b"searchlib manifest 2 00000000\nwhatever", "m")
    assert (caught.value.path, caught.value.found, caught.value.newest) == ("m", 2, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"generation": -1},
        {"generation": 1.5},
        {"generation": True},
        {"next_file": 3},  # not above 00000003.deletes
        {"next_file": 10**15},
        {"segments": None},
        {"segments": [1]},
        {"schema": {"fields": [{"name": "a", "kind": "tree"}]}},
        {"schema": None},
    ],
)
def test_a_manifest_that_cannot_be_is_refused(change):
    with pytest.raises(CorruptIndexError):
        Manifest.decode(with_content({**content_of(MANIFEST), **change}), "m")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../00000001.segment"},
        {"name": "manifest"},
        {"name": "00000001.deletes"},
        {"name": "00000002.segment"},  # named twice
        {"doc_count": 0},
        {"byte_count": -1},
        {"deleted_count": 11},
        {"deleted_count": 0},  # but a deletes file
        {"deletes": None},  # but documents deleted
        {"deletes": "/etc/passwd"},
    ],
)
def test_a_segment_that_cannot_be_is_refused(change):
    content = content_of(MANIFEST)
    content["segments"][0].update(change)
    with pytest.raises(CorruptIndexError):
        Manifest.decode(with_content(content), "m")


@pytest.mark.parametrize("text", [b"[" * 100_000, b"{}", b"[]", b"\xff", b"9" * 5000])
def test_text_that_is_no_manifest_is_refused(text):
    with pytest.raises(CorruptIndexError):
        Manifest.decode(with_content(text), "m")


def test_file_names_are_numbers_and_nothing_else_is():
    assert [number_of(segment_name(12)), number_of(deletes_name(123_456_789))] == [12, 123_456_789]
    with pytest.raises(LimitError):
        segment_name(10**15)
    others = ["manifest", "manifest.new", "writer.lock", "1.segment", "00000001.segment.new", ""]
    assert [number_of(name) for name in others] == [None] * len(others)
