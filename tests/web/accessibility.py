"""axe's judgement of a page as a test has brought it: https://github.com/dequelabs/axe-core."""

import json
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Page

from tests.web.cases import resize
from tests.web.pages import ROOT, STATIC

# The documents whose address is not their name.
_ADDRESSES: Final = {"/": "desktop", "/docs/api": "api"}
# Whole pages alone are judged by their landmarks and headings; in frames stands what others show.
_OPTIONS: Final = {"iframes": False, "resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_CONTRAST: Final = {"iframes": False, "resultTypes": ["violations"], "runOnly": ["color-contrast"]}
# A colour on its way to another is none that anybody reads; what turns for ever cannot be finished.
_RUN: Final = """
(async () => {
  for (const each of document.getAnimations()) {
    if (each.effect?.getComputedTiming().endTime !== Infinity) each.finish();
  }
  const { violations } = await axe.run(document, %s);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html, failureSummary }) => ({ rule: id, help, target, html, failureSummary })));
})()
"""


def audit(page: Page, name: str, *widths: int) -> None:
    """Fail with all that axe finds wrong, in light and in dark colours, and at these widths too.

    `name` is the document's, such as "users": tests/project/test_habits.py wants each to be audited.
    """
    assert document_of(page) == name, page.url
    axe = _Axe(page)
    found = {"as it stands": axe.run(_OPTIONS)}
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    schemes: tuple[Any, Any] = ("dark", "light")
    page.emulate_media(color_scheme=schemes[dark])
    found[f"in {schemes[dark]} colours"] = axe.run(_CONTRAST)
    page.emulate_media(color_scheme=schemes[not dark])
    before = page.viewport_size
    for width in widths:
        resize(page, width)
        found[f"{width} pixels wide"] = axe.run(_OPTIONS)
    if widths and before:
        page.set_viewport_size(before)
    axe.close()
    wrong = {where: violations for where, violations in found.items() if violations}
    assert wrong == {}, json.dumps(wrong, indent=1)


def document_of(page: Page) -> str:
    """Return the name of the document that a page shows."""
    path = urlsplit(page.url).path
    name = _ADDRESSES.get(path, path.strip("/"))
    return name if (STATIC / f"{name}.html").exists() else "not-found"


class _Axe:
    """axe in a world of its own beside the page's scripts: no clock that a test has stopped stops it."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        frame = self._session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self._session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
        self._world: int = world["executionContextId"]
        self._evaluate(_source())

    def run(self, options: dict[str, Any]) -> Any:
        """Return what is wrong, one by one."""
        return self._evaluate(_RUN % json.dumps(options))

    def close(self) -> None:
        self._session.detach()

    def _evaluate(self, expression: str) -> Any:
        asked = {"expression": expression, "contextId": self._world, "awaitPromise": True, "returnByValue": True}
        answer = self._session.send("Runtime.evaluate", asked)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")


@cache
def _source() -> str:
    """The script, whose last expression is none that a protocol could carry."""
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text() + "\n;0"
