"""Threads of tests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def in_a_thread[Result](work: Callable[[], Result]) -> Result:
    """Return what a call returns that runs an event loop: Playwright has one running in a thread that tests pages."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
