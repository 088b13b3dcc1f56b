"""Authentication of callers by their Authorization header."""

from dataclasses import replace

from bedside.identity.authorization import Authorizer
from bedside.identity.errors import UnauthorizedError
from bedside.identity.keyring import KeyRing
from bedside.identity.principal import Admin, Clinician, Principal
from bedside.identity.tokens import UploadCredential, read_access_token, read_upload_token


class Authenticator:
    """Identifies callers: the token's signature proves who they are, the database whether their sign-in is alive.

    Roles and facility always come from the database, never from the token.
    """

    def __init__(self, keys: KeyRing, authorizer: Authorizer) -> None:
        self._keys = keys
        self._authorizer = authorizer

    def signed_in(self, authorization: str | None, now_ms: int) -> Principal:
        """Return the signed-in caller. Raises UnauthorizedError."""
        claims = read_access_token(self._keys, bearer(authorization), now_ms)
        principal, read = self._authorizer.principal(claims, now_ms)
        return replace(principal, read=read)

    def clinician(self, authorization: str | None, now_ms: int) -> Clinician:
        """Return the calling clinician. Raises UnauthorizedError, ForbiddenError, NotVerifiedError."""
        return self._authorizer.clinician(read_access_token(self._keys, bearer(authorization), now_ms), now_ms)

    def admin(self, authorization: str | None, origin: str, now_ms: int) -> Admin:
        """Return the calling administrator; `origin` is their address. Raises UnauthorizedError, ForbiddenError."""
        return self._authorizer.admin(read_access_token(self._keys, bearer(authorization), now_ms), origin, now_ms)

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
            return self._authorizer.clinician(read_access_token(self._keys, token, now_ms), now_ms)


def bearer(authorization: str | None) -> str:
    """Return the token in `Bearer …`. Raises UnauthorizedError."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthorizedError("A bearer token is needed.")
    return token.strip()
