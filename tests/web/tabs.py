"""Tabs of browsers in which somebody is signed in."""

from collections.abc import Callable
from typing import Any, Protocol

from playwright.sync_api import Page

from tests.web.contexts import Contexts
from tests.web.people_fake import Json, People, storage

type Open = Callable[..., Page]


class Clinic(Protocol):
    """A fake with people, behind an origin."""

    people: People

    @property
    def origin(self) -> str: ...


def signed_in_tabs(clinic: Clinic, contexts: Contexts, **always: str) -> Open:
    """Return what gives a tab, 1280 px wide or as asked, in which a person of the clinic is signed in."""

    def visit(user: Json, *, width: int = 1280, **more: Any) -> Page:
        viewport = {"width": width, "height": 844 if width < 600 else 800}
        kept = storage(clinic.people.kept(user))
        return contexts.new(clinic.origin, kept, viewport=viewport, locale="en-NZ", **always, **more).new_page()

    return visit
