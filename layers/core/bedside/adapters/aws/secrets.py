"""Secrets from SSM Parameter Store, all read in one request when a function first needs one."""

import base64
import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bedside.adapters.aws.client import AwsError, AwsService, JsonService
from bedside.kernel.errors import UnavailableError

_NAMES: Final = (
    "redis-url",
    "redis-token",
    "signing-keys",
    "pseudonym-key",
    "ably-key",
    "hms-keys",
    "webhook-sources",
)
# For all attempts together. Generous, because secrets are read at a cold start, when the CPU is busy.
_DEADLINE_S: Final = 5.0
# RFC 2104, 3: a key shorter than the hash weakens the signature.
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class HmsKeys:
    """An app at 100ms: its access key, the secret that signs its tokens, and the template of its rooms."""

    access_key: str
    secret: str = field(repr=False)
    template_id: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """All secrets that a function may use. `signing_keys` are ordered from oldest to newest; the newest signs."""

    redis_url: str
    redis_token: str = field(repr=False)
    signing_keys: Mapping[str, bytes] = field(repr=False)
    pseudonym_key: bytes = field(repr=False)
    ably_key: str = field(default="", repr=False)
    hms_keys: HmsKeys | None = field(default=None, repr=False)
    webhook_sources: str = field(default="", repr=False)


def read_secrets(path: str, region: str) -> Secrets:
    """Return the SecureStrings under `path`. Raises UnavailableError if SSM does not respond within 5 seconds."""
    service = AwsService("ssm", region)
    ssm = JsonService(service, "AmazonSSM", "1.1")
    question = {"Names": [f"{path}/{name}" for name in _NAMES], "WithDecryption": True}
    ends_at = time.monotonic() + _DEADLINE_S
    failure: AwsError | None = None
    try:
        while (left := ends_at - time.monotonic()) > 0:
            try:
                return _secrets(ssm.call("GetParameters", question, try_s=left))
            except AwsError as error:
                failure = error
                if not error.temporary:
                    break
                # Many environments starting at once can briefly exceed SSM's 40 requests per second.
                time.sleep(random.uniform(0.1, 0.5))  # noqa: S311  # spreads retries, no secret
    finally:
        service.close()
    raise UnavailableError("Secrets could not be read.") from failure


def _secrets(answer: Mapping[str, Any]) -> Secrets:
    try:
        values = {item["Name"].rsplit("/", 1)[1]: item["Value"] for item in answer["Parameters"]}
    except (LookupError, TypeError, AttributeError) as error:
        raise UnavailableError("Secrets could not be read.") from error
    try:
        return Secrets(
            redis_url=values["redis-url"],
            redis_token=values["redis-token"],
            signing_keys=_signing_keys(values["signing-keys"]),
            pseudonym_key=base64.b64decode(values["pseudonym-key"], validate=True),
            ably_key=values.get("ably-key", ""),
            hms_keys=_hms_keys(values["hms-keys"]) if "hms-keys" in values else None,
            webhook_sources=values.get("webhook-sources", ""),
        )
    except KeyError as error:
        raise UnavailableError(f"The secret {error.args[0]} is missing.") from error
    except ValueError:
        # Not chained: the original error would contain the secret.
        raise UnavailableError("A secret is malformed.") from None


def _signing_keys(text: str) -> dict[str, bytes]:
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
