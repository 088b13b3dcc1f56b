"""Watches browsers: no script may fail, no policy may be broken, nobody else may be asked for anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError

# The browser's own words, which are logged whether or not a page listens for the violation.
_POLICY = "Content Security Policy"


class Watch:
    """Everything that pages did and should not have done."""

    def __init__(self, origin: str) -> None:
        self.complaints: list[str] = []
        self._origin = origin
        self._host = urlsplit(origin).netloc

    @contextmanager
    def tab(self, browser: Browser, **settings: Any) -> Iterator[Page]:
        """Give a tab of a browser with nothing in it, which is watched; drawn coarsely, as drawing costs most."""
        context = browser.new_context(base_url=self._origin, **settings | {"device_scale_factor": 1})
        self.follow(context)
        yield context.new_page()
        context.close()

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of a browser from now on."""
        context.on("weberror", self._error)
        context.on("console", self._console)
        context.on("request", self._request)

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"script failed: {error.error}")

    def _console(self, message: ConsoleMessage) -> None:
        if _POLICY in message.text:
            self.complaints.append(f"policy broken: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"blob", "data"} and address.netloc != self._host:
            self.complaints.append(f"asked elsewhere: {request.url}")
