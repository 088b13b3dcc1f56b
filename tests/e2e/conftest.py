"""The running product, real browsers, and a phone's and a clinician's calls to it."""

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests import contract
from tests.e2e import turns
from tests.e2e.aws import Aws
from tests.e2e.people import Clinician, Reception, kept
from tests.e2e.watch import Watch
from tests.waiting import until

_START_SECONDS = 240
# The first tests wait for the product to start, and those after them for one that breaks it.
_LONGEST_SECONDS = 360


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_LONGEST_SECONDS))


@pytest.fixture(scope="session")
def stack() -> dict[str, Any]:
    """The running product that $STACK_FILE names, once it has started."""
    file, log = Path(os.environ["STACK_FILE"]), Path(os.environ.get("STACK_LOG", os.devnull))

    def said() -> str:
        return log.read_text() if log.exists() else ""

    def started() -> bool:
        assert "stopping" not in said(), said()
        return file.exists()

    until(started, said, patience_s=_START_SECONDS)
    described: dict[str, Any] = json.loads(file.read_text())
    return described


@pytest.fixture(autouse=True)
def turn(stack: dict[str, Any]) -> Iterator[None]:
    """Use the product together with other processes of tests, but not while one of them has taken its Redis away."""
    with turns.shared(stack):
        yield


@pytest.fixture
def watch(stack: dict[str, Any]) -> Iterator[Watch]:
    """What the pages of this test did and should not have done: nothing."""
    watch = Watch(stack["webUrl"])
    yield watch
    assert watch.complaints == []


@pytest.fixture
def desktop(browser: Browser, stack: dict[str, Any]) -> Iterator[BrowserContext]:
    """The desktop browser of the demo's clinician, who has signed in."""
    context = browser.new_context(
        base_url=stack["webUrl"], viewport={"width": 1440, "height": 900}, storage_state=kept(stack, "clinician")
    )
    yield context
    context.close()


@pytest.fixture
def phone(browser: Browser, playwright: Playwright, stack: dict[str, Any]) -> Iterator[BrowserContext]:
    """A phone's browser, with touch and a small screen."""
    context = browser.new_context(**playwright.devices["Pixel 7"], base_url=stack["webUrl"])
    yield context
    context.close()


@pytest.fixture
def http(stack: dict[str, Any]) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=40)
    with httpx.Client(base_url=stack["apiUrl"], timeout=60, limits=limits, event_hooks=contract.CHECKED) as client:
        yield client


@pytest.fixture
def reception(http: httpx.Client, stack: dict[str, Any]) -> Reception:
    return Reception(http, stack)


@pytest.fixture
def aws(stack: dict[str, Any]) -> Iterator[Aws]:
    aws = Aws(stack)
    yield aws
    aws.close()


@pytest.fixture
def clinician(http: httpx.Client, stack: dict[str, Any]) -> Clinician:
    return Clinician(http, stack["clinicianToken"])


@pytest.fixture
def encounter() -> str:
    return f"enc-{uuid.uuid4().hex[:12]}"
