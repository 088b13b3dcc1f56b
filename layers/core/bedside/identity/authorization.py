"""Authorisation: what somebody who has been identified may do, by their current record."""

from collections.abc import Callable

from bedside.identity.errors import NotVerifiedError, UnauthorizedError
from bedside.identity.person import CLINICIAN, Person
from bedside.identity.person_cache import PersonCache
from bedside.identity.principal import Admin, Clinician, Principal
from bedside.identity.tokens import AccessClaims
from bedside.kernel.errors import ForbiddenError

type _Decision[Caller] = Callable[[Person | None], Caller]


class Authorizer:
    """Decides by the database whether a sign-in is alive and what its owner may do.

    It needs no keys, so functions without callers, such as those that process webhooks, can use it.
    """

    def __init__(self, person_cache: PersonCache) -> None:
        self._person_cache = person_cache

    def principal(self, claims: AccessClaims, now_ms: int) -> tuple[Principal, Person | None]:
        """Return the signed-in principal, and the person if they were read for this call. Raises UnauthorizedError."""
        return self._decide(claims, now_ms, lambda person: _principal(claims, person, now_ms))

    def clinician(self, claims: AccessClaims, now_ms: int) -> Clinician:
        """Return the verified clinician. Raises UnauthorizedError, ForbiddenError, NotVerifiedError."""

        def decide(person: Person | None) -> Clinician:
            principal = _principal(claims, person, now_ms)
            if CLINICIAN not in principal.roles or principal.facility_id is None:
                raise ForbiddenError("Only a clinician may do this.")
            if person is None or not person.verified_clinician:
                raise NotVerifiedError("An administrator of your facility has to verify you first.")
            return Clinician(principal.user_id, principal.family_id, principal.facility_id)

        return self._decide(claims, now_ms, decide)[0]

    def admin(self, claims: AccessClaims, origin: str, now_ms: int) -> Admin:
        """Return the administrator; `origin` is their address. Raises UnauthorizedError, ForbiddenError."""

        def decide(person: Person | None) -> Admin:
            principal = _principal(claims, person, now_ms)
            if not principal.is_admin:
                raise ForbiddenError("Only an administrator may do this.")
            return Admin(principal.user_id, principal.facility_id, principal.is_system_admin, origin)

        return self._decide(claims, now_ms, decide)[0]

    def may_watch(self, user_id: str, family_id: str, facility_id: str, now_ms: int) -> bool:
        """Return whether a clinician with a live connection may still watch the facility's sessions.

        Raises UnavailableError.
        """
        try:
            clinician = self.clinician(AccessClaims(user_id, family_id), now_ms)
        except (UnauthorizedError, ForbiddenError, NotVerifiedError):
            return False
        return clinician.facility_id == facility_id

    def find_principal(self, user_id: str, family_id: str, now_ms: int) -> Principal | None:
        """Return the principal behind an earlier sign-in, or None if it has ended. Raises UnavailableError."""
        try:
            return self.principal(AccessClaims(user_id, family_id), now_ms)[0]
        except UnauthorizedError:
            return None

    def _decide[Caller](
        self, claims: AccessClaims, now_ms: int, decide: _Decision[Caller]
    ) -> tuple[Caller, Person | None]:
        """Return the decision, and the person if they were read from the database for this call.

        A cached person is enough to admit a caller, but not to refuse one: they may have gained access since.
        """
        person, cached = self._person_cache.recent(claims.user_id, now_ms)
        try:
            return decide(person), None if cached else person
        except (UnauthorizedError, ForbiddenError, NotVerifiedError):
            if not cached:
                raise
        person = self._person_cache.current(claims.user_id, now_ms)
        return decide(person), person


def _principal(claims: AccessClaims, person: Person | None, now_ms: int) -> Principal:
    if person is None or not person.signed_in(claims.family_id, now_ms):
        raise UnauthorizedError("This sign-in has ended.")
    return Principal(person.user_id, claims.family_id, person.facility_id, person.roles, person.verified_clinician)
