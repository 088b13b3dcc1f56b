"""Signed tokens, verified without a network request.

A token consists of the signing key's id, a dot, and the signed claims.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from bedside.identity.errors import UnauthorizedError
from bedside.identity.keyring import KeyRing

_ACCESS: Final = "bedside access token"
_UPLOAD: Final = "bedside upload token"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """The token's user and sign-in. Permissions are not part of the token; they are read from the database."""

    user_id: str
    family_id: str


@dataclass(frozen=True, slots=True)
class UploadCredential:
    """Permission to add photos to one session of one encounter, until `expires_at` (Unix ms): a phone's, or a user's.

    `session_started` is the session's creation time, which distinguishes it from earlier sessions of the encounter.
    `user_id` is that of the clinician who sends photos from a desktop, None for a phone.
    """

    session_key: str
    session_started: int
    facility_id: str
    encounter_id: str
    expires_at: int
    user_id: str | None = None


def issue_access_token(keys: KeyRing, claims: AccessClaims, expires_at: int) -> str:
    """Return a signed access token, valid until `expires_at` (Unix ms)."""
    return _sign(keys, _ACCESS, {"sub": claims.user_id, "fam": claims.family_id, "exp": expires_at})


def read_access_token(keys: KeyRing, token: str, now_ms: int) -> AccessClaims:
    """Return the claims of an access token. Raises UnauthorizedError."""
    claims = _verified(keys, _ACCESS, token, now_ms)
    return AccessClaims(claims["sub"], claims["fam"])


def issue_upload_token(keys: KeyRing, credential: UploadCredential) -> str:
    """Return a signed upload token."""
    claims = {
        "ses": credential.session_key,
        "sta": credential.session_started,
        "fac": credential.facility_id,
        "enc": credential.encounter_id,
        "exp": credential.expires_at,
        **({"sub": credential.user_id} if credential.user_id else {}),
    }
    return _sign(keys, _UPLOAD, claims)


def read_upload_token(keys: KeyRing, token: str, now_ms: int) -> UploadCredential:
    """Return the credential in an upload token. Raises UnauthorizedError.

    Does not check whether the session is still open.
    """
    claims = _verified(keys, _UPLOAD, token, now_ms)
    session = claims["ses"], claims["sta"], claims["fac"], claims["enc"]
    return UploadCredential(*session, claims["exp"], claims.get("sub"))


def _sign(keys: KeyRing, purpose: str, claims: dict[str, Any]) -> str:
    kid, key = keys.newest
    text = _serializer(key, purpose).dumps(claims)
    return f"{kid}.{text if isinstance(text, str) else text.decode()}"


def _verified(keys: KeyRing, purpose: str, token: str, now_ms: int) -> dict[str, Any]:
    kid, _, signed = token.partition(".")
    key = keys.find(kid, now_ms) if signed else None
    if key is None:
        raise UnauthorizedError("The token is not valid.")
    try:
        claims: dict[str, Any] = _serializer(key, purpose).loads(signed)
    except (BadData, UnicodeError) as error:  # a header may contain invalid text
        raise UnauthorizedError("The token is not valid.") from error
    if claims["exp"] <= now_ms:
        raise UnauthorizedError("The token has expired.")
    return claims


def _serializer(key: bytes, purpose: str) -> URLSafeSerializer:
    """Return a serializer for `key`; the purpose prevents one kind of token from being used as another."""
    return URLSafeSerializer(
        key, salt=purpose, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
    )
