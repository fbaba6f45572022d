"""SQLite FTS5 through the standard library: SELECT key … MATCH ? ORDER BY rank LIMIT ?."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ..corpus import Document, Wording
from ..question import TITLE_WEIGHT, Question, Scope
from .base import Ask, Engine

TOKENIZER = {"plain": "unicode61", "english": "porter unicode61"}
FIELDS = ("key", "title", "body", "day", "source")


class Fts5(Engine):
    name = "fts5"
    package = "sqlite3"
    distribution = "sqlite3"
    note = "SELECT key FROM … WHERE … MATCH ? ORDER BY rank LIMIT ?"
    connection: sqlite3.Connection

    @classmethod
    def missing(cls) -> str | None:
        with sqlite3.connect(":memory:") as connection:
            options = {row[0] for row in connection.execute("PRAGMA compile_options")}
        return None if "ENABLE_FTS5" in options else "sqlite3 was built without FTS5"

    @classmethod
    def version(cls) -> str:
        return sqlite3.sqlite_version

    @classmethod
    def build(
        cls, documents: Sequence[Document], folder: Path, wording: Wording, memory_bytes: int
    ) -> None:
        connection = sqlite3.connect(folder / "index.db")
        connection.execute(f"PRAGMA cache_size=-{memory_bytes // 1024}")
        connection.execute(
            "CREATE VIRTUAL TABLE docs USING fts5"
            "(key UNINDEXED, title, body, day UNINDEXED, source UNINDEXED, "
            f"tokenize='{TOKENIZER[wording]}')"
        )
        connection.execute(
            "INSERT INTO docs(docs, rank) VALUES('rank', ?)", [f"bm25(0.0, {TITLE_WEIGHT}, 1.0)"]
        )
        connection.executemany(
            f"INSERT INTO docs({', '.join(FIELDS)}) VALUES(?, ?, ?, ?, ?)",
            (tuple(document[field] for field in FIELDS) for document in documents),  # type: ignore[literal-required]
        )
        connection.commit()
        connection.close()

    @classmethod
    def merge(cls, folder: Path, wording: Wording) -> None:
        connection = sqlite3.connect(folder / "index.db")
        connection.execute("INSERT INTO docs(docs) VALUES('optimize')")
        connection.commit()
        connection.close()

    def open(self, folder: Path, wording: Wording) -> None:
        self.connection = sqlite3.connect(folder / "index.db")
        self.connection.execute("PRAGMA mmap_size=8000000000")
        self.connection.execute("PRAGMA cache_size=-262144")

    def ask(self, question: Question, scope: Scope) -> Ask | None:
        if question.kind == "fuzzy":
            return None
        words = [f'"{word}"' for word in question.words]
        if question.kind == "phrase":
            match = f'"{" ".join(question.words)}"'
        elif question.kind == "prefix":
            match = f"{words[0]} *"
        else:
            match = (" AND " if question.kind == "and" else " OR ").join(words)
        if scope == "body":
            match = f"body : ({match})" if len(words) > 1 else f"body : {match}"
        where, values = ["docs MATCH ?"], [match]
        if question.year is not None:
            where.append("day BETWEEN {} AND {}".format(*question.days()))
        if question.source is not None:
            where.append("source = ?")
            values.append(question.source)
        execute = self.connection.execute
        condition = " AND ".join(where)
        if not question.limit:
            counting = f"SELECT count(*) FROM docs WHERE {condition}"
            return lambda: int(execute(counting, values).fetchone()[0])
        order = "day DESC" if question.by_date else "rank"
        select = f"SELECT key FROM docs WHERE {condition} ORDER BY {order} LIMIT {question.limit}"
        return lambda: [key for (key,) in execute(select, values)]

    def segment_count(self) -> int:
        """From the structure record: two numbers of four bytes are cookie and level count."""
        (record,) = self.connection.execute("SELECT block FROM docs_data WHERE id=10").fetchone()
        return int(record[5])  # a varint; below 128 in an index that was merged

    def delete(self, keys: Sequence[str]) -> bool:
        # The key column of the virtual table has no index, so it is looked up once.
        places = dict(self.connection.execute("SELECT key, rowid FROM docs"))
        self.connection.executemany(
            "DELETE FROM docs WHERE rowid=?", ([places[key]] for key in keys)
        )
        self.connection.commit()
        return True

    def close(self) -> None:
        self.connection.close()
