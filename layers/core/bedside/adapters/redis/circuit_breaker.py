"""A circuit breaker: after a few failures in a row nobody waits any more, until one probe has found things mended."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["up", "open", "probing"]

FAILURES_TO_OPEN: Final = 3
PROBE_AFTER_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class StateChange:
    """A change of state, and what was counted before it; `latency_s` is the mean of what was answered."""

    before: State
    after: State
    calls: int
    failures: int
    fallbacks: int
    latency_s: float


class CircuitBreaker:
    """Counts failures in a row and opens after three; then lets one call through every five seconds, as a probe.

    A probe that is never heard of again (a frozen process) is given up after the same five seconds. `on_change` hears
    of every change of state.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_change: Callable[[StateChange], None] = lambda _change: None,
    ) -> None:
        self._clock = clock
        self._on_change = on_change
        self._lock = threading.Lock()
        self._state: State = "up"
        self._in_a_row = 0
        self._next_probe_at = 0.0
        self._calls = self._failures = self._fallbacks = 0
        self._seconds = 0.0

    @property
    def state(self) -> State:
        return self._state

    def admits(self) -> bool:
        """Tell whether a call may be made now; whoever is admitted must report what came of it."""
        with self._lock:
            now = self._clock()
            if self._state == "up":
                return True
            if now < self._next_probe_at:
                self._fallbacks += 1
                return False
            self._next_probe_at = now + PROBE_AFTER_S
            change = self._become("probing") if self._state != "probing" else None
        self._tell(change)
        return True

    def succeeded(self, seconds: float) -> None:
        """Report an answer, and how long it took."""
        with self._lock:
            self._calls += 1
            self._seconds += seconds
            self._in_a_row = 0
            change = self._become("up") if self._state != "up" else None
        self._tell(change)

    def failed(self) -> None:
        """Report a failure."""
        with self._lock:
            self._calls += 1
            self._failures += 1
            self._in_a_row += 1
            change = None
            if self._state == "probing" or (self._state == "up" and self._in_a_row >= FAILURES_TO_OPEN):
                self._next_probe_at = self._clock() + PROBE_AFTER_S
                change = self._become("open")
        self._tell(change)

    def _become(self, state: State) -> StateChange:
        answered = self._calls - self._failures
        change = StateChange(
            self._state,
            state,
            self._calls,
            self._failures,
            self._fallbacks,
            self._seconds / answered if answered else 0.0,
        )
        self._state = state
        self._calls = self._failures = self._fallbacks = 0
        self._seconds = 0.0
        return change

    def _tell(self, change: StateChange | None) -> None:
        if change:
            self._on_change(change)
