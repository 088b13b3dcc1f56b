"""Launches from ALEX, which say who is open there, and not who is at the desk: that person has signed in here.

Reading a launch needs the facility's secret, so the committer does it, and pages ask what came of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Protocol

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.commits.errors import LaunchRefusedError
from bedside.commits.launches.launch import LAUNCH_LIFE_MS, hashed
from bedside.commits.launches.representation import ContextDocument
from bedside.commits.launches.requests import ContextRequest
from bedside.commits.record_targets.repository import TargetRepository
from bedside.commits.record_targets.target import AlexSettings, Target
from bedside.identity.principal import Clinician
from bedside.kernel.errors import UnavailableError
from bedside.ports.launches import OpenPatient, RecordLaunchError
from bedside.ports.queue import DelayQueue

_BEGIN_AGAIN: Final = "Open Bedside from the record again."


class ContextReader(Protocol):
    """ALEX. Raises RecordLaunchError, UnavailableError."""

    def read_launch(self, context: str, signature: str) -> OpenPatient: ...


@dataclass(frozen=True, slots=True)
class ReadContext:
    """A launch of ALEX by one clinician; `patient` is who is open there, once that is known."""

    context_id: str
    facility_id: str
    user_id: str
    context: str = field(repr=False)
    signature: str = field(repr=False)
    expires_at: int
    state: Literal["running", "ready", "failed"] = "running"
    patient: OpenPatient | None = None


@dataclass(frozen=True, slots=True)
class ContextRepository:
    """Launches of ALEX, each of which can be used once. Methods raise UnavailableError."""

    table: Table

    def add(self, read: ReadContext) -> bool:
        """Add a launch; False if it was used before."""
        item = {
            "pk": _key(read.context_id),
            "facilityId": read.facility_id,
            "userId": read.user_id,
            "context": read.context,
            "signature": read.signature,
            "expiresAt": read.expires_at,
            "state": read.state,
            "ttl": read.expires_at // 1000,
        }
        try:
            self.table.put(item, condition="attribute_not_exists(#pk)", values={})
        except ConditionFailedError:
            return False
        return True

    def find(self, context_id: str) -> ReadContext | None:
        """Return a launch, or None."""
        item = self.table.get(_key(context_id))
        if item is None:
            return None
        told = item.get("patient")
        patient = OpenPatient(told["patientId"], told["name"], told["nhi"]) if told else None
        return ReadContext(
            context_id,
            item["facilityId"],
            item["userId"],
            item["context"],
            item["signature"],
            int(item["expiresAt"]),
            item["state"],
            patient,
        )

    def settle(self, read: ReadContext) -> None:
        """Store what came of a launch."""
        patient = read.patient
        told = {"patientId": patient.patient_id, "name": patient.name, "nhi": patient.nhi} if patient else None
        self.table.update(
            _key(read.context_id),
            "SET #state = :state, #patient = :patient",
            condition="attribute_exists(#pk)",
            values={"state": read.state, "patient": told},
        )


@dataclass(frozen=True, slots=True)
class Contexts:
    """Begins launches of ALEX, and says what came of them."""

    repository: ContextRepository
    targets: TargetRepository
    queue: DelayQueue

    def begin(self, clinician: Clinician, request: ContextRequest, now_ms: int) -> ContextDocument:
        """Have a launch read. Raises LaunchRefusedError, UnavailableError."""
        target = self.targets.find(clinician.facility_id)
        if target is None or not isinstance(target.settings, AlexSettings):
            raise LaunchRefusedError("The facility's record cannot open Bedside in this way.")
        context_id = hashed(f"{clinician.facility_id}\n{request.context}\n{request.signature}")[:32]
        read = ReadContext(
            context_id,
            clinician.facility_id,
            clinician.user_id,
            request.context,
            request.signature,
            now_ms + LAUNCH_LIFE_MS,
        )
        if not self.repository.add(read):
            raise LaunchRefusedError(_BEGIN_AGAIN)
        self.queue.send({"launch": context_id})
        return _document(read)

    def get(self, clinician: Clinician, context_id: str, now_ms: int) -> ContextDocument:
        """Return what came of the clinician's own launch. Raises LaunchRefusedError, UnavailableError."""
        read = self.repository.find(context_id)
        mine = read is not None and (read.facility_id, read.user_id) == (clinician.facility_id, clinician.user_id)
        if read is None or not mine or read.expires_at <= now_ms:
            raise LaunchRefusedError(_BEGIN_AGAIN)
        return _document(read)


@dataclass(frozen=True, slots=True)
class ContextReading:
    """Reads launches where the facility's secret is."""

    repository: ContextRepository
    targets: TargetRepository
    connect: Callable[[Target], ContextReader]
    now: Callable[[], int]

    def run(self, context_id: str) -> ReadContext | None:
        """Read a launch, and store who is open; None if nobody waits for it. Raises UnavailableError."""
        read = self.repository.find(context_id)
        target = self.targets.find(read.facility_id) if read else None
        if read is None or read.state != "running" or read.expires_at <= self.now():
            return None
        if target is None or not isinstance(target.settings, AlexSettings):
            after = replace(read, state="failed")
        else:
            try:
                patient = self.connect(target).read_launch(read.context, read.signature)
                after = replace(read, state="ready", patient=patient)
            except (RecordLaunchError, UnavailableError):
                after = replace(read, state="failed")
        self.repository.settle(after)
        return after


def _key(context_id: str) -> str:
    return f"context#{context_id}"


def _document(read: ReadContext) -> ContextDocument:
    patient = read.patient
    return {
        "contextId": read.context_id,
        "state": read.state,
        "context": {
            "facilityId": read.facility_id,
            "encounterId": None,
            "patientId": patient.patient_id,
            "patientName": patient.name,
            "patientNHI": patient.nhi,
        }
        if patient
        else None,
    }
