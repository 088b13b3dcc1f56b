"""Visits in the record: what is learned is kept once, whoever writes at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bedside.adapters.dynamo import Table
from bedside.errors import VisitNotFoundError, WrongStateError
from bedside.visits.knowledge import Decision, Known, decided, joined, told
from bedside.visits.presence import Joining, Party
from bedside.visits.record import VisitRecord
from bedside.visits.states import transition
from bedside.visits.visit import Visit
from tests.bedside.visits.life import BOOKED, LIVES, MINUTE, RULES, Call, T, Webhook


@pytest.fixture
def visits(table: Table) -> VisitRecord:
    """A record with one visit."""
    record = VisitRecord(table, RULES)
    assert record.add(BOOKED, by="admin", now_ms=T - 60 * MINUTE)
    return record


def test_a_visit_is_read_as_it_was_booked(visits: VisitRecord, table: Table) -> None:
    """Booking it again changes nothing."""
    assert visits.read("v") == BOOKED
    assert not visits.add(BOOKED, by="other", now_ms=T)
    table.put({"pk": "notes#v", "plan": "rest"}, condition="attribute_not_exists(#pk)", values={})
    for other in ("none", "notes#v", "v" * 3000):
        with pytest.raises(VisitNotFoundError):
            visits.read(other)


@pytest.mark.parametrize("name", LIVES)
def test_a_whole_life_is_kept(visits: VisitRecord, name: str) -> None:
    """Every step, with everything that led to it; what comes twice is written once."""
    life, seen = LIVES[name], BOOKED
    for event in sorted((*life.calls, *life.rest), key=lambda event: event.at):

        def learn(visit: Visit) -> Known:
            match event:  # noqa: B023  # called at once
                case Webhook(_, joining, peer, at):
                    return told(visit.known, joining, peer, **at)
                case Call(at, "join", who, joining) if visit.going_on:
                    return joined(visit.known, joining, Joining(who, at))
                case Call(at, "end" | "cancel" as kind, who):
                    return decided(visit.known, Decision(kind, at, who))
            return visit.known

        for again in (False, True):
            before, after = visits.learn("v", learn, event.at)
            assert before == seen
            assert after.history[: len(before.history)] == before.history
            assert visits.read("v") == after
            assert not again or after == before
            seen = after
    assert seen.state == life.state


def test_what_is_due_has_happened_before_what_is_learned(visits: VisitRecord) -> None:
    """Who comes too late finds a visit that is over, although no timer has fired."""

    def learn(visit: Visit) -> Known:
        transition(visit.state, "join")
        return joined(visit.known, "p", Joining("patient", T + 11 * MINUTE))

    with pytest.raises(WrongStateError, match="noShow"):
        visits.learn("v", learn, T + 11 * MINUTE)


def test_everybody_who_writes_at_once_is_kept(visits: VisitRecord) -> None:
    """Six at once: none is lost, and the history is one."""

    def join(number: int) -> None:
        party: Party = "patient" if number % 2 else "practitioner"
        visits.learn("v", lambda visit: joined(visit.known, f"j{number}", Joining(party, T + number)), T + 10)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(join, range(6)))
    found = visits.read("v")
    assert set(found.known.joinings) == {f"j{number}" for number in range(6)}
    assert found.state == "inProgress"


def test_the_record_says_when_to_look_again(visits: VisitRecord, table: Table) -> None:
    """And, when a visit is over, that there is no need to; and when each step was noted."""
    item = table.get("v") or {}
    assert item["dueAt"] == T + 10 * MINUTE
    visits.learn("v", lambda visit: visit.known, T + 20 * MINUTE)
    item = table.get("v") or {}
    # Its end has still to be seen to.
    assert (item["state"], item["dueAt"], item["notedAt"]) == ("noShow", T + 20 * MINUTE, [T + 20 * MINUTE])
    assert item["history"][0]["at"] == T + 10 * MINUTE
    for _ in range(2):
        visits.settled("v")
        item = table.get("v") or {}
        assert item.keys().isdisjoint({"dueAt", "waits"})
    assert not visits.read("v").unsettled


def test_a_token_is_claimed_once(visits: VisitRecord) -> None:
    """By the first of all who try, and never of a visit that is none."""
    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(lambda _: visits.claim("v", "j"), range(6))) == [False] * 5 + [True]
    assert visits.claim("v", "k")
    assert not visits.claim("none", "j")
