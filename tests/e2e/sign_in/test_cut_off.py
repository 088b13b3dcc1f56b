"""A sign-in is cut off everywhere within five seconds, and a new clinician is let in as soon as somebody approves."""

import secrets
import time

import pytest

from tests.e2e.aws import Aws
from tests.e2e.people import Phone, Reception, new_facility, slug_of
from tests.e2e.sign_in.journeys import EVERYWHERE_SECONDS, Ward, kill_switch


@pytest.mark.parametrize("who", ["the person", "an administrator"])
def test_kill_switch_cuts_off_everywhere(reception: Reception, aws: Aws, who: str) -> None:
    """Five seconds after it every function, a ticket, an open socket and a refresh are closed to the lost phone."""
    kill_switch(reception, aws, who)


def test_new_clinician_waits_for_a_review(reception: Reception) -> None:
    """Added by an administrator they can sign in, open nothing until they are approved, and then at once."""
    facility = new_facility()
    admin = reception.enrol(facility, "facilityAdmin")
    person = reception.register(facility, "clinician", verified=False)
    newcomer = reception.sign_in(person["phone"])
    assert newcomer.user["verification"] == "pending"
    session = {"encounterId": f"enc-{secrets.token_hex(6)}", "patientId": "patient-1", "facilityId": facility}
    refused = newcomer.call("POST", "/session/create", session)
    assert (refused.status_code, slug_of(refused)) == (403, "not-verified")
    decision = {"userId": newcomer.user_id, "decision": "approve"}
    assert admin.call("POST", "/experts/verify-specific", decision).json()["verification"] == "verified"
    opened = newcomer.call("POST", "/session/create", session)
    assert opened.status_code == 201, opened.text
    phone = Phone.scan(reception.http, opened.json()["token"])
    assert phone.notify(phone.upload("image-1")).status_code in {200, 201}


def test_role_that_is_taken_away_is_gone_within_five_seconds(reception: Reception) -> None:
    """Who is no longer a clinician opens no sessions, with the token that they had."""
    ward = Ward(reception)
    admin = reception.enrol(ward.facility, "facilityAdmin")
    assert set(ward.ask_everywhere(ward.other)) <= {200, 201, 404}
    changed = admin.call("PUT", f"/users/{ward.other.user_id}/roles", {"roles": ["patient"]})
    assert changed.json()["roles"] == ["patient"]
    time.sleep(EVERYWHERE_SECONDS)  # real time: what is promised is a span
    assert sorted(set(ward.ask_everywhere(ward.other))) == [200, 403]
