"""Random queries of the rarer kinds, from the words of strategies.py."""

from collections.abc import Sequence

from hypothesis import strategies as st

from searchlib.query.tree import (
    Bool,
    Combined,
    Constant,
    Decay,
    Demote,
    DisMax,
    Exists,
    FieldScore,
    Filter,
    First,
    Fuzzy,
    MoreLike,
    Near,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Regex,
    Term,
    Terms,
    Wildcard,
)

WILDCARDS = [
    "w?nd",
    "*ing",
    "w*d*",
    "?",
    "*ar*",
    "t?rb*ne?",
    "Win?",
    "caf?",
    r"*\'s",
    "19?4",
    "f*m",
]
REGEXES = [
    "wind(s|ing)?",
    "[st].*",
    ".{3}",
    "turbine?s?",
    "(a|b)*",
    "caf.",
    "WIND",
    "farm.*",
    "^the$",
]
SPELLINGS = ["wind", "wnid", "Turbin", "turbiens", "sea", "cafe", "seal", "to", "windign", "1985"]
RANGES = [
    *(Range("size", "0", "2019"), Range("size", "-7", "1", False, False), Range("size", "1", None)),
    *(Range("size", None, "1.5", True, False), Range("size", "9007199254740993", None, False)),
    *(Range("day", "2019-03", "2019"), Range("day", "2019-03-03", None, False)),
    *(Range("day", None, "2019-03-31", True, False), Range("day", "2001", "2019-03-03")),
    *(Range("tags", "W", "w"), Range("tags", None, "wind"), Range("tags", "n-1", None, False)),
]


def rarer_leaves(
    words: Sequence[str], tags: Sequence[str], text_fields: tuple[str, ...]
) -> st.SearchStrategy[Query]:
    """Queries that hold no other."""
    field = st.sampled_from([None, None, *text_fields])
    pieces = st.one_of(
        st.builds(Wildcard, st.sampled_from(WILDCARDS), field),
        st.builds(Regex, st.sampled_from(REGEXES), field),
        st.builds(Fuzzy, st.sampled_from(SPELLINGS), field, st.integers(0, 2), st.integers(0, 3)),
    )
    texts = st.lists(st.sampled_from([*words, "wind farm"]), min_size=1, max_size=3)
    fields = st.lists(st.sampled_from([*text_fields, "tags"]), min_size=1, max_size=2, unique=True)
    return st.one_of(
        pieces,
        pieces,
        places(words),
        st.sampled_from(RANGES),
        st.builds(
            Range, field, st.sampled_from(["sea", "the", "W"]), st.sampled_from([None, "wind"])
        ),
        st.builds(Terms, texts, field),
        st.builds(Terms, st.lists(st.sampled_from(tags), min_size=1), st.just("tags")),
        st.sampled_from([Terms(["1", "2019"], "size"), Terms(["2019-03", "2001"], "day")]),
        st.builds(Exists, st.sampled_from([*text_fields, "tags", "size", "day", "open"])),
        st.builds(Combined, st.sampled_from(words), fields, st.booleans()),
        st.builds(
            MoreLike,
            st.lists(st.sampled_from(words), min_size=1, max_size=9).map(" ".join),
            max_terms=st.integers(1, 4),
            min_freq=st.integers(1, 2),
            min_docs=st.integers(1, 3),
        ),
        st.builds(MoreLike, key=st.sampled_from(["d0", "d3", "k1"]), min_docs=st.just(1)),
    )


def places(words: Sequence[str]) -> st.SearchStrategy[Query]:
    """Queries for words near each other, or near the start."""
    word = st.sampled_from(words)
    single = st.one_of(
        st.builds(Term, word),
        st.builds(Term, word),
        st.builds(Phrase, st.lists(word, min_size=1, max_size=2).map(" ".join)),
        st.builds(Prefix, st.sampled_from(["w", "wi", "turbi"])),
        st.builds(Wildcard, st.sampled_from(WILDCARDS)),
        st.builds(Fuzzy, st.sampled_from(SPELLINGS), st.none(), st.integers(0, 1)),
        st.builds(Terms, st.lists(word, min_size=1, max_size=3)),
    )

    def wider(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        return st.one_of(
            st.lists(parts, min_size=2, max_size=3).map(lambda queries: Or(*queries)),
            st.builds(
                lambda queries, distance, ordered: Near(
                    *queries, distance=distance, ordered=ordered
                ),
                st.lists(parts, min_size=2, max_size=4),
                st.sampled_from([0, 1, 3, 10]),
                st.booleans(),
            ),
        )

    near = wider(st.recursive(single, wider, max_leaves=3))
    return st.one_of(
        near.filter(lambda q: isinstance(q, Near)), st.builds(First, near, st.integers(1, 9))
    )


def rarer_parents(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    """Queries that match as others do and score otherwise."""
    some = st.lists(parts, min_size=1, max_size=3)
    shapes = st.sampled_from(["exponential", "gaussian", "linear"])
    return st.one_of(
        some.map(lambda queries: DisMax(*queries)),
        st.builds(
            lambda queries, tie: DisMax(*queries, tie=tie), some, st.sampled_from([0.3, 1.0])
        ),
        st.builds(Constant, parts, st.sampled_from([0.5, 2.0])),
        parts.map(Filter),
        st.builds(Demote, parts, parts, st.sampled_from([0.0, 0.2, 1.0])),
        st.builds(
            lambda must, should, minimum: Bool(
                must=must, should=should, minimum=min(minimum, len(should))
            ),
            st.lists(parts, max_size=1),
            st.lists(parts, min_size=1, max_size=4),
            st.integers(1, 3),
        ),
        st.builds(
            Decay,
            parts,
            field=st.just("size"),
            origin=st.sampled_from(["0", "2019"]),
            scale=st.sampled_from(["3", "1000"]),
            offset=st.sampled_from([None, "5"]),
            decay=st.sampled_from([0.5, 0.1]),
            shape=shapes,
        ),
        st.builds(
            Decay,
            parts,
            field=st.just("day"),
            origin=st.sampled_from(["2019-03-03", "2019"]),
            scale=st.sampled_from(["30d", "7d"]),
            offset=st.sampled_from([None, "2d"]),
            decay=st.sampled_from([0.5, 0.9]),
            shape=shapes,
        ),
        st.builds(
            FieldScore,
            parts,
            field=st.just("size"),
            function=st.sampled_from(["value", "log1p", "sqrt", "saturation"]),
            factor=st.sampled_from([1.0, 0.01]),
            missing=st.sampled_from([0.0, 1.0]),
        ),
    )
