"""Browsers in front of the pages around signing in, and people to sign in as."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.web.people_fake import Json, People, routes, storage
from tests.web.serving import Serving
from web.app import create_app


class Reception:
    """The server, and the people it knows at present."""

    def __init__(self) -> None:
        self.people = People()
        app = Starlette(routes=[*routes(lambda: self.people), Mount("/", create_app())])
        self.serving = Serving(app)
        self.origin = self.serving.origin


@pytest.fixture(scope="module")
def running() -> Iterator[Reception]:
    """The server of all tests of a module."""
    reception = Reception()
    yield reception
    reception.serving.stop()


@pytest.fixture
def reception(running: Reception) -> Reception:
    """The server with nobody signed in."""
    running.people = People()
    return running


@pytest.fixture
def people(reception: Reception) -> People:
    """The people of this test."""
    return reception.people


class Visitor:
    """Browsers of a test: nobody's, or somebody's who has signed in; no script may fail and no policy be broken."""

    def __init__(self, browser: Browser, reception: Reception) -> None:
        self._browser = browser
        self._reception = reception
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def browser(self, kept: Json | None = None, *, width: int = 1280, scheme: str = "light") -> BrowserContext:
        """A browser of its own, in which somebody is signed in."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 800},
            color_scheme="dark" if scheme == "dark" else "light",
            storage_state=storage(self._reception.origin, kept) if kept else None,
            base_url=self._reception.origin,
            locale="en-NZ",
        )
        context.set_default_timeout(30_000)
        context.on("page", self._listen)
        self.contexts.append(context)
        return context

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

        def hear(message: ConsoleMessage) -> None:
            if re.search(r"Content Security Policy|Permissions-Policy|Refused to", message.text):
                self.complaints.append(message.text)

        page.on("console", hear)


@pytest.fixture
def visitor(browser: Browser, reception: Reception) -> Iterator[Visitor]:
    """Makes browsers, and closes them."""
    visitor = Visitor(browser, reception)
    yield visitor
    for context in visitor.contexts:
        context.close()
    assert visitor.complaints == []


@pytest.fixture
def tab(visitor: Visitor) -> Page:
    """A tab of a browser in which nobody is signed in."""
    return visitor.browser().new_page()


type SignedIn = Callable[[Json], Page]


@pytest.fixture
def signed_in(visitor: Visitor, people: People) -> SignedIn:
    """Gives a tab of a browser in which somebody is signed in."""
    return lambda user: visitor.browser(people.kept(user)).new_page()
