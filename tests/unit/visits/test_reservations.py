"""Nobody's time is given away twice, however many ask at once, and what ends gives its time back."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.adapters.aws.dynamodb import Table
from bedside.encounters.events import event, user
from bedside.visits.busy_day import DAY_MS, Reservation
from bedside.visits.errors import ClashError, PatientClashError
from bedside.visits.facts import Decision, with_decision
from bedside.visits.model import Visit
from bedside.visits.repository import VisitRepository
from bedside.visits.reservations import Reservations
from tests.examples import examples
from tests.unit.visits.life import BOOKED, MINUTE, RULES, T

MIDNIGHT = (T // DAY_MS + 1) * DAY_MS
NOW = T - 60 * MINUTE


@pytest.fixture
def visits(table: Table) -> VisitRepository:
    return VisitRepository(table, RULES)


def visit(name: str, start: int, minutes: int = 30, *, patient: str = "", practitioner: str = "d") -> Visit:
    facts = replace(BOOKED.facts, starts_at=start)
    return replace(
        BOOKED,
        visit_id=name,
        facts=facts,
        duration_minutes=minutes,
        patient_id=patient or f"patient of {name}",
        practitioner_id=practitioner,
    )


def cancel(visits: VisitRepository, name: str) -> Visit:
    decision = Decision("cancel", NOW, "somebody")
    return visits.update(name, lambda one: with_decision(one.facts, decision), NOW)[1]


def book(visits: VisitRepository, booked: Visit, now: int = NOW, *, allow: bool = False) -> bool:
    return visits.create(booked, by="admin", now_ms=now, allow_patient_clash=allow)


@pytest.mark.parametrize("at", [-31, -30, -1, 0, 1, 29, 30, 31])
@pytest.mark.parametrize("start", [T, MIDNIGHT - 15 * MINUTE, MIDNIGHT - 30 * MINUTE, MIDNIGHT])
def test_a_practitioner_is_where_they_are(visits: VisitRepository, start: int, at: int) -> None:
    """Visits that touch may follow each other; others clash with the one that stands, also over midnight."""
    assert book(visits, visit("first", start))
    second = visit("second", start + at * MINUTE)
    if abs(at) >= 30:
        assert book(visits, second)
        return
    with pytest.raises(ClashError) as clash:
        book(visits, second)
    assert (type(clash.value), clash.value.visit_id) == (ClashError, "first")
    with pytest.raises(ClashError):
        book(visits, replace(second, facility_id="FAC002"), allow=True)


def test_a_patient_is_warned_of(visits: VisitRepository) -> None:
    """Whoever knows of it may book all the same, any number of visits; the practitioner's clash counts first."""
    assert book(visits, visit("first", T, patient="p"))
    second = visit("second", T, patient="p", practitioner="e")
    with pytest.raises(PatientClashError) as clash:
        book(visits, second)
    assert clash.value.visit_id == "first"
    assert book(visits, second, allow=True)
    assert book(visits, visit("third", T, patient="p", practitioner="f"), allow=True)
    with pytest.raises(ClashError) as other:
        book(visits, visit("fourth", T, patient="p"), allow=True)
    assert type(other.value) is ClashError


def test_a_practitioner_may_be_a_patient_elsewhere(visits: VisitRepository) -> None:
    """At that time they see nobody; and which visit it is, another facility does not learn."""
    assert book(visits, replace(visit("own", T, patient="d", practitioner="e"), facility_id="FAC002"))
    with pytest.raises(ClashError) as clash:
        book(visits, visit("work", T))
    assert clash.value.visit_id is None


@pytest.mark.parametrize("start", [T, MIDNIGHT - 15 * MINUTE])
@pytest.mark.parametrize("released", [False, True])
def test_what_is_over_gives_its_time_back(visits: VisitRepository, start: int, released: bool) -> None:  # noqa: FBT001  # parametrised
    """At once, even if the release fails; a late release takes nothing from the next."""
    assert book(visits, visit("first", start))
    first = cancel(visits, "first")
    if released:
        visits.release(first, NOW)
    assert book(visits, visit("second", start))
    for _ in range(2):
        visits.release(first, NOW)
    with pytest.raises(ClashError) as clash:
        book(visits, visit("third", start))
    assert clash.value.visit_id == "second"


def test_a_no_show_gives_its_time_back(visits: VisitRepository) -> None:
    """Ten minutes after the agreed time, before any timer has seen to it."""
    assert book(visits, visit("first", T))
    with pytest.raises(ClashError):
        book(visits, visit("second", T + 10 * MINUTE), T + 10 * MINUTE - 1)
    assert book(visits, visit("second", T + 10 * MINUTE), T + 10 * MINUTE)


