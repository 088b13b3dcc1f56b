"""Secrets come from SSM in one signed request, or not at all."""

import base64
import json
import socket
import threading
import time
from collections.abc import Sequence

import pytest

from bedside.adapters.aws.secret_values import HmsKeys, PaymentKeys
from bedside.adapters.aws.secrets import Secrets, read_secrets
from bedside.kernel.errors import UnavailableError
from tests.fakes.hostile import hostile, ok, refused, saying, silent
from tests.fakes.parameter_store import ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, parameter_store

OLD, NEW, SEAL, MAC = b"o" * 32, b"n" * 32, b"s" * 32, b"m" * 32
NAMES = (
    "redis-url",
    "redis-token",
    "signing-keys",
    "identity-keys",
    "seal-keys",
    "pseudonym-key",
    "ably-key",
    "hms-keys",
    "payment-keys",
    "webhook-sources",
)
PARAMETERS = {
    "/bedside/test/redis-url": "https://redis.example",
    "/bedside/test/redis-token": "token-of-redis",
    "/bedside/test/signing-keys": json.dumps(
        {"old": base64.b64encode(OLD).decode(), "new": base64.b64encode(NEW).decode()}
    ),
    "/bedside/test/seal-keys": json.dumps({"s": base64.b64encode(SEAL).decode()}),
    "/bedside/test/identity-keys": json.dumps({"m": base64.b64encode(MAC).decode()}),
    "/bedside/test/pseudonym-key": base64.b64encode(b"pseudonym").decode(),
    "/bedside/test/ably-key": "app.key:ably-secret",
    "/bedside/testing/redis-url": "another stack's",
}


@pytest.fixture(autouse=True)
def role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign as the example role."""
    monkeypatch.setattr("bedside.adapters.aws.secrets._DEADLINE_S", 0.3)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SESSION_TOKEN)
    monkeypatch.delenv("AWS_ENDPOINT_URL_SSM", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def read(
    monkeypatch: pytest.MonkeyPatch,
    origin: str,
    variable: str = "AWS_ENDPOINT_URL_SSM",
    names: Sequence[str] = NAMES,
) -> Secrets:
    monkeypatch.setenv(variable, origin)
    return read_secrets("/bedside/test", names, "us-east-1")


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL"])
def test_all_secrets_are_read_at_once(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """One request, properly signed, gives every secret of this stack and none of a neighbour's."""
    with parameter_store(PARAMETERS) as origin:
        found = read(monkeypatch, origin, variable)
    assert (found.redis_url, found.redis_token) == ("https://redis.example", "token-of-redis")
    assert (found.signing_keys, found.seal_keys) == ({"old": OLD, "new": NEW}, {"s": SEAL})
    assert list(found.signing_keys) == ["old", "new"]
    assert (found.pseudonym_key, found.ably_key) == (b"pseudonym", "app.key:ably-secret")


def test_a_function_reads_its_own_secrets_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for no other, as its role allows no other, and looking one up names what the role lacks."""
    with parameter_store(PARAMETERS) as origin:
        found = read(monkeypatch, origin, names=("redis-url", "hms-keys"))
    assert (found.redis_url, found.hms_keys) == ("https://redis.example", None)
    for field in ("redis_token", "signing_keys", "seal_keys", "pseudonym_key", "ably_key", "webhook_sources"):
        with pytest.raises(UnavailableError, match=field.replace("_", "-")):
            getattr(found, field)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing them shows names and nothing else."""
    with parameter_store(PARAMETERS) as origin:
        shown = repr(read(monkeypatch, origin, names=("redis-url", "redis-token", "pseudonym-key")))
    assert shown == "Secrets(pseudonym-key, redis-token, redis-url)"


def test_ably_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack without Ably needs no key of it."""
    without = {name: value for name, value in PARAMETERS.items() if not name.endswith("ably-key")}
    with parameter_store(without) as origin:
        assert read(monkeypatch, origin).ably_key == ""


def test_the_video_providers_keys_are_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack without video visits needs none; where they are, they are read with the others."""
    with parameter_store(PARAMETERS) as origin:
        assert read(monkeypatch, origin).hms_keys is None
    keys = {"accessKey": "key", "secret": "s" * 32, "templateId": "template"}
    with parameter_store(PARAMETERS | {"/bedside/test/hms-keys": json.dumps(keys)}) as origin:
        found = read(monkeypatch, origin)
    assert found.hms_keys == HmsKeys("key", "s" * 32, "template")
    assert "sss" not in repr(found)
    assert "sss" not in repr(found.hms_keys)


