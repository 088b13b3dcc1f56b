"""Webhooks of all three kinds reach the running product, each once, and are processed."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from tests import contract
from tests.e2e.aws import Aws
from tests.waiting import until

_TABLE = "bedside-webhooks-local"

type Signed = tuple[str, str, Mapping[str, str]]


def _hms(sender: Mapping[str, Any], event_id: str) -> Signed:
    told = {"id": event_id, "type": "peer.join.success", "timestamp": "2026-11-21T02:31:51.406386Z"}
    data = {"room_name": event_id, "room_id": "r", "user_id": "nobody", "peer_id": "p"}
    return sender["url"], json.dumps({"version": "2.0", **told, "data": data}), sender["headers"]


def _stripe(sender: Mapping[str, Any], event_id: str) -> Signed:
    now = int(time.time())
    body = json.dumps({"id": event_id, "type": "checkout.session.completed", "created": now, "data": {"object": {}}})
    digest = hmac.new(sender["secret"].encode(), f"{now}.{body}".encode(), hashlib.sha256).hexdigest()
    return sender["url"], body, {"stripe-signature": f"t={now},v1={digest}"}


def _standard(sender: Mapping[str, Any], event_id: str) -> Signed:
    now, body = int(time.time()), json.dumps({"type": "result.ready", "data": {"n": 1}})
    key = base64.b64decode(sender["secret"].removeprefix("whsec_"))
    digest = base64.b64encode(hmac.digest(key, f"{event_id}.{now}.{body}".encode(), "sha256")).decode()
    stamps = {"webhook-id": event_id, "webhook-timestamp": str(now)}
    return sender["url"], body, {**stamps, "webhook-signature": f"v1,{digest}"}


_SENDERS: Mapping[str, Callable[[Mapping[str, Any], str], Signed]] = {
    "hms": _hms,
    "stripe": _stripe,
    "standard": _standard,
}


@pytest.mark.parametrize("name", _SENDERS)
def test_a_webhook_is_kept_and_processed_once(stack: dict[str, Any], aws: Aws, name: str) -> None:
    """What is sent twice is one event; what is tampered with is none."""
    event_id = f"e2e-{secrets.token_hex(8)}"
    url, body, headers = _SENDERS[name](stack["webhooks"][name], event_id)
    fields = {"content-type": "application/json", **headers}
    key = f"{url.rsplit('/', 1)[1]}#{event_id}"
    with httpx.Client(timeout=60, trust_env=False, event_hooks=contract.CHECKED) as http:
        forged = {header: value[:-4] + "AAAA" for header, value in headers.items()}
        answer = http.post(url, content=body, headers=fields | forged)
        assert (answer.status_code, answer.json()["status"]) == (401, 401)
        assert _item(aws, key) is None
        for _ in range(2):
            answer = http.post(url, content=body, headers=fields)
            assert (answer.status_code, answer.json()) == (200, {"received": True})
        processed = _processed(aws, key)
        assert (processed["outcome"]["S"], processed["payload"]["S"]) == ("kept", body)
        answer = http.post(url, content=body, headers=fields)
        assert answer.status_code == 200
    assert _item(aws, key) == processed


def test_an_event_is_processed_again_by_hand(stack: dict[str, Any], aws: Aws) -> None:
    """The function that `make replay EVENT=…` invokes opens it again."""
    event_id = f"e2e-{secrets.token_hex(8)}"
    url, body, headers = _hms(stack["webhooks"]["hms"], event_id)
    answer = httpx.post(url, content=body, headers=headers, timeout=60, trust_env=False)
    assert answer.status_code == 200
    first = _processed(aws, f"hms#{event_id}")
    asked = json.dumps({"event": f"hms/{event_id}"}).encode()
    told = aws.client("lambda").invoke(FunctionName=aws.resource("WebhookReplay"), Payload=asked)["Payload"].read()
    assert json.loads(told) == {"queued": f"hms/{event_id}"}

    def again() -> dict[str, Any]:
        return _processed(aws, f"hms#{event_id}")

    until(lambda: again()["processedAt"] != first["processedAt"], again)
    assert again()["outcome"] == first["outcome"]


def _item(aws: Aws, key: str) -> dict[str, Any] | None:
    """Give an event as the table has it, but for the marks of its writes."""
    answer = aws.client("dynamodb").get_item(TableName=_TABLE, Key={"pk": {"S": key}}, ConsistentRead=True)
    item = answer.get("Item")
    return {name: value for name, value in item.items() if not name.startswith("write")} if item else None


def _processed(aws: Aws, key: str) -> dict[str, Any]:
    """Wait until an event has an outcome, and return it."""
    until(lambda: "outcome" in (_item(aws, key) or {}), lambda: _item(aws, key))
    found = _item(aws, key)
    assert found
    return found
