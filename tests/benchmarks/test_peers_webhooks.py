"""The peers receive webhooks correctly: what is measured against is no straw man."""

import json
from typing import Any

import pytest

from tests.benchmarks.conftest import WEBHOOK_SECRETS, Peer
from tests.functions.hooks import queued, stored

CALL = "POST /webhooks/{source}"
EVENT = {"id": "e1", "type": "peer.join.success", "timestamp": "2026-11-21T02:31:51.406386Z", "data": {"a": 1}}
SECRET = {"x-secret": WEBHOOK_SECRETS["x-secret"][1]}


def _send(peer: Peer, body: object = EVENT, headers: Any = SECRET, source: str = "hms") -> tuple[int, Any]:
    return peer.call(CALL, body, path={"source": source}, headers=headers)


def test_an_event_is_kept_once_and_queued(peer: Peer) -> None:
    """As ours is, to the attribute."""
    for _ in range(2):
        assert _send(peer) == (200, {"received": True})
    [(key, item)] = stored().items()
    assert (key, item["kind"], json.loads(item["payload"])) == ("hms#e1", EVENT["type"], EVENT)
    assert (item["waits"], item["at"], item["dueAt"]) == ("event", 1_795_228_311_406, item["receivedAt"] + 60_000)
    assert queued() == [{"source": "hms", "eventId": "e1"}] * 2


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        (404, {"source": "nobody"}),
        (413, {"body": {**EVENT, "fill": "x" * 66_000}}),
        (401, {"headers": {}}),
        (401, {"headers": {"x-secret": "of somebody else"}}),
        (400, {"body": [EVENT]}),
        (400, {"body": {**EVENT, "id": "a b"}}),
    ],
)
def test_what_is_not_right_is_refused(peer: Peer, status: int, changed: Any) -> None:
    """And nothing is kept."""
    assert _send(peer, **changed)[0] == status
    assert (stored(), queued()) == ({}, [])
