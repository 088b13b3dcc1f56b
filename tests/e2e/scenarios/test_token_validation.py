"""2: a phone scans a code."""

from playwright.sync_api import expect

from tests.e2e.people import Clinician
from tests.e2e.scenarios.desk import NHI, PATIENT
from tests.e2e.scenarios.handset import Handset


def test_code_opens_the_camera_for_this_patient(handset: Handset, clinician: Clinician, encounter: str) -> None:
    """A valid code shows the patient's name and NHI and lets photos be taken; the token leaves the address."""
    link = clinician.open(encounter, patientName=PATIENT, patientNHI=NHI)["mobileUrl"]
    handset.scan(link)
    expect(handset.page.locator("#patient-name")).to_have_text(PATIENT)
    expect(handset.page.locator("#patient-nhi")).to_have_text(f"NHI {NHI}")
    expect(handset.page.locator("#count")).to_have_text("0 of 20")
    assert handset.page.url == link.partition("#")[0]


def test_next_patients_code_in_the_same_tab(handset: Handset, clinician: Clinician, encounter: str) -> None:
    """A phone that scans another patient's code works for that patient from then on."""
    handset.scan(clinician.open(encounter)["mobileUrl"])
    other = clinician.open(f"{encounter}-2", patientId="patient-2", patientName="Wiremu Hohepa")["mobileUrl"]
    handset.scan(other)
    expect(handset.page.locator("#patient-name")).to_have_text("Wiremu Hohepa")
