"""Enrolment of people by a stack's operator, which is how the first system administrator is created."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bedside.identity.audit import Entry
from bedside.identity.person import CLINICIAN, Person, newcomer, user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import EVERYWHERE
from bedside.kernel.errors import UnavailableError

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Enrols people on the operator's authority."""

    people: PersonRepository
    pseudonym_key: bytes

    def enrol(
        self, phone: str, roles: Sequence[str], facility_id: str | None, *, verified: bool, source: str, now_ms: int
    ) -> Person:
        """Register the person with this phone number (E.164), or update their facility and roles; unlock their number.

        `source` goes to the audit trail. Raises UnavailableError.
        """
        user_id = user_id_of(self.pseudonym_key, phone)
        entry = Entry("enrol", "operator", user_id, facility_id, source, after=" ".join(roles))
        wanted = newcomer(user_id, phone, roles, facility_id)
        if verified and CLINICIAN in roles:
            wanted = replace(wanted, verification="verified")
        for _ in range(_TRIES):
            known = self.people.find(EVERYWHERE, user_id)
            if known is None:
                registered = self.people.register(wanted, entry, now_ms)
                if registered and registered.budget.failures == 0:
                    return registered
            elif self.people.change(known, *_place(wanted), entry, now_ms):
                return self.people.find(EVERYWHERE, user_id) or wanted
        raise UnavailableError("The user is being changed by others.")


def _place(wanted: Person) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {"roles": list(wanted.roles), "verification": wanted.verification, "zero": 0}
    sets = "SET #roles = :roles, #verification = :verification, #failures = :zero"
    if wanted.facility_id is None:
        return f"{sets} REMOVE #facilityId", values
    return f"{sets}, #facilityId = :place", values | {"place": wanted.facility_id}
