"""A clinic with a patient, a practitioner and a visit of theirs, and the provider's word of who comes and goes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bedside.kernel.instants import iso
from bedside.visits.model import Visit
from tests.conftest import VISITS, client
from tests.functions.clinic import Answer, Clinic

MINUTE = 60_000
START = 1_795_228_200_000


@dataclass
class Surgery:
    """Calls for one visit; the clock stands at `START` until a test moves it.

    Every further visit that is `booked` starts half an hour after the one before, unless a test says when.
    """

    clinic: Clinic
    patient: str
    practitioner: str
    visit_id: str = ""
    booked: int = 0

    @property
    def now(self) -> int:
        return self.clinic.wiring.now_ms()

    def at(self, offset_ms: int) -> None:
        """Set the clock to so long after the agreed time."""
        self.clinic.wiring.stopped_ms, self.clinic.wiring.ahead_ms = START + offset_ms, 0

    def booking(self, **changes: Any) -> dict[str, Any]:
        user_id = self.clinic.user_id
        return {
            "patientId": user_id(_phone(self.clinic, "patient")),
            "practitionerId": user_id(_phone(self.clinic, "clinician")),
            "startsAt": iso(START + self.booked * 30 * MINUTE),
            "durationMinutes": 30,
            **changes,
        }

    def book(self, **changes: Any) -> Any:
        key = str(uuid4())
        answer = self.clinic.call("visits_book", self.booking(**changes), token=self.practitioner, key=key)
        assert answer.status == 201, answer
        self.booked += "startsAt" not in changes
        return answer.json

    def ask(self, call: str, token: str, body: Any = None, *, visit_id: str = "", **more: Any) -> Answer:
        return self.clinic.call(
            f"visits_{call}", body, token=token, path={"visitId": visit_id or self.visit_id}, **more
        )

    def done(self, call: str, token: str, body: Any = None, **more: Any) -> Any:
        answer = self.ask(call, token, body, **more)
        assert answer.status == 200, answer
        return answer.json

    def write_notes(self, texts: dict[str, Any], seen: str | None) -> Answer:
        """Write notes upon the version that was seen."""
        return self.ask("write_notes", self.practitioner, texts, headers={"if-match": seen})

    def look(self, token: str = "") -> Any:
        return self.done("look", token or self.practitioner)

    def join(self, token: str) -> str:
        """Join, and give the name of the joining."""
        return str(self.done("join", token, {})["tokenUrl"].rpartition("=")[2])

    def record(self) -> None:
        """Start recording, as the patient allows."""
        assert self.done("start_recording", self.practitioner, {}) == {"state": "awaitingConsent"}
        assert self.done("consent", self.patient, {"given": True})["recordingConsent"] == "given"

    def hear(self, kind: str, joining: str, peer: str = "peer-1", at: int | None = None, **more: Any) -> bool:
        """Let the provider tell of a peer."""
        at = self.now if at is None else at
        instant = datetime.fromtimestamp(at / 1000, UTC).isoformat()
        data = {
            "room_name": self.visit_id,
            "room_id": f"room-of-{self.visit_id}",
            "user_id": joining,
            "peer_id": peer,
            "joined_at": instant,
            "left_at": instant,
            **more,
        }
        return self.clinic.wiring.visits.provider_events.handle(kind, data, at, self.now)

    def fire(self) -> None:
        """Let the schedules fire whose time is up."""
        for payload in self.clinic.wiring.visits.scheduler.due(self.now):
            self.clinic.invoke("timeout", dict(payload))

    def sweep(self) -> Any:
        return self.clinic.invoke("sweep", {})

    def items(self) -> list[Any]:
        """Give all that the table of visits holds."""
        found: list[Any] = client("dynamodb").scan(TableName=VISITS)["Items"]
        return found

    def kept(self) -> Visit:
        return self.clinic.wiring.visits.repository.get(self.visit_id)


def open_surgery(clinic: Clinic) -> Surgery:
    """Give a surgery with a visit that is booked for the time at which its clock stands."""
    clinic.wiring.stopped_ms = START - MINUTE
    day_s = 24 * 3600
    patient = clinic.member("FAC001", ("patient",), phone=_phone(clinic, "patient"), ttl=day_s)
    practitioner = clinic.member("FAC001", ("clinician",), phone=_phone(clinic, "clinician"), ttl=day_s)
    found = Surgery(clinic, patient, practitioner)
    found.visit_id = found.book()["visitId"]
    found.at(0)
    return found


def _phone(clinic: Clinic, who: str) -> str:
    return clinic.number(f"visit {who}")