@pytest.mark.parametrize("start", [T, MIDNIGHT - 15 * MINUTE])
@pytest.mark.parametrize("to", [T + 10 * MINUTE, MIDNIGHT - 20 * MINUTE, MIDNIGHT, MIDNIGHT + DAY_MS - 10 * MINUTE])
def test_a_moved_visit_takes_its_time_along(visits: VisitRepository, table: Table, start: int, to: int) -> None:
    """On every day that it leaves or touches, also over midnight; a clash leaves all as it was."""
    assert book(visits, visit("first", start, patient="p"))
    assert book(visits, visit("second", to + 40 * MINUTE))
    happened = event("visit-rescheduled", NOW, user("admin"), startsAt=to)

    def move(at: int) -> None:
        visits.reschedule(
            "first", lambda one: replace(one, facts=replace(one.facts, starts_at=at)), happened, now_ms=NOW
        )

    with pytest.raises(ClashError):
        move(to + 20 * MINUTE)
    assert visits.get("first").facts.starts_at == start
    move(to)
    wanted = Reservation("first", "FAC001", to, to + 30 * MINUTE)
    for day in range(T // DAY_MS, MIDNIGHT // DAY_MS + 3):
        expected = wanted if day in wanted.days else None
        for person in ("d", "p"):
            assert Reservations(table).get(person, day).reservations.get("first") == expected


def test_a_visit_that_is_booked_already_is_no_clash(visits: VisitRepository, table: Table) -> None:
    """It is said that it is, and nothing is reserved twice."""
    first = visit("first", T)
    assert book(visits, first)
    before = Reservations(table).get("d", T // DAY_MS)
    assert not book(visits, first)
    assert Reservations(table).get("d", T // DAY_MS) == before


def test_of_many_at_once_those_win_who_fit(visits: VisitRepository, table: Table) -> None:
    """Two visits at once for each of six half hours around midnight, each asked for twice: six are booked."""
    starts = [MIDNIGHT + (number - 15) * 30 * MINUTE for number in range(30)]

    def ask(number: int) -> bool:
        try:
            return book(visits, visit(f"v{number}", starts[number % 30] + (number // 30) * MINUTE, 29))
        except ClashError:
            return False

    with ThreadPoolExecutor(8) as pool:
        booked = list(pool.map(ask, [*range(0, 30, 5), *range(30, 60, 5)] * 2))
    assert sum(booked) == 6
    found = {
        one
        for day in (MIDNIGHT // DAY_MS - 1, MIDNIGHT // DAY_MS)
        for one in Reservations(table).get("d", day).reservations.values()
    }
    assert len(found) == 6
    assert not [(one, other) for one in found for other in found if one != other and one.overlaps(other)]
    assert {one.owner for one in found} == {
        name for name in (f"v{number}" for number in range(60)) if exists(table, name)
    }


def exists(table: Table, visit_id: str) -> bool:
    return table.get(visit_id) is not None


ASKS = st.lists(
    st.tuples(
        st.sampled_from(["book", "book", "book", "end", "forget"]),
        st.integers(0, 6),  # which visit
        st.integers(-4, 4),  # quarters of an hour around midnight
        st.integers(1, 4),  # its length in quarters
        st.sampled_from(["d", "e"]),
        st.sampled_from(["p", "q", "d"]),
        st.booleans(),
    ),
    max_size=14,
)


@given(asks=ASKS)
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_bookings_and_ends_keeps_people_in_one_place(
    table: Table, asks: list[tuple[str, int, int, int, str, str, bool]]
) -> None:
    """As if each booking had looked at all visits that are not over; `forget` is an end whose release was lost."""
    visits, run = VisitRepository(table, RULES), os.urandom(4).hex()
    standing: dict[str, Visit] = {}
    for what, which, quarter, length, practitioner, patient, allow in asks:
        name = f"{run}-{which}"
        if what != "book":
            if name in standing:
                after = cancel(visits, name)
                standing.pop(name)
                if what == "end":
                    visits.release(after, NOW)
            continue
        if patient == practitioner:
            continue
        wanted = visit(
            name,
            MIDNIGHT + quarter * 15 * MINUTE,
            length * 15,
            patient=f"{run}{patient}",
            practitioner=f"{run}{practitioner}",
        )
        expected = expectation(wanted, [one for one in standing.values() if one.visit_id != name], allow=allow)
        known = table.get(name) is not None
        made, refused = False, None
        try:
            made = book(visits, wanted, allow=allow)
        except ClashError as error:
            refused = type(error)
        # The record is asked first whether there is a clash, and then whether there is such a visit.
        assert (made, refused) == (not known and expected is None, expected)
        if made:
            standing[name] = wanted


def expectation(wanted: Visit, others: Sequence[Visit], *, allow: bool) -> type[ClashError] | None:
    """What booking a visit comes to, looking at all others."""
    taken = [other for other in others if span(other).overlaps(span(wanted))]
    if any(wanted.practitioner_id in {one.practitioner_id, one.patient_id} for one in taken):
        return ClashError
    if not allow and any(wanted.patient_id in {one.practitioner_id, one.patient_id} for one in taken):
        return PatientClashError
    return None


def span(one: Visit) -> Reservation:
    start = one.facts.starts_at
    return Reservation(one.visit_id, one.facility_id, start, start + one.duration_minutes * MINUTE)
