"""A browser, a server that can misbehave, and a desktop page that must not complain."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.web.contexts import Contexts
from tests.web.desktop.desktop_fake import Fake, Server
from tests.web.desktop.desktop_page import Desk
from tests.web.people_fake import storage
from web import app as web_app
from web.policy import security_headers
from web.site import load_site


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of all tests of a process."""
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
def context(fake: Fake, contexts: Contexts) -> BrowserContext:
    """A browser in which a clinician is signed in, with nothing else in it."""
    return contexts.new(
        fake.origin,
        storage(fake.people.kept(fake.people.clinician)),
        viewport={"width": 1440, "height": 900},
        permissions=["clipboard-write"],
    )


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of this browser."""
    return context.new_page()


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
