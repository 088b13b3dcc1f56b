"""Browsers in front of the pages around signing in, and people to sign in as."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.web import pages
from tests.web.contexts import ContextPool, Contexts
from tests.web.declared import Declared, complaints
from tests.web.people_fake import Json, People, routes, storage
from tests.web.serving import Serving
from web import site
from web.app import create_app


@pytest.fixture(scope="session", autouse=True)
def built_pages() -> Iterator[None]:
    """Serve the pages as they are deployed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "PAGES", pages.built())
        yield


@pytest.fixture(scope="session")
def context_pool(browser: Browser) -> Iterator[ContextPool]:
    """The browser contexts of this process."""
    pool = ContextPool(browser)
    yield pool
    pool.close()


@pytest.fixture
def contexts(context_pool: ContextPool) -> Iterator[Contexts]:
    """Browser contexts for this test; no script may fail in them and no policy be broken."""
    contexts = Contexts(context_pool)
    yield contexts
    contexts.give_back()
    assert contexts.complaints == []


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    """Fakes answer as the OpenAPI document declares."""
    complaints.clear()
    yield
    assert complaints == []


class Reception:
    """The server, and the people it knows at present."""

    def __init__(self) -> None:
        self.people = People()
        app = Starlette(routes=[*routes(lambda: self.people), pages.modules(), Mount("/", create_app())])
        self.serving = Serving(Declared(app))
        self.origin = self.serving.origin


@pytest.fixture(scope="session")
def running() -> Iterator[Reception]:
    """The server of all tests of a process."""
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
    """Browsers of a test, in which nobody or somebody is signed in."""

    def __init__(self, contexts: Contexts, reception: Reception) -> None:
        self._contexts = contexts
        self._reception = reception

    def browser(self, kept: Json | None = None, *, width: int = 1280, scheme: str = "light") -> BrowserContext:
        """A browser of its own, in which somebody is signed in."""
        return self._contexts.new(
            self._reception.origin,
            storage(kept) if kept else None,
            viewport={"width": width, "height": 844 if width < 600 else 800},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-NZ",
        )


@pytest.fixture
def visitor(reception: Reception, contexts: Contexts) -> Visitor:
    """Makes browsers."""
    return Visitor(contexts, reception)


@pytest.fixture
def tab(visitor: Visitor) -> Page:
    """A tab of a browser in which nobody is signed in."""
    return visitor.browser().new_page()


type SignedIn = Callable[[Json], Page]


@pytest.fixture
def signed_in(visitor: Visitor, people: People) -> SignedIn:
    """Gives a tab of a browser in which somebody is signed in."""
    return lambda user: visitor.browser(people.kept(user)).new_page()
