"""Which document was a component at when it raised?

Filters see the distinct words of a batch, not documents, so the document is looked for afterwards:
the batch is analyzed again, as far as the component that raised.
"""

from collections.abc import Sequence

from ..analysis import Analyzer
from ..analysis.native import compiled
from ..analysis.samples import Failure
from ..errors import shown
from ..schema import Schema


def add_place(
    error: Exception,
    failure: Failure | None,
    schema: Schema,
    rows: Sequence[tuple[object, ...]],
    places: Sequence[int],
) -> None:
    """Add a note to the error that says which document and field held what the component was given.

    No note where the error is of another origin, or the document cannot be found.
    """
    if failure is None or failure.error is not error:
        return
    try:
        found = _found(failure, schema, rows)
    except Exception:  # another component may fail at what this one did not come to
        return
    if found is None:
        return
    row, field = found
    where = f"document at place {places[row]}"
    if schema.key_number is not None:
        where += f", key {shown(rows[row][schema.key_number])}"
    error.add_note(f"in the {where}, field {schema.names[field]!r}")


def _found(
    failure: Failure, schema: Schema, rows: Sequence[tuple[object, ...]]
) -> tuple[int, int] | None:
    """The place of the row and the number of the field where the text or form first stands."""
    analyzer = failure.analyzer
    fields = [
        number for number, (_, _, _, each) in enumerate(schema.native_fields()) if analyzer in each
    ]
    before = Analyzer(analyzer.tokenizer, analyzer.filters[: max(0, failure.place - 1)])
    for place, row in enumerate(rows):
        for number in fields:
            value = row[number]
            if isinstance(value, tuple):  # of a field with a choice, beside the place of its own
                value = value[0]
            for text in value if isinstance(value, list) else [value]:
                if not isinstance(text, str):
                    continue
                if failure.place == 0:
                    if text == failure.asked:
                        return place, number
                elif any(term == failure.asked for term, _ in compiled(before).terms(text)):
                    return place, number
    return None
