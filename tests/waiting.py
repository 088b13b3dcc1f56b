"""Waiting for what becomes true in another process, thread or page."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

_PATIENCE_S = 90
_LONGEST_PAUSE_S = 0.2
# Short throughout, since some tests move the page's clock at each look.
_PAUSE_ON_PAGES_MS = 20


def until(
    true: Callable[[], object],
    say: str | Callable[[], object],
    *,
    page: Page | None = None,
    patience_s: float = _PATIENCE_S,
) -> None:
    """Wait until something is true; raises AssertionError with what is to be said if it is not in time.

    While a page is given, its events are handled between two looks.
    """
    deadline = time.monotonic() + patience_s
    pause = 0.01
    while not true():
        assert time.monotonic() < deadline, say if isinstance(say, str) else say()
        if page:
            page.wait_for_timeout(_PAUSE_ON_PAGES_MS)  # real time: between two looks
        else:
            time.sleep(pause)  # real time: between two looks
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)
