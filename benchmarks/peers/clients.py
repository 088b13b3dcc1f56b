"""What the peers share, the usual way: settings, secrets and clients, all created when the module loads.

The tables, the bucket, the secrets and the settings are the product's, so that both sides can answer for one session.
"""

import base64
import hashlib
import hmac
import json
import os
import time
from typing import Any

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from upstash_redis import Redis

STAGE = os.environ["BEDSIDE_STAGE"]
BUCKET = os.environ["BEDSIDE_BUCKET"]
ORIGIN = os.environ["BEDSIDE_PUBLIC_ORIGIN"]
LIVE_URL = os.environ["BEDSIDE_LIVE_URL"]
PREFIX_ALLOWANCE = int(os.environ["BEDSIDE_SMS_PREFIX_ALLOWANCE"])
WEBHOOK_QUEUE = os.environ["BEDSIDE_WEBHOOK_QUEUE_URL"]
ADDRESS_ALLOWANCE = int(os.environ["BEDSIDE_SMS_ADDRESS_ALLOWANCE"])
_NAMES = ("redis-url", "redis-token", "signing-keys", "seal-keys", "identity-keys", "pseudonym-key", "webhook-sources")

_path = os.environ["BEDSIDE_SECRETS_PATH"]
_found = boto3.client("ssm").get_parameters(Names=[f"{_path}/{name}" for name in _NAMES], WithDecryption=True)
_secrets = {each["Name"].rsplit("/", 1)[1]: each["Value"] for each in _found["Parameters"]}
signing_keys = {kid: base64.b64decode(key) for kid, key in json.loads(_secrets["signing-keys"]).items()}
identity_key = base64.b64decode(list(json.loads(_secrets["identity-keys"]).values())[-1])
pseudonym_key = base64.b64decode(_secrets["pseudonym-key"])
webhook_sources: dict[str, Any] = json.loads(_secrets["webhook-sources"])
cipher = AESGCM(base64.b64decode(list(json.loads(_secrets["seal-keys"]).values())[-1]))

redis = Redis(_secrets["redis-url"], _secrets["redis-token"], allow_telemetry=False)
# Items of any shape.
_dynamo: Any = boto3.resource("dynamodb")
sessions: Any = _dynamo.Table(os.environ["BEDSIDE_CAPTURE_TABLE"])
people: Any = _dynamo.Table(os.environ["BEDSIDE_IDENTITY_TABLE"])
trail: Any = _dynamo.Table(os.environ["BEDSIDE_AUDIT_TABLE"])
patients: Any = _dynamo.Table(os.environ["BEDSIDE_PATIENTS_TABLE"])
visits: Any = _dynamo.Table(os.environ["BEDSIDE_VISITS_TABLE"])
webhooks: Any = _dynamo.Table(os.environ["BEDSIDE_WEBHOOKS_TABLE"])
s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
sqs = boto3.client("sqs")
sns = boto3.client("sns")
sockets = boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["BEDSIDE_LIVE_ENDPOINT"])


def now_ms() -> int:
    """Return the time (Unix ms)."""
    return time.time_ns() // 1_000_000


def mac(text: str) -> bytes:
    """Return a MAC of what a sign-in issues."""
    return hmac.digest(identity_key, text.encode(), hashlib.sha256)


def keyed_hash(text: str) -> bytes:
    """Return a keyed hash."""
    return hmac.digest(pseudonym_key, text.encode(), hashlib.sha256)
