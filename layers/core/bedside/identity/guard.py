"""The seam: from an Authorization header to someone who may make the call."""

from collections.abc import Mapping

from bedside.errors import ForbiddenError, UnauthorizedError
from bedside.identity.tokens import Principal, UploadCredential, read_access_token, read_upload_token


def bearer(authorization: str | None) -> str:
    """Return the token of `Bearer …`; raises UnauthorizedError."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthorizedError("A bearer token is needed.")
    return token.strip()


def clinician(authorization: str | None, keys: Mapping[str, bytes], now_ms: int) -> Principal:
    """Return the clinician who is calling; raises UnauthorizedError, or ForbiddenError for anybody else."""
    principal = read_access_token(keys, bearer(authorization), now_ms)
    if "clinician" not in principal.roles:
        raise ForbiddenError("Only a clinician may do this.")
    return principal


def phone(authorization: str | None, keys: Mapping[str, bytes], now_ms: int) -> UploadCredential:
    """Return what the phone that is calling may do; raises UnauthorizedError."""
    return read_upload_token(keys, bearer(authorization), now_ms)


def clinician_or_phone(
    authorization: str | None, keys: Mapping[str, bytes], now_ms: int
) -> Principal | UploadCredential:
    """Return who is calling where both may; raises UnauthorizedError, ForbiddenError."""
    try:
        return phone(authorization, keys, now_ms)
    except UnauthorizedError:
        return clinician(authorization, keys, now_ms)
