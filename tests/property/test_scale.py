"""Does the index answer like the oracle where postings fill many blocks and windows?

Thousands of short documents whose words are as unevenly spread as in prose: a list then crosses
blocks of 128 postings and windows of 4,096 documents. The same seed gives the same documents.
"""

import random
from typing import Any

import pytest

import searchlib
from searchlib import Date, Index, Keyword, Number, Schema, Text
from searchlib.query.tree import (
    All,
    And,
    Bool,
    Boost,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
)

from ..agreement import assert_agreement
from ..oracle import Oracle

SCHEMA = Schema(
    id=Keyword(key=True),
    title=Text(boost=2.5),
    body=Text(),
    tags=Keyword(),
    size=Number(),
    day=Date(),
)
WORDS = [f"{letter}{number}" for number in range(60) for letter in "abcdefghij"]
WEIGHTS = [1 / (rank + 1) for rank in range(len(WORDS))]
LIMITS = (1, 10, 100, 1_000)


def random_documents(source: random.Random, count: int, *, max_words: int) -> list[dict[str, Any]]:
    def text(size: int) -> str:
        return " ".join(source.choices(WORDS, WEIGHTS, k=size))

    return [
        {
            "id": f"{count}-{number}",
            "title": text(source.choice([0, 1, 2, 5])),
            "body": text(source.randint(0, max_words)),
            "tags": source.choices(["red", "green", "blue"], k=source.randint(0, 2)),
            "size": source.randint(0, 3),
            "day": f"20{source.randint(10, 13)}-01-01",
        }
        for number in range(count)
    ]


def random_query(source: random.Random, documents: list[dict[str, Any]], kind: str) -> Query:
    def word() -> Term:
        return Term(source.choices(WORDS, WEIGHTS)[0], source.choice([None, None, "title", "body"]))

    def words(count: int) -> list[Query]:
        return [word() for _ in range(count)]

    match kind:
        case "word":
            return word()
        case "rare word":
            return Term(source.choice(WORDS[300:]))
        case "or":
            return Or(*words(source.randint(2, 8)))
        case "or of frequent words":
            return Or(*(Term(name) for name in source.sample(WORDS[:8], 4)))
        case "or of one frequent and one rare":
            return Or(Term(WORDS[0]), Term(source.choice(WORDS[400:])))
        case "and":
            return And(*words(source.randint(2, 3)))
        case "not":
            return And(word(), Not(word()))
        case "phrase":
            body = source.choice(documents)["body"].split() or WORDS[:2]
            start = source.randrange(len(body))
            return Phrase(" ".join(body[start : start + source.randint(2, 3)]))
        case "phrase of frequent words":
            phrase = " ".join(source.choices(WORDS[:6], k=source.randint(2, 4)))
            return Phrase(phrase, source.choice([None, None, "title", "body"]))
        case "longer phrase of frequent words":
            phrase = " ".join(source.choices(WORDS[:4], k=source.randint(3, 6)))
            return Phrase(phrase, source.choice([None, "body"]), slop=source.choice([0, 0, 0, 1]))
        case "phrase and words":
            phrases = [Phrase(" ".join(source.choices(WORDS[:3], k=2))) for _ in range(2)]
            return Bool(must=phrases[:1], should=[*words(1), *phrases[1:]])
        case "phrase or words":
            phrase = " ".join(source.choices(WORDS[:8], k=2))
            return Or(Phrase(phrase), *words(2), And(word(), Not(Phrase(phrase))))
        case "prefix":
            return Prefix(source.choice(["a", "b1", "c5", "j59"]))
        case "boost":
            return Or(Boost(word(), 3.0), And(word(), word()), Boost(Prefix("j5"), 0.1))
        case "value":
            return Or(word(), Term("red", "tags"), Term("2", "size"), Term("2011", "day"))
        case "all":
            return Or(All(), word())
        case "required and welcome":
            return Bool(must=words(1), should=words(3), must_not=words(1))
        case "or within a year":
            return And(Or(*words(source.randint(2, 6))), Term("2011", "day"))
        case "or of few":
            return And(Or(*words(4)), Term("3", "size"), Not(Term("2012", "day")))
        case "or beside a rare word":
            return And(Or(*words(4)), Term(source.choice(WORDS[300:])), Term("2013", "day"))
        case "not a phrase or a word":
            alternatives = Or(Phrase(" ".join(source.choices(WORDS[:6], k=2))), *words(1))
            return And(Or(*words(2)), Not(alternatives))
        case "a word and a phrase or a word":
            alternatives = Or(Phrase(" ".join(source.choices(WORDS[:6], k=2))), *words(1))
            return And(word(), alternatives, Not(Or(word(), Prefix("j5"))))
        case "nested":
            return And(Or(*words(3)), Or(word(), Not(word())), Term("2010", "day"))
    raise ValueError(kind)


KINDS = [
    *("word", "rare word", "or", "or of frequent words", "or of one frequent and one rare"),
    *("phrase of frequent words", "longer phrase of frequent words"),
    *("phrase and words", "phrase or words"),
    *("or within a year", "or of few", "or beside a rare word"),
    *("not a phrase or a word", "a word and a phrase or a word"),
    *("and", "not", "phrase", "prefix", "boost", "value", "all", "required and welcome", "nested"),
]


