"""Both ways to a clinician's page say the same, and neither stops a photo."""

import json

from bedside.adapters.ably import Ably
from bedside.adapters.sockets import Sockets
from bedside.capture.entrances import Admission, Entrances
from bedside.capture.record import Record
from bedside.capture.session import Session, session_from_record
from bedside.live.publishers import AblyPublisher, SocketPublisher
from tests.bedside.capture.test_session_rules import ITEM
from tests.fakes.ably import KEY, ably
from tests.fakes.hostile import refused
from tests.fakes.management import management

NOW = 1_795_228_312_345
PATIENT = {"facilityId": "FAC001", "encounterId": "ENC-1", "patientId": "PAT-1"}
MESSAGE = {"type": "image-uploaded", "revision": 7}


def connected(entrances: Entrances, *connections: str) -> Session:
    """Open a session and connect these pages."""
    entrances.open("k", PATIENT, Admission("t", NOW + 9), Admission("l", NOW + 9), NOW)
    session = None
    for connection in connections:
        entrances.admit_ticket("k", Admission(f"l-{connection}", NOW + 9), NOW)
        session = entrances.connect("k", f"l-{connection}", connection, NOW)
    assert session
    return session


def test_every_page_hears_and_the_gone_are_forgotten(record: Record) -> None:
    """Pages that left are dropped from the session; those that could not be reached are counted and kept."""
    failed: list[int] = []
    with management() as api:
        entrances = Entrances(record)
        session = connected(entrances, "here-1", "gone-1", "broken-1")
        publisher = SocketPublisher(lambda: Sockets(api.endpoint), entrances, "wss://live", failed.append)
        publisher.publish(session, MESSAGE, NOW + 60_000)
        assert [json.loads(text) for text in api.heard["here-1"]] == [MESSAGE]
    found = record.find("k", NOW)
    assert found
    assert set(found.connections) == {"here-1", "broken-1"}
    assert failed == [1]


def test_nobody_listening_costs_nothing(record: Record) -> None:
    """Without a page the API is not even looked for."""

    def unreachable() -> Sockets:
        raise AssertionError

    session = session_from_record(ITEM)
    SocketPublisher(unreachable, Entrances(record), "wss://live", lambda _pages: None).publish(session, MESSAGE, NOW)


def test_an_invitation_is_the_contracts(record: Record) -> None:
    """Over our own API: an address and a ticket."""
    publisher = SocketPublisher(lambda: Sockets("http://x"), Entrances(record), "wss://live", lambda _pages: None)
    assert publisher.invitation(session_from_record(ITEM), "ticket", NOW) == {"url": "wss://live", "ticket": "ticket"}


def test_ably_carries_the_same_message() -> None:
    """On the channel of the encounter, under the message's type, once for every change."""
    with ably() as app:
        publisher = AblyPublisher(Ably(app.origin, KEY), app.origin, "https://realtime", lambda _pages: None)
        session = session_from_record(ITEM)
        for _ in range(2):
            publisher.publish(session, MESSAGE, NOW)
        publisher.publish(session, {**MESSAGE, "revision": 8}, NOW)
        [channel] = app.channels
        assert channel == "session:FAC001:ENC-1"
        assert [json.loads(each["data"])["revision"] for each in app.channels[channel]] == [7, 8]
        assert app.channels[channel][0]["name"] == "image-uploaded"
        invitation = publisher.invitation(session, "ticket", NOW)
    assert (invitation["provider"], invitation["channel"]) == ("ably", channel)
    assert set(invitation["tokenRequest"]) == {"keyName", "ttl", "capability", "timestamp", "nonce", "mac"}
    assert "key-secret" not in json.dumps(invitation)


def test_ably_away_stops_nothing() -> None:
    """A failed publish is counted, not raised."""
    failed: list[int] = []
    origin = refused()
    publisher = AblyPublisher(Ably(origin, KEY), origin, origin, failed.append)
    publisher.publish(session_from_record(ITEM), MESSAGE, NOW)
    assert failed == [1]
