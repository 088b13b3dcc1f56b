"""What a patient is told, step by step: of a dose and of a visit that is booked, moved and cancelled."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Final
from uuid import uuid4

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.scheduler.models import scheduler_backends
from moto.sqs.models import sqs_backends

from bedside.adapters.aws.attributes import from_attributes
from bedside.kernel.instants import iso
from bedside.notifications.record import Record, record_from_item
from bedside.notifications.repository import record_key
from tests.conftest import NOTIFICATIONS, REGION, VISITS, WEBHOOK_QUEUE_URL, client
from tests.faults.aws import OF_WRITES, Service
from tests.faults.deliveries import fires_at
from tests.faults.job import Job, Kind, Step
from tests.functions.clinic import Answer, event_of
from tests.functions.surgery import MINUTE, START, Surgery, open_surgery
from tests.tables import MEDICATIONS

NOTICE_QUEUE_URL: Final = WEBHOOK_QUEUE_URL.replace("webhooks", "notices")
_HOUR: Final = 60 * MINUTE
_DAY: Final = 24 * _HOUR
# As in template.yaml, and what functions/notification_dispatch asks for.
_TRIES: Final = 10
_PAUSE_MS: Final = 65_000
# As often as the sweeper looks in an hour.
_SWEEPS: Final = 12
_DOSE_AT: Final = START - START % _DAY + 5 * _HOUR
_PLAN: Final = {
    "medicine": "Amoxicillin",
    "dose": "500 mg",
    "timeZone": "UTC",
    "rule": {"kind": "times", "times": ["05:00"], "startsOn": iso(START)[:10]},
}
# What the inbox has in the end, oldest first, whatever has failed.
_TOLD: Final = [
    "dose-due",
    "visit-booked",
    "visit-reminder-day",
    "visit-moved",
    "visit-reminder-hour",
    "visit-cancelled",
]


@dataclass
class NoticeJob(Job):
    """One patient, who takes a dose, and whose visit is moved and then cancelled. Everything comes twice."""

    NAME: ClassVar[str] = "notice"

    surgery: Surgery = field(init=False)
    plan: dict[str, Any] = field(default_factory=dict)
    waiting: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    @classmethod
    def meets(cls, service: Service, fault: str, step: Step) -> bool:
        if fault == "transaction lost":
            return service == "dynamodb" and step in _TELLING
        if fault in OF_WRITES and (service == "ssm" or step is NoticeJob.hours_pass):
            return False
        return step in _ASKING.get(service, cls.STEPS)

    def prepare(self) -> None:
        client("sqs").create_queue(QueueName=NOTICE_QUEUE_URL.rpartition("/")[2])
        self.surgery = open_surgery(self.clinic)

    def a_medicine_is_planned(self) -> None:
        body = {"patientId": self.clinic.user_id(self.clinic.number("visit patient")), **_PLAN}
        self.plan = self._made(lambda key: self._call("medications_create", body, key=key))
        self._hear(MEDICATIONS)

    def the_dose_is_due(self) -> None:
        self._at(_DOSE_AT)
        self._deliver()

    def the_dose_is_taken(self) -> None:
        dose, plan = {"doseId": self.plan["next"]["doseId"]}, {"planId": self.plan["planId"]}
        self._must(lambda: self._call("medications_taken", path=dose, raw=""), 200)
        version = self._must(lambda: self._call("medications_look", path=plan), 200).headers["etag"]
        self._must(lambda: self._call("medications_end", path=plan, headers={"if-match": version}), 200, 412)
        self._hear(MEDICATIONS)

    def a_visit_is_booked(self) -> None:
        body = self.surgery.booking(startsAt=iso(START + 2 * _DAY))
        book = partial(self.clinic.call, "visits_book", body)
        made = self._made(lambda key: book(token=self.surgery.practitioner, key=key))
        self.surgery.visit_id = made["visitId"]
        self._hear(VISITS)

    def a_day_is_left(self) -> None:
        self._at(START + _DAY)
        self._deliver()

    def the_visit_is_moved(self) -> None:
        seen = self._must(lambda: self.surgery.ask("look", self.surgery.practitioner), 200).headers["etag"]
        body = {"startsAt": iso(START + 2 * _DAY - _HOUR)}
        ask = partial(self.surgery.ask, "reschedule", self.surgery.practitioner, body)
        self._must(lambda: ask(headers={"if-match": seen}), 200)
        self._hear(VISITS)

    def an_hour_is_left(self) -> None:
        # The scheduler says nothing: what should have been told is found by the sweeper.
        for name, _, _ in self._schedules():
            del self._kept()[name]
        self._at(START + 2 * _DAY - 2 * _HOUR)
        self._deliver()

    def the_visit_is_cancelled(self) -> None:
        self._must(lambda: self.surgery.ask("cancel", self.surgery.practitioner, {}), 200)
        self._hear(VISITS)

    def hours_pass(self) -> None:
        self._at(START + 2 * _DAY + 2 * _HOUR)
        self._deliver()

    def look_back(self) -> None:
        """Give the sweeper the time that it may need, and compare what was told with what should have been."""
        self.step = "the end"
        self.patient = True
        for _ in range(4):
            self.clinic.wait(20 * MINUTE)
            self._deliver()
        records = [record for record in self._records() if record.recipient == self.plan["patientId"]]
        about = {self.plan["planId"], self.surgery.visit_id}
        inbox = sorted((one for one in records if one.told and one.subject_id in about), key=lambda one: one.send_at)
        found = Counter(one.workflow for one in inbox)
        for workflow in found.keys() | set(_TOLD):
            wanted = _TOLD.count(workflow)
            if found[workflow] != wanted:
                # What was on its way until it was no longer so; without a fault that is not allowed either.
                late = any(one.workflow == workflow and one.state == "withdrawn" for one in records)
                kind: Kind = "twice" if found[workflow] > wanted else "late" if late else "lost"
                self.find(kind, f"{workflow} told {found[workflow]} times")
        for one in records:
            if not one.over:
                self.find("left", f"{one.workflow} is {one.state}")
        self._compare_texts(inbox)

    def _compare_texts(self, inbox: list[Record]) -> None:
        """A text message comes at most once; where it may have, its record does not say that it did."""
        number = self.clinic.number("visit patient")
        sms = self.clinic.wiring.identity.sms
        sent = sum(to == number for to, _ in sms.messages)
        arrived = [one for one in inbox if one.attempts and one.attempts["sms"].state == "sent"]
        summarised = sum(one.state == "summarised" for one in inbox)
        if summarised:
            self.find("late", f"{summarised} told in a summary")
        unknown = [one for one in inbox if one.attempts and one.attempts["sms"].state == "unknown"]
        # Given up, or still being tried when it was no longer so.
        failed = [one for one in inbox if one not in arrived + unknown and one.state in {"failed", "withdrawn"}]
        if len(arrived) + len(unknown) + len(failed) + summarised != len(inbox):
            states = {one.workflow: (one.state, one.reason, dict(one.attempts)) for one in inbox}
            self.find("lost", f"without a text message: {states}")
        # A summary is a text message of its own.
        if not len(arrived) <= sent <= len(arrived) + len(unknown) + summarised:
            kind: Kind = "lost" if sent < len(arrived) else "twice"
            self.find(kind, f"{sent} text messages of {len(arrived)}, perhaps {len(unknown)} more")
        if failed and not sms.failed:
            self.find("failed", f"{[one.workflow for one in failed]}")

    def _made(self, make: Callable[[str], Answer]) -> Any:
        """Make something under a key; one whose answer was lost is held for a while, and a person tries again."""
        first, second = str(uuid4()), str(uuid4())
        held = self._try(lambda: make(first)).status == 409
        return self._must(lambda: make(second if held else first), 201).json

    def _call(self, call: str, body: Any = None, **more: Any) -> Answer:
        return self.clinic.call(call, body, token=self.surgery.patient, **more)

    def _at(self, instant: int) -> None:
        """Let it be an instant, at which both are signed in."""
        self.clinic.wait(max(0, instant - self.surgery.now))
        phones = [(role, self.clinic.number(f"visit {role}")) for role in ("patient", "clinician")]
        self.surgery.patient, self.surgery.practitioner = (
            self.clinic.member("FAC001", (role,), phone=phone, ttl=_DAY // 1000) for role, phone in phones
        )

    def _hear(self, table: str) -> None:
        """Let the stream of a table report what it holds of this job, twice, until the trigger has taken it."""
        about = (self.plan["planId"], self.surgery.visit_id)
        images = [item for item in client("dynamodb").scan(TableName=table)["Items"] if _is_about(item, about)]
        for _ in range(2):
            failure = self._event(partial(self._trigger, images))
            if failure:
                self.find("failed", f"the trigger: {failure!r}")
        self._deliver()

    def _trigger(self, images: list[Any]) -> None:
        batch = event_of("notification_trigger")
        [record] = batch["Records"]
        batch["Records"] = [
            {**record, "dynamodb": {"SequenceNumber": str(number), "NewImage": image}}
            for number, image in enumerate(images)
        ]
        if self.clinic.invoke("notification_trigger", batch)["batchItemFailures"]:
            raise RuntimeError("some records come again")

    def _deliver(self) -> None:
        """Let what is on its way arrive, twice; what fails comes again. Then the sweeper looks for what is not."""
        for _ in range(_SWEEPS):
            for _ in range(_TRIES):
                if not self._arrive():
                    break
                self.clinic.wait(_PAUSE_MS)
            # What a provider did not take is tried again within minutes.
            soon = self.surgery.now + 10 * MINUTE
            if not any(one.due_at is not None and one.due_at <= soon for one in self._records()):
                break
            self.clinic.wait(5 * MINUTE)
            self._event(self.surgery.sweep)

    def _arrive(self) -> bool:
        """Let what is due arrive, and return whether anything is due or comes again soon."""
        for message in self._due():
            for _ in range(2):
                if self._dispatch(message):
                    self.waiting.append((self.surgery.now + _PAUSE_MS, message))
        return any(at <= self.surgery.now + _PAUSE_MS for at, _ in self.waiting)

    def _dispatch(self, message: Mapping[str, str]) -> bool:
        """Deliver a message, and return whether it comes again."""
        batch = event_of("notification_dispatch")
        batch["Records"][0]["body"] = json.dumps(message)
        return bool(self.clinic.invoke("notification_dispatch", batch)["batchItemFailures"])

    def _due(self) -> Iterator[dict[str, str]]:
        """Take what queue and schedules have by now."""
        queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[NOTICE_QUEUE_URL.rpartition("/")[2]]
        for each in queue._messages:  # noqa: SLF001  # moto's clock is not the clinic's
            late = (each.delayed_until or 0) - (each.sent_timestamp or 0)
            self.waiting.append((self.surgery.now + int(late), json.loads(each.body)))
        queue._messages = []  # noqa: SLF001  # as above
        for name, at, payload in self._schedules():
            if at <= self.surgery.now:
                del self._kept()[name]
                self.waiting.append((at, payload))
        due = [message for at, message in self.waiting if at <= self.surgery.now]
        self.waiting = [each for each in self.waiting if each[0] > self.surgery.now]
        yield from due

    def _kept(self) -> Any:
        return scheduler_backends[DEFAULT_ACCOUNT_ID][REGION].schedule_groups["default"].schedules

    def _schedules(self) -> list[tuple[str, int, dict[str, str]]]:
        """Give the schedules of notices: their names, when they fire, and what they send."""
        return [
            (name, fires_at(each.schedule_expression), json.loads(each.target["Input"]))
            for name, each in self._kept().items()
            if name.startswith("notice-")
        ]

    def _records(self) -> Iterator[Record]:
        for item in client("dynamodb").scan(TableName=NOTIFICATIONS)["Items"]:
            if item["pk"]["S"].startswith(record_key("")):
                yield record_from_item(item["pk"]["S"].removeprefix(record_key("")), from_attributes(item))


def _is_about(item: Any, names: tuple[str, ...]) -> bool:
    return any(name and name in json.dumps(item["pk"]) for name in names)


NoticeJob.STEPS = (
    NoticeJob.a_medicine_is_planned,
    NoticeJob.the_dose_is_due,
    NoticeJob.the_dose_is_taken,
    NoticeJob.a_visit_is_booked,
    NoticeJob.a_day_is_left,
    NoticeJob.the_visit_is_moved,
    NoticeJob.an_hour_is_left,
    NoticeJob.the_visit_is_cancelled,
    NoticeJob.hours_pass,
)
_TELLING: Final = frozenset(
    {
        NoticeJob.the_dose_is_due,
        NoticeJob.a_visit_is_booked,
        NoticeJob.a_day_is_left,
        NoticeJob.the_visit_is_moved,
        NoticeJob.an_hour_is_left,
        NoticeJob.the_visit_is_cancelled,
    }
)
_ASKING: Final[dict[Service, frozenset[Step]]] = {
    "s3": frozenset(),
    "dynamodb": frozenset(NoticeJob.STEPS) - {NoticeJob.hours_pass},
    # Only calls of people need secrets.
    "ssm": frozenset(
        {
            NoticeJob.a_medicine_is_planned,
            NoticeJob.the_dose_is_taken,
            NoticeJob.a_visit_is_booked,
            NoticeJob.the_visit_is_moved,
            NoticeJob.the_visit_is_cancelled,
        }
    ),
    "sqs": frozenset({NoticeJob.a_visit_is_booked, NoticeJob.the_visit_is_moved, NoticeJob.the_visit_is_cancelled}),
    "scheduler": frozenset(
        {NoticeJob.a_medicine_is_planned, NoticeJob.a_visit_is_booked, NoticeJob.the_visit_is_moved}
    ),
}
