"""Are the bytes that the library writes those of docs/format.md?

The worked examples, the tables and the limits are read from the document. `reader.py`, written from
the document too, is the slow twin of the library's reader: random indexes are given to it.
"""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import Boolean, Date, IndexVersionError, Keyword, Number, Schema, Text
from searchlib.schema.fields import FieldKind
from searchlib.schema.schema import MAX_FIELDS
from searchlib.schema.values import MAX_INT, MAX_KEY_BYTES, MIN_INT
from searchlib.store import manifest as manifests
from searchlib.store.queue import Queue

from . import reader
from .pieces import MOST_BYTES, MOST_PIECES, ONE_BYTE, SPELLED, read_pieces, text_of
from .test_random_indexes import written

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


def section(data: bytes, kind: str, field: int | None = 0) -> bytes:
    [found] = [
        each.data for each in reader.read_sections(data) if (each.kind, each.field) == (kind, field)
    ]
    return found


# Worked examples


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index that the document's Python makes."""
    path = tmp_path_factory.mktemp("format") / "made"
    names = {"searchlib": searchlib, "path": path}
    names |= {name: getattr(searchlib, name) for name in ("Schema", "Keyword", "Text", "Number")}
    exec(blocks("python")[""], names)
    return path


PARTS = ("packed", "bits", "positions", "pieces", "coded")  # examples of a part of a file


def example_files() -> dict[str, bytes]:
    """The files of the worked example, as the document gives them."""
    files = {name: example(name) for name in blocks("hex") if name not in PARTS}
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


def test_the_batch_of_the_document_is_what_the_library_writes(tmp_path: Path) -> None:
    schema = Schema(id=Keyword(key=True), body=Text(), size=Number())
    [(name, text)] = blocks("batch").items()
    with searchlib.create(tmp_path / "index", schema) as index:
        queue = Queue(index._store)
        batch = queue.begin(schema)
        batch.upsert(("f", "Sea wind", 3))
        batch.delete("a")
        batch.close()
        queue.put(batch)
        assert (tmp_path / "index" / name).read_text(encoding="utf-8") == text
        index.upsert({"id": "a"})
        assert [document["id"] for document in index] == ["f", "a"]
    _, content = (tmp_path / "index" / "manifest").read_bytes().split(b"\n", 1)
    assert json.loads(content)["last_batch"] == 1


def test_the_worked_example_reads_as_its_comments_say() -> None:
    segment = reader.read_segment(example("00000001.segment"))
    body = segment.fields[1]
    assert {term: [(p.doc, p.positions) for p in list_] for term, list_ in body.lists.items()} == {
        "the": [(0, (2,))],
        "turn": [(0, (1,))],
        "wind": [(0, (0, 3)), (1, (0,))],
    }
    assert (body.forms, body.lengths) == ({"turned": "turn", "winds": "wind"}, [4, 1, 0, 0, 0])
    assert reader.read_deletes(example("00000002.deletes"), 1) == [1]


def test_the_packed_block_of_the_document_is_what_the_library_writes(tmp_path: Path) -> None:
    documents = [each for i in range(130) for each in [{}] * (i % 8) + [{"tag": "x"}]]
    data = written(tmp_path / "index", Schema(tag=Keyword()), documents)
    assert section(data, "postings").hex(" ") == example("packed").hex(" ")


def test_the_bit_set_of_the_document_is_what_the_library_writes(tmp_path: Path) -> None:
    documents = [{"tag": "x"} if i % 5 < 2 else {} for i in range(320)]
    data = written(tmp_path / "index", Schema(tag=Keyword()), documents)
    assert section(data, "postings").hex(" ") == example("bits").hex(" ")


def test_the_positions_of_the_document_are_what_the_library_writes(tmp_path: Path) -> None:
    text = " ".join("y " * (i % 8) + "x" for i in range(16))
    data = written(tmp_path / "index", Schema(body=Text()), [{"body": text}])
    assert section(data, "postings").hex(" ").startswith(example("positions").hex(" "))


