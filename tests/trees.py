"""Random query trees of every kind, for tests of the language: they need not match anything."""

from hypothesis import strategies as st

from searchlib.query.tree import (
    All,
    And,
    Bool,
    Boost,
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
    Not,
    Nothing,
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

FIELDS = ("id", "title", "body", "date", "size", "open")

words = st.one_of(
    st.sampled_from(
        [
            *("wind", "AND", "-", "+a", "a b", "title:x", "*", "\\", '"', "*:*", "\\AND", "1"),
            *("what?", "w?t", "a~1", "~", "/a/", "[a", "{a TO b]", ">5", "#near", "distance=3"),
            *("&&", "||a", "!", "!a", "TO", "last week", "x^=2", "a,b", "http://x.org/?q"),
        ]
    ),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
    st.text(st.sampled_from('ab"”()+-*?^:\\~ /[]{}<>=#&|!,TO1.'), min_size=1, max_size=8),
)
fields = st.sampled_from([None, None, *FIELDS])
names = st.sampled_from(FIELDS)
boosts = st.floats(1e-6, 1e6)
shares = st.floats(0, 1)
patterns = st.builds(
    lambda start, mark, end: start + mark + end,
    st.text(st.sampled_from("ab\\*?(~/ "), max_size=4),
    st.sampled_from(["?a", "*b", "??", "*?", "?"]),
    words,
).filter(lambda text: _is_pattern(text))
ends = st.one_of(st.none(), words, st.integers(), st.floats(allow_nan=False), st.dates())
weighted = st.dictionaries(names, boosts, min_size=1, max_size=3)
documents = st.dictionaries(names, st.lists(words, max_size=2), max_size=2)


def _is_pattern(text: str) -> bool:
    try:
        return bool(Wildcard(text))
    except ValueError:
        return False


def _range(field: str | None, low: object, high: object, *include: bool) -> Query:
    if low is None and high is None:
        return Exists(field or "title")
    return Range(field, low, high, *include)


places = st.one_of(
    st.builds(Term, words, fields),
    st.builds(Phrase, words, fields, st.sampled_from([0, 0, 1, 1_000_000])),
    st.builds(Prefix, words, fields),
    st.builds(Wildcard, patterns, fields),
    st.builds(Regex, words, fields),
    st.builds(Fuzzy, words, fields, st.sampled_from([0, 1, 2]), st.sampled_from([0, 0, 3])),
    st.builds(Terms, st.sets(words, min_size=1, max_size=3), fields),
)
placed = st.recursive(
    places,
    lambda parts: st.one_of(
        st.lists(parts, min_size=2, max_size=3).map(lambda queries: Or(*queries)),
        st.builds(
            lambda queries, distance, ordered: Near(*queries, distance=distance, ordered=ordered),
            st.lists(parts, min_size=2, max_size=3),
            st.sampled_from([0, 10, 1_000_000]),
            st.booleans(),
        ),
    ),
    max_leaves=4,
)
leaves = st.one_of(
    places,
    placed,
    st.builds(First, placed, st.sampled_from([1, 20])),
    st.builds(Combined, words, weighted, st.booleans()),
    st.builds(_range, fields, ends, ends, st.booleans(), st.booleans()),
    st.builds(Exists, names),
    st.builds(MoreLike, words, fields=st.one_of(st.none(), st.lists(names, min_size=1))),
    st.builds(MoreLike, key=words, max_terms=st.sampled_from([1, 25])),
    st.builds(MoreLike, document=documents, min_freq=st.sampled_from([1, 2])),
    st.sampled_from([All(), Nothing()]),
)


def wider(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    some = st.lists(parts, max_size=3)
    lengths = st.sampled_from(["7d", "10", "1.5", "2 weeks"])
    return st.one_of(
        some.map(lambda queries: And(*queries)),
        some.map(lambda queries: Or(*queries)),
        parts.map(Not),
        parts.map(Filter),
        st.builds(Boost, parts, boosts),
        st.builds(Constant, parts, boosts),
        st.builds(Bool, must=some, should=some, must_not=some),
        st.builds(
            lambda must, should, minimum: Bool(must, should, minimum=min(minimum, len(should))),
            some,
            some,
            st.sampled_from([1, 2, 3]),
        ),
        st.builds(
            lambda queries, tie: DisMax(*queries, tie=tie),
            st.lists(parts, min_size=1, max_size=3),
            shares,
        ),
        st.builds(Demote, parts, parts, shares),
        st.builds(
            Decay,
            parts,
            field=names,
            origin=st.one_of(words, st.integers()),
            scale=lengths,
            offset=st.one_of(st.none(), lengths),
            decay=st.floats(0, 1, exclude_min=True, exclude_max=True),
            shape=st.sampled_from(["exponential", "gaussian", "linear"]),
        ),
        st.builds(
            FieldScore,
            parts,
            field=names,
            function=st.sampled_from(["value", "log1p", "sqrt", "saturation"]),
            factor=boosts,
            missing=st.sampled_from([0, 1, 2.5]),
        ),
    )


trees = st.recursive(leaves, wider, max_leaves=12)
