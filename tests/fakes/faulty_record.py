"""A patient's record in memory, which can do to a document whatever a real one does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bedside.commits.targets import FacilityTarget
from bedside.kernel.errors import UnavailableError
from bedside.ports.records import (
    Finding,
    Receipt,
    RecordBusyError,
    RecordDocument,
    RecordMismatchError,
    RecordPatient,
    RecordRefusedError,
    RecordSearchError,
    RecordTarget,
    RecordUnknownError,
    Rendition,
)
from bedside.ports.rendering import Banner, RenderingError

# What becomes of a request: nothing of it arrives, or it does and its answer does not; the record refuses it, wants it
# later, breaks before or after it has stored the document, or says that it has a document which nobody finds.
CreateFault = Literal[
    "unreachable", "lost", "answer-lost", "refused", "conflict", "busy", "broken", "lies", "locked-out"
]
FindFault = Literal["unreachable", "unsearchable", "refused"]


@dataclass
class FaultyRecord:
    """A record; `create_faults` and `find_faults` are of the next requests, in order.

    `creating` and `finding` are of all requests after those. `hook` is called around every request, and `doubtful` says
    whether anybody was left without a way of knowing what it has.
    """

    documents: list[RecordDocument] = field(default_factory=list)
    create_faults: list[CreateFault | None] = field(default_factory=list)
    find_faults: list[FindFault | None] = field(default_factory=list)
    creating: CreateFault | None = None
    finding: FindFault | None = None
    doubtful: bool = False
    searchable: bool = True
    # Whether it finds documents of one patient only, by their number, as ALEX does.
    by_patient: bool = False
    requests: list[str] = field(default_factory=list)
    hook: Callable[[], None] = lambda: None

    def find(self, identifier: str, patient: RecordPatient) -> Receipt | None:
        self.hook()
        self.requests.append("find")
        fault = self.find_faults.pop(0) if self.find_faults else self.finding
        match fault if self.searchable else "unsearchable":
            case "unreachable":
                raise UnavailableError("It does not answer.")
            case "unsearchable":
                self.doubtful = True
                raise RecordSearchError("It cannot be searched.")
            case "refused":
                raise RecordRefusedError("It does not let us in.", "not-allowed")
        at = [one.patient.external_id for one in self.documents if one.identifier == identifier]
        if at and at[0] != patient.external_id:
            if self.by_patient:
                return None
            raise RecordMismatchError("It is at somebody else.")
        return self._receipt(identifier)

    def create(self, document: RecordDocument) -> Receipt:
        self.hook()
        self.requests.append("create")
        match self.create_faults.pop(0) if self.create_faults else self.creating:
            case "unreachable":
                raise UnavailableError("It cannot be reached.")
            case "lost" | "broken":
                raise RecordUnknownError("No answer.")
            case "locked-out":
                raise RecordRefusedError("It does not let us in.", "sign-in-refused")
            case "refused":
                raise RecordRefusedError("It does not want it.", "not-accepted")
            case "conflict":
                raise RecordRefusedError("It has something else.", "conflict")
            case "busy":
                raise RecordBusyError("Later.", retry_after_ms=120_000)
            case "lies":
                self.doubtful = True
                raise RecordUnknownError("It says that it has it.", vouched=True)
            case "answer-lost":
                self.documents.append(document)
                raise RecordUnknownError("No answer.")
        self.documents.append(document)
        self.hook()
        found = self._receipt(document.identifier)
        assert found
        return found

    def check(self) -> Sequence[Finding]:
        return [Finding("search", ok=self.searchable)]

    def _receipt(self, identifier: str) -> Receipt | None:
        numbers = [number for number, one in enumerate(self.documents) if one.identifier == identifier]
        return Receipt(f"doc-{numbers[0]}") if numbers else None


@dataclass
class FacilityRecord:
    """A facility's record, under a name that changes with it; without one, the facility has none."""

    record: FaultyRecord = field(default_factory=FaultyRecord)
    name: str | None = "fhir:https://record.example"
    rendition: Rendition = field(default_factory=lambda: Rendition("jpeg", 8_000_000, 4000, banner=False))

    def find(self, facility_id: str) -> FacilityTarget | None:  # noqa: ARG002  # the protocol's
        return FacilityTarget(self.name, "fhir", self.rendition) if self.name else None

    def connect(self, facility_id: str, name: str) -> RecordTarget | None:  # noqa: ARG002  # the protocol's
        return self.record if name == self.name else None


class PassingRenderer:
    """Renders nothing, but refuses what is no photo; of texts it sets who and what."""

    def render(self, original: bytes, *_: object) -> bytes:
        if original == b"rubbish":
            raise RenderingError("photo-unreadable")
        return original

    def lacks_letters(self, text: str) -> bool:
        return "\u60a3" in text

    def set_text(self, title: str, text: str, banner: Banner, max_bytes: int) -> bytes:
        if len(text) > max_bytes:
            raise RenderingError("too-large")
        return f"{banner.patient}\n{title}\n{text}".encode()
