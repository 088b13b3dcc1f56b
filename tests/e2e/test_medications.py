"""A patient plans a medicine in the running product, is reminded, and takes it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.aws import Aws
from tests.e2e.people import Caller
from tests.waiting import until


@pytest.mark.quick
def test_a_dose_is_told_and_taken(http: httpx.Client, stack: dict[str, Any], aws: Aws) -> None:
    """By the stream and the dispatcher; the next dose waits in a schedule, and nothing is due after the plan's end."""
    patient = Caller(http, stack["patientToken"])
    me = patient.call("GET", "/auth/me").json()["userId"]
    rule = {"kind": "interval", "everyHours": 8, "startsOn": f"{datetime.now(UTC).date()}"}
    wanted = {"patientId": me, "medicine": "Amoxicillin", "dose": "500 mg", "timeZone": "UTC", "rule": rule}
    answer = patient.call("POST", "/plans", wanted, headers={"idempotency-key": str(uuid4())})
    assert answer.status_code == 201, answer.text
    plan = answer.json()

    def told() -> list[str]:
        found = patient.call("GET", "/notifications").json()["notifications"]
        return [each["text"] for each in found if each["workflow"] == "dose-due"]

    until(lambda: told()[:1] == ["It is time for Amoxicillin: 500 mg."], lambda: f"the patient is told {told()}")
    taken = patient.call("POST", f"/doses/{plan['next']['doseId']}/taken")
    assert taken.status_code == 200, taken.text
    early = patient.call("POST", f"/doses/{taken.json()['next']['doseId']}/taken")
    assert early.status_code == 409, early.text
    pages = aws.client("scheduler").get_paginator("list_schedules").paginate(GroupName="bedside-local")
    names = [each["Name"] for page in pages for each in page["Schedules"]]
    assert [name for name in names if name.startswith(f"plan-{plan['planId']}-")], names
    assert plan["planId"] in [each["planId"] for each in patient.call("GET", "/plans").json()["plans"]]
    ended = patient.call("DELETE", f"/plans/{plan['planId']}", headers={"if-match": '"1"'})
    assert (ended.status_code, ended.json()["next"]) == (200, None)
    day = taken.json()["takenAt"][:10]
    history = patient.call("GET", f"/plans/{plan['planId']}/doses", params={"from": day, "to": day}).json()
    assert (history["taken"], history["adherence"]) == (1, 100)
    # Consents are in the audit trail, which needs a permission of its own.
    clinician = Caller(http, stack["clinicianToken"]).call("GET", "/auth/me").json()
    care = patient.call("POST", "/carers", {"name": "Ana", "phone": clinician["phone"]})
    assert (care.status_code, care.json()["state"]) == (201, "asked"), care.text
    assert [one["careId"] for one in patient.call("GET", "/carers").json()["helpers"]] == [care.json()["careId"]]
    assert patient.call("POST", f"/carers/{care.json()['careId']}/end").json()["state"] == "ended"
