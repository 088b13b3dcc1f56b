"""The record that a facility has chosen for what its clinicians commit."""

from dataclasses import dataclass
from typing import Literal, Protocol

from bedside.identity.facility import COMMITTED_PHOTO_DAYS
from bedside.ports.records import RecordTarget, Rendition

TargetKind = Literal["fhir", "alex", "download"]


@dataclass(frozen=True, slots=True)
class FacilityTarget:
    """What everybody may know of a facility's record.

    `name` tells it from every other record of the facility, also from those that it had before: a file that may have
    arrived in one of them is not looked for in another. What it has got stays here for `kept_days` more.
    """

    name: str
    kind: TargetKind
    rendition: Rendition
    kept_days: int = COMMITTED_PHOTO_DAYS


class TargetDirectory(Protocol):
    """Which record a facility has. Raises UnavailableError."""

    def find(self, facility_id: str) -> FacilityTarget | None: ...


class TargetConnections(Protocol):
    """Connections to facilities' records, with their secrets. Raises UnavailableError."""

    def connect(self, facility_id: str, name: str) -> RecordTarget | None:
        """Return the connection; None if the facility's record is not, or no longer, the one of this name."""
        ...
