"""Secrets from SSM Parameter Store, all read with one request when a function first needs one."""

import base64
import json
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bedside.adapters.rest import RestClient, RestError
from bedside.adapters.sigv4 import Credentials, Scope, signed_headers
from bedside.errors import UnavailableError

_NAMES: Final = ("redis-url", "redis-token", "signing-keys", "pseudonym-key", "ably-key")
# For all attempts together. Read once per environment, at a cold start, when the processor is busy as well.
_DEADLINE_S: Final = 5.0
# RFC 2104, 3: a key shorter than the hash weakens the signature.
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Secrets:
    """Everything secret that a function may hold. `signing_keys` go from oldest to newest: the last one signs."""

    redis_url: str
    redis_token: str = field(repr=False)
    signing_keys: Mapping[str, bytes] = field(repr=False)
    pseudonym_key: bytes = field(repr=False)
    ably_key: str = field(default="", repr=False)


def read_secrets(path: str, region: str, clock: Callable[[], int]) -> Secrets:
    """Read the SecureStrings under `path`; raises UnavailableError when SSM has not answered within 5 seconds.

    Honours AWS_ENDPOINT_URL_SSM and AWS_ENDPOINT_URL as the SDKs do.
    """
    endpoint = (
        os.environ.get("AWS_ENDPOINT_URL_SSM")
        or os.environ.get("AWS_ENDPOINT_URL")
        or f"https://ssm.{region}.amazonaws.com"
    )
    body = json.dumps({"Names": [f"{path}/{name}" for name in _NAMES], "WithDecryption": True}).encode()
    ends_at = time.monotonic() + _DEADLINE_S
    while (left := ends_at - time.monotonic()) > 0:
        headers = signed_headers(
            Credentials.from_env(),
            Scope(region, "ssm"),
            host=endpoint.split("://", 1)[1].rstrip("/"),
            headers={"content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameters"},
            body=body,
            now_ms=clock(),
        )
        answer = _ask(endpoint, headers, body, left)
        if answer:
            return _secrets(answer)
        # Many environments that start at once can exceed SSM's 40 requests a second for a moment.
        time.sleep(random.uniform(0.1, 0.5))  # noqa: S311  # spreads retries, no secret
    raise UnavailableError("Secrets could not be read.")


def _ask(endpoint: str, headers: Mapping[str, str], body: bytes, deadline_s: float) -> bytes | None:
    """Return SSM's answer, or None where there was none that is of use."""
    client = RestClient(endpoint)
    try:
        answer = client.request("POST", "/", headers, body, deadline_s=deadline_s)
    except RestError:
        return None
    finally:
        client.close()
    return answer.body if answer.status == 200 else None  # noqa: PLR2004  # HTTP OK


def _secrets(answer: bytes) -> Secrets:
    try:
        values = {item["Name"].rsplit("/", 1)[1]: item["Value"] for item in json.loads(answer)["Parameters"]}
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise UnavailableError("Secrets could not be read.") from error
    try:
        return Secrets(
            redis_url=values["redis-url"],
            redis_token=values["redis-token"],
            signing_keys=_signing_keys(values["signing-keys"]),
            pseudonym_key=base64.b64decode(values["pseudonym-key"], validate=True),
            ably_key=values.get("ably-key", ""),
        )
    except KeyError as error:
        raise UnavailableError(f"The secret {error.args[0]} is missing.") from error
    except ValueError:
        # Not chained: the error would hold what was entered.
        raise UnavailableError("A secret is not what it should be.") from None


def _signing_keys(text: str) -> dict[str, bytes]:
    """Return the keys of {"id": "base64", …}; raises ValueError where there is none or one is not of this shape.

    An id has no point: tokens begin with it and one.
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
