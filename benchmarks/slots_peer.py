"""Free times the usual way: an endpoint of FastAPI that queries visits, and tries every time against each."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from mangum import Mangum
from pydantic import BaseModel

from benchmarks.slots_record import (
    BUFFER,
    DAYS,
    DURATION,
    FIRST,
    HOURS,
    INTERVAL,
    NOW,
    SERVICE,
    ZONE,
    Json,
    Record,
)


class Slot(BaseModel):
    startsAt: datetime  # noqa: N815  # as in JSON
    endsAt: datetime  # noqa: N815  # as in JSON


class Slots(BaseModel):
    slots: list[Slot]
    timeZone: str  # noqa: N815  # as in JSON


@contextmanager
def peer(record: Record) -> Iterator[Callable[[], Json]]:
    """Give the usual way: an endpoint that queries the visits of the range and tries every time against each."""
    app = FastAPI(openapi_url=None)

    @app.get("/services/{service_id}/slots")
    def slots(service_id: str) -> Slots:  # noqa: ARG001  # there is one
        taken = [
            (float(item["startsAt"]), float(item["startsAt"]) + int(item["durationMinutes"]) * 60_000)
            for item in record.query()
        ]
        found = []
        for day in (FIRST + timedelta(days=after) for after in range(DAYS)):
            for weekday, start, end in HOURS:
                if weekday != day.weekday():
                    continue
                for minute in range(start, end - DURATION + 1, INTERVAL):
                    begins = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZONE)
                    ends = begins + timedelta(minutes=DURATION)
                    first, last = begins.timestamp() * 1000, ends.timestamp() * 1000 + BUFFER * 60_000
                    if begins > NOW and not any(one < last and first < two + BUFFER * 60_000 for one, two in taken):
                        found.append(Slot(startsAt=begins.astimezone(UTC), endsAt=ends.astimezone(UTC)))
        return Slots(slots=found, timeZone=str(ZONE))

    # Mangum takes the loop that it finds, and closes none.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    handler = Mangum(app, lifespan="off")
    http = {"method": "GET", "path": f"/services/{SERVICE}/slots", "sourceIp": "203.0.113.7", "protocol": "HTTP/1.1"}
    event = {
        "version": "2.0",
        "rawPath": http["path"],
        "rawQueryString": "",
        "headers": {"host": "api.example.org"},
        "requestContext": {"http": {**http, "userAgent": ""}, "stage": "$default"},
        "isBase64Encoded": False,
    }

    def ask() -> Json:
        answer: Json = json.loads(handler(event, {})["body"])  # type: ignore[arg-type]  # what it needs of a context
        return answer

    with closing(loop):
        yield ask
    asyncio.set_event_loop(None)
