"""Are the bytes that the library writes those of docs/format.md?

The worked examples, the tables and the limits are read from the document. `reader.py`, written from
the document too, is the slow twin of the library's reader: random indexes are given to it.
"""

import os
import re
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import Boolean, Date, IndexVersionError, Keyword, Number, Schema, Text
from searchlib.schema.fields import FieldKind
from searchlib.schema.schema import MAX_FIELDS
from searchlib.schema.values import MAX_INT, MAX_KEY_BYTES, MIN_INT
from searchlib.store import manifest as manifests

from . import reader

ROOT = Path(__file__).parents[2]
CORE = ROOT / "searchlib/native/core/src"
PAGE = (ROOT / "searchlib/docs/format.md").read_text(encoding="utf-8")


def blocks(language: str) -> dict[str, str]:
    """The fenced blocks of a language, by what stands beside it."""
    found = re.findall(rf"^```{language}(?: ([^\n]+))?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return dict(found)


def example(name: str) -> bytes:
    """The bytes of an annotated block; each line's offset is compared with what stands before."""
    data = b""
    for line in blocks("hex")[name].splitlines():
        numbers = line.partition("#")[0]
        if numbers.strip():
            offset, _, rest = numbers.partition(" ")
            assert int(offset, 16) == len(data), f"{name}: the line of {offset}"
            data += bytes.fromhex(rest)
    return data


def rows(header: str) -> list[list[str]]:
    """The cells of the table under `header`, row by row."""
    _, _, after = PAGE.partition(header + "\n")
    table = re.match(r"\|[-|]+\n((?:\|.*\n)+)", after)
    assert table is not None, header
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


def rust(name: str, pattern: str) -> list[Any]:
    """What the pattern finds in the core's sources of this name, which may be moved about."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in sorted(CORE.rglob(name)))
    found = re.findall(pattern, sources)
    assert found, f"{name}: {pattern}"
    return found


def rust_enum(name: str) -> dict[int, str]:
    [body] = rust("*.rs", rf"(?s)pub enum {name} \{{(.*?)\}}")
    return {int(number): variant for variant, number in re.findall(r"(\w+) = (\d+)", body)}


def written(path: Path, schema: Schema, documents: Iterable[Mapping[str, Any]]) -> bytes:
    """The only segment of a new index of these documents."""
    with searchlib.create(path, schema) as index, index.writer() as writer:
        for document in documents:
            writer.add(document)
    [segment] = path.glob("*.segment")
    return segment.read_bytes()


def section(data: bytes, kind: str, field: int = 0) -> bytes:
    [found] = [
        each.data for each in reader.read_sections(data) if (each.kind, each.field) == (kind, field)
    ]
    return found


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A directory for one random index, in memory where the system has such a place.

    These tests take 13 s there and 98 s on a disk that syncs (2026-11-23, 2 busy cores).
    """
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)


# Worked examples


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index that the document's Python makes."""
    path = tmp_path_factory.mktemp("format") / "made"
    names = {"searchlib": searchlib, "path": path}
    names |= {name: getattr(searchlib, name) for name in ("Schema", "Keyword", "Text", "Number")}
    exec(blocks("python")[""], names)
    return path


def example_files() -> dict[str, bytes]:
    """The files of the worked example, as the document gives them."""
    files = {name: example(name) for name in blocks("hex") if name != "packed"}
    return files | {"manifest": blocks("manifest")[""].encode("utf-8"), "writer.lock": b""}


def test_the_files_of_the_worked_example_are_what_the_library_writes(made: Path) -> None:
    files = {path.name: path.read_bytes() for path in made.iterdir()}
    assert {name: data.hex(" ") for name, data in files.items()} == {
        name: data.hex(" ") for name, data in example_files().items()
    }


def test_the_files_of_the_worked_example_are_an_index(tmp_path: Path, made: Path) -> None:
    for name, data in example_files().items():
        (tmp_path / name).write_bytes(data)
    with searchlib.open(tmp_path) as index:
        hits = [(hit.key, hit["body"]) for hit in index.search("wind size:>=2")]
        assert (hits, index.check().ok) == ([("a", "Winds turned the wind")], True)


