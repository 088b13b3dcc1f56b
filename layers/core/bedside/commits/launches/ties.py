"""Ties people of a facility to practitioners of its record, whom the record vouches for from then on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from bedside.commits.launches.repository import LaunchRepository, Ties
from bedside.commits.launches.representation import TieDocument, TiesDocument
from bedside.commits.launches.requests import TiesRequest
from bedside.commits.record_targets.target import Target
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.person import Person
from bedside.identity.principal import Admin, Scope
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError, PreconditionFailedError
from bedside.kernel.versions import version_seen
from bedside.kernel.wire import IDENTIFIER, IDENTIFIER_RULE

_CHANGED: Final = "The people of the record were changed elsewhere."


class People(Protocol):
    """Finds people. Raises UnavailableError."""

    def find(self, scope: Scope, user_id: str) -> Person | None: ...


class Targets(Protocol):
    """Finds facilities' records. Raises UnavailableError."""

    def find(self, facility_id: str) -> Target | None: ...


@dataclass(frozen=True, slots=True)
class TieAdmin:
    """Reads and changes ties, for administrators of the facility or of the system.

    Ties are of one record: once the facility has another, nobody is tied to its practitioners yet.
    """

    repository: LaunchRepository
    targets: Targets
    people: People
    audit: AuditTrail

    def get(self, admin: Admin, facility_id: str) -> tuple[TiesDocument, int]:
        """Return a facility's ties and their version. Raises ForbiddenError, InvalidRequestError."""
        _require(admin, facility_id)
        ties = self.repository.ties(facility_id).of(self._record(facility_id))
        return _shown(ties), ties.version

    def save(
        self, admin: Admin, facility_id: str, request: TiesRequest, if_match: str | None, now_ms: int
    ) -> tuple[TiesDocument, int]:
        """Replace a facility's ties; return them and their version.

        Raises ForbiddenError, InvalidRequestError, PreconditionRequiredError, PreconditionFailedError.
        """
        _require(admin, facility_id)
        before = self.repository.ties(facility_id)
        seen = version_seen(if_match, lambda: before.version, _CHANGED)
        if seen != before.version:
            raise PreconditionFailedError(_CHANGED, before.version)
        people = {each.practitioner_id: each.user_id for each in request.people}
        if len(people) < len(request.people) or len(set(people.values())) < len(request.people):
            raise InvalidRequestError(
                [FieldFault("people", "Name each person and each practitioner once.", "only-one")]
            )
        record = self._record(facility_id)
        known = before.of(record).people
        new = {practitioner: who for practitioner, who in people.items() if known.get(practitioner) != who}
        self._require_clinicians(facility_id, new, [each.practitioner_id for each in request.people])
        after = Ties(facility_id, people, seen + 1, record)
        gone = sorted(before.people.items() - people.items())
        entry = Entry(
            "change-record-people",
            admin.user_id,
            facility_id,
            facility_id,
            admin.origin,
            _told(gone),
            _told(new.items()),
        )
        if not self.repository.save_ties(after, self.audit.add_change(entry, now_ms)):
            raise PreconditionFailedError(_CHANGED, self.repository.ties(facility_id).version)
        return _shown(after), after.version

    def _record(self, facility_id: str) -> str:
        target = self.targets.find(facility_id)
        return target.name if target else ""

    def _require_clinicians(self, facility_id: str, new: dict[str, str], order: list[str]) -> None:
        """Raise InvalidRequestError for somebody new who is no clinician of the facility."""
        faults = []
        for practitioner, user_id in new.items():
            person = self.people.find(Scope(facility_id), user_id)
            if person is None or not person.verified_clinician:
                field = f"people.{order.index(practitioner)}.userId"
                faults.append(FieldFault(field, "This is no verified clinician of the facility.", "not-a-clinician"))
        if faults:
            raise InvalidRequestError(faults)


def _require(admin: Admin, facility_id: str) -> None:
    if not admin.scope.covers(facility_id):
        raise ForbiddenError("The facility is not yours.")
    if not re.fullmatch(IDENTIFIER, facility_id):
        raise InvalidRequestError([FieldFault("facilityId", IDENTIFIER_RULE, "identifier")])


def _shown(ties: Ties) -> TiesDocument:
    people: list[TieDocument] = [
        {"practitionerId": practitioner, "userId": who} for practitioner, who in sorted(ties.people.items())
    ]
    return {"facilityId": ties.facility_id, "people": people}


def _told(pairs: Iterable[tuple[str, str]]) -> str:
    """Return ties for the audit trail, which has room for some."""
    return ", ".join(f"{practitioner}: {who}" for practitioner, who in list(pairs)[:20])
