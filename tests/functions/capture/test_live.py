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
    phone = clinic.scan(opened["token"])
    connect(clinic, opened["live"]["ticket"], "here-1")
    connect(clinic, clinic.open()["live"]["ticket"], "here-2")
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
    fields |= {"takenAt", "takenOrder", "editsVersion"}
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


@pytest.mark.parametrize("end", ["auth_kill_switch", "auth_logout"])
def test_a_ticket_ends_with_its_sign_in(clinic: Clinic, end: str) -> None:
    """Whoever signed out since it was issued is not let in, nor with it later; a colleague's ticket is still good."""
    clinic.member("FAC001", ("clinician",), phone="+64215550111")
    ticket = clinic.open()["live"]["ticket"]
    colleague = clinic.member("FAC001", ("clinician",), phone="+64215550111")
    other = clinic.call("live_ticket", token=colleague).json["ticket"]
    assert clinic.call(end, raw="", token=clinic.clinician()).status == 204
    assert connect(clinic, ticket) == {"statusCode": 401}
    clinic.clinician()
    assert connect(clinic, ticket) == {"statusCode": 401}
    assert connect(clinic, other, "here-2") == {"statusCode": 200}
    item = clinic.item()
    assert item
    assert set(item["connections"]) == {"here-2"}


def test_a_ticket_is_of_a_clinician_who_is_verified_still(clinic: Clinic) -> None:
    """Another facility, another role, a verification that was taken back: not let in."""
    for facility, role, verification in (
        ("FAC002", "clinician", "verified"),
        ("FAC001", "facilityAdmin", "none"),
        ("FAC001", "clinician", "rejected"),
    ):
        ticket = clinic.open()["live"]["ticket"]
        phone = clinic.number(f"FAC001{('clinician',)}verified")
        clinic.member(facility, (role,), phone=phone, verification=verification)
        clinic.wiring.ahead_ms += 5_000
        assert connect(clinic, ticket) == {"statusCode": 401}
        clinic.wiring.ahead_ms += 5_000


def test_who_was_cut_off_hears_nothing_more(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within five seconds, though the connection stands; colleagues hear on, and the page is forgotten."""
    opened = clinic.open()
    phone = clinic.scan(opened["token"])
    connect(clinic, opened["live"]["ticket"], "here-lost")
    colleague = clinic.member("FAC001", ("clinician",), phone="+64215550111")
    connect(clinic, clinic.call("live_ticket", token=colleague).json["ticket"], "here-colleague")
    other = clinic.another_process(monkeypatch, "image_notify")
    key, late = clinic.upload(phone, "a"), clinic.upload(phone, "b")
    heard = clinic.connections.heard
    clinic.notify(phone, key)
    assert (len(heard["here-lost"]), len(heard["here-colleague"])) == (1, 1)
    admin = clinic.member("FAC001", ("facilityAdmin",))
    lost = clinic.user_id(clinic.number(f"FAC001{('clinician',)}verified"))
    assert clinic.call("auth_kill_switch", {"userId": lost}, token=admin).status == 204
    other.ahead_ms = 5_000
    assert clinic.notify(phone, late).status == 201
    assert (len(heard["here-lost"]), len(heard["here-colleague"])) == (1, 2)
    item = clinic.item()
    assert item
    assert set(item["connections"]) == {"here-colleague"}


def test_who_was_cut_off_hears_nothing_more_here(clinic: Clinic) -> None:
    """In the process that ended the sign-in: at once."""
    opened = clinic.open()
    phone = clinic.scan(opened["token"])
    connect(clinic, opened["live"]["ticket"], "here-lost")
    key = clinic.upload(phone, "a")
    clinic.call("auth_kill_switch", {}, token=clinic.clinician())
    assert clinic.notify(phone, key).status == 201
    assert "here-lost" not in clinic.connections.heard


def test_a_sign_in_has_ten_connections_to_a_session(clinic: Clinic) -> None:
    """The oldest page hears that newer ones took its place, and nothing more."""
    phone = clinic.phone()
    names = [f"here-{number:02}" for number in range(11)]
    for name in names:
        clinic.wiring.ahead_ms += 1
        assert connect(clinic, clinic.open()["live"]["ticket"], name) == {"statusCode": 200}
    clinic.add(phone, "a")
    heard = {name: [json.loads(text)["type"] for text in clinic.connections.heard[name]] for name in names}
    assert heard == {names[0]: ["superseded"]} | {name: ["image-uploaded"] for name in names[1:]}


def test_an_unreachable_record_is_said_so(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page may try again: 503."""
    ticket = clinic.open()["live"]["ticket"]
    monkeypatch.setattr(clinic.wiring.capture.session_access._repository._table, "_name", "no-such-table")  # noqa: SLF001  # break it
    assert connect(clinic, ticket) == {"statusCode": 503}
