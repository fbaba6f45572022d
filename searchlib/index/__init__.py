"""The index as a user holds it: opening it, changing it, reading one generation of it."""

from .index import Index, create, in_memory, open
from .optimization import Optimization
from .snapshot import Snapshot
from .writer import Note, Receipt, Writer

__all__ = [
    "Index",
    "Note",
    "Optimization",
    "Receipt",
    "Snapshot",
    "Writer",
    "create",
    "in_memory",
    "open",
]
