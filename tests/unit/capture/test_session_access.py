"""Ways into a session, in the record: opened once, joined after, tickets used once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.capture.errors import SessionNotFoundError
from bedside.capture.image import LONGEST_KEPT_MS
from bedside.capture.model import Connection, Session
from bedside.capture.patient import Patient, patient_facts
from bedside.capture.session_access import SessionAccess
from bedside.capture.session_handles import HashedToken, Ticket
from bedside.capture.session_repository import SessionRepository
from bedside.live.subscriptions import Subscriber
from tests.conftest import LIFE_MS

NOW = 1_795_228_312_345
AROHA = Patient("PAT-1", "Aroha")
WATCHER = Subscriber("u" * 24, "f" * 16)


@pytest.fixture
def session_access(record: SessionRepository) -> SessionAccess:
    return SessionAccess(record)


def try_to_open(
    session_access: SessionAccess, name: str, now: int = NOW, patient: Patient = AROHA
) -> tuple[Session, bool]:
    token, ticket = HashedToken(f"t-{name}", now + 600_000), Ticket(f"l-{name}", now + 60_000, WATCHER)
    return session_access.open("k", patient_facts("FAC001", "ENC-1", patient), token, ticket, now)


def enter(session_access: SessionAccess, name: str, now: int = NOW, patient: Patient = AROHA) -> Session:
    return try_to_open(session_access, name, now, patient)[0]


def test_a_second_desktop_joins(session_access: SessionAccess) -> None:
    """Opening again is the same session with another token; both tokens work, and its life begins anew."""
    first = enter(session_access, "a")
    second = enter(session_access, "b", NOW + 1000, Patient("PAT-1", "AROHA", "ZZZ0016"))
    assert second.started == first.started
    assert set(second.tokens) == {"t-a", "t-b"}
    assert second.expires_at == NOW + 1000 + LIFE_MS
    assert second.patient == Patient("PAT-1", "Aroha", "ZZZ0016")


@pytest.mark.parametrize("other", [Patient("PAT-1", "Mallory"), Patient("PAT-1", None, "ZAC5361"), Patient("PAT-2")])
def test_what_is_on_record_stays(session_access: SessionAccess, record: SessionRepository, other: Patient) -> None:
    """Another name, NHI or patient changes nothing; the open session comes back, for the caller to refuse."""
    first = enter(session_access, "a", NOW, Patient("PAT-1", "Aroha", "ZZZ0016"))
    assert enter(session_access, "b", NOW, other).patient == Patient("PAT-1", "Aroha", "ZZZ0016")
    assert record.find("k", NOW) == first


def test_two_desktops_that_name_a_patient_at_once_agree(session_access: SessionAccess) -> None:
    """The first name stays; whoever gave the other sees that it is not theirs."""
    enter(session_access, "a", NOW, Patient("PAT-1"))
    names = ["Aroha", "Mallory"]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda name: enter(session_access, name, NOW, Patient("PAT-1", name)), names))
    assert found[0].patient.name == found[1].patient.name
    assert [
        session.patient.contradicts(Patient("PAT-1", name)) for session, name in zip(found, names, strict=True)
    ].count(True) == 1


def test_who_opened_the_session_is_told(session_access: SessionAccess) -> None:
    """Once, also where the SDK repeats a write whose answer was lost; who joins it, or is another's, has not."""

    def opens(name: str, now: int, patient: Patient = AROHA) -> bool:
        return try_to_open(session_access, name, now, patient)[1]

    assert opens("a", NOW)
    assert opens("a", NOW)
    assert not opens("b", NOW)
    assert not opens("c", NOW + 1, Patient("PAT-2"))
    assert opens("d", NOW + LIFE_MS)


def test_a_renewal_only_joins(session_access: SessionAccess, record: SessionRepository) -> None:
    """Before a session is open, and once it has ended, it is refused and changes nothing."""

    def renew(name: str, now: int, patient: Patient = AROHA) -> Session:
        token, ticket = HashedToken(f"t-{name}", now + 600_000), Ticket(f"l-{name}", now + 60_000, WATCHER)
        return session_access.renew("k", patient_facts("FAC001", "ENC-1", patient), token, ticket, now)[0]

    with pytest.raises(SessionNotFoundError):
        renew("a", NOW)
    assert record.find_stored("k") is None
    enter(session_access, "b")
    assert set(renew("c", NOW + 1).tokens) == {"t-b", "t-c"}
    assert set(renew("d", NOW + 2, Patient("PAT-2")).tokens) == {"t-b", "t-c"}
    ended = record.end("k", NOW + 3)
    for now in (NOW + 3, NOW + LIFE_MS * 2):
        with pytest.raises(SessionNotFoundError):
            renew("e", now)
    assert record.find_stored("k") == ended


def test_expired_handles_are_swept_when_joining(session_access: SessionAccess) -> None:
    """Dead tokens and tickets do not pile up."""
    enter(session_access, "a")
    found = enter(session_access, "b", NOW + 600_000)
    assert set(found.tokens) == {"t-b"}
    assert set(found.tickets) == {"l-b"}


def test_dead_tickets_are_swept_in_time(session_access: SessionAccess, record: SessionRepository) -> None:
    """A page that asks for a ticket every minute for hours leaves a bounded number of dead ones."""
    enter(session_access, "a")
    for minute in range(60):
        now = NOW + minute * 61_000
        session_access.admit_ticket("k", Ticket(f"l-{minute}", now + 60_000, WATCHER), now)
    found = record.find("k", NOW + 60 * 61_000)
    assert found
    assert len(found.tickets) < 25


