import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.store.merging import FACTOR, MergeRun, SegmentSize, choose_runs, level


def merged(sizes: list[SegmentSize]) -> list[SegmentSize]:
    """What is left after the chosen merges."""
    left, end = [], 0
    for run in choose_runs(sizes):
        left += sizes[end : run.start]
        live = sum(size.live_count for size in sizes[run.start : run.end])
        left += [SegmentSize(live)] if live else []
        end = run.end
    return left + sizes[end:]


@pytest.mark.parametrize(
    ("sizes", "runs"),
    [
        ([], []),
        ([SegmentSize(1)], []),
        ([SegmentSize(100)] * 7, []),
        ([SegmentSize(100)] * 8, [MergeRun(0, 8)]),
        ([SegmentSize(100)] * 15, [MergeRun(0, 8)]),
        ([SegmentSize(100)] * 64, [MergeRun(0, 64)]),
        ([SegmentSize(1000), SegmentSize(10)], []),
        ([SegmentSize(10), SegmentSize(1000)], [MergeRun(0, 2)]),
        ([SegmentSize(10)] * 3 + [SegmentSize(1000)] + [SegmentSize(10)] * 3, [MergeRun(0, 4)]),
        ([SegmentSize(10, 2)], []),  # 20 % deleted
        ([SegmentSize(10, 3)], [MergeRun(0, 1)]),
        ([SegmentSize(1000), SegmentSize(10, 3), SegmentSize(7)], [MergeRun(1, 2)]),
        ([SegmentSize(10, 10)], [MergeRun(0, 1)]),
    ],
)
def test_choice(sizes, runs):
    assert choose_runs(sizes) == runs


sizes = st.builds(
    lambda count, share: SegmentSize(count, int(count * share)),
    st.integers(1, 100_000),
    st.sampled_from([0, 0, 0, 0.1, 0.2, 0.5, 1]),
)


@given(st.lists(sizes, max_size=60))
def test_runs_are_apart_and_rise(sizes):
    runs = choose_runs(sizes)
    bounds = [bound for run in runs for bound in (run.start, run.end)]
    assert all(0 <= run.start < run.end <= len(sizes) for run in runs)
    assert bounds == sorted(bounds)


@given(st.lists(sizes, max_size=60))
def test_what_is_left_needs_no_merge_and_loses_no_live_document(sizes):
    left = merged(sizes)
    assert choose_runs(left) == []
    assert sum(size.live_count for size in left) == sum(size.live_count for size in sizes)


@given(st.lists(sizes, max_size=60))
def test_what_is_left_is_logarithmic_and_a_fifth_deleted_at_most(sizes):
    left = merged(sizes)
    live = sum(size.live_count for size in sizes)
    assert len(left) <= (FACTOR - 1) * (level(live) + 1)
    assert all(size.deleted_count <= 0.2 * size.doc_count for size in left)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=400))
def test_any_history_of_commits_rewrites_a_document_about_once_a_level(commits):
    left: list[SegmentSize] = []
    written = 0
    for count in commits:
        before = [*left, SegmentSize(count)]
        written += sum(
            size.live_count for run in choose_runs(before) for size in before[run.start : run.end]
        )
        left = merged(before)
    assert written <= (level(sum(commits)) + 2) * sum(commits)


def test_a_thousand_commits_of_a_hundred_leave_at_most_thirty_segments():
    left: list[SegmentSize] = []
    most = 0
    for _ in range(1000):
        left = merged([*left, SegmentSize(100)])
        most = max(most, len(left))
    assert most <= 30


@given(st.integers(0, 2**31))
def test_a_level_is_the_logarithm(count):
    exact = -1 if count == 0 else int(math.log2(count) // 3)
    assert level(count) in (exact, exact + 1 if math.log2(max(count, 1)) % 3 > 2.99 else exact)
