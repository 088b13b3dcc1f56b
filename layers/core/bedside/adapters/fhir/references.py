"""What a document refers to in the record, once the record has confirmed it."""

from dataclasses import dataclass

from bedside.ports.records import RecordWarning


@dataclass(frozen=True, slots=True)
class References:
    """References of a document, such as `Patient/17`; what the record does not know is left out, with a warning."""

    patient: str
    author: str | None = None
    encounter: str | None = None
    warnings: tuple[RecordWarning, ...] = ()