def test_a_sign_in_has_ten_unused_tickets(session_access: SessionAccess, record: SessionRepository) -> None:
    """Its oldest go, whether it asks for them or opens the session again; those of others stay."""
    enter(session_access, "a")
    other = Ticket("other", NOW + 60_000, Subscriber("v" * 24, "g" * 16))
    session_access.admit_ticket("k", other, NOW)
    for number in range(100, 120):
        session_access.admit_ticket("k", Ticket(f"l-{number}", NOW + 60_000 + number, WATCHER), NOW + number)
    found = record.find("k", NOW)
    assert found
    assert set(found.tickets) == {"other", *(f"l-{number}" for number in range(110, 120))}
    late = Ticket("late", NOW + 1, WATCHER)
    session_access.admit_ticket("k", late, NOW)
    for name in ("b", "c"):
        enter(session_access, name, NOW + 120)
    found = record.find("k", NOW)
    assert found
    assert set(found.tickets) == {"other", "l-b", "l-c", *(f"l-{number}" for number in range(112, 120))}


def test_an_ended_session_is_followed_by_a_new_one(session_access: SessionAccess, record: SessionRepository) -> None:
    """Nothing of the old one is in the new one, not even within the same millisecond."""
    first = enter(session_access, "a")
    record.end("k", NOW)
    second = enter(session_access, "b")
    assert second.started > first.started
    assert set(second.tokens) == {"t-b"}
    assert enter(session_access, "c", second.expires_at).started == second.expires_at


def test_opening_at_once_opens_one_session(session_access: SessionAccess) -> None:
    """Parallel opens agree on one session, and every one of their tokens is in it."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: enter(session_access, str(name)), range(4)))
    assert len({session.started for session in found}) == 1
    assert set(enter(session_access, "z").tokens) == {"t-0", "t-1", "t-2", "t-3", "t-z"}


def test_a_ticket_is_good_once(session_access: SessionAccess, record: SessionRepository) -> None:
    """The first connection has it; a second, a wrong and a late one get nothing."""
    enter(session_access, "a")
    assert session_access.connect("k", "l-none", "c-0", NOW) is None
    assert session_access.connect("k", "l-a", "c-0", NOW + 60_000) is None
    assert session_access.connect("other", "l-a", "c-0", NOW) is None
    found = session_access.connect("k", "l-a", "c-1", NOW + 59_999)
    assert found
    assert found.connections == {"c-1": Connection(WATCHER, NOW + 60_000)}
    assert session_access.connect("k", "l-a", "c-2", NOW) is None
    left = record.find("k", NOW)
    assert left
    assert (set(left.tickets), set(left.connections)) == (set(), {"c-1"})


def test_a_connection_that_is_just_being_made_is_kept(session_access: SessionAccess, record: SessionRepository) -> None:
    """API Gateway calls it gone until it is made; half a minute after its ticket's end it is believed."""
    enter(session_access, "a")
    session = session_access.connect("k", "l-a", "c-1", NOW)
    assert session
    for now, kept in ((NOW + 90_000, {"c-1"}), (NOW + 90_001, set())):
        session_access.disconnect(session, ["c-1"], now)
        left = record.find("k", now)
        assert left
        assert set(left.connections) == kept


def test_a_connection_can_be_forgotten_at_once(session_access: SessionAccess, record: SessionRepository) -> None:
    """Whose sign-in has ended hears nothing more, however new the connection is; others stay."""
    enter(session_access, "a")
    enter(session_access, "b")
    session_access.connect("k", "l-a", "c-1", NOW)
    session = session_access.connect("k", "l-b", "c-2", NOW)
    assert session
    session_access.remove_connections(session, [], NOW)
    session_access.remove_connections(session, ["c-1"], NOW)
    left = record.find("k", NOW)
    assert left
    assert set(left.connections) == {"c-2"}


def test_an_ended_session_lets_nobody_in(session_access: SessionAccess, record: SessionRepository) -> None:
    """Its tickets are dead, no new one is given, and forgetting a connection of it is no error."""
    enter(session_access, "a")
    enter(session_access, "b")
    assert session_access.connect("k", "l-b", "c", NOW)
    ended = record.end("k", NOW)
    assert (dict(ended.tokens), dict(ended.tickets), ended.revision) == ({}, {}, 1)
    assert session_access.connect("k", "l-a", "c", NOW) is None
    with pytest.raises(SessionNotFoundError):
        session_access.admit_ticket("k", Ticket("x", NOW + 1, WATCHER), NOW)
    with pytest.raises(SessionNotFoundError):
        record.end("k", NOW + 1)
    session_access.disconnect(ended, ["c"], NOW + 120_000)


def test_the_record_expires_by_itself(session_access: SessionAccess, record: SessionRepository, table: Table) -> None:
    """A session past its life is not found though it is still stored; DynamoDB deletes it long after its photos."""
    enter(session_access, "a")
    assert record.find("k", NOW + LIFE_MS - 1)
    assert record.find("k", NOW + LIFE_MS) is None
    item = table.get("k")
    assert item
    assert item["ttl"] > (NOW + LIFE_MS + LONGEST_KEPT_MS) // 1000
    with pytest.raises(SessionNotFoundError):
        record.touch("k", NOW, NOW + LIFE_MS)
    with pytest.raises(SessionNotFoundError):
        record.touch("k", NOW - 1, NOW)
    assert record.touch("k", NOW, NOW + 5).expires_at == NOW + 5 + LIFE_MS
