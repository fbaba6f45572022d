"""How are figures shown? As Markdown tables with their columns in line."""

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left, the others to the right.

    >>> print(table(["class", "µs"], [["or", "12"], ["and", "7"]]))
    | class | µs |
    |:------|---:|
    | or    | 12 |
    | and   |  7 |
    """
    widths = [
        max(2, *(len(row[column]) for row in [header, *rows])) for column in range(len(header))
    ]
    lines = [_line(header, widths)]
    rules = [f":{'-' * (widths[0] + 1)}", *(f"{'-' * (width + 1)}:" for width in widths[1:])]
    lines.append(f"|{'|'.join(rules)}|")
    lines += [_line(row, widths) for row in rows]
    return "\n".join(lines)


def number(value: float | None, *, unit: str = "") -> str:
    """Three digits that count, thousands apart; empty for None.

    >>> [number(value) for value in (0.0123, 1.234, 12.34, 1234.5, None)]
    ['0.012', '1.23', '12.3', '1,234', '']
    """
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}{unit}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(padded)} |"