def test_the_worked_example_reads_as_its_comments_say() -> None:
    segment = reader.read_segment(example("00000001.segment"))
    body = segment.fields[1]
    assert {term: [(p.doc, p.positions) for p in list_] for term, list_ in body.lists.items()} == {
        "the": [(0, (2,))],
        "turn": [(0, (1,))],
        "wind": [(0, (0, 3)), (1, (0,))],
    }
    assert (body.forms, body.lengths) == ({"turned": "turn", "winds": "wind"}, [4, 1, 0, 0, 0])
    assert reader.read_deletes(example("00000002.deletes")) == [1]


def test_the_packed_block_of_the_document_is_what_the_library_writes(tmp_path: Path) -> None:
    documents = [each for i in range(130) for each in [{}] * (i % 8) + [{"tag": "x"}]]
    data = written(tmp_path / "index", Schema(tag=Keyword()), documents)
    assert section(data, "postings").hex(" ") == example("packed").hex(" ")


FIELD_OF = {"number": Number(), "date": Date(), "boolean": Boolean()}
KEY_ROWS = rows("| kind | value | first part | second part |")


@pytest.mark.parametrize("row", KEY_ROWS, ids=lambda row: row[1])
def test_a_number_has_the_key_that_the_document_says(tmp_path: Path, row: list[str]) -> None:
    kind, shown, first, second = row
    value = {"true": True}.get(shown, shown.strip('"'))
    value = float(shown) if "." in shown else int(shown) if kind == "number" else value
    data = written(tmp_path / "index", Schema(n=FIELD_OF[kind]), [{"n": value}])
    column = reader.Bytes(section(data, "numbers"))
    has_missing, _, _, least, _ = (column.number(width) for width in (1, 1, 1, 8, 1))
    missing = column.number(2) if has_missing else 0
    assert (f"{least:016x}", str(missing)) == (first, second)


# Tables, limits, headings


def test_the_numbers_of_the_sections_are_those_of_the_code() -> None:
    table = {int(row[0]): row[1] for row in rows("| number | section | of | holds |")}
    assert table == rust_enum("SectionKind")


def test_the_numbers_of_the_fields_are_those_of_the_code() -> None:
    table = {int(row[0]): row[1] for row in rows("| number | kind | list holds |")}
    assert table == rust_enum("FieldKind")
    assert {kind.value: kind.name.capitalize() for kind in FieldKind} == table


def test_the_tags_of_stored_values_are_those_of_the_code() -> None:
    tags = rust("values.rs", r"pub const (\w+): u8 = (\d+);")
    grammar = re.findall(r"^(?:value       |            ) ?[=|] (\d):u8", PAGE, re.MULTILINE)
    assert grammar == [number for _, number in tags]


def test_the_steps_of_frequency_are_those_of_the_code() -> None:
    [steps] = rust("lengths.rs", r"FREQ_STEPS: \[u32; 15\] = \[(.*?)\];")
    [row] = rows("| step | " + " | ".join(map(str, range(16))) + " |")
    assert row == ["greatest frequency", *steps.split(", "), "–"]
    assert steps == ", ".join(map(str, reader.FREQ_STEPS))


def test_the_limits_are_those_of_the_code() -> None:
    constants = {
        "MAX_TOKEN_BYTES": value_of("MAX_TOKEN_BYTES"),
        "MAX_KEY_BYTES": MAX_KEY_BYTES,
        "MAX_FIELDS": MAX_FIELDS,
        "MAX_DOCS": value_of("MAX_DOCS"),
        "MAX_INT": MAX_INT,
    }
    named, unnamed = {}, []
    for _, most, why, constant in rows("| what | at most | why | constant |"):
        if constant:
            named[constant.strip("`")] = int(most.replace(",", ""))
        else:
            unnamed.append((most, "`u32`" in why))
    assert (named, unnamed) == (constants, [("4 GiB", True)] * 2)
    assert MIN_INT == -MAX_INT - 1
    for name in ("dictionary.rs", "postings.rs"):
        assert rust(name, "limited to 4 GiB")


