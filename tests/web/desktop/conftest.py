"""A browser, a server that can misbehave, and a desktop page that must not complain."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.web.desktop.desktop_fake import Fake, Server
from tests.web.desktop.desktop_page import Desk
from tests.web.people_fake import storage
from web import app as web_app
from web.policy import security_headers
from web.site import load_site


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The server of all tests of a module."""
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def fake(server: Server, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """A fresh session on the server, whose pages allow its own sockets as a deployment's do."""
    monkeypatch.setattr(
        web_app,
        "_security_headers",
        lambda: security_headers({"BEDSIDE_LIVE_URL": f"ws://localhost:{server.port}/live"}),
    )
    return server.reset()


@pytest.fixture
def long_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that sign nobody out for ten hours without use, for tests that let hours pass."""
    site = load_site(environment={"BEDSIDE_IDLE_LOGOFF_SECONDS": "36000"})
    monkeypatch.setattr(web_app, "_site", lambda: site)


@pytest.fixture
def context(browser: Browser, fake: Fake) -> Iterator[BrowserContext]:
    """A browser in which a clinician is signed in, with nothing else in it."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        permissions=["clipboard-write"],
        storage_state=storage(fake.origin, fake.people.kept(fake.people.clinician)),
    )
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab in which no script may fail and no policy may be broken."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def hear(message: ConsoleMessage) -> None:
        if re.search(r"Content Security Policy|Refused to", message.text):
            complaints.append(message.text)

    page.on("console", hear)
    yield page
    assert complaints == []


@pytest.fixture
def desk(page: Page, fake: Fake) -> Desk:
    """The desktop page, not opened yet."""
    return Desk(page, fake)


@pytest.fixture
def started(desk: Desk) -> Desk:
    """The desktop page with a running session and a live connection."""
    desk.open()
    desk.expect_state("Live")
    return desk
