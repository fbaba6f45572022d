"""Made-up texts of several scripts, as many as are wanted: from 4 MiB on their pieces have numbers.

They are even: a piece whose number has one byte is as frequent as 256 of those whose number has
two, so that Zstandard finds nothing to compress, and the plain reader can read them. Only where all
words come for the first time their numbers rise, which Zstandard sees.
"""

import random
from collections.abc import Iterator

from .pieces import MOST_PIECES, ONE_BYTE

COMMON = 80  # words of one byte, beside the marks and what else is frequent
TEXT_BYTES = 2_000  # of a document, about
MARKS = (", ", ". ", "; ", " – ", " “", "” ")
ALPHABETS = (
    "abcdefghiklmnoprstuvwxyz",
    "abcdefghiklmnoprstuvwxyz",
    "àçéèêëîïôùûüabcdelmnorst",
    "абвгдежзиклмнопрстухчшья",
    "あいうえおかきくけこさしすせそ日本東京都海風",
)


def prose(seed: int, byte_count: int, rare: int = MOST_PIECES - ONE_BYTE - 200) -> list[str]:
    """Texts of about `TEXT_BYTES` each, which have `byte_count` bytes or a little more.

    seed: other seeds have other words.  rare: how many words there are beside the common ones.
    """
    source = random.Random(seed)
    common = words(source, COMMON)
    tokens = each_token(source, common, words(source, rare))
    texts = []
    while byte_count > 0:
        text = made_up(source, tokens)
        byte_count -= len(text.encode())
        texts.append(text)
    return texts


def made_up(source: random.Random, tokens: Iterator[str]) -> str:
    parts = [next(tokens)]
    left = TEXT_BYTES
    while left > 0:
        between = source.choice(MARKS) if source.random() < len(MARKS) / 255 else " "
        parts += [between, next(tokens)]
        left -= len(between + parts[-1])
    if source.random() < 0.1:
        parts += [" ", source.randbytes(8).hex(), "\n"]  # no piece of these has a number
    return "".join(parts)


def each_token(source: random.Random, common: list[str], rare: list[str]) -> Iterator[str]:
    """Rare words in turn, in another order each time, and common ones between them."""
    while True:
        for word in source.sample(rare, len(rare)):
            while source.random() < COMMON / (COMMON + 160):
                yield source.choice(common)
            yield word


def words(source: random.Random, count: int) -> list[str]:
    """Different words of one script each, at most 15 bytes long."""
    found: dict[str, None] = {}
    while len(found) < count:
        letters = source.choice(ALPHABETS)
        most = 11 // len(letters[0].encode())
        found["".join(source.choices(letters, k=source.randint(min(3, most), most)))] = None
    return list(found)
