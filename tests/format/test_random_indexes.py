"""Does an index of random documents read, by the plain reader, as the documents say?"""

import itertools
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import Boolean, Date, Keyword, Number, Schema, Text
from searchlib.analysis import python, words
from searchlib.schema.values import MAX_INT, MIN_INT

from . import reader


def written(path: Path, schema: Schema, documents: Iterable[Mapping[str, Any]]) -> bytes:
    """The only segment of a new index of these documents."""
    with searchlib.create(path, schema) as index, index.writer() as writer:
        for document in documents:
            writer.add(document)
    [segment] = path.glob("*.segment")
    return segment.read_bytes()


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A directory for one random index, in memory where the system has such a place.

    These tests take 13 s there and 98 s on a disk that syncs (2026-11-23, 2 busy cores).
    """
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)


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
            index.optimize()
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


def test_frequent_words_side_by_side_have_lists_of_their_own(tmp_path: Path) -> None:
    """Forty words in every document, of which the first 32 by name are kept, and one in most."""
    words = [f"w{number:02}" for number in range(40)]

    def body(place: int) -> list[str]:
        turned = words[place % 40 :] + words[: place % 40]
        return [" ".join([*turned, "most most"] if place % 5 else turned), "w00 w00"]

    documents = [{"id": f"{place}", "body": body(place)} for place in range(1_300)]
    data = written(tmp_path / "index", SCHEMA, documents)
    check_segment(data, documents)
    pairs = reader.read_segment(data).fields[1].pairs
    assert pairs is not None
    assert len(pairs) == 31 + 1


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
        assert field.lists[word] == postings_of(docs, lengths, steps)

    assert (field.pairs or {}) == pairs_of(lists, lengths, steps)


def pairs_of(
    lists: dict[str, dict[int, list[int]]], lengths: list[int], steps: tuple[int, ...]
) -> dict[str, list[reader.Posting]]:
    """The list of each two frequent words of which the second follows the first."""
    frequent = sorted(
        (word for word in lists if len(lists[word]) >= 1_024), key=lambda w: (-len(lists[w]), w)
    )
    pairs = {}
    for first, second in itertools.product(sorted(frequent[:32]), repeat=2):
        held = {
            doc: [at for at in places if at + 1 in set(lists[second].get(doc, ()))]
            for doc, places in lists[first].items()
        }
        held = {doc: places for doc, places in held.items() if places}
        if held:
            pairs[f"{first}\0{second}"] = postings_of(held, lengths, steps)
    return pairs


def postings_of(
    held: dict[int, list[int]], lengths: list[int], steps: tuple[int, ...]
) -> list[reader.Posting]:
    return [
        reader.Posting(
            doc,
            len(positions),
            tuple(positions),
            reader.class_of(len(positions), lengths[doc], steps) if len(held) >= 64 else None,
        )
        for doc, positions in held.items()
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


@given(st.lists(texts, min_size=1, max_size=6))
def test_the_answers_of_a_component_are_kept_form_by_form(bodies):
    def answer(form: str) -> list[str] | None:
        return None if form == "sea" else [form[::-1], form[:2]]

    analyzer = words() | python("odd", answer)
    with scratch() as path:
        schema = Schema(body=Text(analyzer=analyzer), plain=Text())
        made = written(
            Path(path) / "index", schema, [{"body": body, "plain": body} for body in bodies]
        )
    body, plain = reader.read_segment(made).fields
    forms = {form for body in bodies for form in body.split()}
    expected = {form: list(dict.fromkeys(answer(form) or [])) for form in forms}
    assert (body.answers, plain.answers) == (expected, None)
