"""Two browsers with cameras, each of one who takes part in a visit."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Playwright

from local import browser as chromium
from tests.e2e.conftest import Clinician
from tests.e2e.people import kept
from tests.e2e.scenarios.watch import Watch
from tests.e2e.visits.account import Account
from tests.e2e.visits.attendant import Attendant


@pytest.fixture(scope="module")
def cameras(playwright: Playwright) -> Iterator[Browser]:
    """A browser with a camera that shows a test picture, which nobody is asked about."""
    arguments = [*chromium.ARGUMENTS, *chromium.MEDIA_ARGUMENTS]
    launched = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
    yield launched
    launched.close()


@pytest.fixture
def watch(stack: dict[str, Any]) -> Iterator[Watch]:
    """What the pages of this test did and should not have done: nothing."""
    watch = Watch(stack["webUrl"])
    yield watch
    assert watch.complaints == []


@pytest.fixture
def begins_in() -> timedelta:
    """How far off the agreed time of the visit is."""
    return timedelta(0)


@pytest.fixture
def visit_id(clinician: Clinician, stack: dict[str, Any], begins_in: timedelta) -> str:
    """A visit that was booked just now."""
    wanted = {
        "patientId": stack["patientId"],
        "practitionerId": stack["practitionerId"],
        "startsAt": (datetime.now(UTC) + begins_in).isoformat(),
        "durationMinutes": 30,
    }
    answer = clinician.http.post(
        "/visits",
        json=wanted,
        headers={"authorization": f"Bearer {clinician.token}", "idempotency-key": str(uuid4())},
    )
    assert answer.status_code == httpx.codes.CREATED, answer.text
    booked: str = answer.json()["visitId"]
    return booked


@pytest.fixture
def patient(
    cameras: Browser, playwright: Playwright, watch: Watch, stack: dict[str, Any], visit_id: str
) -> Iterator[Attendant]:
    """The patient with their phone."""
    device = playwright.devices["Pixel 7"] | {"device_scale_factor": 1}
    context = cameras.new_context(**device, base_url=stack["webUrl"], storage_state=kept(stack, "patient"))
    watch.follow(context)
    yield Attendant(context.new_page(), "/my-visits", visit_id)
    context.close()


@pytest.fixture
def practitioner(cameras: Browser, watch: Watch, stack: dict[str, Any], visit_id: str) -> Iterator[Attendant]:
    """The clinician at their desktop."""
    context = cameras.new_context(
        base_url=stack["webUrl"], viewport={"width": 1280, "height": 800}, storage_state=kept(stack, "clinician")
    )
    watch.follow(context)
    yield Attendant(context.new_page(), "/visit", visit_id)
    context.close()


@pytest.fixture
def account(clinician: Clinician, stack: dict[str, Any], visit_id: str) -> Account:
    """What is kept of the visit."""
    return Account(clinician, stack, visit_id)