def value_of(constant: str, name: str = "*.rs") -> int:
    """The value of a constant, from the Rust that makes it."""
    [text] = rust(name, rf"const {constant}: \w+ = ([\d_()<*+ -]+);")
    return int(eval(text))


@pytest.mark.parametrize(
    ("name", "constant", "value", "said"),
    [
        ("file.rs", "PAGE_BYTES", 32_768, "pages of 32,768 bytes"),
        ("file.rs", "VERSION", manifests.FORMAT, "both `version`s are 1."),
        ("dictionary.rs", "BLOCK", 16, "A block has 16 entries"),
        ("postings.rs", "CLASSES_FROM", 64, "in lists of 64 documents and more"),
        ("postings.rs", "SKIP_BYTES", 16, "skip      = last_doc:u32 docs_end:u32 freqs_end:u32 p"),
        ("lengths.rs", "STEPS", 16, "step[16]:u32"),
        ("values.rs", "LONG_FROM", 256, "a text of less than 256 bytes"),
        ("*.rs", "POSITION_GAP", 100, "starts 100 places after"),
    ],
)
def test_a_constant_of_the_prose_is_that_of_the_code(
    name: str, constant: str, value: int, said: str
) -> None:
    assert (value_of(constant, name), said in PAGE) == (value, True)


def test_the_sizes_of_stored_blocks_are_those_of_the_code() -> None:
    sizes = dict(rust("stored.rs", r"Codec::(\w+) => (\d+ << 10)"))
    assert f"above {eval(sizes['Short']):,} bytes (ShortStored)" in PAGE
    assert f"or {eval(sizes['Long']):,} (LongStored)" in PAGE


def test_every_heading_that_the_code_names_is_in_the_document() -> None:
    headings = set(re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE))
    named = set()
    for path in [*ROOT.glob("searchlib/**/*.py"), *CORE.rglob("*.rs"), *ROOT.glob("*/docs/*.md")]:
        text = re.sub(r"\n\s*//[/!] ?", " ", path.read_text(encoding="utf-8"))
        for quoted in re.findall(r'format\.md,((?:(?: and| to|,)? ?"[^"\n]+")+)', text):
            named |= set(re.findall(r'"([^"]+)"', quoted))
    assert len(named) > 10
    assert named - headings == set()


# Random indexes


