"""The same documents match here and in SQLite's FTS5."""

import random
import re
import sqlite3

import pytest

from searchlib.query.tree import And, First, Near, Not, Or, Phrase, Prefix, Query, Term

from .corpus import FIELDS, Corpus, phrase, random_corpus
from .matching import keys, searchlib_index


@pytest.fixture(scope="module")
def sqlite() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.OperationalError as error:
        pytest.skip(f"this Python's SQLite lacks FTS5: {error}")
    return connection


def fts5_table(connection: sqlite3.Connection, corpus: Corpus, name: str) -> None:
    columns = ", ".join(FIELDS)
    connection.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5(key UNINDEXED, {columns}, tokenize = 'unicode61')"
    )
    connection.executemany(
        f"INSERT INTO {name} VALUES (?, ?, ?)",
        [(key, d["title"], d["body"]) for key, d in corpus.documents.items()],
    )


def fts5_text(query: Query) -> str:
    """The query in FTS5's own language."""
    match query:
        case Term() | Phrase():
            return f'{column(query.field)}"{query.text}"'
        case Near():
            a, b = (part for part in query.queries if isinstance(part, Term))
            return f'{column(a.field)}NEAR("{a.text}" "{b.text}", {query.distance})'
        case First(query=Term() | Phrase() as start):
            return f'{column(start.field)}^"{start.text}"'
        case Prefix():
            return f'{column(query.field)}"{query.text}"*'
        case And():
            kept = [part for part in query.queries if not isinstance(part, Not)]
            text = " AND ".join(f"({fts5_text(part)})" for part in kept)
            for part in query.queries:
                if isinstance(part, Not):
                    text = f"({text}) NOT ({fts5_text(part.query)})"
            return text
        case Or():
            return " OR ".join(f"({fts5_text(part)})" for part in query.queries)
    raise TypeError(f"no FTS5 for {query!r}")


def column(name: str | None) -> str:
    return "" if name is None else f"{name} : "


@pytest.mark.parametrize("seed", range(5))
def test_the_same_documents_match_here_and_in_fts5(sqlite: sqlite3.Connection, seed: int) -> None:
    corpus = random_corpus(seed)
    fts5_table(sqlite, corpus, f"corpus_{seed}")
    with searchlib_index(corpus) as index:
        differing = {
            str(query): (ours, theirs)
            for query in corpus.queries
            if (ours := keys(index, query)) != (theirs := fts5_keys(sqlite, query, seed))
        }
    assert differing == {}


@pytest.mark.parametrize("seed", range(20, 23))
def test_words_near_each_other_and_first_words_match_here_and_in_fts5(
    sqlite: sqlite3.Connection, seed: int
) -> None:
    """Two words: of three FTS5 counts the one between among those that stand between."""
    corpus = random_corpus(seed, query_count=0)
    fts5_table(sqlite, corpus, f"corpus_{seed}")
    source = random.Random(seed)
    bodies = [document["body"].lower() for document in corpus.documents.values()]
    words = sorted({word for body in bodies for word in re.findall(r"\w+", body)})
    queries: list[Query] = []
    for _ in range(150):
        field = source.choice(FIELDS)
        a, b = source.sample(words, 2)
        leaves = (Term(a, field), Term(b, field))
        queries.append(Near(*leaves, distance=source.choice([0, 1, 2, 5, 20])))
        queries.append(First(leaves[0], 1))
        text = phrase(source, words, [body for body in bodies if body])
        queries.append(First(Phrase(text, field), len(text.split())))
        queries.append(And(queries[-3], Not(leaves[0] if source.random() < 0.1 else queries[-2])))
    with searchlib_index(corpus) as index:
        differing = {
            str(query): (ours, theirs)
            for query in queries
            if (ours := keys(index, query)) != (theirs := fts5_keys(sqlite, query, seed))
        }
    assert differing == {}


def fts5_keys(connection: sqlite3.Connection, query: Query, seed: int) -> list[str]:
    rows = connection.execute(
        f"SELECT key FROM corpus_{seed} WHERE corpus_{seed} MATCH ? ORDER BY key",
        (fts5_text(query),),
    )
    return [key for (key,) in rows]
