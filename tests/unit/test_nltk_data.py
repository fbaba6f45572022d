"""Components of NLTK that read data, with a little of it written here in NLTK's own formats.

Each runs in a process of its own, since NLTK and this library keep what they have loaded.
"""

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

WORDNET = {
    "lexnames": "00\tadj.all\t3\n",
    "index.noun": "goose n 1 0 1 0 00000001\nfarm n 1 0 1 0 00000002\n",
    "index.verb": "run v 1 0 1 0 00000003\nturn v 1 0 1 0 00000004\n",
    "index.adj": "",
    "index.adv": "",
    "data.noun": "",
    "data.verb": "",
    "data.adj": "  1 WordNet 3.0 Copyright 2006 by Princeton University.\n",
    "data.adv": "",
    "noun.exc": "geese goose\n",
    "verb.exc": "ran run\n",
    "adj.exc": "",
    "adv.exc": "",
    "index.sense": "",
    "cntlist.rev": "",
}
PUNKT = {
    "collocations.tab": "",
    "sent_starters.txt": "",
    "abbrev_types.txt": "dr\nu.n\n",
    "ortho_context.tab": "",
}
RULE = '"s"\t2\t""\t"atlas"\n'  # ending, least length of what is left, its replacement, exceptions


def characters(kind: str) -> str:
    """The characters of a category of Unicode, in the first plane."""
    return "".join(c for c in map(chr, range(0x2FFF)) if unicodedata.category(c)[0] == kind)


DATA = {
    **{f"corpora/wordnet/{name}": text for name, text in WORDNET.items()},
    **{f"tokenizers/punkt_tab/english/{name}": text for name, text in PUNKT.items()},
    **{f"stemmers/rslp/step{number}.pt": RULE for number in range(7)},
    "corpora/stopwords/english": "running\nthe\n",
    "corpora/stopwords/german": "laufen\n",
    "misc/perluniprops/Number.txt": characters("N"),
    "misc/perluniprops/Punctuation.txt": characters("P"),
    "misc/perluniprops/Symbol.txt": characters("S"),
}
SCRIPT = """
import json, sys
from searchlib.analysis import Analyzer, words
from searchlib.analysis.nltk import nltk
name, options, text = json.loads(sys.argv[1])
step = nltk(name, **options)
analyzer = Analyzer(step) if step.KIND == "tokenizer" else words() | step
print(json.dumps([[token.form, token.term] for token in analyzer.tokens(text)]))
"""


@pytest.fixture(scope="module")
def nltk_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nltk_data")
    for name, text in DATA.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def tokens(folder: Path, name: str, options: dict[str, object], text: str) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps([name, options, text])],
        env=os.environ | {"NLTK_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("name", "options", "text", "terms"),
    [
        ("WordNetLemmatizer", {}, "geese farms ran", ["goose", "farm", "ran"]),
        ("WordNetLemmatizer", {"pos": "v"}, "geese turning ran", ["geese", "turn", "run"]),
        ("RSLPStemmer", {}, "casas atlas", ["casa", "atlas"]),
        ("SnowballStemmer", {"language": "english", "ignore_stopwords": True}, "running winds",
         ["running", "wind"]),
        ("GermanStemmer", {"ignore_stopwords": True}, "laufen häuser", ["laufen", "haus"]),
        ("word_tokenize", {}, "Dr. Wind isn't at the U.N. now. It left.",
         ["Dr.", "Wind", "is", "n't", "at", "the", "U.N.", "now", ".", "It", "left", "."]),
        ("PunktTokenizer", {}, "Dr. Wind came. It left.", ["Dr. Wind came.", "It left."]),
        ("NISTTokenizer", {}, "It cost $3.88, all.", ["It", "cost", "$", "3.88", ",", "all", "."]),
    ],
)  # fmt: skip
def test_a_component_reads_its_data(nltk_data, name, options, text, terms):
    found = tokens(nltk_data, name, options, text)
    assert [term for _, term in found] == terms
    assert all(form in text for form, _ in found)


def test_texts_are_tiled_by_the_words_that_are_no_stop_words(nltk_data):
    pytest.importorskip("numpy", reason="NLTK's TextTiling needs numpy")
    paragraphs = [
        "the wind turns and the blades turn " * 20,
        "the sea is deep and salty there " * 20,
    ]
    text = "\n\n".join(paragraphs * 3)
    found = tokens(nltk_data, "TextTilingTokenizer", {"w": 10, "k": 3}, text)
    assert "".join(form for form, _ in found).split() == text.split()
