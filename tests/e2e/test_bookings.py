"""A patient books a free time in the running product, and gives it back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.people import Caller


@pytest.mark.quick
def test_a_free_time_is_booked_and_given_back(http: httpx.Client, stack: dict[str, Any]) -> None:
    """What is booked is no longer offered, both find it, and after the patient's cancel it is offered again."""
    patient, clinician = Caller(http, stack["patientToken"]), Caller(http, stack["clinicianToken"])
    offered = patient.call("GET", "/services").json()["services"]
    service = next(each for each in offered if each["price"]["amount"] == 0)

    def starts() -> list[str]:
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        dates = {"from": f"{tomorrow}", "to": f"{tomorrow + timedelta(days=9)}", "timeZone": "Pacific/Auckland"}
        found = patient.call("GET", f"/services/{service['serviceId']}/slots", params=dates).json()["slots"]
        return [each["startsAt"] for each in found]

    wanted = {"serviceId": service["serviceId"], "startsAt": starts()[-1], "price": service["price"]}
    answer = patient.call("POST", "/bookings", wanted, headers={"idempotency-key": str(uuid4())})
    assert answer.status_code == 201, answer.text
    booked = answer.json()
    assert booked["startsAt"] not in starts()
    for who in (patient, clinician):
        assert who.call("GET", f"/bookings/{booked['bookingId']}").json()["visitState"] == "scheduled"
    assert patient.call("POST", f"/visits/{booked['visitId']}/cancel", {}).status_code == 200
    assert patient.call("GET", f"/bookings/{booked['bookingId']}").json()["state"] == "cancelled"
    assert booked["startsAt"] in starts()
