"""What is the right answer? Brute force over all tokens, exact lengths, no index.

BM25 with k1 = 1.2 and b = 0.75 over one field, or over title and body as one field in which a
title's word counts twice (BM25F, searchlib/docs/ranking.md).
"""

import functools
from collections.abc import Collection, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from .question import TITLE_WEIGHT, Question, Scope
from .tokens import FieldTokens, Ints, Longs, Tokens

K1, B = 1.2, 0.75
Floats = npt.NDArray[np.float64]
WEIGHTS: dict[Scope, dict[str, float]] = {
    "body": {"body": 1.0},
    "both": {"title": TITLE_WEIGHT, "body": 1.0},
}


@attrs.frozen(eq=False)
class Oracle:
    tokens: Tokens

    def count(self, question: Question, scope: Scope, deleted: Collection[str] = ()) -> int:
        """How many documents match, those with a deleted key aside."""
        found = self.matches(question, scope)
        found[[self.tokens.places[key] for key in deleted]] = False
        return int(np.count_nonzero(found))

    def matches(self, question: Question, scope: Scope) -> npt.NDArray[np.bool_]:
        """For every document, whether it answers the question."""
        fields = [self.tokens.fields[name] for name in WEIGHTS[scope]]
        if question.kind == "phrase":
            found = _any(_docs(_phrase_places(self.tokens, f, question.words), f) for f in fields)
        elif question.kind == "prefix":
            (prefix,) = question.words
            words = [n for word, n in self.tokens.numbers.items() if word.startswith(prefix)]
            found = _any(_with_any(f, words) for f in fields)
        else:
            each = [
                _any(self._tf(word, name) > 0 for name in WEIGHTS[scope]) for word in question.words
            ]
            found = np.logical_and.reduce(each) if question.kind == "and" else _any(each)
        if question.year is not None:
            first, last = question.days()
            found = found & (self.tokens.days >= first) & (self.tokens.days <= last)
        if question.source is not None:
            found = found & (self.tokens.sources == question.source)
        return found

    def scores(self, question: Question, scope: Scope) -> Floats:
        """The score of every document; 0 where it does not match. For words and phrases."""
        if question.kind == "phrase":
            parts = [
                (self._phrase_tf(question.words, scope), self._phrase_idf(question.words, scope))
            ]
        else:
            parts = [
                (self._weighed(word, scope), self._idf(word, scope)) for word in question.words
            ]
        length, average = self._lengths(scope)
        norm = K1 * (1 - B + B * length / average)
        total = np.zeros(len(length))
        for tf, idf in parts:
            total += idf * tf / (tf + norm)
        return np.where(self.matches(question, scope), total, 0.0)

    def _tf(self, word: str, field: str) -> Longs:
        return self.tokens.fields[field].tf(self.tokens.number(word))

    def _weighed(self, word: str, scope: Scope) -> Floats:
        return _sum(weight * self._tf(word, field) for field, weight in WEIGHTS[scope].items())

    def _phrase_tf(self, words: Sequence[str], scope: Scope) -> Floats:
        parts = []
        for name, weight in WEIGHTS[scope].items():
            field = self.tokens.fields[name]
            docs = field.docs[_phrase_places(self.tokens, field, words)]
            parts.append(weight * np.bincount(docs, minlength=field.doc_count))
        return _sum(parts)

    def _idf(self, word: str, scope: Scope) -> float:
        total = len(self.tokens.keys)
        n = max(int(np.count_nonzero(self._tf(word, field))) for field in WEIGHTS[scope])
        return float(np.log1p((total - n + 0.5) / (n + 0.5)))

    def _phrase_idf(self, words: Sequence[str], scope: Scope) -> float:
        return sum(self._idf(word, scope) for word in words)

    @functools.lru_cache(maxsize=2)  # noqa: B019 - lives as long as the run
    def _lengths(self, scope: Scope) -> tuple[Floats, float]:
        length = _sum(
            weight * self.tokens.fields[field].lengths for field, weight in WEIGHTS[scope].items()
        )
        return length, float(length.mean())


def _phrase_places(tokens: Tokens, field: FieldTokens, words: Sequence[str]) -> Ints:
    """Where the phrase begins in the field, rising."""
    numbers = [tokens.number(word) for word in words]
    places = field.places_of(numbers[0])
    places = places[places + len(words) <= len(field.words)]
    for offset, number in enumerate(numbers[1:], 1):
        places = places[field.words[places + offset] == number]
    found: Ints = places[field.docs[places + len(words) - 1] == field.docs[places]]
    return found


def _with_any(field: FieldTokens, words: Sequence[int]) -> npt.NDArray[np.bool_]:
    found = np.zeros(field.doc_count, bool)
    for word in words:
        found[field.docs[field.places_of(word)]] = True
    return found


def _docs(places: Ints, field: FieldTokens) -> npt.NDArray[np.bool_]:
    found = np.zeros(field.doc_count, bool)
    found[field.docs[places]] = True
    return found


def _any(parts: object) -> npt.NDArray[np.bool_]:
    return np.logical_or.reduce(list(parts))  # type: ignore[call-overload,no-any-return]


def _sum(parts: object) -> Floats:
    return np.sum(np.array(list(parts), np.float64), axis=0)  # type: ignore[call-overload,no-any-return]
