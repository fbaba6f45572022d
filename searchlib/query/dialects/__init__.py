"""How do other programs read a query text? One file for each way but our own.

Each has a function `read`: text, fields, operator and problems in, a tree out.
"""

from typing import Literal

Dialect = Literal["default", "simple", "whoosh", "lucene"]
# What joins words that stand side by side in a text of each.
OPERATORS: dict[str, str] = {"default": "or", "simple": "or", "whoosh": "and", "lucene": "or"}
