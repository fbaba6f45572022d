"""What is asked of an engine, before it is worded in that engine's own way?"""

from typing import Literal

import attrs

Kind = Literal["or", "and", "phrase", "prefix", "fuzzy"]
Scope = Literal["body", "both"]
SCOPES: tuple[Scope, ...] = ("body", "both")  # both: as each engine looks in title and body
TITLE_WEIGHT = 2.0  # of a word in the title, for engines that weigh fields


@attrs.frozen
class Question:
    """One question; `limit` 0 asks for the number of documents alone."""

    kind: Kind
    words: tuple[str, ...]  # lower-case, a to z
    limit: int = 10
    year: int | None = None  # documents of that year alone, a range of the same query
    source: str | None = None  # documents from there alone, a filter that does not change scores
    by_date: bool = False  # newest first

    @property
    def needs_columns(self) -> bool:
        """Whether it asks for more than words."""
        return self.year is not None or self.source is not None or self.by_date

    def days(self) -> tuple[int, int]:
        """The first and last day of its year."""
        assert self.year is not None
        return self.year * 10_000 + 101, self.year * 10_000 + 1231

    def __str__(self) -> str:
        joint = {"and": " AND ", "prefix": "* ", "fuzzy": "~1 "}.get(self.kind, " ")
        text = joint.join(self.words) + {"prefix": "*", "fuzzy": "~1"}.get(self.kind, "")
        text = f'"{text}"' if self.kind == "phrase" else text
        limits = [f"{self.year}" if self.year else "", self.source or ""]
        return " ".join([text, *(f"[{limit}]" for limit in limits if limit)])
