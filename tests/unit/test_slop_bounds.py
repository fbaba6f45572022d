"""A phrase with a slop stood more often than its rarest term, past its bound, and was left out."""

import searchlib
from searchlib import Keyword, Phrase, Schema, Text


def test_a_term_that_moves_past_another_makes_several_occurrences():
    often = "a b x x a b x x"  # two occurrences, two of each term
    more = "a a a b x x x x"  # three, one of each `a` with the same `b`
    documents = [{"id": f"{i}", "body": often} for i in range(300)] + [{"id": "best", "body": more}]
    with searchlib.in_memory(Schema(id=Keyword(key=True), body=Text())) as index:
        index.upsert(documents)
        (hit,) = index.search(Phrase("a b", slop=2), limit=1)
        assert hit.key == "best"