class Collection:
    """Documents, in an index of some segments and in the oracle."""

    def __init__(self, sizes: list[tuple[int, int]], *, deleted: float = 0.0) -> None:
        source = random.Random(repr(sizes))
        self.documents: list[dict[str, Any]] = []
        self.index: Index = searchlib.in_memory(SCHEMA)
        self.oracle = Oracle(SCHEMA)
        for count, max_words in sizes:
            batch = random_documents(source, count, max_words=max_words)
            self.index.upsert(batch)
            self.documents += batch
        for document in self.documents:
            self.oracle.add(document)
        gone = [d["id"] for d in self.documents if source.random() < deleted]
        if gone:
            self.index.delete(gone)
        for key in gone:
            self.oracle.delete(key)
        self.oracle.commit()


@pytest.fixture(
    scope="module",
    params=[
        [(10_000, 12)],
        # Short ones first, then long ones: three segments whose averages differ tenfold.
        [(5_000, 6), (500, 60), (60, 400)],
        [(129, 20)],
    ],
    ids=["10,000 short", "short, longer, long", "one block and one more"],
)
def collection(request: pytest.FixtureRequest) -> Collection:
    return Collection(request.param)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_query_answers_like_the_oracle(collection: Collection, kind: str) -> None:
    source = random.Random(kind)
    for _ in range(4):
        query = random_query(source, collection.documents, kind)
        assert_agreement(collection.index, collection.oracle, query, limits=LIMITS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_filter_answers_like_the_oracle(collection: Collection, kind: str) -> None:
    query = random_query(random.Random(kind), collection.documents, kind)
    for only in (Term("blue", "tags"), Not(Prefix("a")), Term(WORDS[5])):
        limits = LIMITS[:2]
        assert_agreement(collection.index, collection.oracle, query, limits=limits, filter=only)


def test_deleted_documents_count_in_the_statistics_until_a_merge() -> None:
    """A tenth is deleted: less than what makes the writer merge on its own."""
    with_deletes = Collection([(6_000, 10)], deleted=0.1)
    source = random.Random("deleted")
    queries = [random_query(source, with_deletes.documents, kind) for kind in KINDS]
    for query in queries:
        assert_agreement(with_deletes.index, with_deletes.oracle, query, limits=LIMITS)
    with_deletes.index.optimize()
    with_deletes.oracle.keep_only(sorted(with_deletes.oracle.live))
    for query in queries:
        assert_agreement(with_deletes.index, with_deletes.oracle, query, limits=LIMITS)


def test_positions_of_a_block_are_not_taken_for_those_of_the_block_before() -> None:
    """The gaps of 128 documents fill a multiple of 128 bytes, so that places in it look alike."""
    index = searchlib.in_memory(SCHEMA)
    bodies = ["a x x x " * 128] * 256
    bodies[49] += "b"
    bodies[128] = "x a b" + " x a x x" * 127
    index.upsert({"id": str(number), "body": body} for number, body in enumerate(bodies))
    assert [hit.key for hit in index.search(Phrase("a b"))] == ["128"]


@pytest.mark.parametrize("length", [127, 128, 129, 256])
def test_a_list_of_full_blocks_alone_is_read_forwards_and_backwards(length: int) -> None:
    """The best candidates are scored first, so lists are asked for early documents after late."""
    for seed in range(10):
        source = random.Random(seed)
        bodies = [
            "x " * source.randint(0, 30)
            + "a " * (source.randint(1, 5) if number < length else 0)
            + "b " * (source.randint(1, 4) if source.random() < 0.3 else 0)
            for number in range(length + 70)
        ]
        index = searchlib.in_memory(Schema(id=Keyword(key=True), body=Text()))
        index.upsert({"id": str(number), "body": body} for number, body in enumerate(bodies))
        query = Or(Term("a"), Term("b"))
        ranking = [(hit.key, hit.score) for hit in index.search(query, limit=1_000)]
        for limit in (1, 2, 5, 20):
            page = [(hit.key, hit.score) for hit in index.search(query, limit=limit)]
            assert page == ranking[:limit]


@pytest.mark.parametrize("stretches", ["good", "bad", "good and empty"])
def test_many_hits_are_the_best_whatever_a_part_of_the_documents_says(stretches: str) -> None:
    """A threshold is guessed from the first 64 of each 1,024 documents: they mislead."""
    source = random.Random(stretches)

    def body(number: int) -> str:
        if (number % 1_024 < 64) == (stretches == "bad"):
            if stretches == "good and empty" and number % 3:
                return "c"
            return "c " * source.randint(1, 30) + "a"
        return "a " * source.randint(1, 9) + "b " * source.randint(0, 9)

    index = searchlib.in_memory(Schema(id=Keyword(key=True), body=Text()))
    index.upsert({"id": str(number), "body": body(number)} for number in range(6_000))
    query = Or(Term("a"), Term("b"))
    ranking = [(hit.key, hit.score) for hit in index.search(query, limit=6_000)]
    for limit in (17, 100, 400, 1_000, 2_000):
        page = [(hit.key, hit.score) for hit in index.search(query, limit=limit)]
        assert page == ranking[:limit]
