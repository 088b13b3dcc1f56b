"""What photos need before they may be committed. No I/O, and nothing is sent before all of it is there."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bedside.capture.image import Image
from bedside.capture.model import Session
from bedside.capture.patient import Patient
from bedside.commits.sides import SIDED, contradicts
from bedside.kernel.text import clean_line

# changed: somebody has changed the photo since the clinician looked at it.
Missing = Literal[
    "body-site",
    "image-type",
    "laterality",
    "consent",
    "side-contradiction",
    "patient-unconfirmed",
    "changed",
    "committing",
    "committed",
]
# What a person can confirm instead of changing it.
Confirmable = Literal["side-contradiction"]
_SIDE: Final[Confirmable] = "side-contradiction"


@dataclass(frozen=True, slots=True)
class Wish:
    """A photo that a clinician wants to commit, as they saw it: its revision, and what they have confirmed."""

    image_id: str
    version: int
    confirmed: frozenset[Confirmable] = frozenset()


@dataclass(frozen=True, slots=True)
class PatientCheck:
    """How the clinician has made sure of the patient: the name that they typed, or identifiers that they compared."""

    name: str = ""
    identifiers: tuple[str, ...] = ()

    def confirms(self, patient: Patient) -> bool:
        """Return whether the name is the patient's, or two of their numbers are."""
        if patient.name and clean_line(self.name).casefold() == clean_line(patient.name).casefold():
            return True
        theirs = {known.casefold() for known in (patient.patient_id, patient.nhi) if known}
        return len({clean_line(each).casefold() for each in self.identifiers} & theirs) > 1


def lacks(session: Session, image: Image, wish: Wish) -> list[Missing]:
    """Return what a photo needs, in the order in which people see to it."""
    if image.committed:
        return ["committed"]
    if image.committing:
        return ["committing"]
    found: list[Missing] = []
    if image.revision != wish.version:
        found.append("changed")
    site = _code(image.metadata, "bodySite")
    side = _code(image.metadata, "laterality")
    if not site:
        found.append("body-site")
    if not _code(image.metadata, "imageType"):
        found.append("image-type")
    if site in SIDED and side not in {"left", "right", "bilateral"}:
        found.append("laterality")
    if session.consent is None:
        found.append("consent")
    if contradicts(str(image.metadata.get("notes", "")), side) and _SIDE not in wish.confirmed:
        found.append(_SIDE)
    return found


def confirmation(image: Image, wish: Wish) -> str:
    """Return what a wish confirms of a photo's side, to be kept; "" if it confirms nothing."""
    return _side_digest(image) if _SIDE in wish.confirmed else ""


def still_confirmed(image: Image, confirmed: str) -> frozenset[Confirmable]:
    """Return what needs no second confirmation: note and side are as they were when it was given."""
    return frozenset({_SIDE}) if confirmed and confirmed == _side_digest(image) else frozenset()


def judged(
    session: Session,
    wishes: Collection[Wish],
    shown: Patient | None = None,
    check: PatientCheck | None = None,
) -> Mapping[str, list[Missing]]:
    """Return what photos of a session need, by their ids, without those that need nothing.

    `shown` is the patient that the clinician's page shows, if it says so: if it differs from the session's, whom the
    phone shows, somebody has to make sure of the patient first.
    """
    unsure = (
        shown is not None and shown.contradicts(session.patient) and not (check and check.confirms(session.patient))
    )
    found = {}
    for wish in wishes:
        missing = lacks(session, session.images[wish.image_id], wish)
        if unsure and not {"committed", "committing"} & set(missing):
            missing = [*missing, "patient-unconfirmed"]
        if missing:
            found[wish.image_id] = missing
    return found


def _side_digest(image: Image) -> str:
    """Return a hash of a photo's note and side, since notes are kept nowhere else."""
    said = [str(image.metadata.get("notes", "")), _code(image.metadata, "laterality")]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _code(metadata: Mapping[str, object], name: str) -> str:
    coded = metadata.get(name)
    return str(coded["code"]) if isinstance(coded, Mapping) else ""
