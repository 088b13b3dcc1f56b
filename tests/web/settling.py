"""Waiting for a page to have done whatever it does now, before a test says that something did not happen."""

from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.web.serving import UNCOUNTED, asked

# More than any page makes between a cause and its next request: answers, locks, stores and tasks are handled meanwhile.
_ROUND_TRIPS: Final = 5

_ROUND: Final = """async ([address, trips]) => {
  for (; trips > 0; trips--) {
    // Offline it fails, as whatever the page asks does.
    await fetch(address, { cache: "no-store" }).then((response) => response.arrayBuffer(), () => null);
    await navigator.locks?.request("bedside-tests", () => null);
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  }
}"""


def settle(page: Page) -> None:
    """Wait until a page has done what it had cause to: it asks for nothing while several requests pass.

    What a server holds back is not waited for, and the page's clock does not matter.
    """
    port, before = urlsplit(page.url).port or 0, -1
    while asked[port] != before:
        before = asked[port]
        page.evaluate(_ROUND, [UNCOUNTED, _ROUND_TRIPS])
