"""A queue in memory that hands messages on later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bedside.kernel.errors import UnavailableError


@dataclass
class DelayedMessages:
    """Takes messages as bedside.adapters.aws.sqs.Queue does, by the clock of a test.

    While `away` it fails; while `late` it takes them, and its answers are lost.
    """

    now_ms: Callable[[], int]
    away: bool = False
    late: bool = False
    waiting: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    postponed: list[tuple[str, int]] = field(default_factory=list)

    def send(self, message: Mapping[str, str], *, delay_s: int = 0) -> None:
        if self.away:
            raise UnavailableError("The message could not be queued.")
        assert 0 <= delay_s <= 900
        self.waiting.append((self.now_ms() + delay_s * 1000, dict(message)))
        if self.late:
            raise UnavailableError("The message could not be queued.")

    def postpone(self, receipt: str, pause_s: int) -> None:
        if self.away:
            raise UnavailableError("The message could not be put off.")
        self.postponed.append((receipt, pause_s))

    def due(self) -> list[Mapping[str, str]]:
        """Give the messages whose time has come, in order, and forget them."""
        now = self.now_ms()
        found = sorted((each for each in self.waiting if each[0] <= now), key=lambda each: each[0])
        self.waiting = [each for each in self.waiting if each[0] > now]
        return [message for _, message in found]
