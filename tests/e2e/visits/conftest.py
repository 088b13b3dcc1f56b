"""Two browsers with cameras, each of one who takes part in a visit.

The product waits a twentieth of the usual times: 30 s for who does not show up, 6 s for who is lost, 135 s in all.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, Playwright

from local import browser as chromium
from tests.e2e.aws import Aws
from tests.e2e.people import Clinician, kept
from tests.e2e.visits.account import Account
from tests.e2e.visits.attendant import Attendant
from tests.e2e.visits.waits import Waits
from tests.e2e.watch import Watch


@pytest.fixture(scope="session")
def cameras(playwright: Playwright) -> Iterator[Browser]:
    """A browser with a camera that shows a test picture, which nobody is asked about."""
    arguments = [*chromium.ARGUMENTS, *chromium.MEDIA_ARGUMENTS]
    launched = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
    yield launched
    launched.close()


@pytest.fixture
def begins_in() -> timedelta:
    """How far off the agreed time of the visit is: enough for a slow machine, as who comes early is let in."""
    return timedelta(minutes=10)


@pytest.fixture
def waits() -> Waits:
    """How long the product waits for this test's visit."""
    return Waits()


@pytest.fixture
def waiting(waits: Waits, aws: Aws) -> Iterator[None]:
    """Let the product wait as long as this test wants."""
    with waits.apply(aws):
        yield


@pytest.fixture
def patients_page(cameras: Browser, playwright: Playwright, watch: Watch, stack: dict[str, Any]) -> Iterator[Page]:
    """A tab of the patient's phone."""
    with watch.tab(cameras, **playwright.devices["Pixel 7"], storage_state=kept(stack, "patient")) as page:
        yield page


@pytest.fixture
def practitioners_page(cameras: Browser, watch: Watch, stack: dict[str, Any]) -> Iterator[Page]:
    """A tab of the clinician's desktop."""
    storage = kept(stack, "clinician")
    with watch.tab(cameras, viewport={"width": 1280, "height": 800}, storage_state=storage) as page:
        yield page


@pytest.fixture
def pages(patients_page: Page, practitioners_page: Page) -> tuple[Page, Page]:
    """Both tabs, which show nothing yet."""
    return patients_page, practitioners_page


@pytest.fixture
def visit_id(
    waiting: None,  # noqa: ARG001  # what a visit waits for is scheduled when it is booked
    pages: tuple[Page, Page],  # noqa: ARG001  # its time runs while browsers start
    clinician: Clinician,
    stack: dict[str, Any],
    begins_in: timedelta,
) -> str:
    """A visit that was booked just now."""
    wanted = {
        "patientId": stack["patientId"],
        "practitionerId": stack["practitionerId"],
        "startsAt": (datetime.now(UTC) + begins_in).isoformat(),
        "durationMinutes": 30,
        "allowPatientClash": True,
    }
    while (answer := _book(clinician, wanted)).status_code == httpx.codes.CONFLICT:
        # Of a test before, or of the demo: the clinician has one visit at a time.
        other = answer.json()["visitId"]
        ends = [clinician.call("POST", f"/visits/{other}/{how}", {}).status_code for how in ("cancel", "end")]
        assert httpx.codes.OK in ends, ends
    assert answer.status_code == httpx.codes.CREATED, answer.text
    booked: str = answer.json()["visitId"]
    return booked


def _book(clinician: Clinician, wanted: dict[str, Any]) -> httpx.Response:
    headers = {"authorization": f"Bearer {clinician.token}", "idempotency-key": str(uuid4())}
    return clinician.http.post("/visits", json=wanted, headers=headers)


@pytest.fixture
def patient(patients_page: Page, visit_id: str) -> Attendant:
    """The patient with their phone."""
    return Attendant(patients_page, "/my-visits", visit_id)


@pytest.fixture
def practitioner(practitioners_page: Page, visit_id: str) -> Attendant:
    """The clinician at their desktop."""
    return Attendant(practitioners_page, "/visit", visit_id)


@pytest.fixture
def account(clinician: Clinician, stack: dict[str, Any], visit_id: str) -> Account:
    """What is kept of the visit."""
    return Account(clinician, stack, visit_id)
