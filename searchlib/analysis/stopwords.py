"""Which words are so common that an index may leave them out?

Our own lists by language, in `stop_lists/`: lower case, words parted by white space, a line that
starts with # is a comment. Function words only: what an article is about is never left out for
being frequent. Words that are also nouns, or names in capitals ("US", "IT", "WHO"), cannot be told
apart once lower-cased; they are left out all the same, which is why no named analyzer has a list.

An analyzer's JSON spells its list out, so a list may grow here without changing what an index that
exists has left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache


class _StopLists(Mapping[str, frozenset[str]]):
    """The words of a list by its name; a list is read when it is first asked for."""

    def __getitem__(self, name: str) -> frozenset[str]:
        if name not in _names():
            raise KeyError(name)
        return _read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_names())

    def __len__(self) -> int:
        return len(_names())


STOP_WORDS = _StopLists()

_FOLDER, _SUFFIX = "stop_lists", ".txt"


@cache
def _names() -> tuple[str, ...]:
    from importlib.resources import files  # `import searchlib` does not pay for it

    found = files(__package__).joinpath(_FOLDER).iterdir()
    return tuple(sorted(each.name.removesuffix(_SUFFIX) for each in found))


@cache
def _read(name: str) -> frozenset[str]:
    from importlib.resources import files

    text = files(__package__).joinpath(_FOLDER, name + _SUFFIX).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())
