"""A prefix finds what is spelled in another way, where filters before the stemmer say it is one."""

import pytest

import searchlib
from searchlib import Keyword, Schema, Text
from searchlib.analysis import (
    casefold,
    fold_accents,
    light_stem,
    lowercase,
    nfkc,
    possessive,
    stem,
    stop,
    words,
)

CASES = [
    (words() | lowercase() | fold_accents() | stem("french"), "Les Cafés d'Élysée",
     ["cafe*", "CAFÉ*", "cafés*", "Cafes*"], "Cafés"),
    (words() | casefold() | stem("german"), "Die STRASSEN dort",
     ["straß*", "Strasse*", "strassen*"], "STRASSEN"),
    (words() | casefold() | stem("german"), "Die Straßen dort", ["strasse*", "STRASS*"], "Straßen"),
    (words() | nfkc() | lowercase() | stem("english"), "the Ｗｉｎｄｓ blow",
     ["winds*", "ＷＩ*"], "Ｗｉｎｄｓ"),
    (words() | light_stem("hindi", minimal=True) | stem("hindi"), "हिन्दी भाषा",
     ["हिंदी*", "हिन्दी*"], "हिन्दी"),
    (words() | lowercase() | stop(["the"]) | fold_accents() | stem("english"), "The ÉLITES met",
     ["elites*", "élites*"], "ÉLITES"),
    (words() | possessive() | lowercase() | stem("english"), "The Winds blow", ["Winds*"], "Winds"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("analyzer", "text", "query", "word"),
    [(analyzer, text, query, word) for analyzer, text, all, word in CASES for query in all],
)
def test_a_prefix_finds_and_marks_the_word(analyzer, text, query, word):
    with searchlib.in_memory(Schema(id=Keyword(key=True), body=Text(analyzer=analyzer))) as index:
        index.upsert([{"id": "a", "body": text}, {"id": "b", "body": "Ωmega"}])
        assert {hit.key: hit.highlight("body", format="plain") for hit in index.search(query)} == {
            "a": [text.replace(word, f"**{word}**")]
        }
