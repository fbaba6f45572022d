"""Do the benchmarks measure with a true rule? Their oracle, figures, questions and documents."""

import doctest
import importlib
import json
import re
from pathlib import Path

import pytest

import searchlib
from searchlib import Keyword, Schema, Text

pytest.importorskip("numpy", reason="numpy, which the benchmarks count with, is not installed")

from benchmarks import __main__ as door
from benchmarks.classes import classes, pool
from benchmarks.corpus import prepare
from benchmarks.figures import too_slow, worst_ratio
from benchmarks.oracle import Oracle
from benchmarks.question import TITLE_WEIGHT, Question
from benchmarks.smoke import made_up
from benchmarks.tokens import Tokens, read_tokens

BENCHMARKS = Path(door.__file__).parent
KERNELS = BENCHMARKS.parent / "searchlib/native/core/examples/kernels.rs"


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    folder = tmp_path_factory.mktemp("corpus")
    data = folder / "made-up.jsonl"
    data.write_text("".join(json.dumps(one) + "\n" for one in made_up()), encoding="utf-8")
    corpus = prepare(data, folder / "work")
    return read_tokens(corpus, corpus.doc_count)


@pytest.mark.parametrize("name", ["corpus", "figures", "tables"])
def test_the_examples_in_docstrings_hold(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"benchmarks.{name}"))
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize("scope", ["body", "both"])
def test_the_oracle_scores_as_searchlib_does(tokens: Tokens, scope: str) -> None:
    text = Text()
    schema = Schema(id=Keyword(key=True), title=Text(boost=TITLE_WEIGHT), body=text)
    index = searchlib.in_memory(schema)
    index.upsert({"id": d["id"], "title": d["title"], "body": d["body"]} for d in made_up())
    oracle = Oracle(tokens)
    asked = classes(pool(tokens, None, 5), ["word-frequent", "or", "and", "phrase"])
    questions = [question for one in asked for question in one.questions]
    assert questions
    for question in questions:
        typed = {"and": " AND ", "or": " ", "phrase": " "}[question.kind].join(question.words)
        results = index.search(
            f'"{typed}"' if question.kind == "phrase" else typed,
            fields="body" if scope == "body" else None,
            limit=len(index),
        )
        scores = oracle.scores(question, scope)  # type: ignore[arg-type]
        expected = {tokens.keys[place]: scores[place] for place in scores.nonzero()[0]}
        assert {hit.key: hit.score for hit in results} == pytest.approx(expected, rel=1e-5)
        assert results.total == oracle.count(question, scope)  # type: ignore[arg-type]


def test_a_question_is_too_slow_past_a_tenth_and_25_us() -> None:
    times = {"searchlib": [100_000, 136_000], "a": [100_000] * 2, "b": [900_000] * 2}
    assert worst_ratio(times, "searchlib") == pytest.approx(1.36)
    (slow,) = too_slow(times, "searchlib", ["kept", "broken"])
    assert (slow.question, slow.peer, slow.peer_us) == ("broken", "a", 100.0)


def test_the_same_corpus_gives_the_same_questions(tokens: Tokens) -> None:
    first, second = (classes(pool(tokens, None, 5)) for _ in range(2))
    assert first == second
    assert all(isinstance(question, Question) for one in first for question in one.questions)


def test_the_page_names_every_command_and_no_other() -> None:
    page = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)[` ]", page, re.M))
    (commands,) = (action.choices for action in door.parser()._actions if action.dest == "command")
    assert named == set(commands or ())


def test_every_kernel_has_a_baseline_and_every_baseline_a_kernel() -> None:
    kernels = set(re.findall(r"^    kernel_(\w+): ", KERNELS.read_text(encoding="utf-8"), re.M))
    baseline = json.loads((BENCHMARKS / "baseline.json").read_text())
    assert kernels == set(baseline["instructions"])
