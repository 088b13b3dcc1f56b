"""The WebSocket API."""

import json
from typing import Any

import pytest

from tests.functions.clinic import Clinic, event_of


def connect(clinic: Clinic, ticket: str | None, connection: str = "here-1") -> Any:
    event = event_of("live")
    event["queryStringParameters"] = None if ticket is None else {"ticket": ticket}
    event["requestContext"]["connectionId"] = connection
    return clinic.invoke("live", event)


def test_the_example_event_is_refused(clinic: Clinic) -> None:
    """Its ticket is nobody's; API Gateway then does not open the connection."""
    assert clinic.invoke("live", event_of("live")) == {"statusCode": 401}


def test_a_ticket_opens_one_connection(clinic: Clinic) -> None:
    """Once, within its minute; other texts never."""
    ticket = clinic.open()["live"]["ticket"]
    for wrong in (None, "", ticket[:-1], ticket[:-4] + "AAAA", "\ud800", clinic.open()["token"]):
        assert connect(clinic, wrong)["statusCode"] == 401
    assert connect(clinic, ticket) == {"statusCode": 200}
    assert connect(clinic, ticket)["statusCode"] == 401
    late = clinic.open()["live"]["ticket"]
    clinic.wiring.ahead_ms += 60_000
    assert connect(clinic, late)["statusCode"] == 401


def test_a_ping_is_answered(clinic: Clinic) -> None:
    """Whatever a page sends gets a pong, which keeps the connection open."""
    event = event_of("live")
    event["requestContext"] |= {"eventType": "MESSAGE", "routeKey": "$default", "messageId": "m"}
    for body in ('{"action":"ping"}', "{", "[" * 30_000):
        answer = clinic.invoke("live", event | {"body": body})
        assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"type": "pong"})


def test_every_page_hears_of_every_change(clinic: Clinic) -> None:
    """Arrival, change, deletion: each with the contract's fields and a higher revision."""
    opened = clinic.open()
    connect(clinic, opened["live"]["ticket"], "here-1")
    connect(clinic, clinic.open()["live"]["ticket"], "here-2")
    phone = clinic.scan(opened["token"])
    key = clinic.add(phone, "a")
    clinic.notify(phone, key, metadata={"notes": "sore"})
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    clinic.call("image_delete", token=clinic.clinician(), path=path)
    messages = [json.loads(text) for text in clinic.connections.heard["here-1"]]
    assert clinic.connections.heard["here-2"] == clinic.connections.heard["here-1"]
    assert [message["type"] for message in messages] == ["image-uploaded", "image-updated", "image-deleted"]
    assert [message["revision"] for message in messages] == [1, 2, 3]
    assert [message["imageCount"] for message in messages] == [1, 1, 0]
    assert messages[1]["metadata"] == {"notes": "sore"}
    fields = {"type", "encounterId", "imageId", "s3Key", "metadata", "imageCount", "sequence", "revision", "timestamp"}
    assert all(set(message) == fields for message in messages)


def test_pages_that_left_are_forgotten_and_stop_nothing(clinic: Clinic) -> None:
    """A photo arrives whether pages are gone, failing or well."""
    opened = clinic.open()
    connect(clinic, opened["live"]["ticket"], "gone-1")
    connect(clinic, clinic.open()["live"]["ticket"], "broken-1")
    clinic.wiring.ahead_ms += 91_000  # a connection that is just being made looks gone until it is
    clinic.add(clinic.phone(), "a")
    item = clinic.item()
    assert item
    assert set(item["connections"]) == {"broken-1"}


def test_an_unreachable_record_is_said_so(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page may try again: 503."""
    ticket = clinic.open()["live"]["ticket"]
    monkeypatch.setattr(clinic.wiring.entrances._record._table, "_name", "no-such-table")  # noqa: SLF001  # break it
    assert connect(clinic, ticket) == {"statusCode": 503}
