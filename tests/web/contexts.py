"""Browser contexts that tests take turns with.

A new context has an empty cache and a process of its own: opening a page in it costs three to four times as much as
in one that is kept. Between two tests everything is removed that a page can leave behind but the cached assets, whose
addresses name their content.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Error, Page

# A context that nobody uses costs memory: a few shapes of window suffice for the tests of a module.
MOST_IDLE = 4
# What a page may keep on disk. Its local storage is emptied from within, since processes cache it.
_ON_DISK = "cookies,indexeddb,cache_storage,service_workers,file_systems"
# What cannot be undone: after one of these a context is closed.
_FOR_GOOD: dict[str, tuple[str, ...]] = {
    "clock": ("install", "set_fixed_time", "set_system_time", "pause_at"),
    "": ("add_init_script", "expose_binding", "expose_function", "grant_permissions", "route", "route_web_socket"),
}
_BROKEN_POLICY = re.compile(r"Content Security Policy|Permissions-Policy|Refused to")


@dataclass
class Kept:
    """A context with a tab of its own, which keeps the process alive and reaches the storage of the origin."""

    key: str
    origin: str
    context: BrowserContext
    anchor: Page
    devtools: CDPSession
    spoiled: bool = False

    def watch(self) -> None:
        """Note when something is done to the context that cannot be undone."""
        for part, names in _FOR_GOOD.items():
            owner = getattr(self.context, part) if part else self.context
            for name in names:
                setattr(owner, name, self._noted(getattr(owner, name)))

    def _noted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*args: Any, **more: Any) -> Any:
            self.spoiled = True
            return call(*args, **more)

        return noted

    def fill(self, entries: dict[str, str]) -> None:
        """Empty the storage of the origin, then put these into it."""
        self.devtools.send("Storage.clearDataForOrigin", {"origin": self.origin, "storageTypes": _ON_DISK})
        self.context.clear_cookies()
        self.anchor.evaluate(
            "entries => { localStorage.clear(); for (const entry of entries) localStorage.setItem(...entry); }",
            list(entries.items()),
        )


class ContextPool:
    """Contexts of one browser that wait for their next test, the latest last."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: list[Kept] = []

    def take(self, origin: str, **options: Any) -> Kept:
        """Return a context with these options for the pages of this origin, a kept one if there is one."""
        key = json.dumps([origin, options], sort_keys=True)
        found = next((kept for kept in reversed(self._idle) if kept.key == key), None)
        if found:
            self._idle.remove(found)
            return found
        context = self._browser.new_context(**options, base_url=origin)
        context.set_default_timeout(30_000)
        anchor = context.new_page()
        anchor.goto(f"{origin}/favicon.ico")
        kept = Kept(key, origin, context, anchor, context.new_cdp_session(anchor))
        kept.watch()
        return kept

    def give_back(self, kept: Kept) -> None:
        """Close its pages and keep it for the next test, unless it is spoiled or has a service worker."""
        try:
            for page in kept.context.pages:
                if page is not kept.anchor:
                    page.close()
            kept.context.set_offline(offline=False)
        except Error:
            # The browser may have closed it under the test, which says so itself.
            kept.spoiled = True
        # A service worker goes on for a while after its registration is cleared.
        if kept.spoiled or kept.context.service_workers:
            kept.context.close()
            return
        self._idle.append(kept)
        while len(self._idle) > MOST_IDLE:
            self._idle.pop(0).context.close()

    def close(self) -> None:
        """Close what is kept."""
        while self._idle:
            self._idle.pop().context.close()


class Contexts:
    """The contexts of one test, in which no script may fail and no policy be broken."""

    def __init__(self, pool: ContextPool) -> None:
        self._pool = pool
        self._taken: list[Kept] = []
        self.complaints: list[str] = []

    def new(self, origin: str, entries: dict[str, str] | None = None, **options: Any) -> BrowserContext:
        """Return a context that holds these entries in its local storage and nothing else."""
        kept = self._pool.take(origin, **options)
        self._taken.append(kept)
        kept.fill(entries or {})
        kept.context.on("page", self._listen)
        return kept.context

    def give_back(self) -> None:
        """Return all contexts to the pool."""
        while self._taken:
            kept = self._taken.pop()
            kept.context.remove_listener("page", self._listen)
            self._pool.give_back(kept)

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

        def hear(message: ConsoleMessage) -> None:
            if _BROKEN_POLICY.search(message.text):
                self.complaints.append(message.text)

        page.on("console", hear)
