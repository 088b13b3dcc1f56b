"""A queue of messages."""

from collections.abc import Mapping
from typing import Protocol


class MessageQueue(Protocol):
    """Takes messages for somebody who works on them later; raises UnavailableError."""

    def send(self, message: Mapping[str, str]) -> None: ...
