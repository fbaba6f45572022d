"""The index as a user holds it: opening it, changing it, reading one generation of it."""

from .checking import check
from .index import Index, create, in_memory, open
from .optimization import Optimization
from .repair import Loss, Repair, repair
from .snapshot import Snapshot
from .writer import Note, Receipt, Writer

__all__ = [
    "Index",
    "Loss",
    "Note",
    "Optimization",
    "Receipt",
    "Repair",
    "Snapshot",
    "Writer",
    "check",
    "create",
    "in_memory",
    "open",
    "repair",
]
