"""A queue of messages."""

from collections.abc import Mapping
from typing import Protocol


class MessageQueue(Protocol):
    """Accepts messages for later processing. Raises UnavailableError."""

    def send(self, message: Mapping[str, str]) -> None: ...


class DelayQueue(Protocol):
    """A queue that can hand messages on later, after up to 900 seconds. Raises UnavailableError."""

    def send(self, message: Mapping[str, str], *, delay_s: int = 0) -> None: ...


class ReceivedQueue(DelayQueue, Protocol):
    """A queue whose received messages can be put off by so many seconds. Raises UnavailableError."""

    def postpone(self, receipt: str, pause_s: int) -> None: ...
