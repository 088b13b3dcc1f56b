"""2: a phone scans a code."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Clinician
from tests.e2e.scenarios.desk import NHI, PATIENT
from tests.e2e.scenarios.handset import Handset


@pytest.mark.parametrize("place", ["#t=", "?t="])
def test_code_opens_the_camera_for_this_patient(
    handset: Handset, clinician: Clinician, encounter: str, place: str
) -> None:
    """A valid code shows the patient's name and NHI and lets photos be taken; the token leaves the address."""
    link = clinician.open(encounter, patientName=PATIENT, patientNHI=NHI)["mobileUrl"]
    handset.scan(link.replace("#t=", place))
    expect(handset.page.locator("#patient-name")).to_have_text(PATIENT)
    expect(handset.page.locator("#patient-nhi")).to_have_text(f"NHI {NHI}")
    expect(handset.page.locator("#count")).to_have_text("0 of 20")
    assert handset.page.url == link.partition("#")[0]


def test_altered_code_opens_nothing(handset: Handset, clinician: Clinician, encounter: str) -> None:
    """A code with one wrong character names no patient, and says what to do."""
    link = clinician.open(encounter)["mobileUrl"]
    handset.page.goto(link[:-2] + ("A" if link[-2] != "A" else "B") + link[-1])
    expect(handset.page.locator("#error-title")).to_have_text("This code has expired")
    expect(handset.page.locator("#error-hint")).to_contain_text("Scan the new one")
    expect(handset.page.locator("#patient")).to_be_hidden()


def test_page_without_a_code_asks_for_one(handset: Handset) -> None:
    """The bare address says that a code is to be scanned."""
    handset.page.goto("/capture")
    expect(handset.page.locator("#error-title")).to_have_text("Scan the code")


def test_code_of_an_ended_session_opens_nothing(handset: Handset, clinician: Clinician, encounter: str) -> None:
    """Once its session has ended a code is as good as an expired one."""
    link = clinician.open(encounter)["mobileUrl"]
    assert clinician.call("DELETE", f"/session/{encounter}").status_code == 204
    handset.page.goto(link)
    expect(handset.page.locator("#error-title")).to_have_text("This code has expired")


def test_next_patients_code_in_the_same_tab(handset: Handset, clinician: Clinician, encounter: str) -> None:
    """A phone that scans another patient's code works for that patient from then on."""
    handset.scan(clinician.open(encounter)["mobileUrl"])
    other = clinician.open(f"{encounter}-2", patientId="patient-2", patientName="Wiremu Hohepa")["mobileUrl"]
    handset.scan(other)
    expect(handset.page.locator("#patient-name")).to_have_text("Wiremu Hohepa")
