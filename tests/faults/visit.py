"""A visit as its two live it, step by step: from its booking to what remains of it hours later, recording included."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Final
from uuid import uuid4

from tests.conftest import RECORDINGS, client
from tests.faults.aws import OF_WRITES, Service
from tests.faults.deliveries import RECORDING_QUEUE_URL, Deliveries, iso
from tests.faults.job import Step
from tests.functions import hooks
from tests.functions.clinic import Answer
from tests.functions.surgery import open_surgery

VIDEO: Final = bytes(range(256)) * 8
_NOTES: Final = {"chiefComplaint": "A rash.", "observations": "Red.", "assessment": "Eczema.", "plan": "A cream."}
# What becomes of notes after the visit, each upon the version before it.
_AFTERWARDS: Final[tuple[tuple[str, dict[str, str], str], ...]] = (
    ("sign_notes", {}, '"2"'),
    ("add_to_notes", {"text": "The swab was negative."}, '"3"'),
    ("release_notes", {}, '"4"'),
)
# What the sweeper may have to do takes it an hour at a time, where a recording is waited for.
_ROUNDS: Final = 5


@dataclass
class VisitJob(Deliveries):
    """One visit, and another of the same two to which nobody comes."""

    NAME: ClassVar[str] = "visit"

    other: str = ""
    joinings: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    recorded: bool = False
    # Whether the patient was back before their loss was known.
    late: bool = False
    # When both were there, and when it ended, each within the time that the step took; Unix ms.
    began: tuple[int, int] = (0, 0)
    ended: tuple[int, int] = (0, 0)

    @classmethod
    def meets(cls, service: Service, fault: str, step: Step) -> bool:
        if fault == "transaction lost":
            return service == "dynamodb" and step is VisitJob.practitioner_writes_notes
        # What is only asked there.
        if fault in OF_WRITES and (service == "ssm" or (service == "dynamodb" and step in _LOOKING)):
            return False
        return step in _ASKING.get(service, cls.STEPS)

    def prepare(self) -> None:
        client("sqs").create_queue(QueueName=RECORDING_QUEUE_URL.rpartition("/")[2])
        self.surgery = open_surgery(self.clinic)
        self.other = self.surgery.visit_id

    def practitioner_books(self) -> None:
        body = self.surgery.booking(durationMinutes=20)

        def book(key: str) -> Answer:
            return self.clinic.call("visits_book", body, token=self.surgery.practitioner, key=key)

        first, second = str(uuid4()), str(uuid4())
        # A key whose keeping lost its answer is held for as long as its function might have gone on; nothing is booked
        # under it, and a person tries again.
        held = self._try(lambda: book(first)).status == 409
        self.surgery.visit_id = self._must(lambda: book(second if held else first), 201).json["visitId"]
        self._listed()

    def patient_joins(self) -> None:
        self._join("patient", "waiting")

    def patient_fetches_the_token(self) -> None:
        self._fetch("patient")

    def practitioner_joins(self) -> None:
        before = self.surgery.now
        self._join("practitioner", "inProgress")
        self.began = before, self.surgery.now
        self._fetch("practitioner")

    def provider_tells_of_both(self) -> None:
        for party in self.joinings:
            self._tell_of_peer("peer.join.success", party)
        # Once more, as after an answer that the provider did not get.
        self._tell_of_peer("peer.join.success", "patient")

    def processor_hears(self) -> None:
        self._process()

    def practitioner_records(self) -> None:
        self._reach(lambda: self.surgery.ask("start_recording", self.surgery.practitioner), 200)
        self._reach(lambda: self.surgery.ask("consent", self.surgery.patient, {"given": True}), 200)
        self.recorded = self._room in self.clinic.wiring.visits.rooms.recording
        if self.recorded:
            self._tell("beam.started.success", beam_id="beam-1", room_id=self._room)
        self._process()

    def practitioner_writes_notes(self) -> None:
        self._must(lambda: self.surgery.write_notes(_NOTES, '"0"'), 200)
        self._must(lambda: self.surgery.write_notes({**_NOTES, "plan": "Another."}, '"1"'), 200)

    def patient_is_lost(self) -> None:
        self._tell_of_peer("peer.leave.success", "patient")
        self._process()
        self.late = self.patient and self.surgery.kept().state != "interrupted"

    def patient_returns(self) -> None:
        self._join("patient", "inProgress")
        self._fetch("patient")
        self._tell_of_peer("peer.join.success", "patient")
        self._process()

    def forty_minutes_pass(self) -> None:
        for minutes in (12, 28):
            self._pass(minutes)

    def practitioner_ends(self) -> None:
        before = self.surgery.now
        document = self._must(lambda: self.surgery.ask("end", self.surgery.practitioner, {}), 200).json
        self.ended = before, self.surgery.now
        if document["outcome"] != "completed":
            self.find("failed", str(document["outcome"]))
        for call, body, seen in _AFTERWARDS:
            headers = {"if-match": seen}
            self._must(partial(self.surgery.ask, call, self.surgery.practitioner, body, headers=headers), 200)

    def provider_tells_of_the_end(self) -> None:
        for party in self.joinings:
            self._tell_of_peer("peer.leave.success", party)
        self._tell("room.end.success", room_name=self.surgery.visit_id, room_id=self._room)
        if self.recorded:
            self._tell("beam.stopped.success", beam_id="beam-1", room_id=self._room)
            [videos] = self.clinic.wiring.visits.settings.recording_hosts
            link, path = f"{videos}/part.mp4", f"s3://of-the-provider/{self.surgery.visit_id}.mp4"
            self._tell(
                "beam.recording.success",
                beam_id="beam-1",
                room_id=self._room,
                recording_presigned_url=link,
                recording_path=path,
                size=len(VIDEO),
                duration=60,
            )
        self._process()

    def recording_is_copied(self) -> None:
        self._copy()

    def both_look_back(self) -> None:
        for who in (self.surgery.patient, self.surgery.practitioner):
            self._must(partial(self.surgery.ask, "summary", who), 200)
        self._must(lambda: self.surgery.ask("notes_history", self.surgery.practitioner), 200)
        self._listed()
        self._refused()

    def hours_pass(self) -> None:
        for _ in range(2):
            self._pass(61)

    def look_back(self) -> None:
        """Give the sweeper the time that it may need, and compare what is there then with what was done."""
        self.step = "the end"
        self.patient = True
        self._pass(61)
        for _ in range(_ROUNDS):
            if not self._left():
                break
            self._pass(61)
        for text in self._left():
            self.find("left", text)
        self._compare()
        self._listed()
        self._refused()

    @property
    def _room(self) -> str:
        return self.surgery.kept().facts.room_id or ""

    def _left(self) -> list[str]:
        """Tell what is not done yet."""
        visit, rooms = self.surgery.kept(), self.clinic.wiring.visits.rooms
        found = [f"{key} is not processed" for key, item in hooks.stored().items() if "outcome" not in item]
        found += [f"{name} is scheduled" for name, _ in self._schedules()]
        if visit.cleanup_pending or rooms.ended != {self._room} or rooms.recording:
            found.append(f"the room is not ended: {rooms.ended}, {rooms.recording}")
        recording = self.clinic.wiring.visits.recording_repository.find(self.surgery.visit_id)
        if recording and recording.state not in {"completed", "failed"}:
            found.append(f"the recording is {recording.state}")
        return found

    def _compare(self) -> None:
        visit, other = self.surgery.kept(), self.clinic.wiring.visits.repository.get(self.other)
        causes = [step.cause for step in visit.history]
        if causes == ["join", "join", "end"] and self.late:
            self.find("late", "the loss became known after the return")
        elif causes != ["join", "join", "leave", "join", "end"]:
            self.find("twice" if len(causes) > 5 else "lost", f"history: {causes}")
        if [step.cause for step in other.history] != ["notShown"]:
            self.find("lost", f"history of the other: {[step.cause for step in other.history]}")
        self._counted("joinings", len(visit.facts.joinings), 3, self.asked)
        self._counted("events", len(hooks.stored()), len(self.told))
        for who in (self.surgery.patient, self.surgery.practitioner):
            self._compare_summary(self.surgery.done("summary", who))
        history = self.surgery.done("notes_history", self.surgery.practitioner)
        if (plans := [each["plan"] for each in history["versions"]]) != ["Another.", "A cream."]:
            self.find("twice" if len(plans) > 2 else "lost", f"notes: {plans}")
        after = bool(history["signedAt"]), len(history["addenda"]), [each["addenda"] for each in history["releases"]]
        if after != (True, 1, [1]):
            self.find("twice" if after > (True, 1, [1]) else "lost", f"notes after the visit: {after}")
        self._compare_recording()

    def _compare_summary(self, summary: Any) -> None:
        least, most = self.ended[0] - self.began[1], self.ended[1] - self.began[0]
        if summary["outcome"] != "completed" or summary["recorded"] != self.recorded:
            self.find("lost", f"summary: {summary['outcome']}, recorded {summary['recorded']}")
        if not least // 1000 <= summary["durationSeconds"] <= most // 1000:
            self.find("lost", f"summary: {summary['durationSeconds']} s, not {least / 1000} to {most / 1000}")

    def _compare_recording(self) -> None:
        objects = client("s3").list_objects_v2(Bucket=RECORDINGS).get("Contents", [])
        if not self.recorded:
            self._counted("copies", len(objects), 0)
            return
        found = self.surgery.done("recording", self.surgery.practitioner)
        parts = [(part["state"], part.get("sizeBytes")) for part in found["parts"]]
        if found["state"] != "completed" or parts != [("completed", len(VIDEO))]:
            self.find("twice" if len(parts) > 1 else "lost", f"recording: {found['state']}, {parts}")
        if [each["Size"] for each in objects] != [len(VIDEO)]:
            self.find("twice" if len(objects) > 1 else "lost", f"copies: {objects}")

    def _join(self, party: str, state: str) -> None:
        document = self._must(lambda: self._asking(party), 200).json
        self.joinings[party] = document["tokenUrl"].rpartition("=")[2]
        if document["visit"]["state"] != state:
            self.find("failed", f"{document['visit']['state']} instead of {state}")

    def _asking(self, party: str) -> Answer:
        self.asked += 1
        return self.surgery.ask("join", getattr(self.surgery, party), {})

    def _fetch(self, party: str) -> None:
        """Fetch a token as the page does: where there is none it joins again."""

        def call() -> Answer:
            query = {"joining": self.joinings[party]}
            return self.surgery.ask("token", getattr(self.surgery, party), query=query)

        answer = self._try(call)
        if answer.status == 404 and self.patient:
            self._join(party, self.surgery.kept().state)
            answer = self._try(call)
        if self._check(answer, {200}) and self._try(call).status == 200:
            self.find("twice", "a token")

    def _refused(self) -> None:
        """Try to join what is over."""
        answer = self._try(lambda: self.surgery.ask("join", self.surgery.patient, {}))
        if answer.status < 300:
            self.find("risen", "somebody joined after the end")
        else:
            self._check(answer, {409})

    def _listed(self) -> None:
        query, token = {"view": "all"}, self.surgery.practitioner
        answer = self._reach(lambda: self.clinic.call("visits_page", token=token, query=query), 200)
        wanted = {self.other, self.surgery.visit_id}
        if answer and (found := {visit["visitId"] for visit in answer.json["visits"]}) != wanted:
            self.find("twice" if found > wanted else "lost", f"{len(found)} visits, not {len(wanted)}")

    def _tell_of_peer(self, kind: str, party: str) -> None:
        joining, instant = self.joinings[party], iso(self.surgery.now)
        self._tell(
            kind,
            f"{kind}-{joining}",
            room_name=self.surgery.visit_id,
            room_id=self._room,
            user_id=joining,
            peer_id=f"peer of {joining}",
            joined_at=instant,
            left_at=instant,
        )


VisitJob.STEPS = (
    VisitJob.practitioner_books,
    VisitJob.patient_joins,
    VisitJob.patient_fetches_the_token,
    VisitJob.practitioner_joins,
    VisitJob.provider_tells_of_both,
    VisitJob.processor_hears,
    VisitJob.practitioner_records,
    VisitJob.practitioner_writes_notes,
    VisitJob.patient_is_lost,
    VisitJob.patient_returns,
    VisitJob.forty_minutes_pass,
    VisitJob.practitioner_ends,
    VisitJob.provider_tells_of_the_end,
    VisitJob.recording_is_copied,
    VisitJob.both_look_back,
    VisitJob.hours_pass,
)
VisitJob.DELIVERING = frozenset({VisitJob.practitioner_ends})
_TELLING: Final = frozenset(
    {
        VisitJob.provider_tells_of_both,
        VisitJob.practitioner_records,
        VisitJob.patient_is_lost,
        VisitJob.patient_returns,
        VisitJob.provider_tells_of_the_end,
    }
)
_CHANGING: Final = frozenset(
    {
        VisitJob.practitioner_books,
        VisitJob.practitioner_joins,
        VisitJob.patient_is_lost,
        VisitJob.patient_returns,
        VisitJob.practitioner_ends,
    }
)
_LOOKING: Final = frozenset({VisitJob.both_look_back, VisitJob.hours_pass})
_ASKING: Final[dict[Service, frozenset[Step]]] = {
    "s3": frozenset({VisitJob.recording_is_copied}),
    "sqs": _TELLING,
    "scheduler": _CHANGING,
}
