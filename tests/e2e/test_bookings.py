"""A patient books a free time in the running product, and gives it back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.e2e.people import Caller
from tests.e2e.reachable import Reachable
from tests.waiting import until

# As long as tests wait for anything else.
_PATIENCE_S: Final = 90


@pytest.mark.quick
def test_a_free_time_is_booked_and_given_back(http: httpx.Client, stack: dict[str, Any]) -> None:
    """What is booked is no longer offered, both find it, and after the patient's cancel it is offered again.

    The patient's open page hears of the first at once. The clinician is told of both: of the first by mail, which comes
    back, and of the second on a browser.
    """
    patient, clinician = Caller(http, stack["patientToken"]), Caller(http, stack["clinicianToken"])
    offered = patient.call("GET", "/services").json()["services"]
    service = next(each for each in offered if each["price"]["amount"] == 0)

    def starts() -> list[str]:
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        dates = {"from": f"{tomorrow}", "to": f"{tomorrow + timedelta(days=9)}", "timeZone": "Pacific/Auckland"}
        found = patient.call("GET", f"/services/{service['serviceId']}/slots", params=dates).json()["slots"]
        return [each["startsAt"] for each in found]

    reached = Reachable(clinician, http, stack)
    reached.by_mail()
    wanted = {"serviceId": service["serviceId"], "startsAt": starts()[-1], "price": service["price"]}

    def told(who: Caller) -> list[str]:
        found = who.call("GET", "/notifications").json()["notifications"]
        ids = (booked["visitId"], booked["bookingId"])
        return [each["workflow"] for each in found if each["link"].endswith(ids)]

    with _open_page(patient) as page:
        answer = patient.call("POST", "/bookings", wanted, headers={"idempotency-key": str(uuid4())})
        assert answer.status_code == 201, answer.text
        booked = answer.json()
        assert booked["startsAt"] not in starts()
        for who in (patient, clinician):
            assert who.call("GET", f"/bookings/{booked['bookingId']}").json()["visitState"] == "scheduled"
        # By the streams, the trigger, the queue and the dispatcher; others may tell the same patient of other things.
        _hear(page)
        while told(patient) != ["booking-confirmed"]:
            _hear(page)
    until(lambda: len(reached.mails()) == 2, lambda: f"mail to the clinician: {reached.mails()}")
    _turn_off(http, reached.mails()[0])
    reached.by_push()
    before = len(reached.pushed())
    assert patient.call("POST", f"/visits/{booked['visitId']}/cancel", {}).status_code == 200
    assert patient.call("GET", f"/bookings/{booked['bookingId']}").json()["state"] == "cancelled"
    assert booked["startsAt"] in starts()
    until(lambda: "visit-cancelled" in told(clinician), lambda: f"the clinician is told {told(clinician)}")
    until(lambda: len(reached.pushed()) == before + 1, lambda: f"the clinician's browser has {reached.pushed()}")
    assert booked["visitId"] in reached.pushed()[0]["link"]
    reached.forget()


def _open_page(who: Caller) -> ClientConnection:
    """Connect as a page does that listens to the inbox."""
    answer = who.call("POST", "/notifications/live-ticket", {})
    assert answer.status_code == 200, answer.text
    return connect(f"{answer.json()['url']}?ticket={answer.json()['ticket']}")


def _hear(page: ClientConnection) -> None:
    """Wait until a page hears that its inbox has something new. Raises TimeoutError."""
    assert json.loads(page.recv(timeout=_PATIENCE_S))["type"] == "notifications-changed"


def _turn_off(http: httpx.Client, mail: dict[str, Any]) -> None:
    """Do what a mail program does whose reader wants no more mail of a kind."""
    headers = mail["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    turned = http.post(link, content="List-Unsubscribe=One-Click", headers={"content-type": "text/plain"})
    assert turned.json() == {"category": "appointments", "state": "off"}


@pytest.mark.quick
def test_a_priced_time_is_paid_and_paid_back(http: httpx.Client, stack: dict[str, Any]) -> None:
    """On the provider's page; its webhook makes the visit, and after the patient's cancel the money goes back."""
    patient = Caller(http, stack["patientToken"])
    offered = patient.call("GET", "/services").json()["services"]
    service = next(each for each in offered if each["price"]["amount"])
    tomorrow = datetime.now(UTC).date() + timedelta(days=3)
    dates = {"from": f"{tomorrow}", "to": f"{tomorrow + timedelta(days=9)}", "timeZone": "Pacific/Auckland"}
    slots = patient.call("GET", f"/services/{service['serviceId']}/slots", params=dates).json()["slots"]
    wanted = {"serviceId": service["serviceId"], "startsAt": slots[-1]["startsAt"], "price": service["price"]}
    answer = patient.call("POST", "/bookings", wanted, headers={"idempotency-key": str(uuid4())})
    assert answer.status_code == 201, answer.text
    held = answer.json()
    assert (held["state"], held["visitId"]) == ("held", None)
    paid = http.post(held["checkoutUrl"], data={"do": "pay"})
    assert paid.status_code in {200, 303}, paid.text

    def state() -> str:
        return str(patient.call("GET", f"/bookings/{held['bookingId']}").json()["state"])

    until(lambda: state() == "confirmed", "the webhook does not make the visit")
    cancelled = patient.call("POST", f"/bookings/{held['bookingId']}/cancel", {"reason": "Feels better."})
    assert cancelled.status_code == 200, cancelled.text
    assert cancelled.json()["state"] == "refunded"
