"""Text messages, as sign-in needs them."""

from typing import Protocol


class SmsSender(Protocol):
    """Hands a text message over; raises UnavailableError, NotSentError where it certainly did not leave."""

    def send(self, phone: str, text: str) -> None: ...
