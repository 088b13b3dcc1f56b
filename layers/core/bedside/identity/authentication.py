"""Authentication and authorisation of callers by their Authorization header."""

from collections.abc import Callable
from dataclasses import replace

from bedside.identity.keyring import KeyRing
from bedside.identity.person import CLINICIAN, Person
from bedside.identity.person_cache import PersonCache
from bedside.identity.principal import Admin, Clinician, Principal
from bedside.identity.tokens import AccessClaims, UploadCredential, read_access_token, read_upload_token
from bedside.kernel.errors import ForbiddenError, NotVerifiedError, UnauthorizedError

type _Decision[Caller] = Callable[[Person | None], Caller]


class Authenticator:
    """Identifies callers: the token's signature proves who they are, the database whether their sign-in is alive.

    Roles and facility always come from the database, never from the token.
    """

    def __init__(self, keys: KeyRing, person_cache: PersonCache) -> None:
        self._keys = keys
        self._person_cache = person_cache

    def signed_in(self, authorization: str | None, now_ms: int) -> Principal:
        """Return the signed-in caller. Raises UnauthorizedError."""
        claims = read_access_token(self._keys, bearer(authorization), now_ms)
        principal, read = self._decide(claims, now_ms, lambda person: _principal(claims, person, now_ms))
        return replace(principal, read=read)

    def clinician(self, authorization: str | None, now_ms: int) -> Clinician:
        """Return the calling clinician. Raises UnauthorizedError, ForbiddenError, NotVerifiedError."""
        return self._clinician(read_access_token(self._keys, bearer(authorization), now_ms), now_ms)

    def admin(self, authorization: str | None, origin: str, now_ms: int) -> Admin:
        """Return the calling administrator; `origin` is their address. Raises UnauthorizedError, ForbiddenError."""
        claims = read_access_token(self._keys, bearer(authorization), now_ms)

        def decide(person: Person | None) -> Admin:
            principal = _principal(claims, person, now_ms)
            if not principal.is_admin:
                raise ForbiddenError("Only an administrator may do this.")
            return Admin(principal.user_id, principal.facility_id, principal.is_system_admin, origin)

        return self._decide(claims, now_ms, decide)[0]

    def phone(self, authorization: str | None, now_ms: int) -> UploadCredential:
        """Return the calling phone's upload credential. Raises UnauthorizedError.

        Does not check whether the phone's session is still open.
        """
        return read_upload_token(self._keys, bearer(authorization), now_ms)

    def clinician_or_phone(self, authorization: str | None, now_ms: int) -> Clinician | UploadCredential:
        """Return the calling clinician or phone. Raises UnauthorizedError, ForbiddenError, NotVerifiedError."""
        token = bearer(authorization)
        try:
            return read_upload_token(self._keys, token, now_ms)
        except UnauthorizedError:
            return self._clinician(read_access_token(self._keys, token, now_ms), now_ms)

    def may_watch(self, user_id: str, family_id: str, facility_id: str, now_ms: int) -> bool:
        """Return whether a clinician with a live connection may still watch the facility's sessions.

        Raises UnavailableError.
        """
        claims = AccessClaims(user_id, family_id)
        try:
            clinician = self._clinician(claims, now_ms)
        except (UnauthorizedError, ForbiddenError, NotVerifiedError):
            return False
        return clinician.facility_id == facility_id

    def find_principal(self, user_id: str, family_id: str, now_ms: int) -> Principal | None:
        """Return the principal behind an earlier sign-in, or None if it has ended. Raises UnavailableError."""
        claims = AccessClaims(user_id, family_id)
        try:
            return self._decide(claims, now_ms, lambda person: _principal(claims, person, now_ms))[0]
        except UnauthorizedError:
            return None

    def _clinician(self, claims: AccessClaims, now_ms: int) -> Clinician:
        def decide(person: Person | None) -> Clinician:
            principal = _principal(claims, person, now_ms)
            if CLINICIAN not in principal.roles or principal.facility_id is None:
                raise ForbiddenError("Only a clinician may do this.")
            if person is None or not person.verified_clinician:
                raise NotVerifiedError("An administrator of your facility has to verify you first.")
            return Clinician(principal.user_id, principal.family_id, principal.facility_id)

        return self._decide(claims, now_ms, decide)[0]

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


def bearer(authorization: str | None) -> str:
    """Return the token in `Bearer …`. Raises UnauthorizedError."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthorizedError("A bearer token is needed.")
    return token.strip()


def _principal(claims: AccessClaims, person: Person | None, now_ms: int) -> Principal:
    if person is None or not person.signed_in(claims.family_id, now_ms):
        raise UnauthorizedError("This sign-in has ended.")
    return Principal(person.user_id, claims.family_id, person.facility_id, person.roles, person.verified_clinician)
