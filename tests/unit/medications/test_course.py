"""How answers and time change the doses of a plan."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.kernel.errors import WrongStateError
from bedside.medications.dose_times import earliest_at, lapses_at, look_at
from bedside.medications.records import plan_from_item, plan_item
from bedside.medications.rules import due_after
from bedside.medications.states import CAUSES, STATES, TABLE, transition
from tests.examples import examples
from tests.unit.kernel.zones import ZONES, changes
from tests.unit.medications.course_book import DAY, HOUR, Book, at, every, times

MONDAY = at("2026-11-30T06:00")
MINUTE = HOUR // 60


def test_every_way_of_the_table_has_one_target() -> None:
    assert len({(way.source, way.cause) for way in TABLE}) == len(TABLE)
    assert {way.source for way in TABLE} | {way.target for way in TABLE} == set(STATES)
    assert {way.cause for way in TABLE} == set(CAUSES)
    with pytest.raises(WrongStateError):
        transition("taken", "skipped")


def test_an_answer_arms_the_next_dose() -> None:
    """Whatever the answer, and only one."""
    book = Book.begin(times(480, 1200), MONDAY)
    assert book.due == at("2026-11-30T08:00")
    book.now = at("2026-11-30T08:05")
    dose = book.answer("taken")
    assert (dose.state, dose.taken_at, dose.late, book.due) == ("taken", book.now, False, at("2026-11-30T20:00"))
    book.now = at("2026-11-30T20:05")
    assert book.answer("skipped").state == "skipped"
    assert book.due == at("2026-12-01T08:00")


def test_nobody_answers_and_the_dose_is_missed() -> None:
    """After the grace; a later entry makes it taken, late unless the patient took it in time."""
    book = Book.begin(times(480, 1200), MONDAY)
    key = "20261130T080000"
    assert look_at(book.plan) == at("2026-11-30T09:00")
    book.look(at("2026-11-30T08:59"))
    assert book.closed == {}
    book.look(at("2026-11-30T12:00"))
    assert (book.closed[key].state, book.closed[key].changed_at) == ("missed", at("2026-11-30T09:00"))
    assert book.due == at("2026-11-30T20:00")
    late = book.answer("taken", key)
    assert (late.state, late.late, book.plan.last) == ("taken", True, late)
    assert book.answer("undone", key).state == "missed"
    in_time = book.answer("taken", key, at_ms=at("2026-11-30T08:10"))
    assert (in_time.late, in_time.taken_at) == (False, at("2026-11-30T08:10"))
    assert book.due == at("2026-11-30T20:00")


def test_reminders_pause_after_days_without_an_answer() -> None:
    """The doses go on; any answer, a late one too, a change of the plan or a snooze lets reminders come again."""
    book = Book.begin(times(480), MONDAY)
    first = at("2026-11-30T08:00")
    book.look(first + 13 * DAY + HOUR)
    assert (book.plan.unanswered_since, book.plan.silent_since) == (first, None)
    book.look(first + 20 * DAY + HOUR)
    assert (book.plan.unanswered_since, book.plan.silent_since) == (first, first + 14 * DAY + HOUR)
    assert (len(book.closed), book.due) == (21, first + 21 * DAY)
    assert plan_from_item(plan_item(book.plan)) == book.plan
    silent = book.plan
    *_, before, last = sorted(book.closed)
    for answer, key in (("taken", last), ("skipped", before), ("snoozed", None), ("taken", None)):
        book.plan, book.now = silent, first + 20 * DAY + 2 * HOUR if key else first + 21 * DAY
        book.answer(answer, key, **({"minutes": 10} if answer == "snoozed" else {}))
        assert (book.plan.unanswered_since, book.plan.silent_since) == (None, None)
    book.plan = silent
    book.change(rule=times(500))
    assert book.plan.silent_since is None


def test_the_next_dose_ends_the_time_of_the_one_before() -> None:
    """However long the grace is."""
    book = Book.begin(times(480, 540), MONDAY, grace=DAY)
    book.look(at("2026-11-30T09:00"))
    assert [dose.state for dose in book.closed.values()] == ["missed"]
    assert book.due == at("2026-11-30T09:00")


def test_a_snoozed_dose_is_due_again() -> None:
    """And missed so much later."""
    book = Book.begin(times(480), MONDAY)
    book.now = at("2026-11-30T08:30")
    assert book.answer("snoozed", minutes=20).state == "snoozed"
    assert look_at(book.plan) == at("2026-11-30T08:50")
    assert book.look(at("2026-11-30T09:40")).plan.open is not None
    assert book.plan.open
    assert (book.plan.open.state, lapses_at(book.plan, book.plan.open)) == ("due", at("2026-11-30T09:50"))
    book.answer("snoozed", minutes=5)
    assert book.plan.open.snoozes == 2
    assert not book.answer("taken").late


def test_an_answer_is_taken_back() -> None:
    """The dose is due as before, and the one that came after it is not yet."""
    book = Book.begin(times(480, 1200), MONDAY)
    book.now = at("2026-11-30T08:05")
    before = book.plan
    key = book.answer("taken").key
    again = book.answer("undone", key)
    assert (again.state, again.taken_at, book.closed, book.due) == ("due", None, {}, at("2026-11-30T08:00"))
    assert before.open
    assert book.plan.open
    assert book.plan.open.due_at == before.open.due_at
    book.answer("taken", key)
    assert book.due == at("2026-11-30T20:00")


def test_an_answer_is_taken_back_once_the_next_dose_is_due() -> None:
    """Then its own time is over."""
    book = Book.begin(times(480, 485), MONDAY)
    book.now = at("2026-11-30T08:04")
    key = book.answer("taken").key
    book.now = at("2026-11-30T08:06")
    assert book.answer("undone", key).state == "missed"
    assert book.due == at("2026-11-30T08:05")


def test_eight_hours_are_eight_hours() -> None:
    """From when the dose was taken, not from when it was due, nor from when that was entered."""
    book = Book.begin(every(8), MONDAY)
    book.now = MONDAY + 40 * MINUTE
    book.answer("taken", at_ms=MONDAY + 10 * MINUTE)
    assert book.due == MONDAY + 10 * MINUTE + 8 * HOUR
    first_due = book.due
    book.look(first_due + 2 * HOUR)
    assert book.due == first_due + 8 * HOUR
    [missed] = [dose for dose in book.closed.values() if dose.state == "missed"]
    book.answer("taken", missed.key)
    assert book.due == book.now + 8 * HOUR
    book.answer("undone", missed.key)
    assert book.due == first_due + 8 * HOUR


def test_an_interval_is_taken_back() -> None:
    book = Book.begin(every(8), MONDAY)
    key = book.answer("taken").key
    book.now += 5 * MINUTE
    assert (book.answer("undone", key).state, book.due) == ("due", MONDAY)
    book.answer("taken", key)
    assert book.due == MONDAY + 5 * MINUTE + 8 * HOUR


@pytest.mark.parametrize("name", ZONES)
def test_every_change_of_a_clock_is_survived_by_an_interval(name: str) -> None:
    """Whatever the clock does, the next dose is due so many hours after the last."""
    for change in changes(name):
        book = Book.begin(every(8), at(f"{change - timedelta(days=1)}T20:00", name), name)
        for _ in range(4):
            assert book.due
            book.now = book.due + 3 * MINUTE
            book.answer("taken")
            assert book.due == book.now + 8 * HOUR


def test_doses_are_not_taken_too_early() -> None:
    """By the clock at most two hours before, and not nearer to the dose before; an interval lets nobody be early."""
    book = Book.begin(times(480, 540), MONDAY)
    assert book.plan.open
    assert earliest_at(book.plan, book.plan.open) == at("2026-11-30T06:00")
    book.now = at("2026-11-30T07:50")
    book.answer("taken")
    assert earliest_at(book.plan, book.plan.open) == at("2026-11-30T08:30")
    book = Book.begin(every(8), MONDAY)
    book.answer("taken")
    assert book.plan.open
    assert earliest_at(book.plan, book.plan.open) == MONDAY + 8 * HOUR - MINUTE


def test_who_travels_takes_one_dose_a_day() -> None:
    """Eastwards the morning that comes too soon is left out; westwards the next one is not."""
    home, away = "Pacific/Auckland", "America/Los_Angeles"
    east = Book.begin(times(480), at("2026-11-30T00:00", away), away)
    east.now = at("2026-11-30T08:00", away)
    east.answer("taken")
    east.now += HOUR
    east.change(home_zone=home)
    assert east.due == at("2026-12-02T08:00", home)
    west = Book.begin(times(480), at("2026-11-30T00:00", home), home)
    west.now = at("2026-11-30T08:00", home)
    west.answer("taken")
    west.now += HOUR
    west.change(travel="local", local_zone=away)
    assert west.due == at("2026-11-30T08:00", away)
    west.change(travel="home")
    assert west.due == at("2026-12-01T08:00", home)


def test_who_changes_a_rule_takes_no_second_dose() -> None:
    """From eight to nine, at half past eight; a dose that is due already stays."""
    book = Book.begin(times(480), MONDAY)
    book.now = at("2026-11-30T08:10")
    book.answer("taken")
    book.change(rule=times(540))
    assert book.due == at("2026-12-01T09:00")
    book.look(at("2026-12-01T09:10"))
    book.change(rule=times(570))
    assert book.due == at("2026-12-01T09:00")
    book.answer("taken")
    assert book.due == at("2026-12-02T09:30")


def test_a_paused_plan_has_no_dose_ahead() -> None:
    """And none for the time of the pause once it goes on."""
    book = Book.begin(every(8), MONDAY)
    book.answer("taken")
    book.change(state="paused")
    assert (book.due, look_at(book.plan)) == (None, None)
    book.now += 3 * DAY
    book.change(state="active")
    assert (book.due, len(book.closed)) == (book.now, 1)
    book = Book.begin(times(480, ends_on=date(2026, 11, 30)), MONDAY)
    book.change(state="paused")
    book.now += DAY
    book.change(state="active")
    assert (book.due, book.closed) == (None, {})


ACTS = st.sampled_from(("taken", "skipped", "snoozed", "undone", "late", "wait", "zone", "pause"))


def _answer(book: Book, act: str) -> None:
    """Answer the open dose, or the last one, if that is possible."""
    dose, last = book.plan.open, max(book.closed, default="")
    state = book.closed[last].state if last else None
    if act in {"taken", "skipped"} and dose and book.now >= earliest_at(book.plan, dose):
        book.answer(act)
    elif act == "snoozed" and dose and book.now >= dose.due_at:
        book.answer("snoozed", minutes=10)
    elif act == "undone" and state in {"taken", "skipped"}:
        book.answer("undone", last)
    elif act == "late" and state == "missed":
        book.answer("taken", last)


@settings(max_examples=examples(60))
@given(data=st.data(), name=st.sampled_from(ZONES), hours=st.sampled_from((0, 6, 24)))
def test_no_dose_comes_twice_and_none_is_lost(data: st.DataObject, name: str, hours: int) -> None:
    """Whatever the patient does, around a change of the clock."""
    days = changes(name) or [date(2026, 3, 1)]
    start = at(f"{data.draw(st.sampled_from(days)) - timedelta(days=1)}T06:00", name)
    rule = every(hours) if hours else times(30, 150, 480, 1200)
    book = Book.begin(rule, start, name)
    still = True
    for _ in range(data.draw(st.integers(1, 14))):
        book.look(book.now + data.draw(st.sampled_from((0, MINUTE, 50 * MINUTE, 5 * HOUR))))
        act = data.draw(ACTS)
        if act == "zone":
            book.change(home_zone=data.draw(st.sampled_from(ZONES)))
        elif act == "pause":
            book.change(state="paused")
            book.change(state="active")
        else:
            _answer(book, act)
        still = still and act not in {"zone", "pause"}
        assert book.plan.open
        assert book.plan.open.key not in book.closed
        assert look_at(book.plan) is not None
        taken_at = sorted(dose.taken_at for dose in book.closed.values() if dose.taken_at is not None)
        if hours and still and taken_at:
            assert book.due is not None
            assert book.due >= taken_at[-1] + hours * HOUR
    if not hours and still:
        wanted, after = [], start - 1
        while (after := due_after(rule, name, after) or 0) <= book.planned[-1]:
            wanted.append(after)
        assert book.planned == wanted
