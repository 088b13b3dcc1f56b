"""A month's commands of Redis: what is forecast, and that the alarm rings before they are used up."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.operations.redis_budget import DAY_MS, MONTHLY_COMMANDS, WINDOW_DAYS, WINDOWS, forecast, month
from tests.examples import examples


def ms(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1000  # type: ignore[arg-type, misc]  # year, month, day, hour


@pytest.mark.parametrize(
    ("now", "begins", "ends"),
    [
        (ms(2026, 11, 30, 23), ms(2026, 11, 1), ms(2026, 12, 1)),
        (ms(2026, 12, 1), ms(2026, 12, 1), ms(2027, 1, 1)),
        (ms(2028, 2, 29), ms(2028, 2, 1), ms(2028, 3, 1)),
    ],
)
def test_a_month_is_a_calendar_month(now: int, begins: int, ends: int) -> None:
    """Of UTC, from its first instant to that of the next."""
    assert month(now) == (begins, ends)


def test_a_month_at_todays_pace() -> None:
    """Ten days of 10,000 make 300,000 of a month of thirty days; 20,000 a day are used up on its 25th day."""
    now = ms(2026, 11, 11)
    steady = forecast(100_000, 70_000, MONTHLY_COMMANDS, now)
    assert (steady.at_the_end, steady.used_up_at) == (300_000, None)
    busy = forecast(200_000, 140_000, MONTHLY_COMMANDS, now)
    assert (busy.at_the_end, busy.used_up_at) == (600_000, ms(2026, 11, 26))


NOW = st.integers(ms(2020, 1, 1), ms(2060, 1, 1))
NUMBER = st.integers(0, 10**9)


@settings(max_examples=examples(200), deadline=None)
@given(used=NUMBER, pace=NUMBER, budget=st.integers(1, 10**9), now=NOW)
def test_a_forecast_agrees_with_itself(used: int, pace: int, budget: int, now: int) -> None:
    """No fewer than were used already; used up within the month if its end has as many as the budget, and only then."""
    made = forecast(used, pace, budget, now)
    assert made.at_the_end >= made.used == used
    if made.used_up_at is None:
        assert made.at_the_end <= budget
    else:
        assert made.at_the_end >= budget
        assert now <= made.used_up_at <= month(now)[1]


@settings(max_examples=examples(200), deadline=None)
@given(used=NUMBER, pace=NUMBER, budget=st.integers(1, 10**9), more=st.integers(0, 10**6), now=NOW)
def test_who_uses_more_is_used_up_no_later(used: int, pace: int, budget: int, more: int, now: int) -> None:
    """Whether more was used already, or more is used a day."""
    before = forecast(used, pace, budget, now)
    for after in (forecast(used + more, pace, budget, now), forecast(used, pace + more, budget, now)):
        assert after.at_the_end >= before.at_the_end
        if before.used_up_at is not None:
            assert after.used_up_at is not None
            assert after.used_up_at <= before.used_up_at


DAYS = st.lists(st.integers(0, 40_000) | st.integers(0, 600_000), max_size=31)


@settings(max_examples=examples(300), deadline=None)
@given(daily=DAYS, budget=st.integers(1, 600_000))
def test_the_alarm_rings_before_the_commands_are_used_up(daily: list[int], budget: int) -> None:
    """However they are spread over a month: when it rings first, the days before have not used them up."""
    rings = [WINDOWS * sum(daily[max(0, day + 1 - WINDOW_DAYS) : day + 1]) > budget for day in range(len(daily))]
    if sum(daily) > budget:
        assert any(rings)
    if any(rings):
        assert sum(daily[: rings.index(True)]) <= budget


def test_a_window_is_whole_days() -> None:
    """CloudWatch looks back over as many days as the forecast does."""
    assert WINDOW_DAYS * DAY_MS == 7 * 86_400_000
    assert WINDOWS * WINDOW_DAYS >= 31
