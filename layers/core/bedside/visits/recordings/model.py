"""A visit's recording, whose state is derived from the known facts, independent of their order.

A visit has one recording, with a part for each time that it was started. The provider reports a part as a beam while it
is running, and as a file once it is finished, but does not reliably relate the two. So parts are counted, not matched:
if more parts have ended than there are files, some are still being processed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

RecordingState = Literal["starting", "running", "stopping", "processing", "copying", "completed", "failed"]

# A finished recording changes only if it is started again, or if a part that was given up arrives after all.
FINISHED: Final[frozenset[RecordingState]] = frozenset({"completed", "failed"})
GIVEN_UP: Final = "The video provider delivered no recording."


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to record, with the instants (Unix ms) of start and stop, and whether the provider accepted them.

    `beams` is the number of beams known at the start; one more means that the request has taken effect.
    """

    at: int
    beams: int
    taken: bool = False
    stop_at: int | None = None
    stop_taken: bool = False


@dataclass(frozen=True, slots=True)
class Beam:
    """A running or stopped recording at the provider; `stopped_at` is when we learned that it stopped."""

    started: bool = False
    stopped_at: int | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """Our copy of a file: its key, its SHA-256 in hex, and its size in bytes."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class File:
    """The provider's file of a part, where to download it, and the state of our copy.

    `asked` counts the requests to copy it, `asked_at` is the last one (Unix ms).
    """

    name: str
    known_at: int
    asked_at: int
    path: str = ""
    asset_id: str = ""
    beam: str = ""
    link: str = ""
    size: int | None = None
    duration_s: int | None = None
    asked: int = 1
    copy: Copy | None = None
    failure: str = ""

    @property
    def state(self) -> Literal["copying", "completed", "failed"]:
        if self.copy is not None:
            return "completed"
        return "failed" if self.failure else "copying"

    def due_at(self, overdue_ms: int) -> int | None:
        """Return when to request its copy (again), or None if no copy is pending."""
        if self.state != "copying":
            return None
        return self.asked_at + overdue_ms if self.asked else self.known_at


@dataclass(frozen=True, slots=True)
class Recording:
    """All facts known about a visit's recording; instants in Unix ms.

    `losses` are failures reported without a beam, by the provider's identifier. `looked_at` is when the provider was
    last checked for missing files without result; `given_up` is the number of missing parts no longer waited for.
    """

    visit_id: str
    facility_id: str
    room_id: str = ""
    asks: Sequence[Ask] = ()
    beams: Mapping[str, Beam] = field(default_factory=dict)
    losses: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)
    over_at: int | None = None
    looked_at: int | None = None
    given_up: int = 0

    @property
    def over(self) -> bool:
        return self.over_at is not None

    @property
    def asked_to_stop(self) -> bool:
        return bool(self.asks) and self.asks[-1].stop_at is not None

    @property
    def missing(self) -> int:
        """The number of parts that have ended without a file or a failure."""
        ended = max(
            sum(self.over or ask.stop_at is not None for ask in self.asks),
            sum(self._ended(name) for name in self.beams),
        )
        return max(0, ended - self._accounted)

    @property
    def state(self) -> RecordingState:
        if self._unanswered and not self.asked_to_stop:
            return "starting"
        if self._unfinished and not all(self._ended(name) for name in self.beams):
            return "stopping" if self.asked_to_stop else "running"
        if self.missing > self.given_up:
            return "stopping" if self._unanswered and not self.asks[-1].stop_taken else "processing"
        if any(file.state == "copying" for file in self.files.values()):
            return "copying"
        return "failed" if self.failure or not self.files else "completed"

    @property
    def failure(self) -> str:
        """Why a part is not available, in words for users; "" if all parts are."""
        reasons = [
            # Even if there is a file, because it may be incomplete.
            *(beam.failure for beam in self.beams.values() if beam.failure),
            *self.losses.values(),
            *(file.failure for file in self.files.values() if file.state == "failed"),
        ]
        if self.missing and self.missing <= self.given_up:
            reasons.append(GIVEN_UP)
        return min(reasons, default="")

    @property
    def parts(self) -> list[File]:
        """The files, oldest first."""
        return sorted(self.files.values(), key=lambda file: (file.known_at, file.name))

    def due_at(self, overdue_ms: int) -> int | None:
        """Return when to check on pending parts and copies, or None if nothing is pending."""
        dues = [self.missing_due_at(overdue_ms), *(file.due_at(overdue_ms) for file in self.files.values())]
        return min((due for due in dues if due is not None), default=None)

    def missing_due_at(self, overdue_ms: int) -> int | None:
        """Return when to check with the provider for missing parts, or None if none is pending."""
        return max(self.since, self.looked_at or 0) + overdue_ms if self.missing > self.given_up else None

    @property
    def since(self) -> int:
        """When the last part ended, as far as known; 0 if none has."""
        instants = [
            self.over_at,
            *(ask.stop_at for ask in self.asks),
            *(beam.stopped_at for beam in self.beams.values()),
        ]
        return max((at for at in instants if at is not None), default=0)

    @property
    def _unanswered(self) -> bool:
        """Whether no beam is known yet that the last request may have started."""
        return not self.over and bool(self.asks) and len(self.beams) < max(len(self.asks), self.asks[-1].beams + 1)

    @property
    def _unfinished(self) -> bool:
        """Whether any part has neither a file nor a failure yet; beams may be reported long after their files."""
        return max(len(self.asks), len(self.beams)) > self._accounted

    @property
    def _accounted(self) -> int:
        return len(self._failed_beams) + len(self.losses) + len(self.files)

    @property
    def _failed_beams(self) -> list[Beam]:
        return [beam for name, beam in self.beams.items() if beam.failure and not self._delivered(name)]

    def _ended(self, beam: str) -> bool:
        found = self.beams[beam]
        return self.over or found.stopped_at is not None or bool(found.failure) or self._delivered(beam)

    def _delivered(self, beam: str) -> bool:
        return any(file.beam == beam for file in self.files.values())
