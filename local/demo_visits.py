"""Two visits for today, so that the first look at a list of visits shows some."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx

from local.demo import Enrolled

_STEP = timedelta(minutes=5)
_APART = timedelta(minutes=45)


def book(http: httpx.Client, people: Mapping[str, Enrolled], now: datetime | None = None) -> bool:
    """Book a visit of the demo's patient and clinician soon and one later; returns whether that worked."""
    soon = (now or datetime.now(UTC)).replace(second=0, microsecond=0)
    soon += _STEP - timedelta(minutes=soon.minute % 5)
    clinician = people["clinician"]
    headers = {"Authorization": f"Bearer {clinician.token}"}
    booked = []
    for starts_at in (soon, soon + _APART):
        wanted = {
            "patientId": people["patient"].user_id,
            "practitionerId": clinician.user_id,
            "startsAt": starts_at.isoformat().replace("+00:00", "Z"),
            "durationMinutes": 30,
        }
        key = {"Idempotency-Key": f"demo-{starts_at:%H%M}"}
        booked.append(http.post("/visits", json=wanted, headers=headers | key).status_code == httpx.codes.CREATED)
    return all(booked)
