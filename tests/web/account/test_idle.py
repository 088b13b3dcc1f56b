"""A browser that nobody uses signs itself out, whatever it was doing."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.conftest import Reception, SignedIn, Visitor
from tests.web.people_fake import People, storage
from web import app as web_app
from web.site import load_site

MINUTE = 60_000
LAST_USED = "localStorage.getItem('bedside.last-used')"
CALM = "Signed out after 15 minutes without use."


@pytest.fixture
def context(visitor: Visitor, people: People) -> BrowserContext:
    """A browser with a clock of its own, in which a clinician is signed in."""
    context = visitor.browser(people.kept(people.clinician))
    context.clock.install()
    return context


def opened(context: BrowserContext) -> Page:
    """A tab with the account."""
    page = context.new_page()
    page.goto("/account")
    expect(page.get_by_label("Name")).to_have_value("Mere Tipene")
    return page


def used_until_noted(page: Page) -> str:
    """Press a key until that is noted, since once on a busy machine it seems not to have been; gives what is noted."""
    before = page.evaluate(LAST_USED)

    def noted() -> bool:
        page.keyboard.press("Shift")
        return bool(page.evaluate(LAST_USED) != before)

    until(noted, "nothing was noted", page=page)
    return str(page.evaluate(LAST_USED))


def warning(page: Page) -> None:
    """Expect the question whether anybody is there."""
    expect(page.get_by_role("alertdialog", name="Are you still here?")).to_be_visible()


def test_a_minute_before_it_warns(context: BrowserContext, people: People) -> None:
    """The time left counts down, and staying is one press of Enter away and lasts another quarter of an hour."""
    page = opened(context)
    page.clock.fast_forward(13 * MINUTE)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.run_for(MINUTE + 2_000)
    warning(page)
    expect(page.locator("#idle-left")).to_have_text(re.compile(r"0:[45]\d"))
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    audit(page, "account")
    page.clock.run_for(20_000)
    expect(page.locator("#idle-left")).to_have_text(re.compile(r"0:[123]\d"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.run_for(2 * MINUTE)
    expect(page.get_by_label("Name")).to_be_visible()
    assert people.asked("POST", "/auth/logout") == []


def test_without_an_answer_it_signs_out(context: BrowserContext, people: People) -> None:
    """The server is told even though the access token has expired, the storage is empty, and a calm line says why."""
    page = opened(context)
    page.evaluate("sessionStorage.setItem('bedside.patient', 'Aroha')")
    page.clock.fast_forward(14 * MINUTE)
    page.clock.run_for(2_000)
    warning(page)
    # Time stands still then, because the server is told within seconds or not at all, and a busy machine may need more.
    page.clock.pause_at(page.evaluate("Date.now()") / 1_000 + 60)
    page.wait_for_url("/sign-in?next=%2Faccount")
    expect(page.locator("#reason")).to_have_text(CALM)
    assert page.evaluate("[localStorage.getItem('bedside.sign-in'), sessionStorage.length]") == [None, 0]
    assert people.log_outs == ["idle"]
    assert people.refresh == {}


@pytest.mark.parametrize("use", ["key", "pointer", "press"])
def test_use_puts_it_off(context: BrowserContext, use: str) -> None:
    """A key, a moved pointer or a press within the time starts it anew."""
    page = opened(context)
    page.mouse.move(100, 100)
    page.clock.fast_forward(13 * MINUTE)
    if use == "key":
        page.keyboard.press("Shift")
    elif use == "pointer":
        page.mouse.move(140, 160)
    else:
        page.get_by_role("heading", level=1).click()
    page.clock.fast_forward(13 * MINUTE)
    page.clock.run_for(2_000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    expect(page.get_by_label("Name")).to_be_visible()


def test_use_of_one_tab_counts_for_all(context: BrowserContext) -> None:
    """Nobody is warned in a tab behind the one that is used; and what is answered in one is answered in all."""
    used, behind = opened(context), opened(context)
    context.clock.fast_forward(13 * MINUTE)
    noted = used_until_noted(used)
    # Browsers tell tabs of each other's storage a moment later, in which two minutes must not pass.
    behind.wait_for_function(f"noted => {LAST_USED} === noted", arg=noted)
    # Not second by second, which may take a busy machine longer than the minute that the warning lasts.
    context.clock.fast_forward(2 * MINUTE)
    context.clock.run_for(2_000)
    expect(behind.get_by_role("alertdialog")).to_be_hidden()
    context.clock.fast_forward(12 * MINUTE)
    context.clock.run_for(2_000)
    warning(used)
    warning(behind)
    used.get_by_role("button", name="Stay signed in").click()
    expect(behind.get_by_role("alertdialog")).to_be_hidden()
    for tab in (used, behind):
        expect(tab.get_by_label("Name")).to_be_visible()


@pytest.mark.parametrize(("ahead", "text"), [(4_000, "Your account"), (60 * MINUTE, "Sign in")])
def test_clocks_of_two_tabs_may_differ_by_seconds(context: BrowserContext, ahead: int, text: str) -> None:
    """Use that another tab noted a moment ahead of this one's clock counts; far ahead, the clock was set back."""
    page = opened(context)
    noted = page.evaluate("Date.now()") + 15 * MINUTE + ahead
    page.evaluate("at => localStorage.setItem('bedside.last-used', String(at))", noted)
    page.clock.fast_forward(15 * MINUTE)
    page.clock.run_for(1_000)
    expect(page.get_by_role("heading", level=1, name=text)).to_be_visible()


