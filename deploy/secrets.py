"""The secrets of a stack in SSM Parameter Store: asked for once, generated once, never shown."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

_NAMES: Final = (
    "redis-url",
    "redis-token",
    "signing-keys",
    "identity-keys",
    "seal-keys",
    "pseudonym-key",
    "vapid-keys",
)
# The id under which the identity keys of a stage of an earlier version hold its pseudonym key.
EARLIER: Final = "pseudonym-key"
_KEY_BYTES: Final = 32


def missing(ssm: "SSMClient", stage: str) -> list[str]:
    """Return the names of the secrets that the stage does not have yet."""
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=f"/bedside/{stage}")
    there = {parameter["Name"].rpartition("/")[2] for page in pages for parameter in page["Parameters"]}
    return [name for name in _NAMES if name not in there]


def store(ssm: "SSMClient", stage: str, secrets: Mapping[str, str]) -> None:
    """Write new secrets as SecureStrings; for one that exists SSM raises ParameterAlreadyExists."""
    for name, value in secrets.items():
        ssm.put_parameter(Name=f"/bedside/{stage}/{name}", Value=value, Type="SecureString")


def make(name: str, ask: Callable[[str], str]) -> str:
    """Return the value of a new secret: a generated key, or what `ask` answers; raises ValueError if that cannot be."""
    match name:
        case "signing-keys" | "identity-keys" | "seal-keys" | "vapid-keys":
            return _keys({})
        case "pseudonym-key":
            return _key()
        case "redis-url":
            url = ask("Upstash REST URL (https://…): ").strip()
            if urlsplit(url).scheme != "https" or not urlsplit(url).hostname:
                raise ValueError("The Upstash REST URL must begin with https://")
            return url
        case "redis-token":
            token = ask("Upstash REST token: ").strip()
            if not token:
                raise ValueError("The Upstash REST token must not be empty")
            return token
        case _:
            raise ValueError(f"There is no secret {name}")


def continued(ssm: "SSMClient", stage: str, name: str) -> str | None:
    """Return the value of a secret that continues one of an earlier version of the stage, or None for a new one."""
    match name:
        case "seal-keys":
            return derived_seal_keys(ssm, stage)
        case "identity-keys":
            return continued_identity_keys(ssm, stage)
        case _:
            return None


def derived_seal_keys(ssm: "SSMClient", stage: str) -> str | None:
    """Return the seal keys of a stage that was deployed before it had any, or None for a new stage.

    Earlier versions derived them from the signing keys in every function. The same keys still open what those sealed.
    """
    try:
        found = ssm.get_parameter(Name=f"/bedside/{stage}/signing-keys", WithDecryption=True)["Parameter"]
    except ssm.exceptions.ParameterNotFound:
        return None
    keys = {kid: base64.b64decode(key) for kid, key in json.loads(found["Value"]).items()}
    seals = {kid: hmac.digest(key, b"bedside seal", hashlib.sha256) for kid, key in keys.items()}
    return json.dumps({kid: base64.b64encode(key).decode() for kid, key in seals.items()})


def continued_identity_keys(ssm: "SSMClient", stage: str) -> str | None:
    """Return the identity keys of a stage that was deployed before it had any, or None for a new stage.

    Earlier versions used the pseudonym key, which most functions read. What it proves is accepted until an operator
    removes it; nothing new is made with it.
    """
    try:
        found = ssm.get_parameter(Name=f"/bedside/{stage}/pseudonym-key", WithDecryption=True)["Parameter"]
    except ssm.exceptions.ParameterNotFound:
        return None
    return _keys({EARLIER: found["Value"]})


def _keys(earlier: Mapping[str, str]) -> str:
    return json.dumps({**earlier, datetime.now(UTC).strftime("%Y-%m-%d"): _key()})


def _key() -> str:
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode()
