"""A room with desks and phones, watched: every test has browsers of its own, with nothing in them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.e2e.people import kept
from tests.e2e.scenarios.cloud import Cloud
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset
from tests.e2e.watch import Watch


@pytest.fixture
def desk(watch: Watch, desktop: BrowserContext) -> Desk:
    watch.follow(desktop)
    return Desk(desktop.new_page())


@pytest.fixture
def other_desk(watch: Watch, browser: Browser, stack: dict[str, Any]) -> Iterator[Desk]:
    """Another desktop of the same clinician, with a smaller screen."""
    yield from _desk(watch, browser, stack, "clinician")


@pytest.fixture
def foreign_desk(watch: Watch, browser: Browser, stack: dict[str, Any]) -> Iterator[Desk]:
    """The desktop of another facility's clinician."""
    yield from _desk(watch, browser, stack, "otherClinician")


@pytest.fixture
def handset(watch: Watch, browser: Browser, playwright: Playwright) -> Iterator[Handset]:
    with watch.tab(browser, **playwright.devices["Pixel 7"]) as page:
        yield Handset(page)


@pytest.fixture
def other_handset(watch: Watch, browser: Browser, playwright: Playwright) -> Iterator[Handset]:
    """A second phone, with a small screen."""
    with watch.tab(browser, **playwright.devices["iPhone SE"]) as page:
        yield Handset(page)


@pytest.fixture
def cloud(stack: dict[str, Any]) -> Iterator[Cloud]:
    cloud = Cloud(stack)
    yield cloud
    cloud.close()


def _desk(watch: Watch, browser: Browser, stack: dict[str, Any], person: str) -> Iterator[Desk]:
    with watch.tab(browser, viewport={"width": 1024, "height": 768}, storage_state=kept(stack, person)) as page:
        yield Desk(page)
