"""Carers: who learns that a patient has missed a dose, as long as both want it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from phonenumbers import SUPPORTED_REGIONS

from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.errors import UserNotFoundError
from bedside.identity.person import user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError, UnavailableError
from bedside.kernel.pseudonym import pseudonym
from bedside.medications.access import require_patient
from bedside.medications.carer_documents import CareDocument, CarerListDocument, care_document, carer_list_document
from bedside.medications.circle import Care, CareStep, Circle, asked, is_full, stepped
from bedside.medications.circle_repository import CircleRepository

_ID_LENGTH: Final = 24
# Each failed try means that somebody else has changed the circle in these milliseconds.
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Carers:
    """Consents of patients to their carers, and of these to be told; `country` is that of a facility.

    Every step is written with an entry in the audit trail.
    """

    circles: CircleRepository
    people: PersonRepository
    trail: AuditTrail
    country: Callable[[str, int], str]
    pseudonym_key: bytes

    def list_carers(self, principal: Principal) -> CarerListDocument:
        """Return who helps the principal, and whom they help or are asked to. Raises UnavailableError."""
        own = self.circles.find(principal.user_id)
        return carer_list_document(own, self.circles.list_by_carer(principal.user_id), principal.user_id)

    def ask(self, principal: Principal, phone: str, name: str, address: str, now_ms: int) -> CareDocument:
        """Record the patient's consent that the person with this number learns of missed doses, once they accept.

        `name` is what the patient calls them. Raises ForbiddenError, InvalidRequestError, UserNotFoundError,
        UnavailableError.
        """
        require_patient(principal)
        facility_id = principal.facility_id
        if facility_id is None:
            raise ForbiddenError("Only people of a facility can name somebody of it.")
        number = parse_phone(phone, SUPPORTED_REGIONS, self.country(facility_id, now_ms))
        person = self.people.find(Scope(facility_id), user_id_of(self.pseudonym_key, number))
        if person is None or not person.active:
            raise UserNotFoundError("Nobody of your facility has this number.")
        if person.user_id == principal.user_id:
            raise InvalidRequestError([FieldFault("phone", "Name somebody else.", "somebody-else")])
        patient = self.people.find(Scope(facility_id), principal.user_id)
        care_id = pseudonym(self.pseudonym_key, f"care\n{principal.user_id}\n{person.user_id}", _ID_LENGTH)

        def change(circle: Circle) -> Circle:
            known = circle.find(care_id)
            if known and known.stands:
                return circle
            if is_full(circle):
                raise InvalidRequestError(
                    [FieldFault("phone", "So many people help you already. End it with somebody.", "enough-carers")]
                )
            return asked(circle, care_id, person.user_id, name, now_ms)

        empty = Circle(principal.user_id, facility_id, patient.display_name if patient else None)
        return self._change(principal, empty, care_id, change, address, now_ms)

    def step(self, principal: Principal, care_id: str, step: CareStep, address: str, now_ms: int) -> CareDocument:
        """Accept or decline, as the carer, or end it, as either. A repeated step changes nothing.

        Raises UserNotFoundError, ForbiddenError, WrongStateError, UnavailableError.
        """
        circle = self._circle_with(principal, care_id)
        if step != "end" and circle.patient_id == principal.user_id:
            raise ForbiddenError("Only the person whom you asked can answer.")

        def change(current: Circle) -> Circle:
            return stepped(current, care_id, step, principal.user_id, now_ms)

        return self._change(principal, circle, care_id, change, address, now_ms)

    def _circle_with(self, principal: Principal, care_id: str) -> Circle:
        """Return the circle with what stands between the principal and somebody else."""
        own = self.circles.find(principal.user_id)
        if own and own.find(care_id):
            return own
        for circle in self.circles.list_by_carer(principal.user_id):
            care = circle.find(care_id)
            if care and care.carer_id == principal.user_id:
                return circle
        raise UserNotFoundError("You have no such carer, and help nobody so.")

    def _change(
        self,
        principal: Principal,
        start: Circle,
        care_id: str,
        change: Callable[[Circle], Circle],
        address: str,
        now_ms: int,
    ) -> CareDocument:
        """Change a patient's circle as it is now; `start` is what it is if there is none."""
        for _ in range(_TRIES):
            before = self.circles.find(start.patient_id) or start
            after = change(before)
            care = after.find(care_id)
            if care is None:
                raise UserNotFoundError("You have no such carer, and help nobody so.")
            if after == before:
                return care_document(after, care, principal.user_id)
            entry = self.trail.add_change(_entry(before.find(care_id), care, after, address), now_ms)
            if self.circles.save(after, care, entry):
                return care_document(after, care, principal.user_id)
        raise UnavailableError("The circle is being changed by others.")


def _entry(before: Care | None, after: Care, circle: Circle, address: str) -> Entry:
    return Entry(
        act="care",
        by=after.by,
        whom=after.carer_id if after.by == circle.patient_id else circle.patient_id,
        facility_id=circle.facility_id,
        origin=address,
        before=before.state if before else "",
        after=f"{after.state}, version {after.version}",
    )
