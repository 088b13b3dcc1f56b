"""The secrets of a stack."""

import base64
import hmac
import json
import os

import boto3
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from moto import mock_aws

from bedside.adapters.seal import Seal
from bedside.identity.mac_keys import MacKeys
from bedside.identity.refresh_token import first_token, next_token, read_token
from deploy import secrets


def test_new_stage_lacks_every_secret_and_then_none() -> None:
    """What is missing is found, stored as SecureString, and then no longer missing; other stages are not touched."""
    with mock_aws():
        ssm = boto3.client("ssm", region_name="us-east-1")
        absent = secrets.missing(ssm, "prod")
        secrets.store(ssm, "prod", {name: secrets.make(name, lambda _: "https://db.example") for name in absent})
        assert secrets.missing(ssm, "prod") == []
        assert len(secrets.missing(ssm, "staging")) == 7
        kept = ssm.get_parameter(Name="/bedside/prod/signing-keys", WithDecryption=True)["Parameter"]
    assert kept["Type"] == "SecureString"
    (key,) = json.loads(kept["Value"]).values()
    assert len(base64.b64decode(key)) == 32


def test_seal_keys_of_an_earlier_version_still_open() -> None:
    """A stage that sealed with its signing keys gets seal keys that open the same values, and a new stage new ones."""
    signing = {"1": b"o" * 32, "2": b"n" * 32}
    with mock_aws():
        ssm = boto3.client("ssm", region_name="us-east-1")
        assert secrets.derived_seal_keys(ssm, "prod") is None
        text = json.dumps({kid: base64.b64encode(key).decode() for kid, key in signing.items()})
        secrets.store(ssm, "prod", {"signing-keys": text})
        derived = secrets.derived_seal_keys(ssm, "prod")
    assert derived
    keys = {kid: base64.b64decode(key) for kid, key in json.loads(derived).items()}
    assert list(keys) == ["1", "2"]
    nonce = b"0" * 12
    earlier = AESGCM(hmac.digest(signing["1"], b"bedside seal", "sha256")).encrypt(
        nonce, b'{"name": "Aroha"}', b"place"
    )
    assert Seal(keys).open(base64.b64encode(nonce + earlier).decode(), "place") == {"name": "Aroha"}


def test_identity_keys_of_an_earlier_version_go_on() -> None:
    """What its pseudonym key proves is accepted, and a new key, which few functions read, makes what is new."""
    with mock_aws():
        ssm = boto3.client("ssm", region_name="us-east-1")
        assert secrets.continued(ssm, "prod", "identity-keys") is None
        pseudonym = base64.b64encode(b"p" * 32).decode()
        secrets.store(ssm, "prod", {"pseudonym-key": pseudonym})
        continued = secrets.continued(ssm, "prod", "identity-keys")
        assert secrets.continued(ssm, "prod", "redis-url") is None
    assert continued
    earlier, (newest_id, newest) = json.loads(continued).items()
    assert earlier == ("pseudonym-key", pseudonym)
    assert newest_id.startswith("20")
    assert len(base64.b64decode(newest)) == 32
    keys = MacKeys([base64.b64decode(key) for key in (pseudonym, newest)])
    old = first_token(MacKeys([b"p" * 32]), "a" * 24, os.urandom)
    assert read_token(keys, old.text) == old
    assert read_token(MacKeys([b"p" * 32]), next_token(keys, old, os.urandom).text) is None


def test_existing_secret_is_never_overwritten() -> None:
    """Storing a secret that is there fails and leaves it as it was."""
    with mock_aws():
        ssm = boto3.client("ssm", region_name="us-east-1")
        secrets.store(ssm, "prod", {"redis-token": "first"})
        with pytest.raises(ssm.exceptions.ParameterAlreadyExists):
            secrets.store(ssm, "prod", {"redis-token": "second"})
        found = ssm.get_parameter(Name="/bedside/prod/redis-token", WithDecryption=True)["Parameter"]["Value"]
    assert found == "first"


@pytest.mark.parametrize(
    ("name", "answer"), [("redis-url", "http://plain.example"), ("redis-url", "x"), ("redis-token", " ")]
)
def test_unusable_answers_are_refused(name: str, answer: str) -> None:
    """An address without TLS or an empty token is refused before anything is stored."""
    with pytest.raises(ValueError, match="must"):
        secrets.make(name, lambda _: answer)