WORDS = ("ab", "abc", "wind", "winds", "sea", "turbine", "é", "x1", "a" * 300)
SCHEMA = Schema(
    id=Keyword(key=True),
    body=Text(),
    tags=Keyword(),
    size=Number(),
    day=Date(),
    open=Boolean(),
    unstored=Text(stored=False),
)
# Lower-case letters and spaces alone: the words of a text are what `split` says.
texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
repeated = texts.map(lambda text: f"{text} " * 40)
bodies = st.one_of(texts, st.lists(texts, min_size=1, max_size=3), repeated)
keywords = st.one_of(st.sampled_from(WORDS), st.text(max_size=5))
several = st.lists(keywords, min_size=1, max_size=3)
sizes = st.one_of(
    st.integers(MIN_INT, MAX_INT),
    st.integers(-9, 9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([2**53 + 1, -(2**53) - 1, 0.0, -0.0, MAX_INT, MIN_INT]),
)
values = st.fixed_dictionaries(
    {},
    optional={
        "body": bodies,
        "tags": st.one_of(keywords, several),
        "size": sizes,
        "day": st.dates().map(lambda day: day.isoformat()),
        "open": st.booleans(),
        "unstored": bodies,
    },
)
single = values.map(lambda d: d | {"tags": d["tags"][0]} if type(d.get("tags")) is list else d)
many_documents = st.one_of(st.lists(values, max_size=40), st.lists(single, max_size=40)).map(
    lambda documents: [{"id": f"k{place}", **each} for place, each in enumerate(documents)]
)


@given(many_documents.filter(bool))
def test_a_segment_says_what_its_documents_do(documents: list[dict[str, Any]]) -> None:
    with scratch() as directory:
        check_segment(written(Path(directory, "index"), SCHEMA, documents), documents)


@given(many_documents, many_documents, st.sets(st.integers(0, 80)))
def test_a_merged_segment_says_what_its_live_documents_do(
    older: list[dict[str, Any]], newer: list[dict[str, Any]], gone: set[int]
) -> None:
    newer = [each | {"id": f"n{place}"} for place, each in enumerate(newer)]
    together = [*older, *newer]
    live = [each for place, each in enumerate(together) if place not in gone]
    with scratch() as directory:
        path = Path(directory, "index")
        with searchlib.create(path, SCHEMA) as index:
            index.upsert(older)
            index.upsert(newer)
            index.delete([each["id"] for each in together if each not in live])
            index.merge()
        segments = [each.read_bytes() for each in path.glob("*.segment")]
    assert len(segments) == bool(live)
    for data in segments:
        check_segment(data, live)


def test_long_lists_have_packed_blocks_groups_of_positions_and_classes(tmp_path: Path) -> None:
    def body(place: int) -> str:
        words = ["every"] * (1 + place * 7 % 5) + ["second"] * (place % 2) * 3
        words += ["rare"] * (place % 97 == 0) + ["often"] * (place % 150 == 3) * 700
        return " ".join(words + ["once"] * (place % 3 == 0) + [f"w{place}"])

    documents = [
        {"id": f"{place}", "body": body(place), "tags": ["all", f"t{place % 3}"], "size": place}
        for place in range(1000)
    ]
    data = written(tmp_path / "index", SCHEMA, documents)
    check_segment(data, documents)
    lists = reader.read_segment(data).fields[1].lists
    counts = {word: len(lists[word]) for word in ("every", "second", "once", "rare", "often")}
    assert counts == {"every": 1000, "second": 500, "once": 334, "rare": 11, "often": 7}
    classes = {
        word: {posting.class_byte is None for posting in lists[word]} for word in ("every", "rare")
    }
    assert classes == {"every": {False}, "rare": {True}}


@pytest.mark.parametrize("count", [63, 64, 127, 128, 129, 256, 384])
def test_lists_at_the_borders_of_blocks_read_back(tmp_path: Path, count: int) -> None:
    documents = [
        {"id": f"{place}", "body": "sea " * (1 + place % 2), "tags": "wire"}
        for place in range(count)
    ]
    check_segment(written(tmp_path / "index", SCHEMA, documents), documents)


def test_the_texts_of_a_stored_block_are_those_of_the_documents(tmp_path: Path) -> None:
    documents = [{"id": f"{place}", "body": f"body {place} " * place} for place in range(300)]
    data = written(tmp_path / "index", SCHEMA, documents)
    check_segment(data, documents)
    with searchlib.open(tmp_path / "index") as index:
        assert list(index) == documents


def check_segment(data: bytes, documents: list[dict[str, Any]]) -> None:
    """Compare what the reader finds in a segment with the documents themselves."""
    segment = reader.read_segment(data)
    assert segment.doc_count == len(documents)
    assert [(field.name, field.stored) for field in segment.fields] == [
        (name, field.stored) for name, field in SCHEMA.items()
    ]
    for field in segment.fields:
        given = [document.get(field.name) for document in documents]
        {"text": check_text, "keyword": check_keyword}.get(field.kind, check_numbers)(field, given)
    for document, stored in zip(documents, segment.documents, strict=True):
        assert stored == {
            name: stored_value(name, value, stored.get(name))
            for name, value in document.items()
            if SCHEMA[name].stored
        }


def check_text(field: reader.Field, given: list[Any]) -> None:
    """Lists by brute force: every word of every document, at its place."""
    lists: dict[str, dict[int, list[int]]] = {}
    lengths = []
    for doc, value in enumerate(given):
        position = length = 0
        for place, text in enumerate(all_of(value)):
            position += 100 * (place > 0)
            for word in text.split():
                lists.setdefault(word, {}).setdefault(doc, []).append(position)
                position += 1
                length += 1
        lengths.append(length)
    kept = sorted(length for length in lengths if length)
    steps = tuple(kept[i * len(kept) // 16] if kept else 0 for i in range(16))
    assert (field.lengths, field.steps, field.forms) == (lengths, steps, {})
    assert list(field.lists) == sorted(lists, key=lambda word: word.encode())
    for word, docs in lists.items():
        assert field.lists[word] == [
            reader.Posting(
                doc,
                len(positions),
                tuple(positions),
                reader.class_of(len(positions), lengths[doc], steps) if len(docs) >= 64 else None,
            )
            for doc, positions in docs.items()
        ]


def check_keyword(field: reader.Field, given: list[Any]) -> None:
    holders: dict[str, list[int]] = {}
    for doc, value in enumerate(given):
        for word in dict.fromkeys(all_of(value)):
            holders.setdefault(word, []).append(doc)
    terms = sorted(holders, key=lambda word: word.encode())
    assert list(field.lists) == terms
    assert {word: [posting.doc for posting in found] for word, found in field.lists.items()} == (
        holders
    )
    assert [[terms[value] for value in values] for values in field.ordinals] == [
        all_of(value) for value in given
    ]


def check_numbers(field: reader.Field, given: list[Any]) -> None:
    if field.kind == "date":
        given = [value and days_since_1970(value) * 86_400_000_000 for value in given]
    assert field.numbers == given


def days_since_1970(text: str) -> int:
    """By counting: no library's calendar but the rule of leap years."""
    year, month, day = map(int, text.split("-"))
    leaps = (year - 1) // 4 - (year - 1) // 100 + (year - 1) // 400
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    months = (31, 28 + is_leap, 31, 30, 31, 30, 31, 31, 30, 31, 30)
    return 365 * (year - 1) + leaps + sum(months[: month - 1]) + day - 1 - 719_162


def all_of(value: Any) -> list[str]:
    """The texts of a value: none, one or several."""
    return [] if value is None else [value] if isinstance(value, str) else value


def stored_value(name: str, value: Any, found: Any) -> Any:
    """How a value should be stored; of a long text only its length where `found` is no more."""
    if isinstance(value, list):
        found = found if isinstance(found, list) else []
        pairs = zip(value, [*found, *[None] * len(value)], strict=False)
        return [stored_value(name, *pair) for pair in pairs]
    if isinstance(found, reader.Unread):
        return reader.Unread(len(value.encode()))
    return f"s{value}" if name == "day" else value


# Same calls, same bytes


@given(many_documents, st.sets(st.integers(0, 40)))
def test_the_same_calls_write_the_same_bytes(
    documents: list[dict[str, Any]], gone: set[int]
) -> None:
    def files(directory: str) -> dict[str, bytes]:
        path = Path(directory, "index")
        with searchlib.create(path, SCHEMA) as index:
            for start in range(0, len(documents), 7):
                index.upsert(documents[start : start + 7])
            index.delete([f"k{place}" for place in gone])
        return {each.name: each.read_bytes() for each in path.iterdir()}

    with scratch() as one, scratch() as other:
        assert files(one) == files(other)


# Versions


def test_a_manifest_of_a_newer_format_is_refused_by_name(made: Path, tmp_path: Path) -> None:
    copy(made, tmp_path)
    manifest = tmp_path / "manifest"
    head, rest = manifest.read_bytes().split(b" 1 ", 1)
    manifest.write_bytes(head + b" 2 " + rest)
    check_refused(tmp_path, manifest)


def test_a_segment_of_a_newer_format_is_refused_by_name(made: Path, tmp_path: Path) -> None:
    copy(made, tmp_path)
    segment = tmp_path / "00000001.segment"
    data = bytearray(segment.read_bytes())
    data_len = int.from_bytes(data[-40:-32], "little")
    data[8:12] = data[-12:-8] = (2).to_bytes(4, "little")
    data[data_len : data_len + 4] = zlib.crc32(data[:data_len]).to_bytes(4, "little")
    data[-16:-12] = zlib.crc32(data[data_len:-16]).to_bytes(4, "little")
    segment.write_bytes(data)
    check_refused(tmp_path, segment)


def copy(source: Path, target: Path) -> None:
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())


def check_refused(index: Path, path: Path) -> None:
    with pytest.raises(IndexVersionError) as refused:
        searchlib.open(index)
    error = refused.value
    assert (error.path, error.found, error.newest) == (str(path), 2, 1)
    assert str(error) == f"{path}: format 2, this library reads up to 1; upgrade searchlib"
