"""Secrets from SSM Parameter Store: those of a function, read in one request when it first needs one."""

import base64
import json
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bedside.adapters.aws.client import AwsError, AwsService, JsonService
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s

# For all attempts together: SSM serves 40 requests a second by default (1,000 with higher throughput), so a few hundred
# environments that start at once have to take turns.
_DEADLINE_S: Final = 12.0
# Generous, because secrets are read at a cold start, when the CPU is busy.
_TRY_S: Final = 5.0
# Left of the invocation for a proper response.
_RESERVED_S: Final = 3.0
# The pause before a retry is random, up to this, doubled by each retry, and at most the longest.
_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 2.0
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


class Secrets:
    """The secrets that a function may read, by name; keys are ordered from oldest to newest, and the newest is used.

    Looking up another secret raises UnavailableError, so that a forgotten permission shows in the log by name.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._values))})"

    @property
    def redis_url(self) -> str:
        return str(self._get("redis-url"))

    @property
    def redis_token(self) -> str:
        return str(self._get("redis-token"))

    @property
    def signing_keys(self) -> Mapping[str, bytes]:
        """Keys that prove callers' tokens: only functions that authenticate callers or sign them in have them."""
        keys: Mapping[str, bytes] = self._get("signing-keys")
        return keys

    @property
    def seal_keys(self) -> Mapping[str, bytes]:
        """Keys that encrypt patient data in Redis."""
        keys: Mapping[str, bytes] = self._get("seal-keys")
        return keys

    @property
    def identity_keys(self) -> Mapping[str, bytes]:
        """Keys that prove refresh tokens, device tokens and codes: only functions that sign somebody in have them."""
        keys: Mapping[str, bytes] = self._get("identity-keys")
        return keys

    @property
    def pseudonym_key(self) -> bytes:
        """The key of names under which items are stored: it proves nothing."""
        return bytes(self._get("pseudonym-key"))

    @property
    def ably_key(self) -> str:
        return str(self._get("ably-key"))

    @property
    def hms_keys(self) -> HmsKeys | None:
        keys: HmsKeys | None = self._get("hms-keys")
        return keys

    @property
    def payment_keys(self) -> PaymentKeys | None:
        keys: PaymentKeys | None = self._get("payment-keys")
        return keys

    @property
    def vapid_keys(self) -> Mapping[str, bytes]:
        """Keys by which push services know us; a stage without any sends no push messages."""
        keys: Mapping[str, bytes] = self._get("vapid-keys")
        return keys

    @property
    def novu_keys(self) -> NovuKeys | None:
        keys: NovuKeys | None = self._get("novu-keys")
        return keys

    @property
    def webhook_sources(self) -> str:
        return str(self._get("webhook-sources"))

    def _get(self, name: str) -> Any:  # noqa: ANN401  # each secret its own type
        try:
            return self._values[name]
        except KeyError:
            raise UnavailableError(f"This function does not read the secret {name}.") from None


def read_secrets(path: str, names: Sequence[str], region: str) -> Secrets:
    """Return the SecureStrings `names` under `path`, which are all that this function's role may read.

    Raises UnavailableError if SSM does not respond within the deadline, or if a secret is missing or malformed.
    """
    service = AwsService("ssm", region)
    ssm = JsonService(service, "AmazonSSM", "1.1")
    question = {"Names": [f"{path}/{name}" for name in names], "WithDecryption": True}
    ends_at = time.monotonic() + min(_DEADLINE_S, max(_TRY_S, remaining_s() - _RESERVED_S))
    failure: AwsError | None = None
    number = 0
    try:
        while (left := ends_at - time.monotonic()) > 0:
            try:
                return _secrets(names, ssm.call("GetParameters", question, try_s=min(left, _TRY_S)))
            except AwsError as error:
                failure = error
                if not error.temporary:
                    break
                time.sleep(max(0.0, min(_pause_s(number), ends_at - time.monotonic())))
                number += 1
    finally:
        service.close()
    raise UnavailableError("Secrets could not be read.") from failure


def _pause_s(refusals: int) -> float:
    """Return how long to wait after so many earlier refusals.

    Full jitter: environments that start at once must not keep asking at once.
    """
    return random.uniform(0, min(_LONGEST_PAUSE_S, _PAUSE_S * 2**refusals))  # noqa: S311  # no secret


def _secrets(names: Sequence[str], answer: Mapping[str, Any]) -> Secrets:
    try:
        texts = {item["Name"].rsplit("/", 1)[1]: item["Value"] for item in answer["Parameters"]}
    except (LookupError, TypeError, AttributeError) as error:
        raise UnavailableError("Secrets could not be read.") from error
    for name in names:
        if name not in texts and name not in _ABSENT:
            raise UnavailableError(f"The secret {name} is missing.")
    try:
        return Secrets({name: _PARSERS[name](texts[name]) if name in texts else _ABSENT[name] for name in names})
    except ValueError:
        # Not chained: the original error would contain the secret.
        raise UnavailableError("A secret is malformed.") from None


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


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
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
    "webhook-sources": str,
}
# What stands for a secret that a stage need not have.
_ABSENT: Final[Mapping[str, Any]] = {
    "ably-key": "",
    "hms-keys": None,
    "payment-keys": None,
    "vapid-keys": {},
    "novu-keys": None,
    "webhook-sources": "",
}
