"""How does the score of a word come about, in each ranking? The parts, from what the core tells.

The names of the rankings' facts are known in this file alone; formulas as in docs/ranking.md.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .explanation import Explanation, finite


class Counts(NamedTuple):
    """What every ranking starts from, with what the two sums were made of."""

    tf: float
    tf_text: str
    length: float
    length_text: str


def factors_of(facts: Mapping[str, Any], counts: Counts) -> tuple[str, list[Explanation]]:
    """What is multiplied to the score beside the boost: in words, and each with its parts."""
    return _RANKINGS[facts["ranking"]["name"]](facts, counts)


def _bm25(facts: Mapping[str, Any], counts: Counts) -> tuple[str, list[Explanation]]:
    k1, b = (finite(facts["ranking"][name]) for name in ("k1", "b"))
    formula = "ln(1 + (N - n + 0.5) / (n + 0.5))"
    idf = Explanation(finite(facts["idf"]), _idf_text(formula, facts))
    return "idf * saturation", [idf, _saturation(facts, counts, k1, b)]


def _bm25_plus(facts: Mapping[str, Any], counts: Counts) -> tuple[str, list[Explanation]]:
    k1, b, delta = (finite(facts["ranking"][name]) for name in ("k1", "b", "delta"))
    total = facts["doc_count"]
    value = sum(math.log((total + 1) / max(n, 1)) for n in facts["doc_freq"])
    idf = Explanation(value, _idf_text("ln((N + 1) / n)", facts))
    saturation = _saturation(facts, counts, k1, b)
    raised = Explanation(
        (k1 + 1) * saturation.value + delta,
        "raised saturation, (k1 + 1) * saturation + delta",
        (saturation, Explanation(delta, "delta")),
    )
    return "idf * raised saturation", [idf, raised]


def _tf_idf(facts: Mapping[str, Any], counts: Counts) -> tuple[str, list[Explanation]]:
    total = facts["doc_count"]
    value = sum(1 + math.log((total + 1) / (n + 1)) for n in facts["doc_freq"])
    idf = Explanation(value, _idf_text("1 + ln((N + 1) / (n + 1))", facts))
    share = counts.tf / counts.length if counts.tf < counts.length else 1.0
    root = Explanation(
        math.sqrt(share), "root of the word's share, sqrt(tf / length), at most 1", _both(counts)
    )
    return "idf * root", [idf, root]


def _dirichlet(facts: Mapping[str, Any], counts: Counts) -> tuple[str, list[Explanation]]:
    mu = finite(facts["ranking"]["mu"])
    all_tokens = finite(facts["token_count"])
    details, total = [], 0.0
    for cf in facts["collection_freq"]:
        p = (cf + 1) / (all_tokens + 1)
        gain = math.log1p(counts.tf / (mu * p))
        loss = math.log(mu / (counts.length + mu))
        total += max(0.0, gain + loss)
        details += [
            Explanation(gain, "gain, ln(1 + tf / (mu * p))"),
            Explanation(loss, "loss, ln(mu / (length + mu))"),
            Explanation(p, f"p, (cf + 1) / (T + 1) with cf = {cf:.6g}, T = {all_tokens:.6g}"),
        ]
    summed = ", summed over the words" if len(facts["collection_freq"]) > 1 else ""
    details += [Explanation(mu, "mu"), *_both(counts)]
    likelihood = Explanation(
        total, f"log-likelihood, gain + loss, at least 0{summed}", tuple(details)
    )
    return "log-likelihood", [likelihood]


def _function(facts: Mapping[str, Any], counts: Counts) -> tuple[str, list[Explanation]]:
    names = ("doc_count", "doc_freq", "collection_freq", "token_count", "average_length")
    known = []
    for name in names:
        values = facts[name] if isinstance(facts[name], tuple) else (facts[name],)
        text = f"{name}{', of each word' if len(values) > 1 else ''}"
        known += [Explanation(finite(value), text) for value in values]
    return "ranking function of:", [*_both(counts), *known]


_RANKINGS = {
    "bm25": _bm25,
    "bm25+": _bm25_plus,
    "tf-idf": _tf_idf,
    "dirichlet": _dirichlet,
    "function": _function,
}


def _saturation(facts: Mapping[str, Any], counts: Counts, k1: float, b: float) -> Explanation:
    average = finite(facts["average_length"])
    tf, length = counts.tf, counts.length
    try:
        ratio = length / average if average else 1.0
        value = tf / (tf + k1 * (1 - b + b * ratio))
    except ZeroDivisionError:  # only in a damaged index: what matches has a length
        value = math.nan
    return Explanation(
        value,
        "saturation, tf / (tf + k1 * (1 - b + b * length / average))",
        (
            Explanation(tf, counts.tf_text),
            Explanation(k1, "k1"),
            Explanation(b, "b"),
            Explanation(length, counts.length_text),
            Explanation(average, "average of that length over all documents"),
        ),
    )


def _both(counts: Counts) -> tuple[Explanation, Explanation]:
    return (
        Explanation(counts.tf, counts.tf_text),
        Explanation(counts.length, counts.length_text),
    )


def _idf_text(formula: str, facts: Mapping[str, Any]) -> str:
    return "".join(_idf_parts(formula, facts))


def _idf_parts(formula: str, facts: Mapping[str, Any]) -> Iterator[str]:
    freqs = facts["doc_freq"]
    yield f"idf, {formula}"
    if len(freqs) != 1:
        yield ", summed over the words"
    yield f" with N = {facts['doc_count']} documents"
    if freqs:
        n = " and ".join(str(count) for count in freqs)
        yield f", n = {n} with {'the word' if len(freqs) == 1 else 'each word'}"