@pytest.mark.parametrize(
    "keys",
    [
        "{",
        "[]",
        '{"accessKey": "key", "secret": "too short", "templateId": ""}',
        '{"accessKey": "", "secret": "ssssssssssssssssssssssssssssssss", "templateId": ""}',
        '{"accessKey": "key", "secret": "ssssssssssssssssssssssssssssssss"}',
        '{"accessKey": "key", "secret": 7, "templateId": ""}',
    ],
)
def test_unusable_keys_of_the_video_provider_are_unavailable(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    """A wrongly entered secret stops the function with a typed error that does not quote it."""
    parameters = PARAMETERS | {"/bedside/test/hms-keys": keys}
    with parameter_store(parameters) as origin, pytest.raises(UnavailableError, match="malformed") as caught:
        read(monkeypatch, origin)
    assert "ssss" not in str(caught.value)


def test_the_payment_providers_keys_are_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack without payments needs none, and may have an empty one; where one is, it is never shown."""
    for text, expected in (
        ("", None),
        ('{"secretKey": ""}', None),
        ('{"secretKey": "sk_test_12345678"}', PaymentKeys("sk_test_12345678")),
        ('{"secretKey": "rk_live_12345678"}', PaymentKeys("rk_live_12345678")),
    ):
        with parameter_store(PARAMETERS | ({"/bedside/test/payment-keys": text} if text else {})) as origin:
            found = read(monkeypatch, origin)
        assert found.payment_keys == expected
        assert "12345678" not in repr(found) + repr(found.payment_keys)


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"secretKey": 7}', '{"secretKey": "pk_test_12345678"}', '{"secretKey": "sk_1\\r\\nX: y"}'],
)
def test_an_unusable_key_of_the_payment_provider_is_unavailable(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Such as a publishable one, or one that would break a header."""
    parameters = PARAMETERS | {"/bedside/test/payment-keys": text}
    with parameter_store(parameters) as origin, pytest.raises(UnavailableError, match="malformed") as caught:
        read(monkeypatch, origin)
    assert "1234" not in str(caught.value)


def test_sources_of_webhooks_are_optional_and_not_read_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are handed on as they stand: one that makes no sense must not stop every other function."""
    for text in ("", "{", '{"hms": {}}'):
        parameters = PARAMETERS | ({"/bedside/test/webhook-sources": text} if text else {})
        with parameter_store(parameters) as origin:
            found = read(monkeypatch, origin)
        assert found.webhook_sources == text
        assert "{" not in repr(found)


@pytest.mark.parametrize(
    "missing", ["redis-url", "redis-token", "signing-keys", "identity-keys", "seal-keys", "pseudonym-key"]
)
def test_a_missing_secret_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """The operator learns which one to create."""
    without = {name: value for name, value in PARAMETERS.items() if not name.endswith(f"test/{missing}")}
    with parameter_store(without) as origin, pytest.raises(UnavailableError, match=missing):
        read(monkeypatch, origin)


def test_a_wrong_signature_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A role that SSM does not accept is told as unavailable, without SSM's words."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with parameter_store(PARAMETERS) as origin, pytest.raises(UnavailableError, match="could not be read"):
        read(monkeypatch, origin)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"[]", b"{}", b'{"Parameters": 7}', b'{"Parameters": [{}]}', b"[" * 100_000],
    ids=range(7),
)
def test_nonsense_is_unavailable(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Whatever else answers 200 raises the same typed error."""
    with hostile(saying(ok(content))) as origin, pytest.raises(UnavailableError):
        read(monkeypatch, origin)


@pytest.mark.parametrize("name", ["signing-keys", "identity-keys", "seal-keys"])
@pytest.mark.parametrize("keys", ["{", "[]", '{"a": 7}', '{"a": "?"}', "{}", '{"a": "c2hvcnQ="}'])
def test_unusable_keys_are_unavailable(monkeypatch: pytest.MonkeyPatch, name: str, keys: str) -> None:
    """A wrongly entered secret stops the function with a typed error that does not quote it."""
    parameters = PARAMETERS | {f"/bedside/test/{name}": keys}
    with parameter_store(parameters) as origin, pytest.raises(UnavailableError) as caught:
        read(monkeypatch, origin)
    assert keys not in str(caught.value)


def test_nobody_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused or a silent SSM raises within the deadline."""
    with pytest.raises(UnavailableError):
        read(monkeypatch, refused())
    monkeypatch.setattr("bedside.adapters.aws.secrets._DEADLINE_S", 0.2)
    with hostile(silent) as origin, pytest.raises(UnavailableError):
        read(monkeypatch, origin)


def test_a_throttled_start_is_outlasted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of environments that start at once take turns: each waits longer and longer, but never for long."""
    pauses: list[float] = []
    monkeypatch.setattr("bedside.adapters.aws.secrets._DEADLINE_S", 12.0)
    monkeypatch.setattr("bedside.adapters.aws.secrets.time.sleep", pauses.append)
    monkeypatch.setattr("bedside.adapters.aws.secrets.random.uniform", lambda _least, most: most)
    throttled = b'{"__type":"ThrottlingException"}'
    refusal = b"HTTP/1.1 400 X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(throttled), throttled)
    parameters = {"Parameters": [{"Name": "/bedside/test/redis-url", "Value": "https://redis.example"}]}
    answers = [refusal] * 6 + [ok(json.dumps(parameters).encode())]

    def answering(connection: socket.socket, over: threading.Event) -> None:
        saying(answers.pop(0))(connection, over)

    with hostile(answering) as origin:
        assert read(monkeypatch, origin, names=("redis-url",)).redis_url == "https://redis.example"
    assert pauses == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def test_time_for_an_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """An invocation that is nearly over ends with a response, and not by Lambda."""
    monkeypatch.setattr("bedside.adapters.aws.secrets._DEADLINE_S", 12.0)
    monkeypatch.setattr("bedside.adapters.aws.secrets._TRY_S", 0.2)
    monkeypatch.setattr("bedside.adapters.aws.secrets.remaining_s", lambda: 3.1)
    started = time.monotonic()
    with hostile(silent) as origin, pytest.raises(UnavailableError):
        read(monkeypatch, origin)
    assert time.monotonic() - started < 3
