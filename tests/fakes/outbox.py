"""Keeps text messages instead of sending them."""

import re

from bedside.kernel.errors import NotSentError, UnavailableError


class Outbox:
    """Takes messages as the SMS adapter does.

    `broken` makes it fail so that nobody knows whether the message left, `refusing` so that it certainly did not.
    """

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self.broken = self.refusing = False

    def send(self, phone: str, text: str) -> None:
        if self.broken:
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
