"""The page's pure rules, imported into a browser and asked directly."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.phone.fake_clinic import Clinic


@pytest.fixture
def ask(page: Page, clinic: Clinic) -> Any:
    """Evaluates an expression with a module's exports in scope as `m`."""
    page.goto(f"{clinic.base}/assets/test/js/capture/metadata.js")

    def evaluate(module: str, expression: str) -> Any:
        return page.evaluate(
            f"async () => {{ const m = await import('/assets/test/js/{module}'); return {expression}; }}"
        )

    return evaluate


def test_backoff(ask: Any) -> None:
    """Waits of 1, 2 and 4 seconds, then none; none at all for what will not pass."""
    assert ask("shell/http.js", "[1, 2, 3, 4].map((n) => m.delayAfter(n, new m.NetworkFailure('network')))") == [
        1000,
        2000,
        4000,
        None,
    ]
    statuses = "[400, 401, 403, 404, 408, 409, 412, 413, 422, 429, 500, 502, 503, 504]"
    passing = ask("shell/http.js", f"{statuses}.filter((s) => m.isTransient(new m.HttpProblem(s)))")
    assert passing == [408, 429, 500, 502, 503, 504]


def test_retry_after(ask: Any) -> None:
    """Seconds and dates are read; a longer wait than ours wins, and one over a minute is a failure."""
    assert ask("shell/http.js", "m.parseRetryAfter('3', 0)") == 3000
    assert ask("shell/http.js", "m.parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4000)") == 6000
    assert ask("shell/http.js", "m.parseRetryAfter('soon', 0)") is None
    delays = "[0, 2500, 61000].map((ms) => m.delayAfter(1, new m.HttpProblem(429, { retryAfterMs: ms })))"
    assert ask("shell/http.js", delays) == [1000, 2500, None]


def test_room(ask: Any) -> None:
    """As many as fit are taken, never a negative number."""
    cases = "[[3, 0], [25, 0], [5, 18], [2, 20], [1, 22]].map(([n, used]) => m.fit(n, used, 20))"
    assert ask("capture/phone/limits.js", cases) == [
        {"take": 3, "over": 0},
        {"take": 20, "over": 5},
        {"take": 2, "over": 3},
        {"take": 0, "over": 2},
        {"take": 0, "over": 1},
    ]


def test_sizes(ask: Any) -> None:
    """Sizes shrink step by step, keep the shape, and never grow a picture or fall to zero."""
    assert ask("capture/phone/limits.js", "m.sizes(4000, 3000).map((s) => [s.width, s.height])") == [
        [2560, 1920],
        [2048, 1536],
        [1600, 1200],
        [1280, 960],
        [800, 600],
    ]
    assert ask("capture/phone/limits.js", "m.sizes(900, 10).map((s) => [s.width, s.height])") == [[900, 10], [800, 9]]
    assert ask("capture/phone/limits.js", "m.sizes(9000, 1)[0].height") == 1


def test_what_is_under_way_when_the_page_goes_is_waiting_after_it(ask: Any) -> None:
    """Only drafts and deletions keep their state over a reload."""
    phases = (
        "['draft', 'waiting', 'sending', 'failed', 'sent', 'removing'].map((phase) => m.fromRecord({ phase }).phase)"
    )
    assert ask("capture/phone/photo.js", phases) == ["draft", "waiting", "waiting", "waiting", "waiting", "removing"]


def test_notes_on_the_wire(ask: Any) -> None:
    """Controls and lone surrogates are left out, line breaks and emoji stay; what is empty is said to be so."""
    assert ask("capture/phone/photo.js", "m.toWire({ notes: ' a\\u0000b\\nc \\ud83d\\ude00 \\ud800' })") == {
        "laterality": None,
        "bodySite": None,
        "notes": "a b\nc 😀",
    }
    assert ask("capture/phone/photo.js", "m.toWire({ notes: 'x'.repeat(600) }).notes.length") == 500
    nothing = {"laterality": None, "bodySite": None, "notes": None}
    assert ask("capture/phone/photo.js", "m.toWire({ notes: '  ' })") == nothing
    left = {"code": "left", "display": "Left"}
    assert ask("capture/phone/photo.js", f"m.toWire({{ laterality: {left} }})") == nothing | {"laterality": left}


def test_where_in_words(ask: Any) -> None:
    """Side and site in one line."""
    site, side = "m.coded(m.BODY_SITES, 'hand')", "m.coded(m.LATERALITIES, '{}')"
    lines = [
        ask("capture/metadata.js", f"m.describe({{ bodySite: {site}, laterality: {side.format(code)} }})")
        for code in ("left", "bilateral", "na")
    ]
    assert lines == ["Left hand or fingers", "Hand or fingers, both sides", "Hand or fingers"]
    assert ask("capture/metadata.js", "[m.BODY_SITES.length, new Set(m.BODY_SITES.map((s) => s.code)).size]") == [
        20,
        20,
    ]
