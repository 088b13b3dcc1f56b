"""Secrets from SSM Parameter Store, read with one request when a function first needs one."""

import base64
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bedside.adapters.rest import RestClient, RestError
from bedside.adapters.sigv4 import Credentials, Scope, signed_headers
from bedside.errors import UnavailableError

# Read once per environment, at a cold start, when the processor is busy as well.
_DEADLINE_S: Final = 4.0


@dataclass(frozen=True, slots=True)
class Secrets:
    """Everything secret that a function may hold. `signing_keys` go from oldest to newest: the last one signs."""

    redis_url: str
    redis_token: str = field(repr=False)
    signing_keys: Mapping[str, bytes] = field(repr=False)
    pseudonym_key: bytes = field(repr=False)
    ably_key: str = field(default="", repr=False)


def read_secrets(path: str, region: str, clock: Callable[[], int]) -> Secrets:
    """Read every SecureString under `path`; raises UnavailableError when SSM does not answer within 4 seconds.

    Honours AWS_ENDPOINT_URL_SSM and AWS_ENDPOINT_URL as the SDKs do.
    """
    endpoint = (
        os.environ.get("AWS_ENDPOINT_URL_SSM")
        or os.environ.get("AWS_ENDPOINT_URL")
        or f"https://ssm.{region}.amazonaws.com"
    )
    body = json.dumps({"Path": path, "WithDecryption": True}).encode()
    headers = signed_headers(
        Credentials.from_env(),
        Scope(region, "ssm"),
        host=endpoint.split("://", 1)[1].rstrip("/"),
        headers={"content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParametersByPath"},
        body=body,
        now_ms=clock(),
    )
    client = RestClient(endpoint)
    try:
        answer = client.request("POST", "/", headers, body, deadline_s=_DEADLINE_S)
    except RestError as error:
        raise UnavailableError("Secrets could not be read.") from error
    finally:
        client.close()
    if answer.status != 200:  # noqa: PLR2004  # HTTP OK
        raise UnavailableError("Secrets could not be read.")
    try:
        values = {item["Name"].rsplit("/", 1)[1]: item["Value"] for item in json.loads(answer.body)["Parameters"]}
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
    """Return the keys of {"id": "base64", …}; raises ValueError where there is none or one is not of this shape."""
    document = json.loads(text)
    if not isinstance(document, dict) or not document or not all(isinstance(key, str) for key in document.values()):
        raise ValueError("not an object of keys")
    return {kid: base64.b64decode(key, validate=True) for kid, key in document.items()}
