"""A post office for notices, over tables, a queue and providers in memory, whose dispatchers may die at any step."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from bedside import domains
from bedside.adapters.aws.dynamodb import Table
from bedside.identity.audit import AuditTrail
from bedside.identity.person import Person
from bedside.identity.person_repository import PersonRepository
from bedside.kernel.errors import UnavailableError
from bedside.notifications.carriers import Carrier
from bedside.notifications.delivery import DeliveryService
from bedside.notifications.dispatch import Dispatcher
from bedside.notifications.outlet import Outlet
from bedside.notifications.planning import Planning
from bedside.notifications.preferences import Preferences
from bedside.notifications.recipients import RecipientRepository
from bedside.notifications.record import Record, record_id_of
from bedside.notifications.repository import RecordRepository, record_key
from bedside.notifications.subjects import SubjectRepository
from bedside.notifications.summary import SUMMARY, SummarySource
from bedside.ports.channels import Address, ChannelName, Delivery, DeliveryUnknownError, Message
from bedside.ports.notices import Notice, NoticeSource
from tests.fakes.delay_queue import DelayedMessages
from tests.fakes.schedules import Schedules
from tests.lives import DiedError, Mortal, MortalTables, again, tables
from tests.tables import AUDIT, IDENTITY, NOTIFICATIONS

MINUTE, HOUR = 60_000, 3_600_000
DAY = 24 * HOUR
NOW: Final = 1_795_228_200_000
PATIENT: Final = "a" * 24
PHONE: Final = "+64215550199"
# When a message is seen again whose function died.
_HIDDEN_MS: Final = 360_000


@dataclass
class World:
    """What people should be told, as it stands."""

    notices: dict[str, list[Notice]] = field(default_factory=dict)

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        return str(item["pk"])

    def wanted(self, subject_id: str) -> list[Notice]:
        return list(self.notices.get(subject_id, ()))

    def has(self, record_id: str) -> bool:
        return any(record_id_of(notice) == record_id for notices in self.notices.values() for notice in notices)


@dataclass
class Provider:
    """Takes messages. `answers` are what it does with the next ones: an answer, an error, or "late" if it has sent."""

    mortal: Callable[[], None]
    on_send: Callable[[Message], None]
    answers: list[Delivery | UnavailableError | str] = field(default_factory=list)
    sent: list[tuple[Address, str]] = field(default_factory=list)
    # The texts and links of what was sent, by their messages' ids.
    written: list[tuple[str, str, str | None]] = field(default_factory=list)

    def send(self, to: Address, message: Message) -> Delivery:
        self.mortal()
        answer = self.answers.pop(0) if self.answers else Delivery("sent", "provider's id")
        if isinstance(answer, UnavailableError):
            raise answer
        if answer == "late" or (isinstance(answer, Delivery) and answer.state == "sent"):
            self.on_send(message)
            self.sent.append((to, message.message_id))
            self.written.append((message.message_id, message.text, message.link))
        if isinstance(answer, str):
            raise DeliveryUnknownError("The message may have been sent.")
        self.mortal()
        return answer


class MortalQueue(DelayedMessages):
    """A queue, asked by somebody who may die."""

    mortal: Callable[[], None] = staticmethod(lambda: None)

    def send(self, message: Mapping[str, str], *, delay_s: int = 0) -> None:
        self.mortal()
        super().send(message, delay_s=delay_s)


class Office:
    """Tells one patient, at an instant that moves on."""

    def __init__(self, tables: MortalTables, *, sms_only: bool = False) -> None:
        self.now, self.tables, self.mortal = NOW, tables, tables.mortal
        self.world = World()
        self.queue = MortalQueue(lambda: self.now)
        self.queue.mortal = self.mortal
        self.schedules = Schedules()
        self.failures: list[object] = []
        self.outlet = Outlet(self.queue, self.schedules, self.failures.append)
        table = Table(NOTIFICATIONS)
        self.records, self.recipients = RecordRepository(table), RecipientRepository(table)
        sources: Mapping[str, Callable[[], NoticeSource]] = {
            "visit": lambda: self.world,
            SUMMARY: lambda: SummarySource(self.recipients),
        }
        self.planning = Planning(sources, SubjectRepository(table), self.records, self.outlet)
        self.sms, self.push, self.mail = (Provider(self.mortal, self._still_so) for _ in range(3))
        self.gone: list[Address] = []
        self.without_browser: set[str] = set()
        self.with_mail: set[str] = set()
        carriers: dict[ChannelName, Callable[[], Carrier]] = {
            "sms": lambda: Carrier(self.sms, lambda person: [person.phone], self._on_gone),
            "push": lambda: Carrier(self.push, self._browsers, self._on_gone),
            "mail": lambda: Carrier(self.mail, self._mailboxes, self._on_gone),
        }
        if sms_only:
            del carriers["push"]
        trail = AuditTrail(Table(AUDIT), os.urandom)
        self.delivery = DeliveryService(
            self.records, self.recipients, carriers, trail, "https://bedside.example.org", lambda _channel, _state: None
        )
        self.told_live: list[str] = []
        self.dispatcher = Dispatcher(
            records=self.records,
            recipients=self.recipients,
            people=PersonRepository(Table(IDENTITY), trail),
            sources=sources,
            workflows=domains.workflows(),
            delivery=self.delivery,
            outlet=self.outlet,
            time_zone_of=lambda _facility_id, _now_ms: "Pacific/Auckland",
            on_told=lambda user_id, _now_ms: self.told_live.append(user_id),
        )

    @classmethod
    @contextmanager
    def opened(cls, mortal: Mortal | None = None, *, sms_only: bool = False) -> Iterator[Self]:
        """Give an office with one patient and nothing to tell."""
        mortal = mortal or Mortal()
        with tables(mortal) as found:
            office = cls(found, sms_only=sms_only)
            with mortal.spared():
                office.enrol(PATIENT)
            yield office

    def enrol(self, user_id: str) -> None:
        item = {"pk": user_id, "phone": PHONE, "roles": ["patient"], "facilityId": "FAC001", "failures": 0, "sends": []}
        Table(IDENTITY).put(item, condition="attribute_not_exists(#pk)", values={})

    def prefer(self, **chosen: Any) -> None:
        before = self.recipients.get(PATIENT).preferences
        assert self.recipients.save_preferences(PATIENT, replace(Preferences(**chosen), version=before.version))

    # What happens.

    def want(self, *notices: Notice, subject: str = "v") -> None:
        """Change what the patient should be told of a subject; nobody has heard of it yet."""
        self.world.notices[subject] = list(notices)

    def hear(self, subject: str = "v") -> None:
        """Deliver the change; whoever dies is asked again, as the stream does."""
        again(lambda: self.planning.reconcile("visit", subject, self.now))

    def deliver(self, *, twice: bool = False) -> None:
        """Deliver what the queue and the schedules have now; a message whose function dies comes again much later."""
        for message in [*self.queue.due(), *self.schedules.due(self.now)]:
            for _ in range(1 + twice):
                try:
                    self.dispatcher.dispatch(str(message["record"]), self.now)
                except (DiedError, UnavailableError):
                    self.queue.waiting.append((self.now + _HIDDEN_MS, message))

    def sweep(self) -> None:
        """Send what is overdue on its way, as the sweeper does."""
        for record_id in self.records.due(self.now - MINUTE, 100):
            again(lambda: self.queue.send({"record": record_id}))  # noqa: B023  # called at once

    def settle(self, until: int | None = None, *, sweeps: bool = True) -> None:
        """Let time pass until nothing is ahead; the sweeper works every five minutes."""
        last = self.now + 3 * DAY if until is None else until
        while True:
            self.deliver()
            ahead = [at for at, _ in [*self.queue.waiting, *self.schedules.waiting.values()]]
            # What is on no way is found by the sweeper, a while after its time.
            ahead += [max(record.due_at, self.now) + 2 * MINUTE for record in self.all() if record.due_at is not None]
            if not ahead or min(ahead) > last:
                return
            self.now = min(*ahead, self.now + 5 * MINUTE) if sweeps else min(ahead)
            if sweeps:
                self.sweep()

    # What has come of it.

    def all(self) -> list[Record]:
        _, body = self.tables.tables.serve("Scan", json.dumps({"TableName": NOTIFICATIONS}))
        keys = [item["pk"]["S"] for item in json.loads(body)["Items"]]
        names = [key.removeprefix(record_key("")) for key in keys if key.startswith(record_key(""))]
        return [record for name in names if (record := self.records.find(name))]

    def record(self, notice: Notice) -> Record:
        found = self.records.find(record_id_of(notice))
        assert found
        return found

    def inbox(self) -> list[Record]:
        return [record for record in self.all() if record.told]

    def _still_so(self, message: Message) -> None:
        """Nothing is sent that nobody wants to be told any more."""
        record = self.records.find(message.message_id)
        assert record
        assert record.workflow == SUMMARY or self.world.has(message.message_id)

    def _browsers(self, person: Person) -> list[Address]:
        return [] if person.user_id in self.without_browser else ["a browser"]

    def _mailboxes(self, person: Person) -> list[Address]:
        return ["a@clinic.example"] if person.user_id in self.with_mail else []

    def _on_gone(self, _person: Person, address: Address, _now_ms: int) -> None:
        self.gone.append(address)


def reminder(
    send_at: int = NOW, *, occurrence: str = "1", workflow: str = "visit-reminder-hour", **more: Any
) -> Notice:
    """Give what a visit wants its patient to be told."""
    fields: dict[str, str | int] = {"startsAt": send_at + HOUR, "name": "Dr Ngata"}
    until, subject = more.pop("until", send_at + HOUR), more.pop("subject", "v")
    to = more.pop("to", PATIENT)
    return Notice(workflow, to, "visit", subject, occurrence, send_at, fields, "/my-visits", "FAC001", until, **more)
