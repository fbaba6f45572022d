"""Are the analyzers of an index those that it was written with?

The manifest keeps a few words of each text field with their terms. They are compared once for each
open index, when a field is first searched or written, and again when others are stored.
"""

from collections.abc import Mapping

from ..analysis.fingerprint import compare_samples
from ..analysis.foreign import Samples
from ..schema import Schema, Text


class Analyses:
    """Remembers what was compared. Safe in many threads: comparing twice does no harm."""

    def __init__(self) -> None:
        self._compared: object = None

    def check(self, schema: Schema, analyses: tuple[tuple[str, Samples], ...]) -> None:
        """Compare the samples that are stored of each field with what becomes of them now.

        Raises:
            ComponentError: an analyzer answers otherwise than it did; names field and word.
        """
        if self._compared is analyses:
            return
        if self._compared != analyses:
            for name, samples in analyses:
                field = schema[name]
                assert isinstance(field, Text), "samples of a field without an analyzer"
                compare_samples(field.analyzers, samples, name)
        self._compared = analyses


def of_fields(schema: Schema, analyses: Mapping[str, Samples]) -> tuple[tuple[str, Samples], ...]:
    """The samples of those fields that the schema has, as a manifest holds them."""
    return tuple(sorted((name, each) for name, each in analyses.items() if name in schema and each))
