"""Which questions are asked? Classes of them, each drawn from the corpus and typed queries.

Drawing is by a fixed seed, so a corpus and a folder of queries always give the same questions.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import attrs
import numpy as np

from .corpus import NO_DAY, plain
from .oracle import Oracle
from .question import Question
from .tokens import Longs, Tokens

SEED = 2
MISSING = 20  # questions that find nothing
QUERY_FILES = ("web.txt", "log.txt", "questions.txt")
STOP_PHRASES = (
    "to be or not to be", "the who", "as of the", "in the end", "one of the", "to the",
    "it is what it is", "all of the above", "at the same time", "is not the", "of the people",
    "there is no", "for the first time", "the end of the", "on the other hand", "what it is",
    "in and out of", "as well as", "the united states", "out of the",
)  # fmt: skip


@attrs.frozen
class QuestionClass:
    """Questions of one kind; `deleted` ones are asked where a tenth of the documents is gone."""

    name: str
    title: str
    questions: tuple[Question, ...]
    deleted: bool = False


@attrs.frozen(eq=False)
class Pool:
    """What questions are drawn from."""

    tokens: Tokens
    oracle: Oracle
    typed: tuple[tuple[str, ...], ...]  # queries as words that the bodies have, shuffled
    doc_frequencies: Longs  # of each word in the bodies
    count: int  # questions a class

    def words(self, low: float, high: float) -> list[str]:
        """Words whose part of all documents is in [low, high), shuffled."""
        total = len(self.tokens.keys)
        vocabulary = self.tokens.vocabulary
        chosen = np.flatnonzero(
            (self.doc_frequencies >= low * total) & (self.doc_frequencies < high * total)
        )
        words = [vocabulary[number] for number in chosen.tolist()]
        random.Random(SEED).shuffle(words)
        return words


def pool(tokens: Tokens, queries: Path | None, count: int) -> Pool:
    """`queries`: a folder with web.txt, log.txt and questions.txt, a query a line.

    Without it, runs of words from the documents stand in for what people type.
    """
    random_ = random.Random(SEED)
    if queries is None:
        typed = [tuple(words) for words in _runs(tokens, random_, range(2, 7), 20 * count)]
    else:
        lines = [
            plain(line)
            for name in QUERY_FILES
            for line in (queries / name).read_text(encoding="utf-8").splitlines()
        ]
        typed = [tuple(dict.fromkeys(line.split())) for line in dict.fromkeys(lines)]
    frequencies = tokens.fields["body"].doc_frequencies()
    known = [
        words
        for words in typed
        if 2 <= len(words) <= 8
        and all(word in tokens.numbers and frequencies[tokens.numbers[word]] for word in words)
    ]
    random_.shuffle(known)
    return Pool(tokens, Oracle(tokens), tuple(known), frequencies, count)


def classes(pool: Pool, names: Iterable[str] | None = None) -> list[QuestionClass]:
    """The classes with these names, or all, in the order of the table."""
    wanted = list(CLASSES if names is None else names)
    unknown = [name for name in wanted if name not in CLASSES]
    if unknown:
        raise ValueError(f"unknown class {unknown[0]!r}; known: {', '.join(CLASSES)}")
    made = []
    for name, (title, draw) in CLASSES.items():
        if name in wanted:
            questions = tuple(draw(pool))[: pool.count]
            made.append(QuestionClass(name, title, questions, name.startswith("deleted-")))
    return made


def _typed(pool: Pool) -> Iterator[Question]:
    return (Question("or", words) for words in pool.typed)


def _with_hits(questions: Iterable[Question], pool: Pool) -> Iterator[Question]:
    return (question for question in questions if pool.oracle.count(question, "body"))


def _and(pool: Pool) -> Iterator[Question]:
    short = (words for words in pool.typed if len(words) <= 4)
    return _with_hits((Question("and", words) for words in short), pool)


def _missing(pool: Pool) -> Iterator[Question]:
    """Words that no document has: what a call costs that finds nothing."""
    random_ = random.Random(SEED)
    for _ in range(min(pool.count, MISSING)):
        word = "zq" + "".join(random_.choices("bcdfghjk", k=6))
        if word not in pool.tokens.numbers:
            yield Question("or", (word,))


def _word(low: float, high: float) -> Callable[[Pool], Iterator[Question]]:
    return lambda pool: (Question("or", (word,)) for word in pool.words(low, high))


def _frequent_or(pool: Pool) -> Iterator[Question]:
    words, random_ = pool.words(0.1, 1.0), random.Random(SEED)
    return (
        Question("or", tuple(random_.sample(words, min(4, len(words))))) for _ in range(pool.count)
    )


def _phrases(pool: Pool) -> Iterator[Question]:
    runs = _runs(pool.tokens, random.Random(SEED), range(2, 5), 20 * pool.count)
    return (Question("phrase", words) for words in dict.fromkeys(runs))


def _frequent_phrases(pool: Pool) -> Iterator[Question]:
    """Phrases in at least one document of 200, none of their words in a stop phrase."""
    least = max(2, len(pool.tokens.keys) // 200)
    stop = {word for phrase in STOP_PHRASES for word in phrase.split()}
    runs = _runs(pool.tokens, random.Random(SEED + 1), range(2, 4), 100 * pool.count)
    for words in dict.fromkeys(runs):
        question = Question("phrase", words)
        if not stop.intersection(words) and pool.oracle.count(question, "body") >= least:
            yield question


def _stop_phrases(pool: Pool) -> Iterator[Question]:
    return _with_hits((Question("phrase", tuple(p.split())) for p in STOP_PHRASES), pool)


def _prefixes(pool: Pool) -> Iterator[Question]:
    random_ = random.Random(SEED)
    words = [word for word in pool.words(0.0005, 0.2) if len(word) >= 5]
    prefixes = dict.fromkeys(word[: random_.randint(3, 5)] for word in words)
    return (Question("prefix", (prefix,)) for prefix in prefixes)


def _fuzzy(pool: Pool) -> Iterator[Question]:
    """Words of 6 letters or more with two neighbours swapped or one letter gone."""
    random_ = random.Random(SEED)
    for word in pool.words(0.0005, 0.1):
        if len(word) >= 6:
            place = random_.randint(1, len(word) - 3)
            middle = word[place + 1] + word[place] if random_.random() < 0.5 else word[place]
            yield Question("fuzzy", (word[:place] + middle + word[place + 2 :],))


def _ranges(pool: Pool) -> Iterator[Question]:
    days = pool.tokens.days
    years = sorted(set((days[days != NO_DAY] // 10_000).tolist())) or [2000]
    random_ = random.Random(SEED)
    return (attrs.evolve(question, year=random_.choice(years)) for question in _typed(pool))


def _filtered(pool: Pool) -> Iterator[Question]:
    names = {
        source for source in pool.tokens.sources.tolist() if re.fullmatch(r"[\w .()-]+", source)
    }
    sources = sorted(names)
    if not sources:
        return
    random_ = random.Random(SEED)
    yield from (attrs.evolve(question, source=random_.choice(sources)) for question in _typed(pool))


def _evolved(
    draw: Callable[[Pool], Iterator[Question]], **changes: object
) -> Callable[[Pool], Iterator[Question]]:
    return lambda pool: (attrs.evolve(question, **changes) for question in draw(pool))  # type: ignore[arg-type]


CLASSES: dict[str, tuple[str, Callable[[Pool], Iterator[Question]]]] = {
    "word-missing": ("one word, nowhere", _missing),
    "word-rare": ("one word, in under 0.1 %", _word(0.0001, 0.001)),
    "word-medium": ("one word, in 0.1 to 10 %", _word(0.001, 0.1)),
    "word-frequent": ("one word, in over 10 %", _word(0.1, 1.1)),
    "or": ("2 to 8 words OR", _typed),
    "or-frequent": ("4 frequent words OR", _frequent_or),
    "and": ("2 to 4 words AND", _and),
    "phrase": ("phrase from the text", _phrases),
    "phrase-frequent": ("frequent phrase", _frequent_phrases),
    "phrase-stop": ("phrase with stop words", _stop_phrases),
    "prefix": ("start of a word", _prefixes),
    "fuzzy": ("misspelt word", _fuzzy),
    "range": ("OR within a year", _ranges),
    "filter": ("OR within a source", _filtered),
    "sort": ("OR, newest first", _evolved(_typed, by_date=True)),
    "top-100": ("OR, top 100", _evolved(_typed, limit=100)),
    "top-1000": ("OR, top 1,000", _evolved(_typed, limit=1000)),
    "and-100": ("AND, top 100", _evolved(_and, limit=100)),
    "count-or": ("count OR", _evolved(_typed, limit=0)),
    "count-and": ("count AND", _evolved(_and, limit=0)),
    "count-filter": ("count OR within a source", _evolved(_filtered, limit=0)),
    "deleted-word": ("one word, 10 % deleted", _word(0.001, 1.1)),
    "deleted-or": ("OR, 10 % deleted", _typed),
    "deleted-and": ("AND, 10 % deleted", _and),
    "deleted-phrase": ("phrase, 10 % deleted", _phrases),
    "deleted-count": ("count OR, 10 % deleted", _evolved(_typed, limit=0)),
}


def _runs(
    tokens: Tokens, random_: random.Random, lengths: range, count: int
) -> Iterator[tuple[str, ...]]:
    """Words that follow each other in a body, at random places."""
    field, vocabulary = tokens.fields["body"], tokens.vocabulary
    if len(field.words) < max(lengths):
        return
    for _ in range(count):
        length = random_.choice(lengths)
        place = random_.randrange(len(field.words) - length + 1)
        if field.docs[place] == field.docs[place + length - 1]:
            yield tuple(vocabulary[number] for number in field.words[place : place + length])
