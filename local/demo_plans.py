"""A plan of the demo's patient, so that there is a medicine to take: made by themselves, with two doses a day."""

from collections.abc import Mapping
from datetime import UTC, datetime

import httpx

from local.demo import Enrolled


def plan(http: httpx.Client, people: Mapping[str, Enrolled], now: datetime | None = None) -> bool:
    """Plan the medicine; returns whether that worked."""
    patient = people["patient"]
    rule = {"kind": "times", "times": ["08:00", "20:00"], "startsOn": f"{(now or datetime.now(UTC)).date()}"}
    wanted = {
        "patientId": patient.user_id,
        "medicine": "Vitamin D",
        "dose": "1 capsule",
        "timeZone": "Pacific/Auckland",
        "rule": rule,
    }
    headers = {"Authorization": f"Bearer {patient.token}", "Idempotency-Key": "demo-plan"}
    return http.post("/plans", json=wanted, headers=headers).status_code == httpx.codes.CREATED
