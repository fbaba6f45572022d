"""The whoosh dialect reads a text as Whoosh's own parser does, but for the listed differences."""

import random
import warnings
from typing import Any

import pytest

import searchlib
from searchlib import (
    All,
    And,
    Bool,
    Boost,
    Exists,
    Filter,
    Keyword,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Schema,
    Term,
    Text,
    Wildcard,
)
from searchlib.query.parser import parse

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Whoosh is unmaintained: its own code warns
    pytest.importorskip("whoosh", reason="Whoosh, the peer of this test, is not installed")
    import whoosh.analysis as analysis
    import whoosh.fields as fields
    import whoosh.filedb.filestore as filestore
    import whoosh.qparser as qparser
    import whoosh.query as peer

pytestmark = pytest.mark.filterwarnings("ignore")

Shape = tuple[Any, ...]  # a tree as tuples, without what makes no difference
WORDS = analysis.RegexTokenizer(r"\w+") | analysis.LowercaseFilter()
SCHEMA = fields.Schema(
    title=fields.TEXT(analyzer=WORDS), body=fields.TEXT(analyzer=WORDS), source=fields.KEYWORD
)
PARSERS = {
    "and": qparser.QueryParser("body", SCHEMA),
    "or": qparser.QueryParser("body", SCHEMA, group=qparser.OrGroup),
}
PIECES = [
    *("a", "b", "c", "wind", "a*", "w?nd", "*ing", "*:*", "title:a", "source:b", "title:*"),
    *("title:(", "(", "(", ")", ")", '"a b"', '"a b"~3', "title:'a b'", "'a b'", "a^2", "a^0.5"),
    *("[a TO b]", "title:{a TO b]", "[a TO]", "title:[TO b]", "AND", "OR", "AND", "OR", "NOT"),
    *("ANDNOT", "ANDMAYBE", "REQUIRE", "and", "Or"),
]


def joined(kind: str, shapes: list[Shape]) -> Shape:
    """What several are joined to: one level, and one alone is itself."""
    flat: list[Shape] = []
    for shape in shapes:
        flat += shape[1] if shape[0] == kind else [shape]
    return flat[0] if len(flat) == 1 else (kind, flat)


def shape(query: Query, operator: str) -> Shape:
    match query:
        case Term(text=text, field=field):
            words = [each.text for each in WORDS(text)]  # Whoosh analyzes while it parses
            return joined(operator, [("term", field or "body", word) for word in words])
        case Phrase(text=text, field=field):
            return phrase(field or "body", [each.text for each in WORDS(text)], 1)
        case Near(queries=queries, distance=distance):
            words = [str(getattr(each, "text", "")) for each in queries]
            return phrase(str(getattr(queries[0], "field", None) or "body"), words, distance + 1)
        case Prefix(text=text, field=field):
            return ("prefix", field or "body", text)
        case Wildcard(text=text, field=field):
            return ("wildcard", field or "body", text)
        case Range(field=field, low=low, high=high):
            ends = (low, high, not query.include_low, not query.include_high)
            return ("range", field or "body", *ends)
        case Exists(field=field):
            return ("every", field)
        case All():
            return ("every", None)
        case Boost(query=inner, factor=factor):
            return ("boost", factor, shape(inner, operator))
        case Not(query=inner):
            return ("not", shape(inner, operator))
        case And(queries=queries):
            return joined("and", [shape(each, operator) for each in queries])
        case Or(queries=queries):
            return joined("or", [shape(each, operator) for each in queries])
        case Bool(must=must, should=should):  # ANDMAYBE
            return ("maybe", shape(must[0], operator), [shape(each, operator) for each in should])
        case Filter(query=inner):
            return ("filter", shape(inner, operator))
        case Nothing():
            return ("nothing",)
    raise TypeError(f"{query!r} is none that the dialect makes")


def phrase(field: str, words: list[str], slop: int) -> Shape:
    return ("phrase", field, words, slop) if len(words) > 1 else ("term", field, words[0])


