"""Which words stand where in the plain wording of a corpus? NumPy arrays for each field.

This is what the oracle counts in, and where the questions are drawn from. It knows nothing of any
engine: a word is what stands between spaces.
"""

import json
from pathlib import Path

import attrs
import numpy as np
import numpy.typing as npt

from .corpus import Corpus

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
FIELDS = ("title", "body")


@attrs.frozen(eq=False)
class FieldTokens:
    """The tokens of one field in every document, by place and by word."""

    words: Ints  # the word number of each token, documents one after another
    docs: Ints  # the document of each token
    places: Ints  # places of tokens by word, rising within a word
    word_starts: Longs  # word number -> where its places begin in `places`; one more at the end
    listed: Ints  # the documents that have a word, by word, rising
    frequencies: Ints  # how often they have it
    list_starts: Longs  # word number -> where its documents begin in `listed`; one more at the end
    lengths: Longs  # tokens in each document

    def places_of(self, word: int) -> Ints:
        """The places of a word, rising; none for a number below 0."""
        if word < 0:
            return np.empty(0, np.int32)
        return self.places[self.word_starts[word] : self.word_starts[word + 1]]

    @property
    def doc_count(self) -> int:
        return len(self.lengths)

    def tf(self, word: int) -> Longs:
        """How often each document has a word; nowhere for a number below 0."""
        found = np.zeros(self.doc_count, np.int64)
        if word >= 0:
            chosen = slice(self.list_starts[word], self.list_starts[word + 1])
            found[self.listed[chosen]] = self.frequencies[chosen]
        return found

    def doc_frequencies(self) -> Longs:
        """In how many documents each word stands."""
        return np.diff(self.list_starts)


@attrs.frozen(eq=False)
class Tokens:
    """All tokens of a corpus in plain wording."""

    keys: list[str]
    days: Longs
    sources: npt.NDArray[np.str_]
    vocabulary: list[str]
    numbers: dict[str, int]  # word -> its place in the vocabulary
    places: dict[str, int]  # key -> its place in the corpus
    fields: dict[str, FieldTokens]  # title and body

    def number(self, word: str) -> int:
        """The number of a word, -1 where no document has it."""
        return self.numbers.get(word, -1)


def read_tokens(corpus: Corpus, doc_count: int) -> Tokens:
    """The tokens of the first documents; the arrays are kept beside the corpus."""
    folder = corpus.folder / f"tokens-{doc_count}"
    origin = corpus.path("plain").stat().st_mtime_ns
    facts = folder / "facts.json"
    if not facts.exists() or json.loads(facts.read_text())["origin"] != origin:
        folder.mkdir(exist_ok=True)
        facts.write_text(json.dumps({"origin": origin, **_count(corpus, doc_count, folder)}))
    known = json.loads(facts.read_text())
    fields = {field: _loaded(folder, field) for field in FIELDS}
    vocabulary: list[str] = known["vocabulary"]
    return Tokens(
        known["keys"],
        np.array(known["days"], np.int64),
        np.array(known["sources"], np.str_),
        vocabulary,
        {word: number for number, word in enumerate(vocabulary)},
        {key: place for place, key in enumerate(known["keys"])},
        fields,
    )


def _loaded(folder: Path, field: str) -> FieldTokens:
    names = [attribute.name for attribute in attrs.fields(FieldTokens)]
    return FieldTokens(*(np.load(folder / f"{field}-{n}.npy", mmap_mode="r") for n in names))


def _count(corpus: Corpus, doc_count: int, folder: Path) -> dict[str, list[str] | list[int]]:
    numbers: dict[str, int] = {}
    parts: dict[str, list[Ints]] = {field: [] for field in FIELDS}
    keys, days, sources = [], [], []
    for document in corpus.documents("plain", doc_count):
        keys.append(document["key"])
        days.append(document["day"])
        sources.append(document["source"])
        for field, text in zip(FIELDS, (document["title"], document["body"]), strict=True):
            words = (numbers.setdefault(word, len(numbers)) for word in text.split())
            parts[field].append(np.fromiter(words, np.int32))
    for field in FIELDS:
        for name, array in attrs.asdict(_sorted(parts[field], len(numbers))).items():
            np.save(folder / f"{field}-{name}.npy", array)
    return {"keys": keys, "days": days, "sources": sources, "vocabulary": list(numbers)}


def _sorted(parts: list[Ints], word_count: int) -> FieldTokens:
    """The tokens of a field, given those of each document."""
    words = np.concatenate([np.empty(0, np.int32), *parts])
    lengths = np.array([len(part) for part in parts], np.int64)
    docs = np.repeat(np.arange(len(parts), dtype=np.int32), lengths)
    places = np.argsort(words, kind="stable").astype(np.int32)
    by_word, docs_by_word = words[places], docs[places]
    is_first = np.ones(len(words), bool)
    is_first[1:] = (by_word[1:] != by_word[:-1]) | (docs_by_word[1:] != docs_by_word[:-1])
    firsts = np.flatnonzero(is_first)
    return FieldTokens(
        words,
        docs,
        places,
        _starts(by_word, word_count),
        docs_by_word[firsts],
        np.diff(firsts, append=len(words)).astype(np.int32),
        _starts(by_word[firsts], word_count),
        lengths,
    )


def _starts(words: Ints, word_count: int) -> Longs:
    starts = np.zeros(word_count + 1, np.int64)
    np.cumsum(np.bincount(words, minlength=word_count), out=starts[1:])
    return starts
