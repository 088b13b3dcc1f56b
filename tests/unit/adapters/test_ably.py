"""Ably as its documentation describes it, and the fake that stands for it."""

import json
import time

import httpx
import pytest

from bedside.adapters.ably import Ably, AblyError
from tests.fakes.ably import KEY, ably
from tests.fakes.hostile import dripping, hostile, refused, saying, silent


def test_a_message_is_published_once() -> None:
    """A message arrives on its channel under its event; repeating it with its id changes nothing."""
    with ably() as app:
        client = Ably(app.origin, KEY)
        for _ in range(2):
            client.publish("session:ENC~1/ä", "image-uploaded", "id-1", '{"a":1}')
        client.publish("session:ENC~1/ä", "image-uploaded", "id-2", "{}")
        assert app.channels == {
            "session:ENC~1/ä": [
                {"id": "id-1", "name": "image-uploaded", "data": '{"a":1}'},
                {"id": "id-2", "name": "image-uploaded", "data": "{}"},
            ]
        }


def test_a_wrong_key_is_an_error() -> None:
    """Ably's refusal is raised, and its text, which may quote the key, is not."""
    with ably() as app, pytest.raises(AblyError, match=r"^HTTP 401$"):
        Ably(app.origin, "appid.keyid:wrong").publish("c", "e", "i", "d")


@pytest.mark.parametrize("behaviour", [silent, dripping, saying(b"nonsense")], ids=["silent", "dripping", "nonsense"])
def test_ably_away_costs_a_second(behaviour: object) -> None:
    """Publishing ends within its deadline."""
    with hostile(behaviour) as origin:  # type: ignore[arg-type]  # parametrised behaviours
        started = time.monotonic()
        with pytest.raises(AblyError):
            Ably(origin, KEY).publish("c", "e", "i", "d")
        assert time.monotonic() - started < 15
    with pytest.raises(AblyError):
        Ably(refused(), KEY).publish("c", "e", "i", "d")


def test_a_token_request_is_accepted_by_ably() -> None:
    """The mac holds; the token may only listen, to this one channel, for an hour."""
    with ably() as app:
        request = Ably(app.origin, KEY).token_request("session:ENC-1", time.time_ns() // 1_000_000)
        answer = httpx.post(f"{app.origin}/keys/appid.keyid/requestToken", json=request, trust_env=False)
        assert answer.status_code == 201
        token = answer.json()
        assert json.loads(token["capability"]) == {"session:ENC-1": ["subscribe"]}
        assert token["expires"] - token["issued"] == 3_600_000
        assert "key-secret" not in json.dumps(request)


def test_token_requests_are_single_use() -> None:
    """Ably takes a nonce once, and each request has its own."""
    with ably() as app:
        client, now = Ably(app.origin, KEY), time.time_ns() // 1_000_000
        first = client.token_request("c", now)
        assert first["nonce"] != client.token_request("c", now)["nonce"]
        url = f"{app.origin}/keys/appid.keyid/requestToken"
        statuses = [httpx.post(url, json=first, trust_env=False).status_code for _ in range(2)]
        assert statuses == [201, 401]


@pytest.mark.parametrize("change", [{"ttl": 1}, {"capability": '{"*":["*"]}'}, {"nonce": "0" * 32}, {"timestamp": 1}])
def test_the_fake_refuses_a_changed_token_request(change: dict[str, object]) -> None:
    """The fake is strict: what the mac covers cannot be changed."""
    with ably() as app:
        request = Ably(app.origin, KEY).token_request("c", time.time_ns() // 1_000_000) | change
        answer = httpx.post(f"{app.origin}/keys/appid.keyid/requestToken", json=request, trust_env=False)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, 40101)


def test_the_fake_is_strict_about_publishing() -> None:
    """The fake refuses missing credentials, another content type, another path and a message without data."""
    with ably() as app, httpx.Client(base_url=app.origin, trust_env=False) as http:
        name, secret = KEY.split(":")
        path, message = "/channels/c/messages", {"name": "e", "data": "d"}
        assert http.post(path, json=message).status_code == 401
        assert http.post(path, content=b"x", auth=(name, secret)).status_code == 415
        assert http.post(path, json={"name": "e"}, auth=(name, secret)).status_code == 400
        assert http.post("/channel/c", json=message, auth=(name, secret)).status_code == 404
        assert http.post(path, json=message, auth=(name, secret)).status_code == 201
        assert app.channels == {"c": [message]}
