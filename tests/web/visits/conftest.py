"""Browsers in front of the pages of visits, and a clinic that can misbehave."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.web.people_fake import Json, storage
from tests.web.visits.visits_fake import Clinic, Server
from web import app as web_app
from web.policy import security_headers


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The server of all tests of a module."""
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def clinic(server: Server, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A clinic without visits, whose pages allow its own sockets and rooms as a deployment's do."""
    environment = {
        "BEDSIDE_LIVE_URL": f"ws://localhost:{server.port}/live",
        "BEDSIDE_ROOM_PAGE": f"http://localhost:{server.port}/hms/room#room={{roomId}}&token={{token}}",
    }
    monkeypatch.setattr(web_app, "_security_headers", lambda: security_headers(environment))
    return server.reset()


type Open = Callable[..., Page]


@pytest.fixture
def visitor(browser: Browser, clinic: Clinic) -> Iterator[Open]:
    """Gives a tab of a browser in which somebody is signed in; no script may fail and no policy be broken."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))

        def hear(message: ConsoleMessage) -> None:
            if re.search(r"Content Security Policy|Permissions-Policy|Refused to", message.text):
                complaints.append(message.text)

        page.on("console", hear)

    def visit(user: Json, *, width: int = 1280, **more: str) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 800},
            storage_state=storage(clinic.origin, clinic.people.kept(user)),
            base_url=clinic.origin,
            locale="en-NZ",
            **more,  # type: ignore[arg-type]  # the options of a context, as a test names them
        )
        context.set_default_timeout(30_000)
        context.on("page", listen)
        contexts.append(context)
        return context.new_page()

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
