"""The sign-in page, as somebody uses it who reads the code from their messages."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.e2e.aws import Aws
from tests.e2e.people import Reception


class Entrance:
    """The sign-in page in one tab."""

    def __init__(self, page: Page, reception: Reception) -> None:
        self.page = page
        self._reception = reception

    def expect(self, reason: str = "") -> None:
        """Wait until the page asks for a number, and says why one has to sign in again."""
        self.page.wait_for_url(lambda url: urlsplit(url).path == "/sign-in")
        expect(self.page.get_by_role("heading", name="Sign in")).to_be_visible()
        if reason:
            expect(self.page.locator("#reason")).to_have_text(reason)

    def sign_in(self, phone: str) -> None:
        """Enter the number, and the code of the message as soon as it has come; it is sent without a press."""
        self.expect()
        before = len(self._reception.codes(phone))
        self.page.get_by_label("Phone number").fill(phone)
        self.page.get_by_role("button", name="Send code").click()
        code = self.page.get_by_label("6-digit code")
        expect(code).to_be_focused()
        expect(self.page.locator("#code-phone")).to_have_text(phone)
        sent = self._reception.codes(phone)
        assert len(sent) == before + 1
        code.press_sequentially(sent[0])
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")


def may_ask_again(aws: Aws, user_id: str) -> None:
    """Let the half minute pass in which no other code is sent to a number."""
    aws.set_person(user_id, "nextSendAt", 0)


def at(path: str) -> re.Pattern[str]:
    """Match the address of a page of ours, whatever its query."""
    return re.compile(rf"^https?://[^/]+{re.escape(path)}(\?|$)")
