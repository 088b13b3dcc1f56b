"""Tokens of the product's own shapes: those that are signed, those that renew a sign-in, and those in QR codes."""

import base64
import hashlib
import hmac
import os
import re
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from benchmarks.peers.clients import mac, now_ms, signing_keys
from benchmarks.peers.refusal import Refusal

ACCESS, UPLOAD = "bedside access token", "bedside upload token"
_HANDLE = re.compile(r"([a-z2-7]{24})([A-Za-z0-9_-]{43})")
_REFRESH = re.compile(r"([a-z2-7]{24})([a-z2-7]{16})([A-Za-z0-9_-]{22})([A-Za-z0-9_-]{22})")
_signers = {
    (kid, purpose): URLSafeSerializer(
        key, salt=purpose, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
    )
    for kid, key in signing_keys.items()
    for purpose in (ACCESS, UPLOAD)
}


def sign(purpose: str, claims: dict[str, Any]) -> str:
    """Return a signed token."""
    kid = list(signing_keys)[-1]
    return f"{kid}.{_signers[kid, purpose].dumps(claims)!s}"


def verify(purpose: str, authorization: str | None) -> dict[str, Any]:
    """Return the claims of a bearer token; rejects one that is forged or expired."""
    scheme, _, token = (authorization or "").partition(" ")
    kid, _, signed = token.partition(".")
    signer = _signers.get((kid, purpose))
    if scheme.lower() != "bearer" or signer is None:
        raise Refusal(401, "unauthorized")
    try:
        claims: dict[str, Any] = signer.loads(signed)
    except BadData as error:
        raise Refusal(401, "unauthorized") from error
    if claims["exp"] <= now_ms():
        raise Refusal(401, "unauthorized")
    return claims


def new_handle(key: str) -> tuple[str, str]:
    """Return a random token for a session, and the hash that is stored."""
    secret = _text(os.urandom(32))
    return key + secret, _digest(secret)


def read_handle(text: str) -> tuple[str, str]:
    """Return the session's key and the token's hash; rejects malformed tokens."""
    found = _HANDLE.fullmatch(text)
    if not found:
        raise Refusal(404, "token-expired-or-invalid")
    return found[1], _digest(found[2])


def first_refresh(user_id: str) -> tuple[str, str]:
    """Return a new sign-in's id and its first refresh token."""
    family = base64.b32encode(os.urandom(10)).decode().lower()
    return family, _refresh(user_id, family, os.urandom(16))


def next_refresh(text: str) -> tuple[str, str, str]:
    """Return a refresh token's user and sign-in, and its successor; rejects a forged one."""
    found = _REFRESH.fullmatch(text)
    if not found or not hmac.compare_digest(tag(found[1] + found[2] + found[3]), found[4]):
        raise Refusal(401, "unauthorized")
    return found[1], found[2], _refresh(found[1], found[2], mac(f"refresh next\n{text}")[:16])


def refresh_digest(text: str) -> str:
    """Return the hash of a refresh token that DynamoDB holds."""
    return _digest(text)


def _refresh(user_id: str, family: str, secret: bytes) -> str:
    body = user_id + family + _text(secret)
    return body + tag(body)


def tag(body: str) -> str:
    """Return the MAC of what we issue."""
    return _text(mac(f"refresh tag\n{body}")[:16])


def _digest(text: str) -> str:
    return _text(hashlib.sha256(text.encode()).digest()[:18])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
