"""One page for all values of a test: each is tried, and every one that fails is reported."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from playwright.sync_api import Error, Locator, Page

type Case = Callable[..., AbstractContextManager[None]]


@contextmanager
def cases() -> Iterator[Case]:
    """Give a context manager for one value of a test; raise an ExceptionGroup with the failures of all values."""
    failures: list[Exception] = []

    @contextmanager
    def case(**value: Any) -> Iterator[None]:
        try:
            yield
        except (AssertionError, Error) as failure:
            failure.add_note(f"failed for {value}")
            failures.append(failure)

    yield case
    if failures:
        raise ExceptionGroup("failed for some values", failures)


def resize(page: Page, width: int, height: int | None = None) -> None:
    """Make the window a phone's, or a desk's from 600 pixels on."""
    page.set_viewport_size({"width": width, "height": height or (844 if width < 600 else 800)})


def heights(elements: Locator) -> list[float]:
    """Return how high each of these is at this instant, since a page that is alive may hide one at any time."""
    found: list[float] = elements.evaluate_all("found => found.map((each) => each.getBoundingClientRect().height)")
    return found
