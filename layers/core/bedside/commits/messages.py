"""Messages to the functions that render and send files. A message that gets lost is sent again by the sweeper."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bedside.commits.file import LONGEST_PAUSE_MS, File
from bedside.kernel.errors import UnavailableError
from bedside.ports.queue import DelayQueue


@dataclass(frozen=True, slots=True)
class Messages:
    """The queues `renderings` and `records`; a file's state says which of them it is for."""

    renderings: Callable[[], DelayQueue]
    records: Callable[[], DelayQueue]

    def send(self, file: File, now_ms: int) -> None:
        """Ask for what a file needs next, not before its time."""
        queue = self.renderings if file.state in {"pending", "rendering"} else self.records
        delay_ms = max(0, min(LONGEST_PAUSE_MS, file.not_before - now_ms))
        with suppress(UnavailableError):
            queue().send({"file": file.key}, delay_s=-(-delay_ms // 1000))
