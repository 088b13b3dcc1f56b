"""Consent to photography, recorded once for an encounter. No I/O, and no photo waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

type Manner = Literal["spoken", "written", "bestInterests"]
type Giver = Literal["patient", "representative"]


@dataclass(frozen=True, slots=True)
class Consent:
    """How consent was given, and by whom; nobody gives what is decided in the patient's best interests.

    `at` (Unix ms) is when it was recorded.
    """

    manner: Manner
    given_by: Giver | None
    at: int

    def document(self) -> dict[str, Any]:
        """Return the consent as it is stored, and as answers have it."""
        return {"manner": self.manner, "at": self.at, **({"givenBy": self.given_by} if self.given_by else {})}

    def says_the_same(self, other: "Consent | None") -> bool:
        """Return whether the other says the same, whenever it was recorded."""
        return other is not None and (self.manner, self.given_by) == (other.manner, other.given_by)


def consent_from_record(record: Mapping[str, Any]) -> Consent:
    """Return a consent as stored."""
    return Consent(record["manner"], record.get("givenBy"), int(record["at"]))
