"""Answers of components are stored with a segment: none is asked about a form twice."""

from collections import Counter

import pytest

import searchlib
from searchlib import ComponentError, Keyword, Schema, Text
from searchlib.analysis import ByField, lowercase, python, words
from searchlib.analysis.samples import SAMPLES

TEXTS = [f"Wind w{number} w{number % 7} turns" for number in range(60)]
FORMS = {form for text in TEXTS for form in text.split()}


class Counting:
    """A component that counts what it is asked; a new one keeps nothing of an older one."""

    def __init__(self):
        self.asked = Counter()

    def __call__(self, form):
        self.asked[form] += 1
        return None if form == "turns" else [form[::-1], form.lower()]


def schema(component):
    return Schema(id=Keyword(key=True), body=Text(analyzer=words() | python("odd", component)))


def documents(texts=TEXTS):
    return [{"id": str(number), "body": text} for number, text in enumerate(texts)]


def marked(index, query):
    return {hit.key: hit.highlight("body", format="plain")[0] for hit in index.search(query)}


def test_a_form_is_asked_once_over_commits_flushes_merges_and_reopenings(tmp_path):
    first = Counting()
    with searchlib.create(tmp_path / "index", schema(first)) as index:
        for document in documents():
            index.upsert(document)
        with index.writer() as writer:
            writer.merge()
    assert first.asked == Counter(FORMS)

    second = Counting()  # in place of another process: it has only what the segments have
    with searchlib.open(tmp_path / "index", components={"odd": second}) as index:
        for document in documents():
            index.upsert(document)
        index.upsert({"id": "new", "body": "Wind breeze"})
        with index.writer() as writer:
            writer.merge()
        assert marked(index, "breeze") == {"new": "Wind **breeze**"}
        assert index.check().ok
    samples = sum(second.asked.values()) - second.asked["breeze"]
    assert second.asked["breeze"] == 1
    assert 0 < samples <= 2 * SAMPLES + len({"breeze"})
    assert set(second.asked) <= FORMS | {"breeze"}


def test_a_full_builder_that_is_written_asks_nothing_again():
    component = Counting()
    index = searchlib.in_memory(schema(component))
    writer = index.writer()
    writer._transaction = None
    writer._memory_bytes = 1  # every batch becomes a segment
    with writer:
        for _ in range(5):
            for document in documents():
                writer.upsert(document)
            writer._open()._flush()
    assert component.asked == Counter(FORMS)


def test_highlighting_asks_no_component(tmp_path):
    with searchlib.create(tmp_path / "index", schema(Counting())) as index:
        index.upsert(documents(["Wind turns", "the sea"]))
    component = Counting()
    with searchlib.open(tmp_path / "index", components={"odd": component}) as index:
        hits = list(index.search("WIND"))
        before = component.asked.copy()
        assert [hit.highlight("body", format="plain") for hit in hits] == [["**Wind** turns"]]
        assert component.asked == before


def test_highlighting_works_where_a_component_is_missing(tmp_path):
    with searchlib.create(tmp_path / "index", schema(Counting())) as index:
        index.upsert(documents(["Wind turns", "the sea"]))
    with searchlib.open(tmp_path / "index") as index:
        with pytest.raises(ComponentError, match="'python:odd' was not handed over"):
            list(index.search("wind"))
        assert marked(index, "body:dni*") == {"0": "**Wind** turns"}


def test_forms_go_with_the_last_document_that_has_them(tmp_path):
    component = Counting()
    with searchlib.create(tmp_path / "index", schema(component)) as index:
        index.upsert(documents(["wind sea", "wind"]))
        index.delete("0")
        with index.writer() as writer:
            writer.merge()
    component = Counting()
    with searchlib.open(tmp_path / "index", components={"odd": component}) as index:
        index.upsert({"id": "9", "body": "wind"})
        calls = component.asked["wind"]
        index.upsert({"id": "9", "body": "wind wind"})
        assert component.asked["wind"] == calls
        assert marked(index, "wind") == {"1": "**wind**", "9": "**wind** **wind**"}


def test_a_field_that_chooses_keeps_the_answers_of_each_analyzer(tmp_path):
    first, second = Counting(), Counting()
    choice = ByField(
        "language",
        {"a": words() | python("a", first), "b": words() | lowercase() | python("b", second)},
    )
    made = Schema(id=Keyword(key=True), language=Keyword(), body=Text(analyzer=choice))
    with searchlib.create(tmp_path / "index", made) as index:
        for number, language in enumerate(["a", "b", None, "b", "a"]):
            document = {"id": str(number), "language": language, "body": "Wind turns"}
            index.upsert({name: value for name, value in document.items() if value is not None})
        text = "**Wind** turns"
        assert marked(index, "dniw*") == {"1": text, "3": text}
        assert marked(index, "wind") == dict.fromkeys("01234", text)
    assert (first.asked["Wind"], second.asked["wind"]) == (1, 1)
