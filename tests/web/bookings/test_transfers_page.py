"""Administrators of the system decide on transfers to practitioners."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.web.accessibility import audit
from tests.web.bookings.conftest import Practice
from tests.web.german import check_german
from tests.web.tabs import Open


def _try_again(page: Page, rows: Locator) -> None:
    """What the payment provider refused is shown first: a transfer, and a reversal."""
    expect(page.get_by_label("Show")).to_have_value("refused")
    expect(rows).to_have_text([re.compile(r"^\$42\.50Mere Tipene"), re.compile(r"^\$85\.00Hana Cole")])
    expect(rows.first).to_contain_text("Kauri Street Hospital")
    expect(rows.first).to_contain_text("There was not enough money")
    expect(rows.last).to_contain_text("It could not be taken back")
    audit(page, "transfers", 320)
    page.get_by_role("button", name="Take back: $85.00 for Hana Cole").click()
    page.get_by_role("dialog", name="Take this money back?").get_by_role("button", name="Take back").click()
    expect(page.locator("#said")).to_have_text("$85.00 was taken back from Hana Cole.")


def test_an_administrator_decides_on_transfers(visitor: Open, practice: Practice) -> None:
    """What is approved or held goes away; what is not due yet stays, and is told in words."""
    page = visitor(practice.people.admin, width=390)
    page.goto("/transfers")
    expect(page.get_by_role("heading", name="Only system administrators")).to_be_visible()
    page, payouts = visitor(practice.people.system_admin, width=390), practice.payouts
    payouts.refusals = [(403, "forbidden")]
    page.goto("/transfers")
    expect(page.locator("#failed-text")).to_have_text("You are not allowed to do this.")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("There are no such transfers.")).to_be_visible()
    expect(page.locator("#side").get_by_role("link", include_hidden=True)).to_have_text(
        ["People", "Transfers", "Patient records", "Notifications", "Settings"]
    )
    payouts.add_transfer("Hana Walker", 8500)
    payouts.add_transfer("Mere Tipene", 4250, refunded=5000, fee=750, refusal="balance_insufficient")
    payouts.add_transfer(None, 1700, facilityId="FAC009", dueAt=None)
    payouts.add_transfer("Ari Root", 1700)
    payouts.add_transfer("Hana Cole", 8500, sent=8500, owed=0, excess=8500, refusal="balance_insufficient")
    page.reload()
    rows = page.locator("#transfers > li")
    _try_again(page, rows)
    page.get_by_label("Show").select_option("Due")
    expect(rows.first).to_contain_text("Due on Tuesday, 10 November")
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(3)
    expect(rows.last).to_be_focused()
    page.get_by_role("button", name="Approve: $85.00 for Hana Walker").click()
    dialog = page.get_by_role("dialog", name="Approve this transfer?")
    expect(dialog).to_contain_text("$85.00 goes to Hana Walker.")
    payouts.refusals = [(409, "not-due")]
    dialog.get_by_role("button", name="Approve").click()
    expect(dialog.get_by_role("alert")).to_contain_text("It is not due yet")
    audit(page, "transfers", 320)
    dialog.get_by_role("button", name="Approve").click()
    expect(page.locator("#said")).to_have_text("$85.00 was sent to Hana Walker.")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Hold: $17.00 for Ari Root").click()
    dialog = page.get_by_role("dialog", name="Hold this transfer?")
    dialog.get_by_role("button", name="Hold").click()
    expect(page.locator("#reason-error")).to_have_text("Enter a reason.")
    audit(page, "transfers", 320)
    dialog.get_by_label("Reason").fill("Rückfrage")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("$17.00 for Ari Root is on hold.")
    page.get_by_label("Show").select_option("On hold")
    expect(rows).to_have_text([re.compile("On hold because: Rückfrage")])
    expect(page.get_by_role("button", name="Release and approve: $17.00 for Ari Root")).to_be_visible()
    page.get_by_label("Month").select_option(index=1)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == f"ledger-{payouts.months[0]}.csv"
    check_german(page, "/transfers", "#transfers li")
