"""Keeps text messages instead of sending them."""

import re

from bedside.kernel.errors import NotSentError, UnavailableError


class Outbox:
    """Takes messages as the SMS adapter does.

    `broken` makes it fail so that nobody knows whether the message left, `forgetful` the same after it did, and
    `refusing` so that it certainly did not. `failed` counts all that.
    """

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self.broken = self.refusing = self.forgetful = False
        self.failed = 0

    def send(self, phone: str, text: str) -> None:
        self.failed += self.broken or self.refusing or self.forgetful
        if self.forgetful:
            self.messages.append((phone, text))
        if self.broken or self.forgetful:
            raise UnavailableError("The message may not have been sent.")
        if self.refusing:
            raise NotSentError("The message could not be sent.")
        self.messages.append((phone, text))

    def code_for(self, phone: str) -> str:
        """Give the code in the newest message to this number."""
        texts = [text for to, text in self.messages if to == phone]
        found = re.search(r"#(\d{6})$", texts[-1])
        assert found, texts
        return found[1]
