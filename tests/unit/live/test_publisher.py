"""Both ways to open pages say the same, and neither stops a photo."""

import json
from collections.abc import Callable

from bedside.adapters.ably import Ably
from bedside.adapters.aws.websockets import Sockets
from bedside.capture.model import Session
from bedside.capture.publisher import MayWatch, SessionPublisher
from bedside.capture.session_access import SessionAccess
from bedside.capture.session_handles import HashedToken, Ticket
from bedside.capture.session_record import session_from_record
from bedside.capture.session_repository import SessionRepository
from bedside.kernel.errors import UnavailableError
from bedside.live.publisher import AblyPublisher, SocketPublisher
from bedside.live.subscriptions import Subscriber
from tests.conftest import REGION
from tests.fakes.ably import KEY, ably
from tests.fakes.hostile import refused
from tests.fakes.management import management
from tests.unit.capture.test_model import ITEM

NOW = 1_795_228_312_345
PATIENT = {"facilityId": "FAC001", "encounterId": "ENC-1", "patientId": "PAT-1"}
MESSAGE = {"type": "image-uploaded", "revision": 7}


def anybody(_subscriber: Subscriber, _facility_id: str, _now_ms: int) -> bool:
    return True


def ticket(name: str) -> Ticket:
    """A ticket of the clinician who has the same name."""
    return Ticket(f"l-{name}", NOW + 9, Subscriber(name, f"family of {name}"))


def ignore(_pages: int) -> None:
    pass


def connected(session_access: SessionAccess, *connections: str) -> Session:
    """Open a session and connect these pages."""
    session_access.open("k", PATIENT, HashedToken("t", NOW + 9), ticket("first"), NOW)
    session = None
    for connection in connections:
        session_access.admit_ticket("k", ticket(connection), NOW)
        session = session_access.connect("k", f"l-{connection}", connection, NOW)
    assert session
    return session


def over_sockets(
    record: SessionRepository,
    endpoint: str,
    may_watch: MayWatch = anybody,
    on_failure: Callable[[int], None] = ignore,
) -> SessionPublisher:
    publisher = SocketPublisher(lambda: Sockets(endpoint, REGION), "wss://live", on_failure)
    return SessionPublisher(publisher, SessionAccess(record), may_watch)


def over_ably(record: SessionRepository, origin: str, on_failure: Callable[[int], None] = ignore) -> SessionPublisher:
    publisher = AblyPublisher(Ably(origin, KEY), origin, "https://realtime", on_failure)
    return SessionPublisher(publisher, SessionAccess(record), anybody)


def test_every_page_hears_and_the_gone_are_forgotten(record: SessionRepository) -> None:
    """Pages that left are dropped from the session; those that could not be reached are counted and kept."""
    failed: list[int] = []
    with management() as api:
        session = connected(SessionAccess(record), "here-1", "gone-1", "broken-1")
        publisher = over_sockets(record, api.endpoint, on_failure=failed.append)
        publisher.publish(session, MESSAGE, NOW + 60_000)
        assert [json.loads(text) for text in api.heard["here-1"]] == [MESSAGE]
    found = record.find("k", NOW)
    assert found
    assert set(found.connections) == {"here-1", "broken-1"}
    assert failed == [1]


def test_nobody_listening_costs_nothing(record: SessionRepository) -> None:
    """Without a page the API is not even looked for."""

    def unreachable() -> Sockets:
        raise AssertionError

    def never(_subscriber: Subscriber, _facility_id: str, _now_ms: int) -> bool:
        raise AssertionError

    session = session_from_record({**ITEM, "connections": {}})
    publisher = SocketPublisher(unreachable, "wss://live", ignore)
    SessionPublisher(publisher, SessionAccess(record), never).publish(session, MESSAGE, NOW)


def test_whose_sign_in_has_ended_hears_nothing(record: SessionRepository) -> None:
    """They are asked about by sign-in and facility, forgotten at once, and the others hear the message."""
    asked: list[tuple[str, str, str, int]] = []

    def may_watch(subscriber: Subscriber, facility_id: str, now_ms: int) -> bool:
        asked.append((subscriber.user_id, subscriber.family_id, facility_id, now_ms))
        return subscriber.user_id != "here-2"

    with management() as api:
        session = connected(SessionAccess(record), "here-1", "here-2")
        over_sockets(record, api.endpoint, may_watch).publish(session, MESSAGE, NOW)
        assert set(api.heard) == {"here-1"}
    assert asked == [(name, f"family of {name}", "FAC001", NOW) for name in ("here-1", "here-2")]
    found = record.find("k", NOW)
    assert found
    assert set(found.connections) == {"here-1"}


def test_nobody_hears_where_it_cannot_be_told_who_may(record: SessionRepository) -> None:
    """The pages count as not reached, and stay: they catch up by themselves."""
    failed: list[int] = []

    def unknown(_subscriber: Subscriber, _facility_id: str, _now_ms: int) -> bool:
        raise UnavailableError

    with management() as api:
        session = connected(SessionAccess(record), "here-1", "here-2")
        over_sockets(record, api.endpoint, unknown, failed.append).publish(session, MESSAGE, NOW)
        assert api.heard == {}
    found = record.find("k", NOW)
    assert found
    assert (failed, set(found.connections)) == ([2], {"here-1", "here-2"})


def test_an_invitation_is_the_contracts(record: SessionRepository) -> None:
    """Over our own API: an address and a ticket."""
    invitation = over_sockets(record, "http://x").invitation(session_from_record(ITEM), "ticket", NOW)
    assert invitation == {"url": "wss://live", "ticket": "ticket"}


def test_ably_carries_the_same_message(record: SessionRepository) -> None:
    """On the channel of the encounter, under the message's type, once for every change."""
    with ably() as app:
        publisher = over_ably(record, app.origin)
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


def test_ably_away_stops_nothing(record: SessionRepository) -> None:
    """A failed publish is counted, not raised."""
    failed: list[int] = []
    over_ably(record, refused(), failed.append).publish(session_from_record(ITEM), MESSAGE, NOW)
    assert failed == [1]
