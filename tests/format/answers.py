"""What did components make of each form? docs/format.md, "Answers", read for `reader.py`."""

from collections.abc import Callable, Iterable
from typing import Any

from .parts import expect, numbers


def read_answers(
    section: Callable[[str], bytes],
    terms: list[str],
    read_dictionary: Callable[[bytes, int], Iterable[Any]],
) -> dict[str, list[str]] | None:
    try:
        entries = read_dictionary(section("answers"), 1)
    except KeyError:
        return None
    ordinals = numbers(section("answer terms"), 4)
    answers = {}
    end = 0
    for form, (count,), (start,) in entries:
        expect(start == end, f"the terms of {form!r} at {end}")
        end = start + count
        answers[form] = [terms[ordinal] for ordinal in ordinals[start:end]]
    expect(end == len(ordinals), f"{end} terms of answers, found {len(ordinals)}")
    return answers
