"""Browsers in front of the pages of visits, and a clinic that can misbehave."""

from collections.abc import Iterator

import pytest

from tests.web.contexts import Contexts
from tests.web.tabs import Open, signed_in_tabs
from tests.web.visits.visits_fake import Clinic, Server
from web import app as web_app
from web.policy import security_headers


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of all tests of a process."""
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


@pytest.fixture
def visitor(clinic: Clinic, contexts: Contexts) -> Open:
    """Gives a tab of a browser in which somebody is signed in."""
    return signed_in_tabs(clinic, contexts)
