"""What is said of many times at once?"""

import math
import statistics
from collections.abc import Mapping, Sequence

import attrs

WORST_RATIO, WORST_EXTRA_US = 1.1, 25.0  # design: no single query slower than this


@attrs.frozen
class Summary:
    """Of one engine and one class, in µs."""

    mean: float
    geometric_mean: float
    p50: float
    p95: float


@attrs.frozen
class Slow:
    """A question on which ours passes 1.1 × the fastest peer + 25 µs."""

    question: str
    ours_us: float
    peer_us: float
    peer: str


def summary(times_ns: Sequence[int]) -> Summary:
    """
    >>> summary([1000, 4000])
    Summary(mean=2.5, geometric_mean=2.0, p50=2.5, p95=4.0)
    """
    us = sorted(time / 1000 for time in times_ns)
    return Summary(
        statistics.fmean(us),
        statistics.geometric_mean(us),
        statistics.median(us),
        us[math.ceil(0.95 * len(us)) - 1],
    )


def worst_ratio(times: Mapping[str, Sequence[int]], ours: str) -> float | None:
    """The largest ratio of our time to the fastest peer's on a single question."""
    peers = [times[name] for name in times if name != ours]
    if not peers or ours not in times:
        return None
    fastest: list[int] = [min(others) for others in zip(*peers, strict=True)]
    return max(float(mine / peer) for mine, peer in zip(times[ours], fastest, strict=True))


def too_slow(times: Mapping[str, Sequence[int]], ours: str, questions: Sequence[str]) -> list[Slow]:
    """The questions that break the budget for single ones, the worst first."""
    peers = [name for name in times if name != ours]
    if not peers or ours not in times:
        return []
    found = []
    for place, question in enumerate(questions):
        peer_ns, peer = min((times[name][place], name) for name in peers)
        ours_us, peer_us = times[ours][place] / 1000, peer_ns / 1000
        if ours_us > WORST_RATIO * peer_us + WORST_EXTRA_US:
            found.append(Slow(question, ours_us, peer_us, peer))
    return sorted(found, key=lambda slow: slow.peer_us - slow.ours_us)
