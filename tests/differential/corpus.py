"""Random articles and queries in ASCII, where every engine agrees on what a word is."""

import random

import attrs

from searchlib.query.tree import And, Not, Or, Phrase, Prefix, Query, Term

FIELDS = ("title", "body")
SYLLABLES = ["ba", "co", "di", "fu", "la", "mer", "no", "sto", "tri", "ve"]


@attrs.frozen
class Corpus:
    """`documents` by key, and queries over them; the same seed gives the same corpus."""

    documents: dict[str, dict[str, str]]
    queries: list[Query]


def random_corpus(seed: int, *, doc_count: int = 400, query_count: int = 300) -> Corpus:
    source = random.Random(seed)
    words = sorted({word(source) for _ in range(60)})
    weights = [1 / (rank + 1) for rank in range(len(words))]

    def text(max_words: int) -> str:
        chosen = source.choices(words, weights, k=source.randint(0, max_words))
        # Capitals and punctuation that ends a word in UAX #29, unicode61 and \w+ alike.
        return "".join(
            (word.capitalize() if source.random() < 0.2 else word)
            + source.choice([" ", " ", " ", ", ", ". ", " - ", "\n", "; "])
            for word in chosen
        )

    documents = {
        f"{number:04}": {"title": text(6), "body": text(source.choice([0, 10, 40, 200]))}
        for number in range(doc_count)
    }
    bodies = [document["body"].lower() for document in documents.values() if document["body"]]
    queries = [query(source, words, bodies, depth=2) for _ in range(query_count)]
    return Corpus(documents, queries)


def word(source: random.Random) -> str:
    return "".join(source.choices(SYLLABLES, k=source.choice([1, 2, 2, 3])))


def query(source: random.Random, words: list[str], bodies: list[str], depth: int) -> Query:
    """A leaf, or AND, OR, AND NOT of smaller queries."""
    field = source.choice([None, None, *FIELDS])
    kind = source.choice(["word", "phrase", "prefix", "and", "or", "not"][: 6 if depth else 3])
    if kind == "word":
        return Term(source.choice(words), field)
    if kind == "phrase":
        return Phrase(phrase(source, words, bodies), field)
    if kind == "prefix":
        chosen = source.choice(words)
        return Prefix(chosen[: source.randint(1, len(chosen))], field)
    parts = [query(source, words, bodies, depth - 1) for _ in range(source.randint(2, 3))]
    if kind == "not":
        return And(parts[0], Not(parts[1]))
    return And(*parts) if kind == "and" else Or(*parts)


def phrase(source: random.Random, words: list[str], bodies: list[str]) -> str:
    """Two to four words, mostly as they stand side by side in some body."""
    size = source.randint(2, 4)
    if source.random() < 0.2:
        return " ".join(source.choices(words, k=size))
    standing = "".join(c if c.isalnum() else " " for c in source.choice(bodies)).split()
    start = source.randrange(len(standing))
    return " ".join(standing[start : start + size])