def test_all_tabs_are_signed_out(context: BrowserContext, people: People) -> None:
    """Each says why, and the server is told once."""
    tabs = [opened(context), opened(context)]
    context.clock.fast_forward(15 * MINUTE)
    for tab in tabs:
        tab.wait_for_url("/sign-in?next=%2Faccount")
        expect(tab.locator("#reason")).to_have_text(CALM)
    assert len(people.asked("POST", "/auth/logout")) >= 1
    assert people.access == {}


def test_a_machine_that_wakes_up_is_too_late(context: BrowserContext) -> None:
    """After a sleep of hours the first touch signs out; it does not count as use."""
    page = opened(context)
    # Timers that stood still while the clock went on, as in a sleep.
    page.clock.pause_at(page.evaluate("Date.now()") / 1_000 + 1)
    page.evaluate("at => { const now = Date.now; Date.now = () => now() + at; }", 120 * MINUTE)
    page.mouse.click(20, 400)
    expect(page.get_by_label("Name")).to_be_hidden()
    page.clock.resume()
    page.wait_for_url("/sign-in?next=%2Faccount")
    expect(page.locator("#reason")).to_have_text(CALM)


def test_a_browser_that_is_opened_again_later_shows_nothing(visitor: Visitor, people: People) -> None:
    """Tokens from an hour ago open no page: no call is made with them but the one that ends them."""
    kept = storage(people.kept(people.clinician), **{"bedside.last-used": "1700000000000"})
    page = visitor.browser().new_page()
    for name, value in kept.items():
        page.add_init_script(f"if (location.pathname === '/account') localStorage.setItem({name!r}, {value!r})")
    page.goto("/account")
    page.wait_for_url("/sign-in?next=%2Faccount")
    expect(page.locator("#reason")).to_have_text(CALM)
    assert people.asked("GET", "/user/profile") == []
    assert len(people.asked("POST", "/auth/logout")) == 1


def test_the_sign_in_page_ends_what_is_overdue_too(visitor: Visitor, people: People) -> None:
    """Opened first after an hour, it does not lead on but asks."""
    context = visitor.browser(people.kept(people.clinician))
    page = context.new_page()
    page.goto("/not-there")
    page.evaluate("localStorage.setItem('bedside.last-used', '1700000000000')")
    page.goto("/sign-in")
    expect(page.locator("#reason")).to_have_text(CALM)
    expect(page.get_by_label("Phone number")).to_be_visible()
    assert page.evaluate("localStorage.getItem('bedside.sign-in')") is None


def test_the_warning_can_be_answered_by_leaving(signed_in: SignedIn, people: People) -> None:
    """`Sign out` in the warning signs out at once."""
    page = signed_in(people.clinician)
    page.clock.install()
    page.goto("/account")
    expect(page.get_by_label("Name")).to_be_visible()
    page.clock.fast_forward(14 * MINUTE)
    page.clock.run_for(1_000)
    page.locator("#idle-leave").click()
    page.wait_for_url("/sign-in")
    expect(page.locator("#reason")).to_have_text("You are signed out.")


def test_a_short_limit_warns_half_way(
    context: BrowserContext, reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 90 seconds the warning comes after 45, and the line names the time that was set."""
    assert reception.origin
    site = load_site(environment={"BEDSIDE_IDLE_LOGOFF_SECONDS": "90"})
    monkeypatch.setattr(web_app, "_site", lambda: site)
    page = opened(context)
    page.clock.run_for(40_000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.run_for(7_000)
    warning(page)
    page.clock.run_for(45_000)
    expect(page.locator("#reason")).to_have_text("Signed out after 90 seconds without use.")
