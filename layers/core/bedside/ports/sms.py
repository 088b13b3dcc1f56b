"""Sending text messages."""

from typing import Protocol


class SmsSender(Protocol):
    """Sends a text message. Raises NotSentError if it was definitely not sent, UnavailableError if that is unknown."""

    def send(self, phone: str, text: str) -> None: ...
