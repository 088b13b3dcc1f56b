"""What the free times of a month cost: ours, and the same the usual way, with a query and a loop in FastAPI."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from bedside.adapters.aws import dynamodb
from bedside.adapters.aws.dynamodb import Table
from bedside.bookings.busy_times import BusyTimes
from bedside.bookings.free_times import FreeTimes
from bedside.bookings.requests import SlotsRequest
from bedside.identity.audit import AuditTrail
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from benchmarks.slots_peer import peer
from benchmarks.slots_record import DAYS, FACILITY, FIRST, NOW, SERVICE, ZONE, Json, Record, visits
from benchmarks.table import number, prose, table

_AGAIN: Final = 25
_PRINCIPAL: Final = Principal("patient", "f", FACILITY, ("patient",))
_QUERY: Final = {
    "from": FIRST.isoformat(),
    "to": (FIRST + timedelta(days=DAYS - 1)).isoformat(),
    "timeZone": str(ZONE),
}


@dataclass(frozen=True, slots=True)
class Contest:
    """Free times that were found, processor times (ms), and requests to DynamoDB; those of the peer too."""

    visits: int
    slots: int
    ours: Sequence[float]
    requests: int
    peers: Sequence[float]
    peers_requests: int


def measure(again: int = _AGAIN) -> Contest:
    """Compute the free times of the month, both ways, in turn. Raises ValueError if they are not the same."""
    booked = visits()
    record = Record(booked)
    ours = _ours()
    service, before = lambda: record, dynamodb._service  # noqa: SLF001  # what all tables of a process ask
    dynamodb._service = service  # type: ignore[assignment]  # noqa: SLF001  # as above
    try:
        with peer(record) as peers:
            found, requests = _counted(record, ours)
            expected, peers_requests = _counted(record, peers)
            if _instants(found) != _instants(expected):
                raise ValueError("The two do not agree on what is free.")
            times = [(_cpu_ms(ours), _cpu_ms(peers)) for _ in range(again)]
    finally:
        dynamodb._service = before  # noqa: SLF001  # as above
    return Contest(
        len(booked), len(found["slots"]), [one for one, _ in times], requests, [two for _, two in times], peers_requests
    )


def _ours() -> Callable[[], Json]:
    people = PersonRepository(Table("people"), AuditTrail(Table("audit"), os.urandom))
    free_times = FreeTimes(Table("bookings"), BusyTimes(Table("visits")), people)
    now = round(NOW.timestamp() * 1000)

    def ask() -> Json:
        request = SlotsRequest.model_validate(_QUERY)
        answer: Json = json.loads(json.dumps(free_times.list_slots(_PRINCIPAL, SERVICE, request, now)))
        return answer

    return ask


def _counted(record: Record, ask: Callable[[], Json]) -> tuple[Json, int]:
    before = record.requests
    return ask(), record.requests - before


def _cpu_ms(ask: Callable[[], Json]) -> float:
    begun = time.process_time()
    ask()
    return (time.process_time() - begun) * 1000


def _instants(found: Json) -> list[datetime]:
    return [datetime.fromisoformat(slot["startsAt"]) for slot in found["slots"]]


def section(found: Contest) -> str:
    """Show what the free times of a month cost, ours and the peer's."""
    rows = [
        ["ours", number(median(found.ours)), str(found.requests), "1"],
        [
            "query and loop",
            number(median(found.peers)),
            str(found.peers_requests),
            f"{median(found.peers) / median(found.ours):.0f}",
        ],
    ]
    return "\n\n".join(
        [
            "## The free times of a month",
            prose(
                f"""
                The {found.slots} times of 31 days at which a practitioner with {found.visits} visits is free, across
                the end of summer time. Ours reads the service, its practitioner, their schedule and busy days together,
                and merges what is taken; the peer, an endpoint of FastAPI behind Mangum, queries the visits and tries
                each time against each of them.
                Both ask a table in the memory of this process, and read its answers. Without sign-in and rate limit.
                n = {len(found.ours)}.
                """
            ),
            table(["", "processor time (ms)", "requests to DynamoDB", "times as much"], rows),
        ]
    )


if __name__ == "__main__":
    print(section(measure()))
