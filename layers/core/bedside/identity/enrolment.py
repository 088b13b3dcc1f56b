"""The operator of a stack gives somebody a place in it: the first system administrator comes from nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bedside.errors import UnavailableError
from bedside.identity.audit import Entry
from bedside.identity.people import People
from bedside.identity.person import CLINICIAN, Person, newcomer, user_id_of
from bedside.identity.principal import Scope

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Enrols people by the operator's own word."""

    people: People
    pseudonym_key: bytes

    def enrol(
        self, phone: str, roles: Sequence[str], facility_id: str | None, *, verified: bool, source: str, now_ms: int
    ) -> Person:
        """Register whoever has this number (E.164), or change their place; `source` is for the audit trail.

        Raises UnavailableError.
        """
        user_id = user_id_of(self.pseudonym_key, phone)
        entry = Entry("enrol", "operator", user_id, facility_id, source, after=" ".join(roles))
        for _ in range(_TRIES):
            person = self.people.find(Scope(None), user_id) or self.people.register(
                newcomer(user_id, phone, roles, facility_id), entry, now_ms
            )
            if person and self.people.change(person, *_place(roles, facility_id, verified=verified), entry, now_ms):
                return self.people.find(Scope(None), user_id) or person
        raise UnavailableError("The user is being changed by others.")


def _place(roles: Sequence[str], facility_id: str | None, *, verified: bool) -> tuple[str, dict[str, Any]]:
    verification = ("verified" if verified else "pending") if CLINICIAN in roles else "none"
    values: dict[str, Any] = {"roles": list(roles), "verification": verification, "zero": 0}
    sets = "SET #roles = :roles, #verification = :verification, #failures = :zero"
    if facility_id is None:
        return f"{sets} REMOVE #facilityId", values
    return f"{sets}, #facilityId = :place", values | {"place": facility_id}
