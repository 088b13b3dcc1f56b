"""Visits that nobody ends, in two browsers: what each of the two sees, and what is kept of it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visits.account import Account, instant
from tests.e2e.visits.attendant import Attendant, meet
from tests.e2e.visits.waits import Waits
from tests.waiting import until

_SLOW_MS = 60_000
# Everybody is there, and sees that they are, before the time of the first is up.
_NO_SHOW = Waits(no_show=timedelta(seconds=20))
_LIMIT = Waits(warning=timedelta(seconds=25), limit=timedelta(seconds=40))


def expect_facts(page: Page, **facts: str) -> None:
    """Wait until the summary says so."""
    for name, value in facts.items():
        row = page.locator("#over-facts > div").filter(has=page.get_by_text(name, exact=True))
        expect(row.locator("dd")).to_have_text(value)


@pytest.mark.parametrize(("waits", "begins_in"), [(_NO_SHOW, timedelta(seconds=20))], ids=["soon"])
def test_a_practitioner_does_not_show_up(
    patient: Attendant, practitioner: Attendant, account: Account, waits: Waits
) -> None:
    """The patient waits, and is told that it will not be; so are the visit's page and the list at the desk."""
    schedule = practitioner.page.context.new_page()
    schedule.goto("/schedule")
    row = schedule.get_by_role("listitem").filter(has=schedule.locator(f'a[href$="{patient.visit_id}"]'))
    expect(row.locator(".visit-state")).to_have_text("Scheduled")
    practitioner.open()
    patient.open()
    patient.join()
    expect(row.locator(".pulsing")).to_contain_text("Patient waiting since")
    begins = instant(account.visit()["startsAt"])

    expect(patient.page.locator("#over-title")).to_have_text(
        "This visit did not take place", timeout=waits.no_show.total_seconds() * 1000 + 2 * _SLOW_MS
    )
    expect(patient.page.locator("#over-text")).to_contain_text(
        "You were there, and Dr Hana Walker did not come in time."
    )
    practitioner.expect_state("Dr Hana Walker did not come")
    expect_facts(practitioner.page, Outcome="Did not take place", Patient="Aroha Ngata")
    expect(practitioner.page.locator("#over-facts")).not_to_contain_text("Duration")
    expect(row.locator(".visit-state")).to_have_text("Dr Hana Walker did not come")

    visit = account.visit()
    assert (visit["state"], visit["outcome"], visit["startedAt"]) == ("noShow", "noShow", None)
    assert visit["didNotShow"] == ["practitioner"]
    assert account.steps()[1:] == [("notShown", begins + waits.no_show)]
    assert instant(visit["endedAt"]) == begins + waits.no_show
    assert account.summary()["durationSeconds"] == 0
    until(lambda: not account.room_is_open(), account.visit)


@pytest.mark.parametrize("waits", [_LIMIT], ids=["short"])
def test_both_are_warned_and_then_the_time_is_over(
    patient: Attendant, practitioner: Attendant, account: Account, waits: Waits
) -> None:
    """Both see how long is left, then that the time was up; the server has told their pages of both."""
    heard: list[str] = []
    practitioner.page.on("websocket", lambda socket: socket.on("framereceived", lambda text: heard.append(str(text))))
    meet(patient, practitioner)
    visit = account.visit()
    began = instant(visit["startedAt"])
    assert instant(visit["warningAt"]) == began + waits.warning
    assert instant(visit["limitAt"]) == began + waits.limit
    for attendant in (patient, practitioner):
        expect(attendant.page.locator("#time-left")).to_be_hidden()

    for attendant in (patient, practitioner):
        left = attendant.page.locator("#time-left")
        expect(left).to_contain_text(
            re.compile(r"This visit ends by itself in 0:\d\d"), timeout=waits.warning.total_seconds() * 1000 + _SLOW_MS
        )
        expect(attendant.page.locator("#announcer")).to_contain_text("The visit ends by itself at")
        expect(attendant.page.locator("#room iframe")).to_have_count(1)
    expect(patient.page.locator("#over-title")).to_have_text("The time for this visit is over", timeout=_SLOW_MS)
    practitioner.expect_state("Ended: time was up")
    expect_facts(practitioner.page, Outcome="Ended: time was up", Duration="40 seconds", Recorded="No")
    expect_facts(patient.page, Clinician="Dr Hana Walker", Duration="40 seconds")
    for attendant in (patient, practitioner):
        expect(attendant.page.locator("#room iframe")).to_have_count(0)

    visit = account.visit()
    assert (visit["state"], visit["outcome"]) == ("timedOut", "timeLimit")
    assert account.steps()[1:] == [("join", began), ("limitReached", began + waits.limit)]
    assert instant(visit["endedAt"]) == began + waits.limit
    assert account.summary()["durationSeconds"] == waits.limit.total_seconds()
    until(lambda: not account.room_is_open(), account.visit)
    told = [text for text in heard if patient.visit_id in text]
    assert sum("visit-warning" in text for text in told) == 1


def test_who_drops_out_never_comes_back(
    patient: Attendant, practitioner: Attendant, account: Account, waits: Waits
) -> None:
    """The patient's network is gone, and they see that; the visit ends with the loss, and both are told so."""
    meet(patient, practitioner)
    began = instant(account.visit()["startedAt"])
    patient.page.context.set_offline(True)
    account.cut("guest")
    expect(patient.page.locator("#lost-text")).to_have_text("You lost the connection.")
    expect(patient.page.locator("#lost")).to_have_attribute("data-whose", "mine")
    expect(patient.page.locator("#cover-title")).to_have_text("Bringing you back…")

    page = practitioner.page
    expect(page.locator("#state")).to_have_text("Ended: connection lost", timeout=_SLOW_MS)
    expect_facts(page, Outcome="Ended: connection lost", Patient="Aroha Ngata", Recorded="No")
    expect(page.locator("#room iframe")).to_have_count(0)
    patient.page.context.set_offline(False)
    expect(patient.page.locator("#over-title")).to_have_text("The connection could not be restored", timeout=_SLOW_MS)
    expect_facts(patient.page, Clinician="Dr Hana Walker")

    visit = account.visit()
    assert (visit["state"], visit["outcome"]) == ("timedOut", "connectionLost")
    lost = instant(visit["endedAt"])
    assert account.steps()[1:] == [("join", began), ("leave", lost), ("graceOver", lost + waits.grace)]
    assert account.summary()["durationSeconds"] == (lost - began) // timedelta(seconds=1)
    until(lambda: not account.room_is_open(), account.visit)
