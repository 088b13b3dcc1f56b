"""What telling people costs: our records in DynamoDB, and the same with jobs in Redis, as BullMQ keeps them."""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bedside.adapters.aws import dynamodb
from bedside.adapters.aws.dynamodb import Table
from bedside.identity.audit import AuditTrail
from bedside.identity.person_repository import PersonRepository
from bedside.notifications.carriers import Carrier
from bedside.notifications.delivery import DeliveryService
from bedside.notifications.dispatch import Dispatcher
from bedside.notifications.outlet import Outlet
from bedside.notifications.planning import Planning
from bedside.notifications.recipients import RecipientRepository
from bedside.notifications.record import record_id_of
from bedside.notifications.repository import RecordRepository
from bedside.notifications.subjects import SubjectRepository
from bedside.platform.contract import Workflow
from bedside.ports.channels import Address, ChannelName, Delivery, Message
from bedside.ports.notices import Notice, NoticeSource
from benchmarks.notices_peer import JobQueue
from benchmarks.notices_record import PERSON, Record
from benchmarks.table import prose, table
from local import redis

_COUNT: Final = 400
_NOW: Final = 1_795_228_200_000
_HOUR_MS: Final = 3_600_000
_WORKFLOW: Final = "visit-booked"


@dataclass(frozen=True, slots=True)
class Contest:
    """Notices a second of one processor, and requests for each; those of the peer too."""

    count: int
    ours: float
    requests: float
    peers: float
    peers_requests: float


def measure(count: int = _COUNT) -> Contest:
    """Plan and tell so many notices, both ways. Raises ValueError if one of the two has not told everybody once."""
    ours, requests = _ours(count)
    peers, peers_requests = _peers(count)
    return Contest(count, ours, requests, peers, peers_requests)


class _Source:
    """Wants everybody to be told of a visit."""

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        return str(item["pk"])

    def wanted(self, subject_id: str) -> list[Notice]:
        fields: dict[str, str | int] = {"startsAt": _NOW + _HOUR_MS, "name": "Dr Ngata"}
        return [Notice(_WORKFLOW, PERSON, "visit", subject_id, "booked", _NOW, fields, "/my-visits", "FAC001")]


class _Post:
    """A queue, schedules and a provider in memory."""

    def __init__(self) -> None:
        self.requests = 0
        self.told: list[str] = []

    def send(self, _message: Mapping[str, str], *, delay_s: int = 0) -> None:  # noqa: ARG002  # the protocol's
        self.requests += 1

    def put(self, _name: str, _at_ms: int, _payload: Mapping[str, Any]) -> None:
        self.requests += 1

    def remove(self, _name: str) -> None:
        self.requests += 1


class _Provider:
    def __init__(self, told: list[str]) -> None:
        self._told = told

    def send(self, to: Address, message: Message) -> Delivery:  # noqa: ARG002  # the protocol's
        self._told.append(message.message_id)
        return Delivery("sent")


def _ours(count: int) -> tuple[float, float]:
    record, post, source = Record(), _Post(), _Source()
    notices, trail = Table("notifications"), AuditTrail(Table("audit"), os.urandom)
    records, recipients = RecordRepository(notices), RecipientRepository(notices)
    sources: Mapping[str, Callable[[], NoticeSource]] = {"visit": lambda: source}
    outlet = Outlet(post, post, lambda _error: None)
    planning = Planning(sources, SubjectRepository(notices), records, outlet)
    carrier = Carrier(_Provider(post.told), lambda _person: ["a browser"], lambda *_: None)
    carriers: Mapping[ChannelName, Callable[[], Carrier]] = {"push": lambda: carrier}
    dispatcher = Dispatcher(
        records=records,
        recipients=recipients,
        people=PersonRepository(Table("people"), trail),
        sources=sources,
        workflows={_WORKFLOW: ("visits", Workflow(_WORKFLOW, "appointments", ("push",)))},
        delivery=DeliveryService(records, recipients, carriers, trail, "https://bedside.example.org", lambda *_: None),
        outlet=outlet,
        time_zone_of=lambda *_: "UTC",
        on_told=lambda *_: None,
    )
    service, before = lambda: record, dynamodb._service  # noqa: SLF001  # what all tables of a process ask
    dynamodb._service = service  # type: ignore[assignment]  # noqa: SLF001  # as above
    try:
        begun = time.process_time()
        for number in range(count):
            planning.reconcile("visit", f"v{number}", _NOW)
            [notice] = source.wanted(f"v{number}")
            dispatcher.dispatch(record_id_of(notice), _NOW)
        spent = time.process_time() - begun
    finally:
        dynamodb._service = before  # noqa: SLF001  # as above
    if len(set(post.told)) != count:
        raise ValueError("Not everybody was told.")
    return count / spent, (record.requests + post.requests) / count


def _peers(count: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        server, path = redis.start(Path(folder))
        try:
            jobs = JobQueue(path)
            told: list[str] = []
            begun = time.process_time()
            for number in range(count):
                jobs.add(f"booked-v{number}", {"to": PERSON, "startsAt": _NOW + _HOUR_MS})
                jobs.work(lambda name, _data: told.append(name))
            spent = time.process_time() - begun
            jobs.close()
        finally:
            server.stop()
    if len(set(told)) != count:
        raise ValueError("Not everybody was told.")
    return count / spent, jobs.requests / count


def section(found: Contest) -> str:
    """Show what telling people costs, ours and the peer's, and what each of them promises."""
    rows = [
        [
            "ours",
            f"{found.ours:,.0f}",
            f"{found.requests:.0f}",
            "no",
            "text messages never, others under one name",
            "yes",
        ],
        ["jobs in Redis", f"{found.peers:,.0f}", f"{found.peers_requests:.0f}", "yes", "yes", "no"],
    ]
    return "\n\n".join(
        [
            "## Notices a second",
            prose(
                f"""
                {found.count} notices that are planned and told at once, by one processor. Ours makes a record of each,
                asks again whether it is still so, writes the inbox, the attempt before it is made, and the audit trail;
                its tables, and the visits that it asks for, are in the memory of this process. The peer keeps jobs as
                BullMQ does: scripts in Redis add a job once by its name, take it and finish it; a real server beside
                this process answers. It knows no recipient, no preferences and no inbox, which would cost it further
                requests.
                """
            ),
            table(
                [
                    "",
                    "notices a second of processor time",
                    "requests each",
                    "lost with Redis",
                    "told twice if a worker dies",
                    "asks whether it is still so",
                ],
                rows,
            ),
        ]
    )


if __name__ == "__main__":
    print(section(measure()))
