"""What secrets are: each a text in the Parameter Store, parsed into keys of its kind, or refused with a ValueError."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# RFC 2104, 3: a key shorter than the hash weakens the signature.
_KEY_BYTES: Final = 32
# https://docs.stripe.com/keys; publishable keys (pk_…) cannot do what we do.
_STRIPE_KEY: Final = re.compile(r"[sr]k_[A-Za-z0-9_]{8,250}")
_NOVU_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,250}")


@dataclass(frozen=True, slots=True)
class HmsKeys:
    """An app at 100ms: its access key, the secret that signs its tokens, and the template of its rooms."""

    access_key: str
    secret: str = field(repr=False)
    template_id: str


@dataclass(frozen=True, slots=True)
class PaymentKeys:
    """The secret key of an account at Stripe, or a restricted one."""

    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NovuKeys:
    """The secret key of an environment at Novu."""

    secret_key: str = field(repr=False)


def _keys(text: str) -> dict[str, bytes]:
    """Return the keys in {"id": "base64", …}. Raises ValueError if there is none, or one is malformed.

    An id must not contain a dot, because tokens start with the id and a dot.
    """
    document = json.loads(text)
    if not isinstance(document, dict) or not document or not all(isinstance(key, str) for key in document.values()):
        raise ValueError("not an object of keys")
    if any("." in kid or not kid for kid in document):
        raise ValueError("not a key's id")
    keys = {kid: base64.b64decode(key, validate=True) for kid, key in document.items()}
    if any(len(key) < _KEY_BYTES for key in keys.values()):
        raise ValueError("a key that is too short")
    return keys


def _hms_keys(text: str) -> HmsKeys:
    """Return the keys in {"accessKey", "secret", "templateId"}. Raises ValueError for anything else."""
    document = json.loads(text)
    names = ("accessKey", "secret", "templateId")
    if not isinstance(document, dict) or not all(isinstance(document.get(name), str) for name in names):
        raise ValueError("not the keys of an app")
    if not document["accessKey"] or len(document["secret"]) < _KEY_BYTES:
        raise ValueError("a key that is too short")
    return HmsKeys(*(document[name] for name in names))


def _payment_keys(text: str) -> PaymentKeys | None:
    """Return the key in {"secretKey"}, None if it is empty. Raises ValueError for anything else."""
    document = json.loads(text)
    key = document.get("secretKey") if isinstance(document, dict) else None
    if key == "":
        return None
    if not isinstance(key, str) or not _STRIPE_KEY.fullmatch(key):
        raise ValueError("not a secret key")
    return PaymentKeys(key)


def _novu_keys(text: str) -> NovuKeys | None:
    """Return the key in {"secretKey"}, None if it is empty. Raises ValueError for anything else."""
    document = json.loads(text)
    key = document.get("secretKey") if isinstance(document, dict) else None
    if key == "":
        return None
    if not isinstance(key, str) or not _NOVU_KEY.fullmatch(key):
        raise ValueError("not a secret key")
    return NovuKeys(key)


def _seal_keys(text: str) -> dict[str, bytes]:
    """Return keys as `_keys` does. Raises ValueError if one is not of AES-256's length, too."""
    keys = _keys(text)
    if any(len(key) != _KEY_BYTES for key in keys.values()):
        raise ValueError("not a key of AES-256")
    return keys


def _scrape_token(text: str) -> str:
    """Return the token. Raises ValueError if it could be guessed."""
    if len(text) < _KEY_BYTES:
        raise ValueError("a token that is too short")
    return text


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "redis-url": str,
    "redis-token": str,
    "signing-keys": _keys,
    "seal-keys": _seal_keys,
    "identity-keys": _keys,
    "pseudonym-key": _base64,
    "ably-key": str,
    "hms-keys": _hms_keys,
    "payment-keys": _payment_keys,
    "vapid-keys": _keys,
    "novu-keys": _novu_keys,
    "scrape-token": _scrape_token,
    "webhook-sources": str,
}
# What stands for a secret that a stage need not have.
ABSENT: Final[Mapping[str, Any]] = {
    "ably-key": "",
    "hms-keys": None,
    "payment-keys": None,
    "vapid-keys": {},
    "novu-keys": None,
    "scrape-token": "",
    "webhook-sources": "",
}
