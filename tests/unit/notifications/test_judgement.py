"""When people are told: not at night, not one by one after an outage, and what is critical always."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bedside.notifications.preferences import Preferences, QuietHours, next_at, quiet_until
from tests.unit.notifications.office import DAY, HOUR, MINUTE, NOW, PATIENT, Office, reminder

AUCKLAND = ZoneInfo("Pacific/Auckland")
# NOW is 15:30 in Auckland.
NIGHT = NOW + 8 * HOUR


def _at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-07T08:59", None),
        ("2026-03-07T09:00", "2026-03-07T18:00"),
        ("2026-03-07T17:59", "2026-03-07T18:00"),
        ("2026-03-07T18:00", None),
        # The clocks are put back at 3:00 on 5 April, and forward at 2:00 on 27 September.
        ("2026-04-04T10:00", "2026-04-04T19:00"),
        ("2026-09-26T12:00", "2026-09-26T18:00"),
    ],
)
def test_quiet_hours_are_by_the_clock_on_the_wall(now: str, until: str | None) -> None:
    """From 22:00 to 7:00 in Auckland, also in the nights in which the clocks change."""
    found = quiet_until(QuietHours(22 * 60, 7 * 60), AUCKLAND, _at(now))
    assert found == (_at(until) if until else None)


def test_a_time_that_the_clock_skips_is_reached_all_the_same() -> None:
    """2:30 does not exist on 27 September; the clock shows 3:30 instead."""
    found = next_at(2 * 60 + 30, AUCKLAND, _at("2026-09-26T12:00"))
    assert datetime.fromtimestamp(found / 1000, AUCKLAND).isoformat() == "2026-09-27T03:30:00+13:00"


def test_a_time_that_the_clock_shows_twice_comes_twice() -> None:
    """3:00 is put back to 2:00 in Berlin on 25 October; quiet hours end at 2:30, and end again an hour later."""
    berlin, quiet = ZoneInfo("Europe/Berlin"), QuietHours(22 * 60, 2 * 60 + 30)
    for now, until in (("00:10", "00:30"), ("00:40", None), ("01:10", "01:30"), ("01:40", None)):
        found = quiet_until(quiet, berlin, _at(f"2026-10-25T{now}"))
        assert found == (_at(f"2026-10-25T{until}") if until else None)


def test_nobody_is_woken_but_for_what_is_critical() -> None:
    """What can wait is told at the end of the quiet hours; what is of no use then, or chosen by its reader, at once."""
    with Office.opened() as office:
        office.prefer(quiet_hours=QuietHours(22 * 60, 7 * 60))
        long = NIGHT + 2 * DAY
        waits = reminder(NIGHT, occurrence="waits", workflow="visit-missed", until=long)
        soon = reminder(NIGHT, occurrence="soon", until=NIGHT + HOUR)
        dose = reminder(NIGHT, occurrence="dose", workflow="visit-missed", until=long, at_chosen_time=True)
        critical = reminder(NIGHT, occurrence="critical", workflow="visit-cancelled", until=long)
        office.want(waits, soon, dose, critical)
        office.hear()
        office.settle(NIGHT + MINUTE)
        assert {record.occurrence for record in office.inbox()} == {"soon", "dose", "critical"}
        office.settle()
        told_at = office.record(waits).told_at
        assert told_at
        assert datetime.fromtimestamp(told_at / 1000, AUCKLAND).hour == 7


def test_what_is_late_comes_in_one_summary() -> None:
    """After an outage: each in the inbox, and one message about all."""
    with Office.opened() as office:
        notices = [
            reminder(NOW - 20 * HOUR, occurrence=str(number), workflow="visit-missed", until=NOW + DAY)
            for number in range(12)
        ]
        office.want(*notices)
        office.hear()
        office.settle()
        assert {office.record(notice).state for notice in notices} == {"summarised"}
        assert len(office.inbox()) == 12
        [(_, message_id)] = office.push.sent
        summary = office.records.find(message_id)
        assert summary
        assert (summary.workflow, summary.state) == ("summary", "told")


def test_a_summary_of_what_has_been_read_is_not_sent() -> None:
    """Its reader knows."""
    with Office.opened() as office:
        office.want(reminder(NOW - 20 * HOUR, workflow="visit-missed", until=NOW + DAY))
        office.hear()
        office.deliver()
        office.recipients.read_all(PATIENT, office.now + 1)
        office.settle()
        assert office.push.sent == []
        assert {record.state for record in office.all()} == {"summarised", "withdrawn"}


def test_what_may_wait_comes_once_a_day() -> None:
    """At eight, for those who want it so; everything else when it happens."""
    with Office.opened() as office:
        office.prefer(digest="daily", channels=("push", "sms"))
        waits = [
            reminder(NOW, occurrence=str(number), workflow="visit-recorded", until=NOW + 3 * DAY) for number in range(3)
        ]
        office.want(*waits, reminder(NOW, occurrence="now", workflow="visit-booked"))
        office.hear()
        office.settle(NOW + MINUTE)
        assert len(office.push.sent) == 1
        assert {office.record(notice).state for notice in waits} == {"summarised"}
        office.settle()
        assert len(office.push.sent) == 2
        assert datetime.fromtimestamp(office.now / 1000, AUCKLAND).hour == 8


def test_the_daily_message_is_of_the_next_day_whose_quiet_hours_end_after_it() -> None:
    """What may wait comes with it, and not with the one after."""
    with Office.opened() as office:
        office.prefer(digest="daily", quiet_hours=QuietHours(22 * 60, 9 * 60))
        notice = reminder(NIGHT, workflow="visit-recorded", until=None)
        office.want(notice)
        office.hear()
        office.settle()
        assert office.record(notice).state == "summarised"
        [(_, message_id)] = office.push.sent
        summary = office.records.find(message_id)
        assert summary
        assert (summary.workflow, summary.state) == ("summary", "told")
        at = datetime.fromtimestamp(office.now / 1000, AUCKLAND)
        assert (at.hour, office.now - NIGHT < DAY) == (9, True)


def test_what_has_a_limit_is_told_so_often_of_one_person_in_a_day() -> None:
    """The rest is withdrawn, and is not in the inbox either; of somebody else, and the next day, it is told again."""
    with Office.opened() as office:

        def told(since: int, about: str) -> list[str]:
            office.now = since
            subject = f"{about}{since}"
            missed = [
                replace(
                    reminder(since, occurrence=str(number), workflow="dose-missed-carer", subject=subject, about=about),
                    fields={"name": "Mere", "time": "08:00"},
                )
                for number in range(5)
            ]
            office.want(*missed, subject=subject)
            office.hear(subject)
            office.settle(since + MINUTE)
            return [f"{record.state} {record.reason}".strip() for record in map(office.record, missed)]

        for since, about in ((NOW, "a"), (NOW + HOUR, "b"), (NOW + DAY, "a")):
            assert sorted(told(since, about)) == [*["told"] * 3, *["withdrawn dayLimit"] * 2]
        assert len(office.inbox()) == len(office.push.sent) == 9
        assert told(NOW + DAY + HOUR, "a") == ["withdrawn dayLimit"] * 5


def test_nobody_is_told_of_the_distant_past() -> None:
    """A new release finds visits of last month."""
    with Office.opened() as office:
        office.want(reminder(NOW - 8 * DAY, workflow="visit-cancelled", until=None))
        office.hear()
        assert office.all() == []


def test_those_who_never_chose_have_every_channel_and_nothing_but_discreet_messages() -> None:
    """And no quiet hours."""
    assert Preferences() == Preferences(("push", "mail", "sms"), {}, None, None, "off", discreet=True, language="en")
