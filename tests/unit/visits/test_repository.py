"""Visits in the record: what is learned is kept once, whoever writes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.kernel.errors import WrongStateError
from bedside.visits.errors import VisitNotFoundError
from bedside.visits.facts import Decision, VisitFacts, with_decision, with_joining, with_observed_peer
from bedside.visits.model import Visit
from bedside.visits.presence import Joining
from bedside.visits.repository import VisitRepository
from bedside.visits.states import transition
from tests.unit.visits.life import BOOKED, LIVES, MINUTE, RULES, Call, T, Webhook

if TYPE_CHECKING:
    from bedside.ports.video import Party


@pytest.fixture
def visits(table: Table) -> VisitRepository:
    """A record with one visit."""
    record = VisitRepository(table, RULES)
    assert record.create(BOOKED, by="admin", now_ms=T - 60 * MINUTE)
    return record


def test_a_visit_is_read_as_it_was_booked(visits: VisitRepository, table: Table) -> None:
    """Booking it again changes nothing."""
    assert visits.get("v") == BOOKED
    assert not visits.create(BOOKED, by="other", now_ms=T)
    table.put({"pk": "notes#v", "plan": "rest"}, condition="attribute_not_exists(#pk)", values={})
    for other in ("none", "notes#v", "v" * 3000):
        with pytest.raises(VisitNotFoundError):
            visits.get(other)


@pytest.mark.parametrize("name", LIVES)
def test_a_whole_life_is_kept(visits: VisitRepository, name: str) -> None:
    """Every step, with everything that led to it; what comes twice is written once."""
    life, seen = LIVES[name], BOOKED
    for event in sorted((*life.calls, *life.rest), key=lambda event: event.at):

        def learn(visit: Visit) -> VisitFacts:
            match event:  # noqa: B023  # called at once
                case Webhook(_, joining, peer, at):
                    return with_observed_peer(visit.facts, joining, peer, **at)
                case Call(at, "join", who, joining) if visit.ongoing:
                    return with_joining(visit.facts, joining, Joining(who, at))
                case Call(at, "end" | "cancel" as kind, who):
                    return with_decision(visit.facts, Decision(kind, at, who))
            return visit.facts

        for again in (False, True):
            before, after = visits.update("v", learn, event.at)
            assert before == seen
            assert after.history[: len(before.history)] == before.history
            assert visits.get("v") == after
            assert not again or after == before
            seen = after
    assert seen.state == life.state


def test_what_is_due_has_happened_before_what_is_learned(visits: VisitRepository) -> None:
    """Who comes too late finds a visit that is over, although no timer has fired."""

    def learn(visit: Visit) -> VisitFacts:
        transition(visit.state, "join")
        return with_joining(visit.facts, "p", Joining("patient", T + 11 * MINUTE))

    with pytest.raises(WrongStateError, match="noShow"):
        visits.update("v", learn, T + 11 * MINUTE)


def test_everybody_who_writes_at_once_is_kept(visits: VisitRepository) -> None:
    """Six at once: none is lost, and the history is one."""

    def join(number: int) -> None:
        party: Party = "patient" if number % 2 else "practitioner"
        visits.update("v", lambda visit: with_joining(visit.facts, f"j{number}", Joining(party, T + number)), T + 10)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(join, range(6)))
    found = visits.get("v")
    assert set(found.facts.joinings) == {f"j{number}" for number in range(6)}
    assert found.state == "inProgress"


def test_the_record_says_when_to_look_again(visits: VisitRepository, table: Table) -> None:
    """And, when a visit is over, that there is no need to; and when each step was noted."""
    item = table.get("v") or {}
    assert item["dueAt"] == T + 10 * MINUTE
    visits.update("v", lambda visit: visit.facts, T + 20 * MINUTE)
    item = table.get("v") or {}
    # Its end has still to be seen to.
    assert (item["state"], item["dueAt"], item["notedAt"]) == ("noShow", T + 20 * MINUTE, [T + 20 * MINUTE])
    assert item["history"][0]["at"] == T + 10 * MINUTE
    for _ in range(2):
        visits.mark_cleaned_up("v")
        item = table.get("v") or {}
        assert item.keys().isdisjoint({"dueAt", "waits"})
    assert not visits.get("v").cleanup_pending


def test_a_token_is_claimed_once(visits: VisitRepository) -> None:
    """By the first of all who try, and never of a visit that is none."""
    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(lambda _: visits.claim("v", "j"), range(6))) == [False] * 5 + [True]
    assert visits.claim("v", "k")
    assert not visits.claim("none", "j")
