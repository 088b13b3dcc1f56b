"""When doses are due, at every change of ten zones' clocks in ten years, with each kind of rule."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bedside.medications.rules import HOUR_MS, Kind, Rule, due_after, first_due
from tests.unit.kernel.zones import ZONES, changes, minutes_of

DAY = timedelta(days=1)
EVERY_DAY = tuple(range(7))
# Around the hours at which clocks are changed, and one at which none is.
MINUTES = (0, 30, 60, 105, 120, 150, 165, 180, 210, 720, 1380, 1410)


def at(text: str, zone: str = "UTC") -> int:
    """Return the instant of a time on the clock of a zone."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def shown(ms: int | None, zone: str = "UTC") -> str:
    return "-" if ms is None else f"{datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def chain(rule: Rule, zone: str, after: int, until: int) -> list[int]:
    """Return all instants at which doses are due between two."""
    found: list[int] = []
    while (due := due_after(rule, zone, after)) is not None and due < until:
        found.append(due)
        after = due
    return found


def wanted_on(day: date, zone: ZoneInfo, minutes: tuple[int, ...]) -> set[int]:
    """Return when one sees these minutes of a date on a clock, or the first one after them; by looking at it."""
    shows = minutes_of(day, zone, every=15)
    later = minutes_of(day + DAY, zone, every=15)
    return {
        min(
            [instant for shown, instant in shows.items() if shown >= minute] or [later[min(later)]],
        )
        for minute in minutes
    }


@pytest.mark.parametrize("name", ZONES)
def test_every_change_of_a_clock_is_survived_by_times(name: str) -> None:
    """No dose twice, none lost, none at a time that there is not: a skipped one comes the first minute after."""
    zone, rule = ZoneInfo(name), Rule("times", date(2024, 1, 1), days=EVERY_DAY, minutes=MINUTES)
    for change in changes(name):
        days = [change - DAY, change, change + DAY]
        wanted = set[int]().union(*(wanted_on(day, zone, MINUTES) for day in days))
        found = chain(rule, name, min(wanted) - 1, max(wanted) + 1)
        assert found == sorted(wanted)


@pytest.mark.parametrize("name", ZONES)
def test_every_change_of_a_clock_is_survived_by_a_single_dose(name: str) -> None:
    """It is due once, at a time that there is."""
    for change in changes(name):
        for minute in (0, 90, 150):
            rule = Rule("once", change, minutes=(minute,))
            [wanted] = wanted_on(change, ZoneInfo(name), (minute,))
            assert chain(rule, name, at("2023-12-31T00:00"), at("2035-01-01T00:00")) == [wanted]


def test_weekdays_are_those_of_the_zone() -> None:
    """Every Monday and Wednesday at eight in Auckland is on Sundays and Tuesdays in UTC."""
    rule = Rule("times", date(2026, 11, 30), days=(0, 2), minutes=(480,))
    found = chain(rule, "Pacific/Auckland", at("2026-11-01T00:00"), at("2026-12-08T00:00"))
    assert [shown(due) for due in found] == ["2026-11-29 19:00", "2026-12-01 19:00", "2026-12-06 19:00"]


def test_a_rule_ends_with_its_last_date() -> None:
    """In the zone, the last date included."""
    rule = Rule("times", date(2026, 11, 30), date(2026, 12, 1), EVERY_DAY, (480, 1200))
    found = chain(rule, "UTC", 0, at("2030-01-01T00:00"))
    assert [shown(due)[8:] for due in found] == ["30 08:00", "30 20:00", "01 08:00", "01 20:00"]
    assert first_due(rule, "UTC", at("2026-12-01T20:00")) == at("2026-12-01T20:00")
    assert first_due(rule, "UTC", at("2026-12-01T20:01")) is None
    assert first_due(Rule("interval", date(2026, 11, 1), date(2026, 11, 2), every_hours=8), "UTC", found[0]) is None


@pytest.mark.parametrize(
    ("starts_on", "minutes", "first"),
    [
        (date(2026, 11, 30), (), "2026-11-30 09:30"),
        (date(2026, 12, 1), (), "2026-12-01 08:00"),
        (date(2026, 11, 30), (22 * 60,), "2026-11-30 22:00"),
        (date(2026, 11, 30), (60,), "2026-11-30 09:30"),
    ],
)
def test_an_interval_begins_when_it_says_or_now(starts_on: date, minutes: tuple[int, ...], first: str) -> None:
    rule = Rule("interval", starts_on, minutes=minutes, every_hours=8)
    now = at("2026-11-30T09:30", "Europe/Berlin")
    assert shown(first_due(rule, "Europe/Berlin", now), "Europe/Berlin") == first


@pytest.mark.parametrize(
    ("kind", "days", "minutes", "hours"),
    [("times", EVERY_DAY, (480, 1200), 12), ("times", (0,), (480,), 168), ("times", (6, 0), (0, 1380), 1)],
)
def test_the_shortest_gap_goes_over_the_week(
    kind: Kind, days: tuple[int, ...], minutes: tuple[int, ...], hours: int
) -> None:
    """From Sunday to Monday too."""
    assert Rule(kind, date(2026, 1, 1), days=days, minutes=minutes).shortest_gap_ms == hours * HOUR_MS


def test_doses_come_in_order() -> None:
    rule = Rule("times", date(2026, 1, 1), days=EVERY_DAY, minutes=MINUTES)
    found = chain(rule, "Europe/Berlin", at("2026-10-24T00:00"), at("2026-10-27T00:00"))
    assert all(one < two for one, two in pairwise(found))
    assert datetime.fromtimestamp(found[0] / 1000, UTC).year == 2026
