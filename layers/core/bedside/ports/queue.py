"""A queue of messages."""

from collections.abc import Mapping
from typing import Protocol


class MessageQueue(Protocol):
    """Accepts messages for later processing. Raises UnavailableError."""

    def send(self, message: Mapping[str, str]) -> None: ...
