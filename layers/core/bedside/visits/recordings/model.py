"""A visit's recording: which state it is in follows from what is known of it, in whatever order it became known.

A visit has one recording, of one part for each time that somebody started it. The provider names a part twice, and not
always: as a beam while it runs, as a file once it is finished. So parts are counted, not matched: where more have ended
than there are files, some are still being processed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

RecordingState = Literal["starting", "running", "stopping", "processing", "copying", "completed", "failed"]

# Once it stands so, a recording only changes if it is started again, or if what was given up comes after all.
FINISHED: Final[frozenset[RecordingState]] = frozenset({"completed", "failed"})
GIVEN_UP: Final = "The video provider delivered no recording."


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of ours to record: since when and until when (Unix ms), and whether the provider has taken either.

    `beams` is how many beams were known then: it is answered by one more.
    """

    at: int
    beams: int
    taken: bool = False
    stop_at: int | None = None
    stop_taken: bool = False


@dataclass(frozen=True, slots=True)
class Beam:
    """A stretch of recording at the provider: since when we know that it is over, and why it failed."""

    started: bool = False
    stopped_at: int | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """Our own copy of a file: its SHA-256 in hex, its bytes, and the key it lies under."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class File:
    """What the provider made of a part, where to fetch it, and what became of fetching it.

    Its copy was `asked` for so many times, at last at `asked_at` (Unix ms).
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
        """Return when to ask for its copy; None where that is not waited for."""
        if self.state != "copying":
            return None
        return self.asked_at + overdue_ms if self.asked else self.known_at


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything that is known of a visit's recording; times in Unix ms.

    `losses` are failures that the provider names no beam for, by what it names them. `looked_at` is when the provider
    was last asked for missing files in vain, `given_up` how many are not waited for any more.
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
        """How many parts have ended without a file or a failure."""
        ended = max(
            sum(self.over or ask.stop_at is not None for ask in self.asks),
            sum(self._ended(name) for name in self.beams),
        )
        return max(0, ended - self._accounted)

    @property
    def state(self) -> RecordingState:
        if self._unanswered and not self.asked_to_stop:
            return "starting"
        if self._metadata_drafts and not all(self._ended(name) for name in self.beams):
            return "stopping" if self.asked_to_stop else "running"
        if self.missing > self.given_up:
            return "stopping" if self._unanswered and not self.asks[-1].stop_taken else "processing"
        if any(file.state == "copying" for file in self.files.values()):
            return "copying"
        return "failed" if self.failure or not self.files else "completed"

    @property
    def failure(self) -> str:
        """Why a part of it is not to be had, in words for those who want it; "" if every part is."""
        reasons = [
            # Also where there is a file all the same: it may hold less than it should.
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
        """Return when to ask what became of what is waited for; None if nothing is."""
        dues = [self.missing_due_at(overdue_ms), *(file.due_at(overdue_ms) for file in self.files.values())]
        return min((due for due in dues if due is not None), default=None)

    def missing_due_at(self, overdue_ms: int) -> int | None:
        """Return when to ask the provider for the parts that are missing; None if none is waited for."""
        return max(self.since, self.looked_at or 0) + overdue_ms if self.missing > self.given_up else None

    @property
    def since(self) -> int:
        """When the last part ended, as far as is known."""
        facts = [
            self.over_at,
            *(ask.stop_at for ask in self.asks),
            *(beam.stopped_at for beam in self.beams.values()),
        ]
        return max((at for at in facts if at is not None), default=0)

    @property
    def _unanswered(self) -> bool:
        """Whether no beam is known that the last ask may have begun."""
        return not self.over and bool(self.asks) and len(self.beams) < max(len(self.asks), self.asks[-1].beams + 1)

    @property
    def _metadata_drafts(self) -> bool:
        """Whether there is a part without a file or a failure: a beam may be told of long after its file."""
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
