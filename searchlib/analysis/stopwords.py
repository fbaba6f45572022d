"""Which words are so common that an index may leave them out?

Our own lists, lower case, by name. An analyzer's JSON spells its list out, so a list may grow here
without changing what an index that exists has left out.
"""

from __future__ import annotations

# Function words only: no word here can be what an article is about. Words that are also nouns or
# names in capitals ("US", "IT", "WHO") cannot be told apart once lower-cased; they are left out of
# the index all the same, which is why the analyzer "english" does not use this list.
_ENGLISH = """
a an the
this that these those
i me my mine myself you your yours yourself yourselves
he him his himself she her hers herself it its itself
we us our ours ourselves they them their theirs themselves
who whom whose which what
and or but nor if then else than because as while so
of at by for with about against between into through during before after above below
to from up down in out on off over under until upon within without
am is are was were be been being
have has had having do does did doing done
can could will would shall should may might must ought
not no
here there when where why how
all any both each few more most other some such only own same too very just also
again further once
"""

STOP_WORDS: dict[str, frozenset[str]] = {"english": frozenset(_ENGLISH.split())}
