"""A circuit breaker: after a few consecutive failures, calls fail fast until a probe succeeds."""

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
    """A change of state, with the statistics of the state it left; `latency_s` is the mean of successful calls."""

    before: State
    after: State
    calls: int
    failures: int
    fallbacks: int
    latency_s: float


class CircuitBreaker:
    """Opens after three consecutive failures, and then admits one call every five seconds as a probe.

    A probe without an outcome, such as one interrupted by a frozen process, expires after the same five seconds.
    `on_change` is called for every change of state.
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
        """Return whether a call may be made now; the caller must then report `succeeded` or `failed`."""
        with self._lock:
            now = self._clock()
            if self._state == "up":
                return True
            if now < self._next_probe_at:
                self._fallbacks += 1
                return False
            self._next_probe_at = now + PROBE_AFTER_S
            change = self._change_to("probing") if self._state != "probing" else None
        self._notify(change)
        return True

    def succeeded(self, seconds: float) -> None:
        """Record a successful call and its duration in seconds."""
        with self._lock:
            self._calls += 1
            self._seconds += seconds
            self._in_a_row = 0
            change = self._change_to("up") if self._state != "up" else None
        self._notify(change)

    def failed(self) -> None:
        """Record a failed call."""
        with self._lock:
            self._calls += 1
            self._failures += 1
            self._in_a_row += 1
            change = None
            if self._state == "probing" or (self._state == "up" and self._in_a_row >= FAILURES_TO_OPEN):
                self._next_probe_at = self._clock() + PROBE_AFTER_S
                change = self._change_to("open")
        self._notify(change)

    def _change_to(self, state: State) -> StateChange:
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

    def _notify(self, change: StateChange | None) -> None:
        if change:
            self._on_change(change)
