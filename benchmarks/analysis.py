"""What does each component cost? Indexing articles with it, beside the plain analyzer.

CPU seconds of one process, the best of some rounds; the plain analyzer is measured in every round
beside each component, since a busy machine is slower at one moment than at another. For a
component in Python the table also has how often it was asked and the time that this takes alone:
what is left over is what the library adds.
"""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

import searchlib
from searchlib import Keyword, Schema, Text
from searchlib import analysis as a
from searchlib.analysis import lowercase, words
from searchlib.analysis.foreign import checked_filter

PLAIN = words() | lowercase()
WORDS = ("wind", "farm", "house", "news", "work", "land", "side", "time", "police", "man")
SYNONYMS = "usa, united states\nuk, united kingdom\neu, european union\nun, united nations"
LANGUAGES = {"de": "german", "en": "english", "fr": "french"}

# What stands behind `words() | lowercase()`, or in its place.
COMPONENTS: dict[str, Any] = {
    "casefold": words() | a.casefold(),
    "nfkc": PLAIN | a.nfkc(),
    "fold_accents": PLAIN | a.fold_accents(),
    "elision": PLAIN | a.elision("french"),
    "possessive": PLAIN | a.possessive(),
    "stop": PLAIN | a.stop("english"),
    "stem": PLAIN | a.stem("english"),
    "light_stem": PLAIN | a.light_stem("english", minimal=True),
    "length": PLAIN | a.length(2, 20),
    "keywords, stem": PLAIN | a.keywords(WORDS) | a.stem("english"),
    "synonyms": PLAIN | a.synonyms("car, auto\ntv => television"),
    "synonyms of several words": PLAIN | a.synonyms(SYNONYMS),
    "compounds": PLAIN | a.compounds(WORDS),
    "hyphens": PLAIN | a.hyphens(),
    "phonetic": PLAIN | a.phonetic(),
    "word_ngrams(3, 3)": PLAIN | a.word_ngrams(3, 3),
    "word_edge_ngrams(1, 20)": PLAIN | a.word_edge_ngrams(1, 20),
    "shingles(2)": PLAIN | a.shingles(2),
    "words(keep)": words(keep=["C++", ".NET", "W-2"]) | lowercase(),
    "words(dictionary)": words(segment="dictionary") | lowercase(),
    "urls": a.urls() | lowercase(),
    "whitespace": a.whitespace() | lowercase(),
    "letters": a.letters() | lowercase(),
    "regex": a.regex(r"\w+") | lowercase(),
    "ByField of three": a.ByField("language", LANGUAGES, default=PLAIN),
}
FUNCTIONS: dict[str, Callable[[], Callable[[str], Any]]] = {
    "python: str.upper": lambda: str.upper,
    "nltk:SnowballStemmer": lambda: _stemmer("snowball", "SnowballStemmer", "english"),
    "nltk:PorterStemmer": lambda: _stemmer("porter", "PorterStemmer"),
    "nltk:LancasterStemmer": lambda: _stemmer("lancaster", "LancasterStemmer"),
}
TOKENIZERS = ("nltk:WordPunctTokenizer", "nltk:TreebankWordTokenizer")


@attrs.frozen
class Row:
    """The best of the rounds, in CPU seconds."""

    component: str
    plain: float
    seconds: float
    calls: int = 0  # of a filter in Python, and what they take alone
    own: float = 0.0

    def __str__(self) -> str:
        added = 100 * (self.seconds - self.own - self.plain) / self.plain
        asked = f"{self.calls:>9,} {self.own:>6.2f}" if self.calls else f"{'':>16}"
        return (
            f"{self.component:<28} {self.plain:>6.2f} {self.seconds:>7.2f} {asked} {added:>+7.0f} %"
        )


HEADING = f"{'component':<28} {'plain':>6} {'with it':>7} {'calls':>9} {'alone':>6} {'added':>9}"


def run(data: Path, *, limit: int, rounds: int, only: list[str] | None = None) -> list[Row]:
    """Measure each component on the first `limit` articles of a file of JSON lines; print rows."""
    bodies = list(_bodies(data, limit))
    print(f"{len(bodies):,} articles, {sum(map(len, bodies)) / 1e6:.1f} million characters")
    print(HEADING, flush=True)
    rows = []
    for name in [*COMPONENTS, *FUNCTIONS, *TOKENIZERS]:
        if only is None or any(each in name for each in only):
            rows.append(_row(name, bodies, rounds))
            print(rows[-1], flush=True)
    return rows


def _row(name: str, bodies: list[str], rounds: int) -> Row:
    plain = seconds = own = float("inf")
    calls = 0
    for _ in range(rounds):
        plain = min(plain, _indexing(PLAIN, bodies))
        if name in COMPONENTS:
            seconds = min(seconds, _indexing(COMPONENTS[name], bodies))
        elif name in TOKENIZERS:
            seconds = min(
                seconds, _indexing(a.nltk(name.removeprefix("nltk:")) | lowercase(), bodies)
            )
        else:
            function = FUNCTIONS[name]()
            asked = _asked(bodies)
            seconds = min(seconds, _indexing(PLAIN | a.python("it", function), bodies))
            own, calls = min(own, _alone(function, asked)), len(asked)
    return Row(name, plain, seconds, calls, own if calls else 0.0)


def _indexing(analyzer: Any, bodies: list[str]) -> float:
    schema = Schema(language=Keyword(), body=Text(analyzer=analyzer))
    codes = [*LANGUAGES]
    with searchlib.in_memory(schema) as index:
        start = time.process_time()
        with index.writer() as writer:
            for number, body in enumerate(bodies):
                writer.add({"language": codes[number % 3], "body": body})
        return time.process_time() - start


def _asked(bodies: list[str]) -> list[str]:
    """What a filter in Python is asked, in order."""
    asked: list[str] = []

    def seen(form: str) -> str:
        asked.append(form)
        return form

    _indexing(PLAIN | a.python("seen", seen), bodies)
    return asked


def _alone(function: Callable[[str], Any], asked: list[str]) -> float:
    """As it is called while indexing, its answers checked and kept."""
    call = checked_filter("alone", function)
    start = time.process_time()
    for _ in call(asked):
        pass
    return time.process_time() - start


def _stemmer(module: str, name: str, *args: str) -> Callable[[str], Any]:
    from importlib import import_module

    made = getattr(import_module(f"nltk.stem.{module}"), name)(*args)
    return lambda form: str(made.stem(form))


def _bodies(data: Path, limit: int) -> Iterator[str]:
    opened: Any = gzip.open if data.suffix == ".gz" else open
    with opened(data, "rt", encoding="utf-8") as lines:
        for line, _ in zip(lines, range(limit), strict=False):
            yield json.loads(line)["body"]
