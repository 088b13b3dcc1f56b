"""A small clinic in place of the cloud: visits, rooms, notes and recordings in memory, and what goes wrong next."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.websockets import WebSocket

from tests.web.people_fake import Json, People
from tests.web.serving import Serving
from tests.web.visits.visits_api import build

EMPTY = {"chiefComplaint": "", "observations": "", "assessment": "", "plan": ""}


def instant(ms: float) -> str:
    """An instant as the API writes it."""
    return datetime.fromtimestamp(int(ms) / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Clinic:
    """Everything that the server knows, and the switches that make it misbehave."""

    port: int
    people: People = field(default_factory=People)
    visits: dict[str, Json] = field(default_factory=dict)
    notes: dict[str, tuple[int, Json]] = field(default_factory=dict)
    # Every one that was saved, the newest first.
    versions: dict[str, list[Json]] = field(default_factory=dict)
    # What else is known of notes: who signed them, addenda, and what the patient has.
    signed: dict[str, Json] = field(default_factory=dict)
    # The clinician's own, with their version.
    templates: tuple[int, list[Json]] = (0, [])
    recordings: dict[str, Json] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    # What waits about photos, soonest due first.
    waiting: list[Json] = field(default_factory=list)
    # The directory.
    patients: list[Json] = field(default_factory=list)
    encounters: list[Json] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    page_size: int = 50
    refuse_sockets: bool = False
    # How far the server's clock is ahead of the browser's.
    skew_ms: int = 0
    # A room whose page tells its parent nothing.
    silent_room: bool = False
    joins: int = 0
    serial: int = 0
    sockets: list[WebSocket] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None
    pushing: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.clinician, self.patient, self.admin = self.people.clinician, self.people.patient, self.people.admin
        self.patient["displayName"] = "Aroha Ngata"

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def now(self) -> int:
        """The server's time, Unix ms."""
        return int(time.time() * 1000) + self.skew_ms

    def book(self, minutes: float = 5, *, state: str = "scheduled", **more: Any) -> str:
        """Plan a visit that begins in so many minutes; gives its id."""
        self.serial += 1
        visit_id = f"visit{self.serial:021d}"
        starts = self.now() + minutes * 60_000
        times = ("waitingSince", "startedAt", "warningAt", "limitAt", "returnBy", "endedAt", "outcome")
        self.visits[visit_id] = {
            "visitId": visit_id,
            "facilityId": "FAC001",
            "patientId": self.patient["userId"],
            "practitionerId": self.clinician["userId"],
            "patientName": self.patient["displayName"],
            "practitionerName": self.clinician["displayName"],
            "startsAt": instant(starts),
            "durationMinutes": 20,
            "sequence": 0,
            "state": state,
            "present": [],
            "left": [],
            "audioOnly": {},
            "didNotShow": [],
            **dict.fromkeys(times),
            "noShowAt": instant(starts + 600_000),
            "history": [],
            "consents": [],
            # Most tests of recordings begin after the patient has agreed.
            "recordingConsent": "given",
        } | more
        return visit_id

    def enter(self, name: str, **more: Any) -> Json:
        """Add a patient to the directory."""
        self.serial += 1
        now = instant(self.now())
        patient: Json = {
            "patientId": f"{self.serial}".rjust(26, "p").replace("1", "a"),
            "name": name,
            "identifiers": [],
            "createdAt": now,
            "updatedAt": now,
            **more,
        }
        self.patients.append(patient)
        return patient

    def about_notes(self, visit_id: str) -> Json:
        """What the notes of a visit say beside their texts."""
        found = self.signed.get(visit_id)
        if found:
            return found | {"state": "released" if found["released"] else "signed"}
        state = "draft" if visit_id in self.notes else "none"
        return {"state": state, "signedAt": None, "signedBy": None, "addenda": [], "released": None}

    def sign(self, visit_id: str) -> None:
        """Sign the notes of a visit elsewhere, as its clinician."""
        version, texts = self.notes.get(visit_id, (0, EMPTY))
        by = {"userId": self.clinician["userId"], "name": self.clinician["displayName"]}
        self.signed[visit_id] = {"signedAt": instant(self.now()), "signedBy": by, "addenda": [], "released": None}
        self.notes[visit_id] = (version + 1, texts)

    def capture(self, encounter_id: str, name: str, *, unsent: int = 0, vanishing: float | None = None) -> None:
        """Add a capture: its phones hold so many photos, and its only photo vanishes in so many hours."""
        self.waiting.insert(
            0,
            {
                "encounterId": encounter_id,
                "patientId": "PAT-1",
                "patientName": name,
                "unsentPhotos": unsent,
                "vanishingPhotos": 0 if vanishing is None else 1,
                "vanishesAt": None if vanishing is None else int((time.time() + vanishing * 3_600) * 1000),
            },
        )

    def release(self, visit_id: str) -> None:
        """Give the patient a copy of signed notes."""
        signed = self.signed[visit_id]
        addenda = len(signed["addenda"])
        signed["released"] = {"at": instant(self.now()), "by": signed["signedBy"], "addenda": addenda}
        version, texts = self.notes[visit_id]
        self.notes[visit_id] = (version + 1, texts)

    def document(self, visit_id: str) -> Json:
        """A visit on the wire."""
        recorded = self.recordings.get(visit_id, {}).get("state") == "running"
        visit = {name: value for name, value in self.visits[visit_id].items() if name != "recordingConsents"}
        return visit | {
            "notesState": self.about_notes(visit_id)["state"],
            "serverTime": instant(self.now()),
            "recording": recorded,
        }

    def answer(self, visit_id: str, *, given: bool, tell: bool = True) -> None:
        """The patient allows the recording that was asked for, or does not."""
        self.visits[visit_id]["recordingConsent"] = "given" if given else "refused"
        if given or visit_id in self.recordings:
            self.recordings[visit_id] = {"state": "running" if given else "processing"}
        self.tell(visit_id, send=tell)

    def arrive(self, visit_id: str, party: str, *, tell: bool = True) -> None:
        """Somebody is there: the visit waits, begins, or goes on."""
        visit = self.visits[visit_id]
        visit["present"] = sorted({*visit["present"], party})
        if len(visit["present"]) == 1:
            if visit["state"] == "scheduled":
                visit |= {"state": "waiting", "waitingSince": instant(self.now())}
        elif visit["state"] in {"scheduled", "waiting", "interrupted"}:
            now = self.now()
            began = {
                "startedAt": instant(now),
                "warningAt": instant(now + 2_400_000),
                "limitAt": instant(now + 2_700_000),
            }
            visit |= {"state": "inProgress", "waitingSince": None, "returnBy": None, "noShowAt": None}
            visit |= {} if visit["startedAt"] else began
        self.tell(visit_id, send=tell)

    def lose(self, visit_id: str, party: str, *, grace_s: float = 120, tell: bool = True) -> None:
        """Somebody's connection is gone, as the provider told."""
        visit = self.visits[visit_id]
        visit["present"] = [one for one in visit["present"] if one != party]
        if visit["state"] == "inProgress":
            visit |= {"state": "interrupted", "returnBy": instant(self.now() + grace_s * 1000)}
        elif visit["state"] == "waiting":
            visit |= {"state": "scheduled", "waitingSince": None}
        self.tell(visit_id, send=tell)

    def leave(self, visit_id: str, party: str) -> None:
        """Somebody pressed the room's red button, as the provider told."""
        self.visits[visit_id]["left"] = [party]
        self.lose(visit_id, party)

    def move(self, visit_id: str, starts_at: str, minutes: int = 20) -> None:
        """Somebody has given the visit another time."""
        visit = self.visits[visit_id]
        visit |= {"startsAt": starts_at, "durationMinutes": minutes, "sequence": visit["sequence"] + 1}
        self.tell(visit_id)

    def finish(self, visit_id: str, state: str = "completed", outcome: str | None = None, *, tell: bool = True) -> None:
        """The visit is over."""
        now = instant(self.now())
        self.visits[visit_id] |= {"state": state, "outcome": outcome or state, "endedAt": now, "present": []}
        self.tell(visit_id, send=tell)

    def tell(self, visit_id: str, *, send: bool = True) -> None:
        """Send the live message that a visit has changed."""
        if send:
            state = self.visits[visit_id]["state"]
            self._send({"type": "visit-changed", "visitId": visit_id, "state": state, "timestamp": self.now()})

    def asked(self, method: str, path: str) -> list[Any]:
        """The bodies of all calls to one address."""
        return self.people.asked(method, path)

    def drop_sockets(self) -> None:
        """Cut every live connection."""

        async def cut() -> None:
            for live in list(self.sockets):
                await live.close(1001)

        self._run(cut)

    def _send(self, message: Json) -> None:
        async def push() -> None:
            for live in list(self.sockets):
                await live.send_text(json.dumps(message))

        if not self.loop:
            return
        try:
            # A call of the page changed the visit: we are on the server's own loop.
            self.pushing = asyncio.get_running_loop().create_task(push())
        except RuntimeError:
            self._run(push)

    def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        assert self.loop

        async def awaited() -> None:
            await work()

        asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(5)


class Server(Serving):
    """Runs one clinic in a thread of its own."""

    def __init__(self) -> None:
        super().__init__(build(self))
        self.clinic = Clinic(self.port)

    def reset(self) -> Clinic:
        """Start over with a clinic that has no visits."""
        self.clinic = Clinic(self.port)
        return self.clinic
