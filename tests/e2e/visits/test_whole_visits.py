"""Whole visits, in two browsers that see each other, with the provider's webhooks and everything behind them."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.aws import Aws
from tests.e2e.people import Clinician
from tests.e2e.visits.account import Account
from tests.e2e.visits.attendant import Attendant, meet
from tests.e2e.visits.waits import Waits

_AS_DEPLOYED = Waits(timedelta(minutes=10), timedelta(minutes=2), timedelta(minutes=40), timedelta(minutes=45))


@pytest.fixture(scope="module")
def waiting(stack: dict[str, Any]) -> Iterator[None]:
    """Let the product wait as long as it does unless told otherwise."""
    aws = Aws(stack)
    with _AS_DEPLOYED.apply(aws):
        yield
    aws.close()


@pytest.fixture
def begins_in() -> timedelta:
    """Every visit is to begin when it is booked."""
    return timedelta(0)


@pytest.mark.quick
def test_a_visit_from_waiting_to_summary(
    patient: Attendant, practitioner: Attendant, clinician: Clinician, account: Account
) -> None:
    """The patient waits and is seen waiting; both talk, one takes notes and records; then both read the summary."""
    page = practitioner.page
    page.goto("/schedule")
    row = page.get_by_role("listitem").filter(has=page.locator(f'a[href$="{patient.visit_id}"]'))
    expect(row).to_be_visible()
    expect(page.locator("#pill")).to_have_text("Live")
    patient.open()
    patient.join()
    expect(patient.page.locator("#alone")).to_contain_text("Your clinician has been told")
    expect(row.locator(".pulsing")).to_contain_text("Patient waiting since")
    row.get_by_role("link").click()
    practitioner.join()
    for attendant in (patient, practitioner):
        attendant.expect_picture()
    practitioner.expect_state("In progress")

    page.get_by_label("Chief complaint").fill("Itching")
    expect(page.locator("#notes-state")).to_contain_text("Saved")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#recording-state")).to_have_text("Waiting for the patient\u2019s consent…")
    expect(patient.page.locator("#consent")).to_contain_text("Dr Hana Walker would like to record this visit.")
    patient.page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.locator("#recording-state")).to_contain_text("Recording")
    # The provider has told that it runs: only then is there anything to keep.
    expect(page.locator("#recording")).to_have_attribute("data-state", "running")
    expect(patient.page.locator("#recorded")).to_be_visible()
    practitioner.confirm("End visit")
    expect(page.locator("#over-facts")).to_contain_text("Completed")
    expect(patient.page.locator("[data-screen=over]")).to_be_visible()
    expect(patient.page.locator("#over-facts")).to_contain_text("Dr Hana Walker")
    practitioner.confirm("Sign notes")
    expect(page.locator("#notes-text")).to_contain_text("Signed by Dr Hana Walker")
    practitioner.confirm("Release to the patient")
    expect(page.locator("#released-said")).to_contain_text("The patient has a copy")
    patient.page.reload()
    expect(patient.page.get_by_role("region", name="Notes from your visit")).to_contain_text("Itching")

    expect(page.get_by_role("button", name="Download recording")).to_be_visible()
    document = clinician.call("GET", f"/visits/{patient.visit_id}/recording").json()
    content = httpx.get(document["downloadUrl"], timeout=60).raise_for_status().content
    assert hashlib.sha256(content).hexdigest() == document["sha256"]
    assert clinician.call("GET", f"/visits/{patient.visit_id}/notes").json()["chiefComplaint"] == "Itching"
    assert [step["to"] for step in account.visit()["history"]] == ["waiting", "inProgress", "completed"]
    assert not account.room_is_open()


def test_who_drops_out_comes_back(patient: Attendant, practitioner: Attendant, account: Account) -> None:
    """By hand where they left, and the other one is told, and waits; by themselves where the connection broke."""
    meet(patient, practitioner)
    patient.hang_up()
    lost = practitioner.page.locator("#lost")
    expect(lost).to_contain_text("Aroha Ngata left the call.")
    expect(practitioner.page.locator("#lost-left")).to_have_text(re.compile(r"They can come back for [12]:\d\d\."))
    practitioner.expect_state("Aroha Ngata left")
    expect(patient.page.locator("#lost")).to_contain_text("You are not in the call.")
    patient.join()
    expect(lost).to_be_hidden()
    practitioner.expect_state("In progress")
    for attendant in (patient, practitioner):
        attendant.expect_picture()

    account.cut("guest")
    patient.expect_picture()
    practitioner.expect_picture()
    practitioner.confirm("End visit")
    expect(patient.page.locator("[data-screen=over]")).to_be_visible()
    targets = [step["to"] for step in account.visit()["history"]]
    assert targets == ["waiting", "inProgress", "interrupted", "inProgress", "completed"]


def test_a_patient_cancels_while_waiting(patient: Attendant, practitioner: Attendant) -> None:
    """Whoever has the visit open sees it at once."""
    practitioner.open()
    patient.open()
    patient.join()
    practitioner.expect_state("Patient waiting")
    patient.hang_up()
    patient.confirm("Cancel this visit")
    expect(patient.page.locator("[data-screen=over]")).to_be_visible()
    practitioner.expect_state("Cancelled")
