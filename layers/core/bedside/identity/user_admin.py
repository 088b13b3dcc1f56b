"""Administration of a facility's users."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bedside.identity.audit import Entry
from bedside.identity.errors import UserExistsError, UserInUseError, UserNotFoundError
from bedside.identity.facility_cache import FacilityCache
from bedside.identity.person import (
    CLINICIAN,
    FACILITY_ADMIN,
    PATIENT,
    SYSTEM_ADMIN,
    Person,
    Verification,
    newcomer,
    user_id_of,
    verification_after,
)
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.identity.principal import Admin
from bedside.identity.user_requests import CreateRequest, ReviewRequest, Role
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError, UnavailableError

_TRIES: Final = 4

# Decides how to change a person: an update expression, its values, and the audit entry.
type _Decide = Callable[[Person], tuple[str, dict[str, Any], Entry]]


@dataclass(frozen=True, slots=True)
class UserAdmin:
    """Creates and changes users; every change adds an audit entry."""

    people: PersonRepository
    pseudonym_key: bytes
    countries: Collection[str]
    default_country: str
    facilities: FacilityCache

    def create(self, admin: Admin, request: CreateRequest, now_ms: int) -> Person:
        """Add a person to a facility. Raises ForbiddenError, UserExistsError, InvalidRequestError."""
        if not admin.scope.covers(request.facility_id):
            raise ForbiddenError("The facility is not yours.")
        _require_may_grant(admin, request.roles)
        country = self.facilities.country(request.facility_id, now_ms) or self.default_country
        phone = parse_phone(request.phone, self.countries, country)
        roles = tuple(dict.fromkeys(request.roles))
        user_id = user_id_of(self.pseudonym_key, phone)
        wanted = newcomer(user_id, phone, roles, request.facility_id, request.display_name or None)
        entry = Entry("create", admin.user_id, user_id, request.facility_id, admin.origin, after=" ".join(roles))
        taken_over = replace(entry, act="take-over", before=PATIENT)
        person = self.people.register(wanted, entry, now_ms) or self.people.take_over(wanted, taken_over, now_ms)
        if person is None:
            raise UserExistsError("This number belongs to a user already.")
        return person

    def set_roles(self, admin: Admin, user_id: str, roles: list[Role], now_ms: int) -> Person:
        """Change a user's roles. Raises ForbiddenError, UserNotFoundError, InvalidRequestError."""
        _require_may_grant(admin, roles)
        wanted = tuple(dict.fromkeys(roles))

        def decide(person: Person) -> tuple[str, dict[str, Any], Entry]:
            if person.facility_id is None and {CLINICIAN, FACILITY_ADMIN} & set(wanted):
                raise InvalidRequestError([FieldFault("roles", "This user belongs to no facility.", "no-facility")])
            verification = verification_after(person.roles, wanted, person.verification)
            entry = _entry(admin, "set-roles", person, before=" ".join(person.roles), after=" ".join(wanted))
            expression = "SET #roles = :roles, #verification = :verification"
            return expression, {"roles": list(wanted), "verification": verification}, entry

        if user_id == admin.user_id:
            raise ForbiddenError("Nobody changes their own roles.")
        return _found(self._change(admin, user_id, decide, now_ms))

    def rename(self, admin: Admin, user_id: str, display_name: str, now_ms: int) -> Person:
        """Change a user's display name. The trail says that it changed, and no names.

        Raises ForbiddenError, UserNotFoundError.
        """

        def decide(person: Person) -> tuple[str, dict[str, Any], Entry]:
            return "SET #displayName = :name", {"name": display_name}, _entry(admin, "rename", person)

        return _found(self._change(admin, user_id, decide, now_ms))

    def set_active(self, admin: Admin, user_id: str, *, active: bool, now_ms: int) -> Person:
        """Let a user sign in again, or end all their sign-ins and let them make none; their visits stay.

        Raises ForbiddenError, UserNotFoundError.
        """

        def decide(person: Person) -> tuple[str, dict[str, Any], Entry]:
            if active:
                return "REMOVE #deactivatedAt", {}, _entry(admin, "reactivate", person)
            expression = (
                "SET #deactivatedAt = if_not_exists(#deactivatedAt, :now), #families = :none, #devicesAfter = :now"
                f"{', #signedInBefore = :yes' if person.ever_signed_in else ''} REMOVE #codes, #codesEndAt, #devices"
            )
            values = {"now": now_ms, "none": {}} | ({"yes": True} if person.ever_signed_in else {})
            return expression, values, _entry(admin, "deactivate", person)

        if user_id == admin.user_id:
            raise ForbiddenError("Nobody deactivates themselves.")
        return _found(self._change(admin, user_id, decide, now_ms))

    def unlock(self, admin: Admin, user_id: str, now_ms: int) -> Person:
        """End the lock of a user's number, and let codes be sent to it at once; verifies nobody.

        Raises ForbiddenError, UserNotFoundError.
        """

        def decide(person: Person) -> tuple[str, dict[str, Any], Entry]:
            before = "locked" if person.budget.locked(now_ms) else ""
            expression = "SET #failures = :zero, #checks = :zero, #nextSendAt = :zero, #sends = :none"
            return expression, {"zero": 0, "none": []}, _entry(admin, "unlock", person, before)

        return _found(self._change(admin, user_id, decide, now_ms))

    def remove(self, admin: Admin, user_id: str, now_ms: int) -> None:
        """Remove a user who never signed in, so that their number is free.

        Raises ForbiddenError, UserNotFoundError, UserInUseError.
        """
        for _ in range(_TRIES):
            person = _found(self._find(admin, user_id))
            if person.ever_signed_in:
                raise UserInUseError("This user has signed in. Take their roles away instead.")
            entry = _entry(admin, "remove", person, before=" ".join(person.roles))
            if self.people.release(person, entry, now_ms):
                return
        raise UnavailableError("The user is being changed by others.")

    def force_verification(self, admin: Admin, user_id: str, reason: str, now_ms: int) -> Person:
        """Verify a clinician without review. Raises ForbiddenError, InvalidRequestError if they are not a clinician."""
        return self._decide(admin, user_id, "force-verification", "verified", reason, now_ms)

    def review(self, admin: Admin, request: ReviewRequest, now_ms: int) -> Person:
        """Verify or reject a clinician. Raises ForbiddenError, InvalidRequestError if the user is not a clinician."""
        wanted: Verification = "verified" if request.decision == "approve" else "rejected"
        return self._decide(admin, request.user_id, request.decision, wanted, request.reason or "", now_ms)

    def _decide(self, admin: Admin, user_id: str, act: str, wanted: Verification, reason: str, now_ms: int) -> Person:
        """Change a verification; the error is the same for unknown users and for those of other facilities."""

        def decide(person: Person) -> tuple[str, dict[str, Any], Entry]:
            if CLINICIAN not in person.roles:
                raise InvalidRequestError([FieldFault("userId", "This user is not a clinician.", "not-a-clinician")])
            entry = _entry(admin, act, person, person.verification, wanted, reason)
            return "SET #verification = :verification", {"verification": wanted}, entry

        if user_id == admin.user_id:
            raise ForbiddenError("Nobody verifies themselves.")
        person = self._change(admin, user_id, decide, now_ms)
        if person is None:
            raise ForbiddenError("This user is not yours to verify.")
        return person

    def _change(self, admin: Admin, user_id: str, decide: _Decide, now_ms: int) -> Person | None:
        """Apply `decide` to a person, and retry if they were changed concurrently; None if out of scope."""
        for _ in range(_TRIES):
            person = self._find(admin, user_id)
            if person is None:
                return None
            if self.people.change(person, *decide(person), now_ms):
                return self.people.find(admin.scope, user_id)
        raise UnavailableError("The user is being changed by others.")

    def _find(self, admin: Admin, user_id: str) -> Person | None:
        person = self.people.find(admin.scope, user_id)
        if person and SYSTEM_ADMIN in person.roles and not admin.everywhere:
            raise ForbiddenError("Only a system administrator may change another.")
        return person


def _found(person: Person | None) -> Person:
    if person is None:
        raise UserNotFoundError("There is no such user.")
    return person


def _require_may_grant(admin: Admin, roles: Sequence[str]) -> None:
    if SYSTEM_ADMIN in roles and not admin.everywhere:
        raise ForbiddenError("Only a system administrator may make another.")


def _entry(admin: Admin, act: str, person: Person, before: str = "", after: str = "", reason: str = "") -> Entry:
    return Entry(act, admin.user_id, person.user_id, person.facility_id, admin.origin, before, after, reason)
