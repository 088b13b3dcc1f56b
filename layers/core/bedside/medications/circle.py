"""A patient's circle: the people who learn of missed doses, with the patient's consent and their own. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from bedside.kernel.errors import WrongStateError

# asked: the patient consents, and waits for an answer. Only who has accepted learns of anything.
type CareState = Literal["asked", "accepted", "declined", "ended"]
type CareStep = Literal["accept", "decline", "end"]

# People with whom a patient's consent stands at the same time.
MOST_CARERS: Final = 5
# Of those with whom it has ended, the latest stay in the record, and of each person the latest steps.
_MOST_PAST: Final = 20
_MOST_STEPS: Final = 50
_STANDING: Final[frozenset[CareState]] = frozenset({"asked", "accepted"})


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the patient or of the carer: what it led to, by whom (a user id), when (Unix ms)."""

    state: CareState
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Care:
    """What stands between a patient and a carer. `name` is what the patient calls them; `version` counts steps."""

    care_id: str
    carer_id: str
    name: str = field(repr=False)
    steps: tuple[Step, ...]
    version: int = 1

    @property
    def state(self) -> CareState:
        return self.steps[-1].state

    @property
    def since(self) -> int:
        """Since when (Unix ms) it is so."""
        return self.steps[-1].at

    @property
    def by(self) -> str:
        """Who took the latest step."""
        return self.steps[-1].by

    @property
    def stands(self) -> bool:
        """Whether the patient's consent stands, accepted or not."""
        return self.state in _STANDING


@dataclass(frozen=True, slots=True)
class Circle:
    """A patient and their carers, the latest asked last. `patient_name` is how carers read the patient's name."""

    patient_id: str
    facility_id: str | None
    patient_name: str | None = field(default=None, repr=False)
    cares: Sequence[Care] = ()
    revision: int = 0

    def find(self, care_id: str) -> Care | None:
        """Return what stands between the patient and the carer of this id, or None."""
        return next((care for care in self.cares if care.care_id == care_id), None)

    def accepted_since(self, at_ms: int) -> list[Care]:
        """Return the carers who had accepted by an instant, and still do."""
        return [care for care in self.cares if care.state == "accepted" and care.since <= at_ms]


def is_full(circle: Circle) -> bool:
    """Whether as many people are in a circle as may be."""
    return sum(care.stands for care in circle.cares) >= MOST_CARERS


def asked(circle: Circle, care_id: str, carer_id: str, name: str, now_ms: int) -> Circle:
    """Return a circle in which the patient has asked somebody, who may have been in it before."""
    step = Step("asked", circle.patient_id, now_ms)
    known = circle.find(care_id)
    care = _stepped(replace(known, name=name), step) if known else Care(care_id, carer_id, name, (step,))
    return _with(circle, care)


def stepped(circle: Circle, care_id: str, step: CareStep, by: str, now_ms: int) -> Circle:
    """Return a circle after a step of the patient or the carer; the same if it was taken before.

    The carer accepts or declines; both may end it. Raises WrongStateError.
    """
    care = circle.find(care_id)
    if care is None:
        raise LookupError(care_id)
    to: CareState = "accepted" if step == "accept" else "declined" if step == "decline" else "ended"
    if care.state == to:
        return circle
    if not care.stands or (step == "decline" and care.state == "accepted"):
        raise WrongStateError("This was ended or answered before.", care.state)
    return _with(circle, _stepped(care, Step(to, by, now_ms)))


def _stepped(care: Care, step: Step) -> Care:
    return replace(care, steps=(*care.steps[1 - _MOST_STEPS :], step), version=care.version + 1)


def _with(circle: Circle, care: Care) -> Circle:
    others = [one for one in circle.cares if one.care_id != care.care_id]
    past = [one for one in others if not one.stands]
    forgotten = {one.care_id for one in past[: max(0, len(past) - _MOST_PAST)]}
    kept = [one for one in others if one.care_id not in forgotten]
    return replace(circle, cares=(*kept, care))
