"""The seam through which every guarded call passes: from an Authorization header to someone who may make the call."""

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
    """Tells who is calling. A signature says whose the token is, the record whether it lives and what they may do."""

    def __init__(self, keys: KeyRing, person_cache: PersonCache) -> None:
        self._keys = keys
        self._standings = person_cache

    def signed_in(self, authorization: str | None, now_ms: int) -> Principal:
        """Return the person who is calling; raises UnauthorizedError."""
        claims = read_access_token(self._keys, bearer(authorization), now_ms)
        who, read = self._decide(claims, now_ms, lambda person: _principal(claims, person, now_ms))
        return replace(who, read=read)

    def clinician(self, authorization: str | None, now_ms: int) -> Clinician:
        """Return the clinician who is calling; raises UnauthorizedError, ForbiddenError, NotVerifiedError."""
        return self._clinician(read_access_token(self._keys, bearer(authorization), now_ms), now_ms)

    def admin(self, authorization: str | None, origin: str, now_ms: int) -> Admin:
        """Return the administrator who is calling, from `origin`; raises UnauthorizedError, ForbiddenError."""
        claims = read_access_token(self._keys, bearer(authorization), now_ms)

        def decide(person: Person | None) -> Admin:
            who = _principal(claims, person, now_ms)
            if not who.is_admin:
                raise ForbiddenError("Only an administrator may do this.")
            return Admin(who.user_id, who.facility_id, who.is_system_admin, origin)

        return self._decide(claims, now_ms, decide)[0]

    def phone(self, authorization: str | None, now_ms: int) -> UploadCredential:
        """Return what the phone that is calling may do; raises UnauthorizedError.

        Whether its session still lives is for the session's record to say.
        """
        return read_upload_token(self._keys, bearer(authorization), now_ms)

    def clinician_or_phone(self, authorization: str | None, now_ms: int) -> Clinician | UploadCredential:
        """Return who is calling where both may; raises UnauthorizedError, ForbiddenError, NotVerifiedError."""
        token = bearer(authorization)
        try:
            return read_upload_token(self._keys, token, now_ms)
        except UnauthorizedError:
            return self._clinician(read_access_token(self._keys, token, now_ms), now_ms)

    def watches(self, user_id: str, family_id: str, facility_id: str, now_ms: int) -> bool:
        """Tell whether a clinician who opened a live connection may still hear of this facility's sessions.

        Raises UnavailableError.
        """
        claims = AccessClaims(user_id, family_id)
        try:
            who = self._clinician(claims, now_ms)
        except (UnauthorizedError, ForbiddenError, NotVerifiedError):
            return False
        return who.facility_id == facility_id

    def standing(self, user_id: str, family_id: str, now_ms: int) -> Principal | None:
        """Return somebody who signed in earlier, None if that sign-in has ended; raises UnavailableError."""
        claims = AccessClaims(user_id, family_id)
        try:
            return self._decide(claims, now_ms, lambda person: _principal(claims, person, now_ms))[0]
        except UnauthorizedError:
            return None

    def _clinician(self, claims: AccessClaims, now_ms: int) -> Clinician:
        def decide(person: Person | None) -> Clinician:
            who = _principal(claims, person, now_ms)
            if CLINICIAN not in who.roles or who.facility_id is None:
                raise ForbiddenError("Only a clinician may do this.")
            if person is None or not person.verified_clinician:
                raise NotVerifiedError("An administrator of your facility has to verify you first.")
            return Clinician(who.user_id, who.family_id, who.facility_id)

        return self._decide(claims, now_ms, decide)[0]

    def _decide[Caller](
        self, claims: AccessClaims, now_ms: int, decide: _Decision[Caller]
    ) -> tuple[Caller, Person | None]:
        """Decide by what is remembered, but refuse nobody by that: what they lacked may have come since.

        Also returns the record itself where it was read for this call.
        """
        person, remembered = self._standings.recent(claims.user_id, now_ms)
        try:
            return decide(person), None if remembered else person
        except (UnauthorizedError, ForbiddenError, NotVerifiedError):
            if not remembered:
                raise
        person = self._standings.now(claims.user_id, now_ms)
        return decide(person), person


def bearer(authorization: str | None) -> str:
    """Return the token of `Bearer …`; raises UnauthorizedError."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthorizedError("A bearer token is needed.")
    return token.strip()


def _principal(claims: AccessClaims, person: Person | None, now_ms: int) -> Principal:
    if person is None or not person.signed_in(claims.family_id, now_ms):
        raise UnauthorizedError("This sign-in has ended.")
    return Principal(person.user_id, claims.family_id, person.facility_id, person.roles, person.verified_clinician)
