"""Authenticated encryption for the few values with patient data that Redis may store."""

import base64
import json
import os
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12  # NIST SP 800-38D


class SealError(ValueError):
    """The value was not sealed for this place with a known key."""


class Seal:
    """Seals JSON documents with AES-256-GCM, bound to the place (a Redis key) where they are stored.

    `keys`, of 32 bytes each, are ordered from oldest to newest: the newest seals, any of them opens.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = [AESGCM(key) for key in keys.values()]

    def close(self, document: Mapping[str, Any], place: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(document, separators=(",", ":")).encode()
        return base64.b64encode(nonce + self._ciphers[-1].encrypt(nonce, plain, place.encode())).decode()

    def open(self, sealed: str, place: str) -> dict[str, Any]:
        """Return the document. Raises SealError."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except ValueError as error:
            raise SealError("not base64") from error
        for cipher in reversed(self._ciphers):
            try:
                plain = cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode())
            except (InvalidTag, ValueError):
                continue
            document: dict[str, Any] = json.loads(plain)
            return document
        raise SealError("no key opens it")
