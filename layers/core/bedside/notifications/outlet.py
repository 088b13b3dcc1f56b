"""The way of a record's key to the dispatcher: through the queue, by a schedule if that is further ahead."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bedside.kernel.errors import UnavailableError
from bedside.ports.queue import DelayQueue
from bedside.ports.scheduler import Scheduler

# The longest delay of SQS.
_QUEUED_MS: Final = 900_000


@dataclass(frozen=True, slots=True)
class Outlet:
    """Sends keys to the dispatcher, each at its time. What fails is left to the sweeper; `on_failure` hears of it."""

    queue: DelayQueue
    scheduler: Scheduler
    on_failure: Callable[[UnavailableError], None]

    def put(self, record_id: str, at_ms: int, now_ms: int) -> None:
        """Have a record looked at, at an instant (Unix ms) or now; never raises."""
        try:
            if at_ms - now_ms <= _QUEUED_MS:
                self.queue.send({"record": record_id}, delay_s=max(0, -(-(at_ms - now_ms) // 1000)))
            else:
                self.scheduler.put(_name(record_id, at_ms), at_ms, {"record": record_id})
        except UnavailableError as error:
            self.on_failure(error)

    def remove(self, record_id: str, at_ms: int, now_ms: int) -> None:
        """Remove a record's schedule, if it has one; never raises: a record that is over is not told."""
        try:
            if at_ms - now_ms > _QUEUED_MS:
                self.scheduler.remove(_name(record_id, at_ms))
        except UnavailableError as error:
            self.on_failure(error)

    def put_subject(self, kind: str, subject_id: str) -> None:
        """Have a subject planned again. Raises UnavailableError."""
        self.queue.send({"kind": kind, "subject": subject_id})

    def put_unread(self, table: str, key: str) -> None:
        """Report an item that a stream reports and nobody understands: the queue gives it up to the dead letters.

        Raises UnavailableError.
        """
        self.queue.send({"unread": key, "table": table})


def _name(record_id: str, at_ms: int) -> str:
    return f"notice-{record_id}-{at_ms}"
