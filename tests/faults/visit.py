"""A visit as its two live it, step by step: from its booking to what remains of it, while something fails."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from tests.faults.job import FaultyClinic, Finding, Kind, StuckError
from tests.functions.clinic import Answer
from tests.functions.surgery import Surgery, open_surgery

# The pages' own: functions/web/static/js/http.js.
_RETRY_S: Final = (1, 2, 4)
_STEP_MS: Final = 3000
_FIVE_MINUTES_MS: Final = 300_000
TEXTS: Final = {"chiefComplaint": "A rash.", "observations": "Red.", "assessment": "Eczema.", "plan": "A cream."}


@dataclass
class VisitJob:
    """One visit; what goes wrong is found, not raised. `patient` where the pages repeat what failed, as they do."""

    clinic: FaultyClinic
    patient: bool = True
    findings: list[Finding] = field(default_factory=list)
    step: str = ""
    surgery: Surgery = field(init=False)
    joinings: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def prepare(self) -> None:
        self.surgery = open_surgery(self.clinic)
        self.other = self.surgery.visit_id

    def do(self, step: "Step") -> None:
        """Do one step; raises StuckError."""
        self.step = name_of(step)
        self.clinic.wait(_STEP_MS)
        step(self)

    def find(self, kind: Kind, text: str) -> None:
        self.findings.append(Finding(kind, self.step, text))

    def books(self) -> None:
        body = self.surgery.booking(durationMinutes=20)

        def book(key: str) -> Answer:
            return self.clinic.call("visits_book", body, token=self.surgery.practitioner, key=key)

        first, second = str(uuid4()), str(uuid4())
        # A key whose keeping lost its answer is held for as long as its function might have gone on; nothing is booked
        # under it, and a person tries again.
        held = self._try(lambda: book(first)).status == 409
        self.surgery.visit_id = self._must(lambda: book(second if held else first), 201)["visitId"]
        self._listed({self.other, self.surgery.visit_id})

    def patient_joins(self) -> None:
        self._join("patient", "waiting")

    def patient_fetches(self) -> None:
        self._fetch("patient")

    def practitioner_joins(self) -> None:
        self._join("practitioner", "inProgress")
        self._fetch("practitioner")

    def provider_tells(self) -> None:
        for party, joining in self.joinings.items():
            self._hear("peer.join.success", joining, party)

    def writes_notes(self) -> None:
        self._must(lambda: self.surgery.write_notes(TEXTS, '"0"'), 200)
        self._must(lambda: self.surgery.write_notes({**TEXTS, "plan": "Another."}, '"1"'), 200)

    def patient_is_lost(self) -> None:
        self._hear("peer.leave.success", self.joinings["patient"], "patient")
        if self.surgery.kept().state != "interrupted":
            self.find("lost", f"a loss: {self.surgery.kept().state}")

    def patient_rejoins(self) -> None:
        self._join("patient", "inProgress")
        self._fetch("patient")

    def ends(self) -> None:
        document = self._must(lambda: self.surgery.ask("end", self.surgery.practitioner, {}), 200)
        if document["outcome"] != "completed":
            self.find("failed", str(document["outcome"]))

    def looks_back(self) -> None:
        self._must(lambda: self.surgery.ask("summary", self.surgery.patient), 200)
        self._must(lambda: self.surgery.ask("summary", self.surgery.practitioner), 200)
        history = self._must(lambda: self.surgery.ask("notes_history", self.surgery.practitioner), 200)
        if (plans := [each["plan"] for each in history["versions"]]) != ["Another.", "A cream."]:
            self.find("twice" if len(plans) > 2 else "lost", f"notes: {plans}")

    def is_swept(self) -> None:
        """See that nothing is left, once whatever failed is well and the sweeper has looked."""
        self.step = "is swept"
        self.clinic.wait(_FIVE_MINUTES_MS)
        self.surgery.sweep()
        visit, wiring = self.surgery.kept(), self.clinic.wiring
        if visit.unsettled or wiring.rooms.ended != {visit.known.room_id}:
            self.find("failed", f"the room was not ended: {wiring.rooms.ended}")
        waiting = [name for name in wiring.scheduler.waiting if self.surgery.visit_id in name]
        if any(wiring.scheduler.waiting[name][0] > self.surgery.now for name in waiting):
            self.find("failed", f"what is over is waited for: {waiting}")
        causes = [step.cause for step in visit.history]
        if causes != ["join", "join", "leave", "join", "end"]:
            self.find("twice" if len(causes) > 5 else "lost", str(causes))
        if len(visit.known.joinings) > self.asked:
            self.find("counted twice", f"{len(visit.known.joinings)} joinings of {self.asked} calls")
        self._listed({self.other, self.surgery.visit_id})

    def _join(self, party: str, state: str) -> None:
        document = self._must(lambda: self._asking(party), 200)
        self.joinings[party] = document["tokenUrl"].rpartition("=")[2]
        if document["visit"]["state"] != state:
            self.find("failed", f"{document['visit']['state']} instead of {state}")

    def _asking(self, party: str) -> Answer:
        self.asked += 1
        return self.surgery.ask("join", getattr(self.surgery, party), {})

    def _fetch(self, party: str) -> None:
        """Fetch a token as the page does: where there is none it joins again."""
        call = lambda: self.surgery.ask(  # noqa: E731
            "token", getattr(self.surgery, party), query={"joining": self.joinings[party]}
        )
        answer = self._try(call)
        if answer.status == 404 and self.patient:
            self._join(party, self.surgery.look()["state"])
            answer = self._try(call)
        if answer.status != 200:
            self.find("failed", f"{answer.status} {answer.slug}")
        elif self._try(call).status == 200:
            self.find("twice", "a token")

    def _hear(self, kind: str, joining: str, party: str) -> None:
        """Let the provider tell, and the queue deliver again what could not be processed."""
        at = self.surgery.now
        for pause_s in (*_RETRY_S, None):
            try:
                with self.clinic.faults.inside():
                    self.surgery.hear(kind, joining, f"peer of {party}", at)
            except Exception as error:  # noqa: BLE001  # whatever it is, the queue delivers again
                if pause_s is None:
                    self.find("failed", repr(error))
                    return
                self.clinic.wait(pause_s * 1000)
            else:
                return

    def _listed(self, wanted: set[str]) -> None:
        query = {"view": "all"}
        call = lambda: self.clinic.call("visits_page", token=self.surgery.practitioner, query=query)  # noqa: E731
        found = {visit["visitId"] for visit in self._must(call, 200)["visits"]}
        if found != wanted:
            self.find("twice" if found > wanted else "lost", f"{len(found)} visits, not {len(wanted)}")

    def _must(self, call: Callable[[], Answer], status: int) -> Any:
        answer = self._try(call)
        if answer.status != status:
            self.find("failed", f"{answer.status} {answer.slug}, not {status}")
            raise StuckError
        return answer.json

    def _try(self, call: Callable[[], Answer]) -> Answer:
        answer = call()
        for wait_s in _RETRY_S if self.patient else ():
            if answer.status < 500 and answer.status != 429:  # what the pages repeat
                break
            self.clinic.wait(wait_s * 1000)
            answer = call()
        return answer


type Step = Callable[[VisitJob], None]

STEPS: Final[tuple[Step, ...]] = (
    VisitJob.books,
    VisitJob.patient_joins,
    VisitJob.patient_fetches,
    VisitJob.practitioner_joins,
    VisitJob.provider_tells,
    VisitJob.writes_notes,
    VisitJob.patient_is_lost,
    VisitJob.patient_rejoins,
    VisitJob.ends,
    VisitJob.looks_back,
)


def name_of(step: Step) -> str:
    """Give a step's name in words."""
    return str(getattr(step, "__name__", "")).replace("_", " ")