def peer_shape(query: Any) -> Shape:
    boost = getattr(query, "boost", 1.0)
    if boost != 1 and not isinstance(query, peer.Every):
        bare = query.with_boost(1.0) if hasattr(query, "with_boost") else query
        return ("boost", boost, peer_shape(bare))
    match query:
        case peer.Phrase():
            return phrase(query.fieldname, list(query.words), query.slop)
        case peer.Prefix():
            return ("prefix", query.fieldname, query.text)
        case peer.Wildcard():
            if not query.text.strip("*"):
                return ("every", None if query.fieldname == "body" else query.fieldname)
            return ("wildcard", query.fieldname, query.text)
        case peer.TermRange():
            ends = (query.start, query.end, query.startexcl, query.endexcl)
            return ("range", query.fieldname, *ends)
        case peer.Every():
            return ("every", query.fieldname)
        case peer.Term():
            return ("term", query.fieldname, query.text)
        case peer.Not():
            return ("not", peer_shape(query.query))
        case peer.AndNot():
            return joined("and", [peer_shape(query.a), ("not", peer_shape(query.b))])
        case peer.AndMaybe():
            first = peer_shape(query.a)
            if first[0] == "maybe":
                return ("maybe", first[1], [*first[2], peer_shape(query.b)])
            return ("maybe", first, [peer_shape(query.b)])
        case peer.Require():
            return joined("and", [peer_shape(query.a), ("filter", peer_shape(query.b))])
        case peer.And():
            return joined("and", [peer_shape(each) for each in query if each])
        case peer.Or():
            return joined("or", [peer_shape(each) for each in query if each])
    raise TypeError(f"{query!r} is none that the parser makes")


def random_text(chance: random.Random) -> str:
    return " ".join(chance.choice(PIECES) for _ in range(chance.randint(1, 8)))


def differs_on_purpose(text: str) -> bool:
    """Is it one of the listed differences? See docs/query-language.md."""
    words = text.replace("(", " ( ").replace(")", " ) ").split()
    joiners = ("AND", "OR", "ANDNOT", "ANDMAYBE", "REQUIRE")
    for before, after in zip(["(", *words], [*words, ")"], strict=True):
        # An operator beside another one, at the end of a group, or before nothing.
        if before in (*joiners, "NOT") and after in (*joiners, "NOT", ")") and after != "NOT":
            return True
        if before in ("(", "NOT") and after in (*joiners, "NOT", ")"):
            return True
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if depth < 0:
            return True  # a bracket that none opens
    return depth > 0


@pytest.mark.parametrize("operator", ["and", "or"])
@pytest.mark.parametrize("seed", range(4))
def test_a_text_is_read_as_whoosh_reads_it(operator: str, seed: int) -> None:
    chance = random.Random(seed)
    differing, compared = {}, 0
    for _ in range(1_000):
        text = random_text(chance)
        if differs_on_purpose(text):
            continue
        compared += 1
        parsed = parse(text, set(SCHEMA.names()), dialect="whoosh", operator=operator)
        ours = shape(parsed.query, operator)
        theirs = peer_shape(PARSERS[operator].parse(text, normalize=False))
        if ours != theirs:
            differing[text] = (ours, theirs)
    assert (differing, compared > 100) == ({}, True)


WORDS_OF_DOCUMENTS = ["a", "b", "c", "wind", "wand", "sing", "ab", "and", "or"]


def random_documents(chance: random.Random) -> list[dict[str, str]]:
    def text(most: int) -> str:
        return " ".join(chance.choice(WORDS_OF_DOCUMENTS) for _ in range(chance.randint(0, most)))

    return [
        {"key": str(number), "title": text(3), "body": text(8), "source": chance.choice("abc")}
        for number in range(60)
    ]


@pytest.mark.parametrize("operator", ["and", "or"])
def test_the_same_documents_match_as_whoosh_finds(operator: str) -> None:
    chance = random.Random(11)
    rows = random_documents(chance)
    theirs = filestore.RamStorage().create_index(
        fields.Schema(
            key=fields.ID(stored=True),
            title=fields.TEXT(analyzer=WORDS),
            body=fields.TEXT(analyzer=WORDS),
            source=fields.KEYWORD,
        )
    )
    writer = theirs.writer()
    for row in rows:
        writer.add_document(**row)
    writer.commit()
    plain = Text(analyzer=searchlib.analysis.words() | searchlib.analysis.lowercase())
    ours = searchlib.in_memory(
        Schema(key=Keyword(key=True), title=plain, body=plain, source=Keyword())
    )
    ours.upsert(rows)
    differing, found = {}, 0
    with theirs.searcher() as searcher:
        for _ in range(600):
            text = random_text(chance)
            # Of 'a b' Whoosh makes two words; of what REQUIRE asks it looks at the first half only.
            if differs_on_purpose(text) or "'" in text or "REQUIRE" in text:
                continue
            # Not made normal, which would take `*:* AND a` for everything.
            query = PARSERS[operator].parse(text, normalize=False)
            wanted = {searcher.stored_fields(doc)["key"] for doc in searcher.docs_for_query(query)}
            results = ours.search(
                text,
                dialect="whoosh",
                operator=operator,
                fields="body",
                limit=len(rows),  # type: ignore[arg-type]
            )
            got = {hit.key for hit in results}
            found += bool(wanted)
            if got != wanted:
                differing[text] = (sorted(map(str, got - wanted)), sorted(wanted - got))
    assert (differing, found > 100) == ({}, True)
