"""Fields come and go, an analyzer changes: what is found then, and what is refused."""

import pytest

import searchlib
from searchlib import (
    Analyzer,
    ComponentError,
    Date,
    Index,
    Keyword,
    Number,
    Schema,
    SchemaError,
    Text,
)
from searchlib.analysis import Filter, Tokenizer, fingerprint, python
from searchlib.index.batches import queue_documents

ID = Keyword(key=True)
OLD = Schema(id=ID, title=Text(), body=Text(), size=Number(), tag=Keyword())


@pytest.fixture
def index(make_index) -> Index:
    """Three documents in two segments, one more deleted."""
    index = make_index(OLD)
    index.upsert({"id": f"k{n}", "title": f"t{n}", "body": "winds", "size": n} for n in range(3))
    index.upsert({"id": "k3", "title": "seas", "tag": ["x", "y"]})
    index.delete("k0")
    return index


def changed(**fields) -> Schema:
    return Schema.from_fields(dict(OLD.items()) | fields)


def without(*names: str) -> Schema:
    return Schema.from_fields({name: field for name, field in OLD.items() if name not in names})


def found(index: Index, query: str) -> list[str | None]:
    return [hit.key for hit in index.search(query)]


def test_a_field_is_added_at_once(index: Index) -> None:
    before = list(index)
    index.change_schema(changed(note=Text(), day=Date()))
    assert (list(index), found(index, "note:x")) == (before, [])
    index.upsert({"id": "new", "note": "winds of note", "day": "2019-03-03", "body": "winds"})
    assert found(index, "note:winds") == found(index, "day:2019") == ["new"]
    assert sorted(map(str, found(index, "winds"))) == ["k1", "k2", "new"]
    before = list(index)
    index.merge()
    assert (list(index), found(index, "note:winds"), index.segment_count) == (before, ["new"], 1)
    assert index.check(deep=True).ok


@pytest.mark.parametrize("names", [("title",), ("tag", "size"), ("body",)])
def test_a_field_is_dropped_at_once(index: Index, names: tuple[str, ...]) -> None:
    index.change_schema(without(*names))
    kept = [
        {"id": "k1", "title": "t1", "body": "winds", "size": 1},
        {"id": "k2", "title": "t2", "body": "winds", "size": 2},
        {"id": "k3", "title": "seas", "tag": ["x", "y"]},
    ]
    kept = [{n: value for n, value in each.items() if n not in names} for each in kept]
    assert list(index) == kept
    index.upsert({"id": "new", **({} if "body" in names else {"body": "winds"})})
    index.merge()
    assert list(index) == [*kept, {"id": "new"} | ({} if "body" in names else {"body": "winds"})]
    assert index.segment_count == 1
    assert index.check(deep=True).ok


def test_the_order_of_fields_may_change(index: Index) -> None:
    before = list(index)
    turned = Schema.from_fields(dict(reversed(list(OLD.items()))))
    index.change_schema(turned)
    index.upsert({"id": "new", "size": 7, "tag": "x", "body": "winds", "title": "seas"})
    assert [document for document in index if document["id"] != "new"] == before
    index.merge()
    assert found(index, "tag:x") == ["k3", "new"]
    assert index["k1"] == {"id": "k1", "title": "t1", "body": "winds", "size": 1}
    assert index.check(deep=True).ok


def test_segments_of_several_schemas_are_merged_as_they_come(make_index) -> None:
    index = make_index(Schema(id=ID, f0=Text()))
    for number in range(1, 20):
        fields = {f"f{n}": Text() for n in range(max(0, number - 3), number + 1)}
        index.change_schema(Schema.from_fields({"id": ID, **fields}))
        index.upsert({"id": f"k{number}", f"f{number}": "wind"})
    assert len(index) == 19
    assert index.segment_count < 19
    assert found(index, "f19:wind") == ["k19"]
    assert found(index, "f17:wind") == ["k17"]
    assert index.check(deep=True).ok


def test_an_old_snapshot_keeps_its_schema(index: Index) -> None:
    snapshot = index.snapshot()
    index.change_schema(without("body"))
    assert [hit.key for hit in snapshot.search("body:winds")] == ["k1", "k2"]
    assert "body" in snapshot.schema
    assert "body" not in index.schema


def test_a_dropped_field_comes_back_empty_or_not_at_all(index: Index) -> None:
    index.change_schema(without("body"))
    with pytest.raises(SchemaError, match="merge"):
        index.change_schema(changed(body=Keyword()))
    index.merge()
    index.change_schema(changed(body=Keyword()))
    assert (found(index, "body:winds"), "body" in index["k1"]) == ([], False)
    index.upsert({"id": "new", "body": "winds"})
    assert found(index, "body:winds") == ["new"]


