"""Pages hear of visits: those of their facility, or of their own; and nobody of anybody else's."""

import json
from typing import Any

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.live.subscriptions import Subscriptions
from bedside.visits import publisher
from tests.functions.clinic import event_of
from tests.functions.surgery import MINUTE, START, Surgery


def connect(surgery: Surgery, token: str, connection: str) -> int:
    invitation = surgery.clinic.call("visits_watch", {}, token=token)
    assert invitation.status == 200, invitation
    assert invitation.json["url"] == "wss://live.example.org/live"
    return trade(surgery, invitation.json["ticket"], connection)


def trade(surgery: Surgery, ticket: str, connection: str) -> int:
    event = event_of("live")
    event["queryStringParameters"] = {"ticket": ticket}
    event["requestContext"]["connectionId"] = connection
    return int(surgery.clinic.invoke("live", event)["statusCode"])


def heard(surgery: Surgery, connection: str) -> list[Any]:
    return [json.loads(text) for text in surgery.clinic.connections.heard.get(connection, [])]


def test_those_of_the_facility_and_the_patient_hear(surgery: Surgery) -> None:
    """Of the change, and nothing of the patient; others hear nothing."""
    clinic = surgery.clinic
    listeners = {
        "here-practitioner": surgery.practitioner,
        "here-admin": clinic.member("FAC001", ("facilityAdmin",)),
        "here-patient": surgery.patient,
        "here-elsewhere": clinic.clinician("FAC002"),
        "here-other-patient": clinic.member("FAC001", ("patient",)),
    }
    for connection, token in listeners.items():
        assert connect(surgery, token, connection) == 200
    surgery.join(surgery.patient)
    message = {"type": "visit-changed", "visitId": surgery.visit_id, "state": "waiting", "timestamp": START}
    for connection in listeners:
        hears = connection in {"here-practitioner", "here-admin", "here-patient"}
        assert heard(surgery, connection) == ([message] if hears else [])


def test_a_ticket_of_visits_is_traded_once(surgery: Surgery) -> None:
    """Within its minute, and for no capture session; nor does one of capture open this."""
    ticket = surgery.clinic.call("visits_watch", {}, token=surgery.patient).json["ticket"]
    assert trade(surgery, ticket.removeprefix("v-"), "here-1") == 401
    assert trade(surgery, ticket[:-4] + "AAAA", "here-1") == 401
    assert trade(surgery, ticket, "here-1") == 200
    assert trade(surgery, ticket, "here-2") == 401
    captured = surgery.clinic.open()["live"]["ticket"]
    assert trade(surgery, f"v-{captured}", "here-2") == 401
    late = surgery.clinic.call("visits_watch", {}, token=surgery.patient).json["ticket"]
    surgery.at(MINUTE)
    assert trade(surgery, late, "here-2") == 401


def test_who_signed_out_hears_nothing_more(surgery: Surgery) -> None:
    """Neither with a ticket that they still hold, nor over a connection that is open."""
    assert connect(surgery, surgery.patient, "here-1") == 200
    ticket = surgery.clinic.call("visits_watch", {}, token=surgery.patient).json["ticket"]
    assert surgery.clinic.call("auth_logout", token=surgery.patient).status == 204
    surgery.at(6000)
    assert trade(surgery, ticket, "here-2") == 401
    surgery.join(surgery.practitioner)
    assert heard(surgery, "here-1") == heard(surgery, "here-2") == []


def test_connections_that_are_gone_are_forgotten(surgery: Surgery) -> None:
    """And one that fails keeps nobody else from hearing."""
    for connection in ("gone-1", "broken-1", "here-1"):
        assert connect(surgery, surgery.practitioner, connection) == 200
    surgery.join(surgery.patient)
    assert [message["state"] for message in heard(surgery, "here-1")] == ["waiting"]
    item = next(item for item in surgery.items() if any(name.startswith("connection:") for name in item))
    assert {name for name in item if name.startswith("connection:")} == {"connection:broken-1", "connection:here-1"}


def test_a_change_is_made_although_nobody_can_be_told(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask every minute anyway."""
    assert connect(surgery, surgery.practitioner, "here-1") == 200

    def failing(*_: object) -> Any:
        raise UnavailableError("The record could not be read.")

    monkeypatch.setattr(Subscriptions, "page", failing)
    surgery.join(surgery.patient)
    assert surgery.look()["state"] == "waiting"
    assert heard(surgery, "here-1") == []


def test_a_sign_in_has_ten_connections(surgery: Surgery) -> None:
    """The oldest page hears that newer ones took its place, and nothing more; another sign-in keeps its own."""
    assert connect(surgery, surgery.patient, "here-patient") == 200
    names = [f"here-{number:02}" for number in range(11)]
    for number, name in enumerate(names):
        surgery.at(number)
        assert connect(surgery, surgery.practitioner, name) == 200
    surgery.join(surgery.patient)
    assert [message["type"] for message in heard(surgery, names[0])] == ["superseded"]
    for name in ("here-patient", *names[1:]):
        assert [message["type"] for message in heard(surgery, name)] == ["visit-changed"]


def test_the_patient_hears_before_a_large_facility(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's call waits for other people's pages: those of the facility are told by a queue, part by part."""
    monkeypatch.setattr(publisher, "_FEW", 2)
    monkeypatch.setattr(publisher, "FANNED_OUT_AT_ONCE", 2)
    staff = [
        surgery.practitioner,
        *(surgery.clinic.member("FAC001", ("facilityAdmin",), phone=f"+6421555900{n}") for n in range(4)),
    ]
    for number, token in enumerate(staff):
        assert connect(surgery, token, f"here-{number}") == 200
    assert connect(surgery, surgery.patient, "here-patient") == 200
    surgery.join(surgery.patient)
    assert len(heard(surgery, "here-patient")) == 1
    assert [heard(surgery, f"here-{number}") for number in range(5)] == [[]] * 5
    sent = surgery.clinic.wiring.visits.fanout_queue.sent
    assert len(sent) == 1
    for told in (2, 4, 5):
        event = event_of("visit_fanout")
        event["Records"][0]["body"] = json.dumps(sent[-1])
        assert surgery.clinic.invoke("visit_fanout", event) == {"batchItemFailures": []}
        assert sum(len(heard(surgery, f"here-{number}")) for number in range(5)) == told
    assert len(sent) == 3
    assert heard(surgery, "here-0") == heard(surgery, "here-patient")


def test_a_large_facility_is_not_told_without_the_queue(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The change is made and the patient told; the others ask within a minute."""
    monkeypatch.setattr(publisher, "_FEW", 0)

    def failing(_message: Any) -> None:
        raise UnavailableError("The message could not be queued.")

    monkeypatch.setattr(surgery.clinic.wiring.visits.fanout_queue, "send", failing)
    surgery.clinic.wiring.visits.__dict__.pop("publisher", None)
    assert connect(surgery, surgery.practitioner, "here-1") == 200
    surgery.join(surgery.patient)
    assert surgery.look()["state"] == "waiting"
    assert heard(surgery, "here-1") == []
