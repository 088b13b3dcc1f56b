"""Signed tokens: what they claim, and proof that we issued them, without a network request."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from bedside.errors import UnauthorizedError

_ACCESS: Final = "bedside access token"
_UPLOAD: Final = "bedside upload token"


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person."""

    user_id: str
    facility_id: str
    roles: tuple[str, ...]


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


def issue_access_token(
    keys: Mapping[str, bytes], *, user_id: str, facility_id: str, roles: Sequence[str], now_ms: int, ttl_seconds: int
) -> str:
    """Return a token that says who someone is, for `ttl_seconds`."""
    claims = {"sub": user_id, "fac": facility_id, "rol": list(roles), "exp": now_ms + ttl_seconds * 1000}
    return _sign(keys, _ACCESS, claims)


def read_access_token(keys: Mapping[str, bytes], token: str, now_ms: int) -> Principal:
    """Return who the token speaks for; raises UnauthorizedError."""
    claims = _verified(keys, _ACCESS, token, now_ms)
    return Principal(claims["sub"], claims["fac"], tuple(claims["rol"]))


def issue_upload_token(keys: Mapping[str, bytes], credential: UploadCredential) -> str:
    """Return a token that lets a phone add photos to one session."""
    claims = {
        "ses": credential.session_key,
        "sta": credential.session_started,
        "fac": credential.facility_id,
        "enc": credential.encounter_id,
        "exp": credential.expires_at,
    }
    return _sign(keys, _UPLOAD, claims)


def read_upload_token(keys: Mapping[str, bytes], token: str, now_ms: int) -> UploadCredential:
    """Return what the token allows; raises UnauthorizedError.

    Whether the session still lives is for its record to say.
    """
    claims = _verified(keys, _UPLOAD, token, now_ms)
    return UploadCredential(claims["ses"], claims["sta"], claims["fac"], claims["enc"], claims["exp"])


def _sign(keys: Mapping[str, bytes], purpose: str, claims: dict[str, Any]) -> str:
    text = _serializer(keys, purpose).dumps(claims)
    return text if isinstance(text, str) else text.decode()


def _verified(keys: Mapping[str, bytes], purpose: str, token: str, now_ms: int) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = _serializer(keys, purpose).loads(token)
    except (BadData, UnicodeError) as error:  # a header may hold what is no text
        raise UnauthorizedError("The token is not valid.") from error
    if claims["exp"] <= now_ms:
        raise UnauthorizedError("The token has expired.")
    return claims


def _serializer(keys: Mapping[str, bytes], purpose: str) -> URLSafeSerializer:
    """Sign with the newest key, accept any; the purpose keeps one kind of token from passing for another."""
    return URLSafeSerializer(
        list(keys.values()), salt=purpose, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
    )
