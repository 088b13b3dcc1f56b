"""Signed tokens: what they claim, and proof that we issued them, without a network request.

A token is the id of the key that signed it, a point, and the signed claims.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from bedside.identity.keyring import KeyRing
from bedside.kernel.errors import UnauthorizedError

_ACCESS: Final = "bedside access token"
_UPLOAD: Final = "bedside upload token"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """Whose token it is, and of which sign-in. What they may do is for the record to say."""

    user_id: str
    family_id: str


@dataclass(frozen=True, slots=True)
class UploadCredential:
    """What a phone may do: add to one session of one encounter, until `expires_at` (Unix ms).

    `session_started` is the session's creation time, which tells it from an earlier one of the same encounter.
    """

    session_key: str
    session_started: int
    facility_id: str
    encounter_id: str
    expires_at: int


def issue_access_token(keys: KeyRing, claims: AccessClaims, expires_at: int) -> str:
    """Return a token that says who someone is, until `expires_at` (Unix ms)."""
    return _sign(keys, _ACCESS, {"sub": claims.user_id, "fam": claims.family_id, "exp": expires_at})


def read_access_token(keys: KeyRing, token: str, now_ms: int) -> AccessClaims:
    """Return who the token speaks for; raises UnauthorizedError."""
    claims = _verified(keys, _ACCESS, token, now_ms)
    return AccessClaims(claims["sub"], claims["fam"])


def issue_upload_token(keys: KeyRing, credential: UploadCredential) -> str:
    """Return a token that lets a phone add photos to one session."""
    claims = {
        "ses": credential.session_key,
        "sta": credential.session_started,
        "fac": credential.facility_id,
        "enc": credential.encounter_id,
        "exp": credential.expires_at,
    }
    return _sign(keys, _UPLOAD, claims)


def read_upload_token(keys: KeyRing, token: str, now_ms: int) -> UploadCredential:
    """Return what the token allows; raises UnauthorizedError.

    Whether the session still lives is for its record to say.
    """
    claims = _verified(keys, _UPLOAD, token, now_ms)
    return UploadCredential(claims["ses"], claims["sta"], claims["fac"], claims["enc"], claims["exp"])


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
    except (BadData, UnicodeError) as error:  # a header may hold what is no text
        raise UnauthorizedError("The token is not valid.") from error
    if claims["exp"] <= now_ms:
        raise UnauthorizedError("The token has expired.")
    return claims


def _serializer(key: bytes, purpose: str) -> URLSafeSerializer:
    """Return what signs with `key`; the purpose keeps one kind of token from passing for another."""
    return URLSafeSerializer(
        key, salt=purpose, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
    )
