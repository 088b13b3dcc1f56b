"""The rules behind the pages around signing in, asked directly in a browser, and what the server adds to them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.accessibility import audit
from tests.web.conftest import Reception
from tests.web.contexts import ContextPool, Contexts
from web.policy import security_headers
from web.site import load_site

type Ask = Callable[[str, str], Any]


@pytest.fixture(scope="module")
def ask(context_pool: ContextPool, running: Reception) -> Iterator[Ask]:
    """Evaluates an expression with a module's exports in scope as `m`, in one page for all tests."""
    contexts = Contexts(context_pool)
    page = contexts.new(running.origin).new_page()
    page.goto("/not-there")

    def evaluate(module: str, expression: str) -> Any:
        return page.evaluate(f"async () => {{ const m = await import('/source/{module}'); return {expression}; }}")

    yield evaluate
    contexts.give_back()
    assert contexts.complaints == []


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Enter a phone number."),
        (" ", "Enter a phone number."),
        ("call me", "This is not a phone number."),
        ("+64 21 555 0101", ""),
        (" 021 555 0101 ", ""),
        ("+\u0666\u0664 \u0662\u0661", ""),
        ("tel:+64-21-555-0101", ""),
    ],
)
def test_what_has_digits_is_for_the_server_to_read(ask: Ask, typed: str, error: str) -> None:
    """As it was typed; only what cannot be a number is not sent."""
    expected = {"phone": "" if error else typed.strip(), "error": error}
    assert ask("identity/phone-number.js", f"m.readPhoneNumber({typed!r})") == expected


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        ("12-34-56", "123456"),
        ("\uff11\uff12 3456", "123456"),
        ("123456 is your Bedside code. It is valid for 5 minutes.", "123456"),
        ("1234567", "123456"),
        ("12", "12"),
        ("code", ""),
        ("In 2026: 12 3456 at 9:30, code 654321.", "654321"),
        ("\u0661\u0662\u0663 \u0664\u0665\u0666", "\u0661\u0662\u0663\u0664\u0665\u0666"),
        ("\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6 \u06a9\u062f", "\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6"),
        ("\u2068123\u2009456\u2069", "123456"),
        ("".join(map(chr, range(0x104A1, 0x104A8))), "".join(map(chr, range(0x104A1, 0x104A7)))),
    ],
)
def test_codes_are_found_in_what_is_pasted(ask: Ask, text: str, digits: str) -> None:
    """Spaces do not matter, and the whole message may be pasted."""
    assert ask("identity/sign-in/otp-challenge.js", f"m.digitsIn({text!r})") == digits


def test_failures_are_named_as_what_they_are(ask: Ask) -> None:
    """Only a failure of the network is one; a page's own failure does not send anybody to look at their router."""
    said = ask(
        "shell/error-messages.js", "[m.errorMessage(new TypeError('x is undefined')), m.errorMessage(undefined)]"
    )
    assert set(said) == {"Something went wrong in this page. Load it again, then try once more."}


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\\\evil.example/",
        "/\\t/evil.example/",
        "/.//evil.example/",
        "/%2e//evil.example/../",
        "javascript:alert(1)",
        "evil",
        "/sign-in?next=/sign-in",
        "",
    ],
)
def test_signing_in_leads_to_no_other_site(ask: Ask, hostile: str) -> None:
    """Whatever `next` holds, the destination is an address of ours and not the sign-in page itself."""
    clinician = "{ roles: ['clinician'] }"
    address = f"'https://bedside.test/sign-in?next=' + encodeURIComponent('{hostile}')"
    found = ask("identity/sign-in/destination.js", f"m.destination({clinician}, {address})")
    assert found.startswith("https://bedside.test/")
    assert not found.startswith("https://bedside.test/sign-in")


def test_an_address_that_is_none_of_ours_can_be_read(tab: Page) -> None:
    """Its page is like the others."""
    tab.goto("/not-there")
    audit(tab, "not-found", 320)


def test_signing_in_leads_back_to_where_one_came_from(ask: Ask) -> None:
    """An own path is followed with its query."""
    address = "'https://bedside.test/sign-in?next=' + encodeURIComponent('/?encounterId=E 1&patientId=P')"
    found = ask("identity/sign-in/destination.js", f"m.destination({{ roles: ['patient'] }}, {address})")
    assert found == "https://bedside.test/?encounterId=E%201&patientId=P"


@pytest.mark.parametrize(
    ("roles", "path"),
    [
        (["clinician"], "/"),
        (["patient", "clinician", "facilityAdmin"], "/"),
        (["facilityAdmin"], "/users"),
        (["systemAdmin", "patient"], "/users"),
        (["patient"], "/my-visits"),
        ([], "/account"),
    ],
)
def test_everybody_begins_where_their_work_is(ask: Ask, roles: list[str], path: str) -> None:
    """Clinicians with photos, administrators with people, patients with their visits, others with their account."""
    assert ask("pages.js", f"m.homeOf({{ roles: {roles} }})") == path


def test_tries_belong_to_a_code(ask: Ask) -> None:
    """The same code asked for again keeps its tries; a newer one, or another number's, has all five."""
    same = "{ phone: '+1', expiresAt: 300_000, resendAt: 30_000, triesLeft: 2 }"
    cases = [
        ("{ phone: '+1', expiresIn: 280, resendAfter: 10 }, 20_000", 2),
        ("{ phone: '+1', expiresIn: 300, resendAfter: 30 }, 31_000", 5),
        ("{ phone: '+2', expiresIn: 280, resendAfter: 10 }, 20_000", 5),
    ]
    for arguments, tries in cases:
        assert ask("identity/sign-in/otp-challenge.js", f"m.newChallenge({arguments}, {same}).triesLeft") == tries


@pytest.mark.parametrize("page", ["sign-in", "account", "users", "desktop"])
def test_pages_know_when_nobody_uses_them(page: str) -> None:
    """The seconds until the idle logoff stand in each page: 900, or what the deployment says."""
    meta = b'<meta name="idle-logoff-seconds" content="%d">'
    assert meta % 900 in load_site(environment={}).pages[page].plain.body
    site = load_site(environment={"BEDSIDE_IDLE_LOGOFF_SECONDS": "120"})
    assert meta % 120 in site.pages[page].plain.body
    # A page that is kept in a cache must not keep an old setting.
    assert site.pages[page].plain.etag != load_site(environment={}).pages[page].plain.etag


def test_a_setting_that_is_no_number_reaches_no_page() -> None:
    """Markup in a setting is an error at start, not a part of the pages."""
    with pytest.raises(ValueError, match="invalid literal"):
        load_site(environment={"BEDSIDE_IDLE_LOGOFF_SECONDS": '"><script>'})


def test_a_browser_may_offer_the_code_of_a_message() -> None:
    """The permissions policy allows WebOTP to ourselves, and still nothing that the pages do not use."""
    policy = security_headers({})["permissions-policy"]
    assert "otp-credentials=(self)" in policy
    assert "microphone=()" in policy
