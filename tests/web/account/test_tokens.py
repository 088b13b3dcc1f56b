"""How a browser stays signed in: tokens are renewed without a word, once, and only a clear no ends it."""

import threading
import time
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.waiting import until
from tests.web.conftest import SignedIn, Visitor
from tests.web.people_fake import Fault, People

# How many tabs wait for another one to renew.
WAITING = "navigator.locks.query().then(({ pending }) => pending.length)"
KEPT = "JSON.parse(localStorage.getItem('bedside.sign-in'))"


def expired(people: People) -> Any:
    """A sign-in whose access token has come to its end."""
    return people.kept(people.clinician) | {"expiresAt": int(time.time() * 1000) + 1_000}


def expect_account(page: Page) -> None:
    """Wait until the account is shown, with the list of sign-ins, which the page asks for last."""
    expect(page.get_by_label("Name")).to_have_value("Mere Tipene")
    expect(page.locator("#sign-ins-said")).not_to_have_text("Looking…")


def test_a_token_is_renewed_before_it_expires(visitor: Visitor, people: People) -> None:
    """A token near its end is not even tried: the next pair is fetched and kept first."""
    page = visitor.browser(expired(people)).new_page()
    page.goto("/account")
    expect_account(page)
    assert [path for _, path, _ in people.calls] == ["/auth/refresh", "/user/profile", "/user/sign-ins"]
    kept = page.evaluate(KEPT)
    assert (kept["accessToken"], kept["refreshToken"]) == ("access-2", "refresh-2")
    assert kept["expiresAt"] > (time.time() + 800) * 1000


def test_a_refused_token_is_renewed_once(signed_in: SignedIn, people: People) -> None:
    """After a 401 the call is repeated with a new token, and nobody notices."""
    page = signed_in(people.clinician)
    people.access.clear()
    page.goto("/account")
    expect_account(page)
    assert [path for _, path, _ in people.calls] == [
        "/user/profile",
        "/auth/refresh",
        "/user/profile",
        "/user/sign-ins",
    ]


def test_tabs_renew_one_after_the_other(visitor: Visitor, people: People) -> None:
    """Four tabs with a dead token: one refresh, since the token's second use would end the sign-in."""
    context = visitor.browser(expired(people))
    answer = threading.Event()
    people.fail("POST /auth/refresh", Fault(held=answer))
    tabs = [context.new_page() for _ in range(4)]
    for tab in tabs:
        tab.goto("/account", wait_until="commit")
    until(lambda: tabs[0].evaluate(WAITING) == 3, lambda: tabs[0].evaluate(WAITING), page=tabs[0])
    answer.set()
    for tab in tabs:
        expect_account(tab)
    assert len(people.asked("POST", "/auth/refresh")) == 1


def test_a_failing_network_ends_no_sign_in(visitor: Visitor, people: People) -> None:
    """A lost answer is asked for again; a server in trouble leaves everything as it is, until it is well again."""
    page = visitor.browser(expired(people)).new_page()
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        lost.append(1)
        if len(lost) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/auth/refresh", lose_first)
    page.goto("/account")
    expect_account(page)
    assert len(lost) == 2


def test_a_server_in_trouble_ends_no_sign_in(visitor: Visitor, people: People) -> None:
    """When the refresh is answered by 429 for a long time the page says when to try again, and stays signed in."""
    people.fail("POST /auth/refresh", *[Fault(429, "", {"retry-after": "90"})] * 4)
    page = visitor.browser(expired(people)).new_page()
    page.goto("/account")
    expect(page.locator("#failed-text")).to_contain_text("Try again in 90 seconds.")
    people.faults.clear()
    page.get_by_role("button", name="Try again").click()
    expect_account(page)


def test_a_refused_refresh_ends_the_sign_in(signed_in: SignedIn, people: People) -> None:
    """After the kill switch, or twelve hours, every tab asks to sign in again, and then leads back."""
    page = signed_in(people.clinician)
    other = page.context.new_page()
    other.goto("/account")
    expect_account(other)
    people.kill(people.clinician)
    page.goto("/account")
    for tab in (page, other):
        tab.wait_for_url("/sign-in?next=%2Faccount")
        expect(tab.locator("#reason")).to_have_text("Your sign-in has ended. Sign in again to go on.")
    assert people.asked("POST", "/auth/logout") == []


def test_a_late_answer_does_not_sign_in_again(visitor: Visitor, people: People) -> None:
    """Signed out while a refresh was under way: its tokens are kept nowhere, and the server is told to forget them."""
    answer = threading.Event()
    people.fail("POST /auth/refresh", Fault(held=answer))
    page = visitor.browser(expired(people)).new_page()
    page.goto("/not-there")
    page.evaluate(
        """async (address) => {
          const { withAccessToken } = await import(address);
          void withAccessToken(() => Promise.resolve());
        }""",
        "/source/shell/tokens.js",
    )
    until(lambda: people.asked("POST", "/auth/refresh"), "nothing was refreshed", page=page)
    page.evaluate("localStorage.removeItem('bedside.sign-in')")
    with page.expect_response("**/auth/logout") as told:
        answer.set()
    assert told.value.status == 204
    assert people.refresh == {}
    assert page.evaluate("localStorage.getItem('bedside.sign-in')") is None


def test_without_a_lock_the_pair_of_another_tab_is_used(visitor: Visitor, people: People) -> None:
    """Another tab renewed while this one's refresh was under way: nobody is signed out, and that tab's pair stays."""
    answer = threading.Event()
    people.fail("POST /auth/refresh", Fault(held=answer))
    context = visitor.browser(expired(people))
    context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    page = context.new_page()
    page.goto("/not-there")
    page.evaluate(
        """async (address) => {
          const { withAccessToken } = await import(address);
          globalThis.used = withAccessToken((token) => Promise.resolve(token));
        }""",
        "/source/shell/tokens.js",
    )
    until(lambda: people.asked("POST", "/auth/refresh"), "nothing was refreshed", page=page)
    pair = people.kept(people.clinician)
    page.evaluate("pair => localStorage.setItem('bedside.sign-in', JSON.stringify(pair))", pair)
    answer.set()
    assert page.evaluate("globalThis.used") == pair["accessToken"]
    assert page.evaluate(KEPT)["refreshToken"] == pair["refreshToken"]
    assert people.asked("POST", "/auth/logout") == []


def test_another_person_in_the_same_browser_starts_afresh(signed_in: SignedIn, people: People) -> None:
    """When somebody else signs in, no tab goes on showing the one before."""
    page = signed_in(people.clinician)
    other = page.context.new_page()
    page.goto("/account")
    expect_account(page)
    other.goto("/not-there")
    kept = people.kept(people.patient)
    other.evaluate("kept => localStorage.setItem('bedside.sign-in', JSON.stringify(kept))", kept)
    expect(page.locator("#phone")).to_have_text("+64215550104")
