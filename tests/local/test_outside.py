"""What stands for the world outside fits what the functions read, and the demo's visits are booked."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import jwt
import pytest

from bedside.adapters.aws.secret_values import HmsKeys, PaymentKeys
from bedside.adapters.hms import Hms
from bedside.adapters.stripe.client import StripeClient
from bedside.webhooks.sources import Source, parse, verify
from bedside.webhooks.verification import Delivery
from local import demo_bookings, demo_patients, demo_plans, demo_visits
from local.demo import Enrolled
from local.outside import Outside

_ORIGIN = "http://localhost:8000"
_BODY = b'{"id": "evt_1"}'


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside(_ORIGIN, 1)
    yield made
    made.close()


@pytest.fixture
def sources(outside: Outside) -> dict[str, Source]:
    odd: list[str] = []
    found = parse(outside.secrets()["webhook-sources"], odd.append)
    assert odd == []
    return found


def test_its_tokens_are_the_functions_own(outside: Outside) -> None:
    """The keys in the parameter store sign what the stand-in accepts, for the page's address that is deployed."""
    keys = json.loads(outside.secrets()["hms-keys"])
    parameters = outside.parameters()
    roles = {"patient": "guest", "practitioner": "host"}
    app = HmsKeys(keys["accessKey"], keys["secret"], keys["templateId"])
    rooms = Hms(parameters["HmsApiUrl"], app, parameters["RoomPage"], roles)
    assert rooms.page("r", "patient") == f"{_ORIGIN}/hms/room#room=r&role=guest&token={{token}}"
    assert jwt.decode(rooms.token("r", "u", "patient", time.time_ns() // 1_000_000), keys["secret"], ["HS256"])
    assert parameters["HmsApiUrl"] == f"{parameters['RecordingHosts']}/hms/api"
    assert parameters["RecordingHosts"].startswith("http://127.0.0.1:")


def test_its_payment_keys_are_the_functions_own(outside: Outside) -> None:
    """The key in the parameter store opens the stand-in for payments, whose address is deployed."""
    key = json.loads(outside.secrets()["payment-keys"])["secretKey"]
    assert key == outside.payments(_ORIGIN, verify=True).provider.secret_key
    assert StripeClient(outside.parameters()["PaymentsApi"], PaymentKeys(key))
    assert outside.parameters()["PaymentsApi"] == f"{outside.parameters()['RecordingHosts']}/stripe/api"


def test_webhooks_of_scripts_are_authentic(outside: Outside, sources: dict[str, Source]) -> None:
    """What the stack file tells lets a script sign for each of the three kinds of source."""
    told, now = outside.webhooks(), int(time.time())
    hms, stripe, lab = told["hms"], told["stripe"], told["standard"]
    assert [each["url"] for each in (hms, stripe, lab)] == [
        f"{_ORIGIN}/webhooks/{name}" for name in ("hms", "stripe", "lab")
    ]
    verify(sources["hms"], Delivery(hms["headers"], _BODY), now * 1000)
    signature = hmac.new(stripe["secret"].encode(), f"{now}.".encode() + _BODY, hashlib.sha256).hexdigest()
    verify(sources["stripe"], Delivery({"stripe-signature": f"t={now},v1={signature}"}, _BODY), now * 1000)
    key = base64.b64decode(lab["secret"].removeprefix("whsec_"))
    signed = base64.b64encode(hmac.digest(key, f"id.{now}.".encode() + _BODY, "sha256")).decode()
    headers = {"webhook-id": "id", "webhook-timestamp": str(now), "webhook-signature": f"v1,{signed}"}
    verify(sources["lab"], Delivery(headers, _BODY), now * 1000)


def test_the_demos_patients_are_added() -> None:
    """One of them is the person who signs in as a patient; a stack that adds nobody is told so."""
    asked: list[httpx.Request] = []
    status = 201

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200 if request.method == "PUT" else status, json={"patientId": f"p{len(asked)}"})

    people = {"clinician": Enrolled("c1", "token-c")}
    with httpx.Client(transport=httpx.MockTransport(answer), base_url=_ORIGIN) as http:
        assert demo_patients.add(http, people)
        assert asked[-1].url.path == "/patients/p1/person"
        status = 409
        assert not demo_patients.add(http, people)


def test_services_are_offered() -> None:
    """One for nothing and one to pay, with hours on workdays; a stack that adds nothing is told so."""
    asked: list[httpx.Request] = []
    status = 201

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200 if request.method == "PUT" else status)

    people = {"clinician": Enrolled("c1", "token-c"), "admin": Enrolled("a1", "token-a")}
    with httpx.Client(transport=httpx.MockTransport(answer), base_url=_ORIGIN) as http:
        assert demo_bookings.offer(http, people)
        *services, hours = asked
        assert [json.loads(each.content)["price"]["amount"] for each in services] == [0, 4500]
        assert {each.headers["authorization"] for each in services} == {"Bearer token-a"}
        assert hours.url.path == "/practitioners/c1/availability"
        assert [each["day"] for each in json.loads(hours.content)["hours"]] == [1, 2, 3, 4, 5]
        status = 403
        assert not demo_bookings.offer(http, people)


def test_a_medicine_is_planned() -> None:
    """By its patient, from today on; a stack that plans nothing is told so."""
    asked: list[httpx.Request] = []
    status = 201

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status)

    people, now = {"patient": Enrolled("p1", "token-p")}, datetime(2026, 11, 21, tzinfo=UTC)
    with httpx.Client(transport=httpx.MockTransport(answer), base_url=_ORIGIN) as http:
        assert demo_plans.plan(http, people, now)
        status = 403
        assert not demo_plans.plan(http, people, now)
    wanted = json.loads(asked[0].content)
    assert (wanted["patientId"], wanted["rule"]["startsOn"]) == ("p1", "2026-11-21")
    assert asked[0].headers["authorization"] == "Bearer token-p"


def test_two_visits_are_booked_for_the_next_hour() -> None:
    """They start at whole five minutes that are to come; a stack that books nothing is told so."""
    asked: list[httpx.Request] = []
    status = 201

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status)

    people = {"clinician": Enrolled("c1", "token-c"), "patient": Enrolled("p1", "token-p")}
    now = datetime(2026, 11, 21, 12, 55, 1, tzinfo=UTC)
    with httpx.Client(transport=httpx.MockTransport(answer), base_url=_ORIGIN) as http:
        assert demo_visits.book(http, people, now)
        status = 404
        assert not demo_visits.book(http, people, now)
    first, second = [json.loads(request.content) for request in asked[:2]]
    assert first == {
        "patientId": "p1",
        "practitionerId": "c1",
        "startsAt": "2026-11-21T13:00:00Z",
        "durationMinutes": 30,
    }
    assert second["startsAt"] == "2026-11-21T13:45:00Z"
    assert {request.headers["authorization"] for request in asked} == {"Bearer token-c"}
    assert len({request.headers["idempotency-key"] for request in asked[:2]}) == 2
