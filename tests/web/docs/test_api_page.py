"""The page that shows the API: every call by domain, with all that a caller needs to know."""

import pytest
from playwright.sync_api import Page, expect

from tests import contract
from tests.web.accessibility import audit
from tests.web.conftest import Visitor
from tests.web.german import check_german

OPERATIONS = [operation for each in contract.DOCUMENT["paths"].values() for operation in each.values()]


@pytest.fixture(params=[390, 1280])
def page(visitor: Visitor, request: pytest.FixtureRequest) -> Page:
    """The page, on a phone and on a desktop; nobody is signed in."""
    page = visitor.browser(width=request.param).new_page()
    page.goto("/docs/api")
    expect(page.get_by_role("heading", name="API", exact=True)).to_be_focused()
    return page


def fits(page: Page) -> bool:
    """Tell whether nothing is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_every_call_can_be_read(page: Page) -> None:
    """Under its domain, folded up; nothing is wider than a phone even when all of them are open."""
    headings = [name.lower() for name in page.locator(".domain h2").all_inner_texts()]
    assert headings == [tag["name"] for tag in contract.DOCUMENT["tags"]]
    assert page.locator(".call").evaluate_all("calls => calls.map(call => call.id).sort()") == sorted(
        operation["operationId"] for operation in OPERATIONS
    )
    assert fits(page)
    page.locator(".call").evaluate_all("calls => calls.forEach(call => { call.open = true; })")
    expect(page.locator(".call h3", has_text="Problems")).to_have_count(len(OPERATIONS))
    assert fits(page)


def test_a_call_tells_all_there_is(page: Page) -> None:
    """Who may make it and how often, parameters, body, answer and problems."""
    page.get_by_text("Save the practitioner's notes as a new version").click()
    call = page.locator("#putVisitsByVisitIdNotes")
    expect(call.get_by_role("heading", level=3)).to_have_text(
        ["Caller", "Limit", "Parameters", "Body", "Answer 200 OK", "Problems"]
    )
    expect(call).to_contain_text("Anyone who is signed in, with their access token.")
    expect(call).to_contain_text("300 calls in 300 seconds per user.")
    expect(call).to_contain_text("The ETag of the version that the caller changes.")
    expect(call).to_contain_text("at most 10000 characters")
    expect(call).to_contain_text("Headers: X-Request-Id, RateLimit, RateLimit-Policy, ETag")
    expect(call).to_contain_text("412 precondition-failed")
    audit(page, "api")


def test_an_address_can_name_a_call(page: Page) -> None:
    """It is open then, and its parts are named as well."""
    page.goto("/docs/api#postVisitsByVisitIdJoin")
    call = page.locator("#postVisitsByVisitIdJoin")
    expect(call).to_have_attribute("open", "")
    expect(call).to_be_in_viewport()
    expect(call.get_by_role("heading", level=4)).to_have_text(
        ["JoinedDocument", "VisitDocument", "AudioOnlyDocument", "StepDocument", "ConsentDocument", "RoomDocument"]
    )
    expect(call).to_contain_text('("patient" | "practitioner")[]')


def test_a_document_that_does_not_come_can_be_asked_for_again(visitor: Visitor) -> None:
    """Without a network there is a button, and then the calls; in German, all but the document's own words."""
    page = visitor.browser().new_page()
    page.route("**/openapi.json", lambda route: route.abort())
    page.goto("/docs/api")
    expect(page.get_by_role("heading", name="could not be loaded")).to_be_focused()
    page.unroute("**/openapi.json")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".call")).to_have_count(len(OPERATIONS))
    page.goto("/favicon.ico")
    path = "/docs/api#putVisitsByVisitIdNotes"
    check_german(page, path, ".call[open] h3", names=".path, dt, h4, .type, #domains, .domain h2")
    call = page.locator(".call[open]")
    expect(call).to_contain_text("300 Aufrufe in 300 Sekunden je Person.")
    expect(call).to_contain_text("höchstens 10000 Zeichen")
