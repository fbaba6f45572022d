"""The rankings by the book: a word's score from tf, length and its counts.

They are what the oracle scores with, and as functions they can be given to a search themselves.
"""

import math
from collections.abc import Callable

from searchlib import WordCounts

Formula = Callable[[float, float, WordCounts], float]


def bm25(k1: float = 1.2, b: float = 0.75) -> Formula:
    def formula(tf: float, length: float, word: WordCounts) -> float:
        n, total = word.doc_freq, word.doc_count
        return math.log(1 + (total - n + 0.5) / (n + 0.5)) * saturation(tf, length, word, k1, b)

    return formula


def bm25_plus(k1: float = 1.2, b: float = 0.75, delta: float = 1.0) -> Formula:
    def formula(tf: float, length: float, word: WordCounts) -> float:
        idf = math.log((word.doc_count + 1) / word.doc_freq) if word.doc_freq else 0.0
        return idf * ((k1 + 1) * saturation(tf, length, word, k1, b) + delta)

    return formula


def tf_idf(tf: float, length: float, word: WordCounts) -> float:
    idf = 1 + math.log((word.doc_count + 1) / (word.doc_freq + 1))
    return idf * math.sqrt(tf / length if tf < length else 1)


def dirichlet(mu: float = 2000.0) -> Formula:
    def formula(tf: float, length: float, word: WordCounts) -> float:
        p = (word.collection_freq + 1) / (word.token_count + 1)
        return max(0.0, math.log(1 + tf / (mu * p)) + math.log(mu / (length + mu)))

    return formula


def saturation(tf: float, length: float, word: WordCounts, k1: float, b: float) -> float:
    relative = length / word.average_length if word.average_length else 1.0
    return tf / (tf + k1 * (1 - b + b * relative))
