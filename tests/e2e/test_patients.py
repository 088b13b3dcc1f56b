"""A patient is added, found, photographed and found again, in the running product."""

import re
import secrets

from playwright.sync_api import BrowserContext, expect


def test_from_the_directory_to_a_photo_session(desktop: BrowserContext) -> None:
    """Nobody reads or types an id: the name leads from the directory to the patient's page and into the capture."""
    page, family = desktop.new_page(), f"Ngāta{secrets.token_hex(4)}"
    page.goto("/directory")
    page.get_by_role("button", name="New patient").click()
    dialog = page.get_by_role("dialog", name="New patient")
    dialog.get_by_label("Name").fill(f"Mere {family}")
    dialog.get_by_label("Date of birth").fill("1979-05-04")
    dialog.get_by_label("NHI").fill("zzz 0017")
    dialog.get_by_role("button", name="Add patient").click()
    expect(page.locator("#fact-number-error")).to_contain_text("not a valid NHI number")
    dialog.get_by_label("NHI").fill("")
    dialog.get_by_role("button", name="Add patient").click()
    expect(page.get_by_role("heading", name=f"Mere {family}", level=1)).to_be_visible()
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog", name="Edit patient").get_by_label("Name").fill(f"Mere Smith {family}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Mere Smith {family}", level=1)).to_be_visible()
    page.goto("/directory")
    page.get_by_role("searchbox").fill(f"{family.upper().replace('Ā', 'A')} 4/5/1979 smi")
    expect(page.locator("#list strong")).to_have_text([f"Mere Smith {family}"])
    page.keyboard.press("Enter")
    page.get_by_role("link", name="New photos").click()
    expect(page.get_by_role("heading", name=f"Mere Smith {family}")).to_be_visible()
    page.get_by_role("button", name="Start capture").click()
    expect(page.locator("#patient-name")).to_have_text(f"Mere Smith {family}")
    # The date of birth, and no id.
    expect(page.locator("#patient-ids")).to_have_text(re.compile(r"^\D*4\D*1979\D*$"))