def test_another_analyzer_is_refused_unless_asked_for(index: Index) -> None:
    stemmed = changed(body=Text(analyzer="english"))
    with pytest.raises(SchemaError, match="reanalyze"):
        index.change_schema(stemmed)
    assert (found(index, "wind"), index.schema) == ([], OLD)
    before = list(index)
    receipt = index.change_schema(stemmed, reanalyze=True)
    assert (receipt.applied, receipt.generation) == (3, index.generation)
    assert (found(index, "body:wind"), list(index)) == (["k1", "k2"], before)
    assert index.check(deep=True).ok


def test_a_component_in_python_may_come_with_the_new_schema(index: Index) -> None:
    upper = Analyzer(Tokenizer("words"), (python("upper", str.upper),))
    index.change_schema(changed(body=Text(analyzer=upper)), reanalyze=True)
    assert found(index, "body:WINDS") == found(index, "body:winds") == ["k1", "k2"]


def test_a_boost_changes_at_once(index: Index) -> None:
    before = next(iter(index.search("title:t1"))).score
    assert index.change_schema(changed(title=Text(boost=4.0))).applied == 0
    assert next(iter(index.search("title:t1"))).score > before


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (changed(size=Keyword()), "cannot become"),
        (changed(title=Text(stored=False)), "stored cannot change"),
        (Schema(title=Text()), "key"),
        (changed(id=Keyword()), "key"),
    ],
)
def test_what_cannot_change_is_refused_with_a_reason(
    index: Index, schema: Schema, why: str
) -> None:
    with pytest.raises(SchemaError, match=why):
        index.change_schema(schema, reanalyze=True)
    assert index.schema == OLD
    index.upsert({"id": "next"})


def test_what_is_not_stored_cannot_be_analyzed_again() -> None:
    index = searchlib.in_memory(Schema(id=ID, body=Text(stored=False)))
    with pytest.raises(SchemaError, match="not stored"):
        index.change_schema(
            Schema(id=ID, body=Text(stored=False, analyzer="english")), reanalyze=True
        )


def test_a_batch_that_waits_is_applied_before_its_schema_goes(disk_index: Index) -> None:
    with searchlib.open(str(disk_index.path)) as other:
        writer = other.writer()
        disk_index.upsert({"id": "waits", "title": "seas", "year": 7}, timeout_s=0)
        writer._turn._lock.release()  # as if its process had died
        fields = {name: field for name, field in disk_index.schema.items() if name != "year"}
        disk_index.change_schema(Schema.from_fields({**fields, "more": Text()}))
    assert list(disk_index) == [{"id": "waits", "title": "seas"}]


def test_a_batch_for_the_old_schema_is_refused(disk_index: Index) -> None:
    fields = dict(disk_index.schema.items())

    def documents():
        yield {"id": "a"}
        disk_index.change_schema(Schema.from_fields({**fields, "more": Text()}))
        yield {"id": "b"}

    with searchlib.open(str(disk_index.path)) as other:
        given = documents()
        with pytest.raises(SchemaError, match="give the documents again"):
            queue_documents(other._store, other.schema, given)
    assert len(disk_index) == 0


# Analyzers that another release has changed


def test_an_analyzer_that_answers_otherwise_is_noticed_and_named(
    disk_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk_index.upsert({"id": "a", "title": "Turbines", "body": "the winds of the seas"})
    before = list(disk_index)
    # Another stemmer under the old name: what an upgrade may bring.
    real = fingerprint.compiled
    other = Analyzer(Tokenizer("words"), (Filter("lowercase"),))
    monkeypatch.setattr(fingerprint, "compiled", lambda analyzer: real(other))
    with searchlib.open(str(disk_index.path)) as upgraded:
        assert list(upgraded) == before  # reading needs no analyzer
        for ask in (upgraded.search, upgraded.count):
            with pytest.raises(ComponentError, match="'seas' became \\['sea'\\]") as caught:
                ask("winds")
            assert caught.value.fields == ("body",)
        with pytest.raises(ComponentError, match="reanalyze"):
            upgraded.upsert({"id": "b", "body": "seas"})
        assert upgraded.delete("nobody").applied == 0
        upgraded.change_schema(upgraded.schema, reanalyze=True)
        assert upgraded.count("wind") == 1
    assert dict(disk_index.snapshot()._generation.manifest.analyses)["body"] != before


def test_the_samples_of_an_analyzer_are_words_and_never_whole_texts(disk_index: Index) -> None:
    disk_index.upsert({"id": str(n), "body": f"Some winds of number {n}"} for n in range(40))
    [(field, samples)] = disk_index.snapshot()._generation.manifest.analyses
    assert field == "body"
    assert 0 < len(samples) <= 20
    assert ("winds", ("wind",)) in samples
    assert all(" " not in form for form, _ in samples)