def test_the_pieces_of_the_document_are_what_the_library_writes(tmp_path: Path) -> None:
    text = "the wind, the sea"
    documents = [{"body": ", ".join([text] * 300_000)}, {"body": text}]
    data = written(tmp_path / "index", Schema(body=Text()), documents)
    first, again = (section(data, kind, None) for kind in ("pieces", "pieces again"))
    assert again.hex(" ") == example("pieces").hex(" ")
    assert first.rstrip(b"\0") == again
    store = reader.Bytes(section(data, "long stored", None))
    store.take(int.from_bytes(store.data[-12:-4], "little") - len(example("coded")))
    assert store.take(len(example("coded"))).hex(" ") == example("coded").hex(" ")
    coded, pieces = example("coded")[-8:], read_pieces(example("pieces"))
    assert text_of(coded, pieces) == bytes([len(text)]) + text.encode()


FIELD_OF = {"number": Number(), "date": Date(), "boolean": Boolean()}
KEY_ROWS = rows("| kind | value | first part | second part |")


@pytest.mark.parametrize("row", KEY_ROWS, ids=lambda row: row[1])
def test_a_number_has_the_key_that_the_document_says(tmp_path: Path, row: list[str]) -> None:
    kind, shown, first, second = row
    value = {"true": True}.get(shown, shown.strip('"'))
    value = float(shown) if "." in shown else int(shown) if kind == "number" else value
    data = written(tmp_path / "index", Schema(n=FIELD_OF[kind]), [{"n": value}])
    column = reader.Bytes(section(data, "numbers"))
    has_missing, _, _, least, _ = (column.number(width) for width in (1, 1, 8, 8, 1))
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
    values = ("4,294,967,295", True)
    assert (named, unnamed) == (constants, [("4 GiB", True), values, *[("4 GiB", True)] * 2])
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
        ("peaks.rs", "CHAMPIONS_FROM", 1_024, "at the end of lists of 1,024 documents and more"),
        ("peaks.rs", "CHAMPIONS", 16, "champions = doc[16]:u32 freq[16]:u16"),
        ("postings.rs", "SKIP_BYTES", 16, "skip      = last_doc:u32 docs_end:u32 freqs_end:u32 p"),
        ("lengths.rs", "STEPS", 16, "step[16]:u32"),
        ("values.rs", "LONG_FROM", 256, "a text of less than 256 bytes"),
        ("values.rs", "MEAN_FROM", 128, "have 128 bytes and more on average"),
        ("values.rs", "PROSE_FROM", 16, "those of 16 bytes and more are long too"),
        ("*.rs", "POSITION_GAP", 100, "starts 100 places after"),
        ("pieces.rs", "ONE_BYTE", ONE_BYTE, "number:u8                       below 95"),
        ("pieces.rs", "SPELLED", SPELLED, "spelled     = 255:u8 len:varint byte[len]"),
        ("pieces.rs", "MOST_BYTES", MOST_BYTES, "each of 1 to 15 bytes"),
        ("store_writer.rs", "BLOCK_BYTES_WITH_PIECES", 32_768, "or 32,768 (LongStored, as soon"),
        ("store_writer.rs", "SAMPLE_BYTES", 4_194_304, "have 4 MiB (4,194,304 bytes) and more"),
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


def test_as_many_pieces_have_numbers_as_there_are_codes() -> None:
    assert f"At most {MOST_PIECES:,} pieces have a number" in PAGE
    assert "piece `95 + (first - 95) * 256 + second`" in PAGE


def test_every_heading_that_the_code_names_is_in_the_document() -> None:
    headings = set(re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE))
    named = set()
    for path in [*ROOT.glob("searchlib/**/*.py"), *CORE.rglob("*.rs"), *ROOT.glob("*/docs/*.md")]:
        text = re.sub(r"\n\s*//[/!] ?", " ", path.read_text(encoding="utf-8"))
        for quoted in re.findall(r'format\.md,((?:(?: and| to|,)? ?"[^"\n]+")+)', text):
            named |= set(re.findall(r'"([^"]+)"', quoted))
    assert len(named) > 10
    assert named - headings == set()


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
