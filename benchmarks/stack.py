"""The running product that is measured."""

import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self

import httpx

from local.background import Background

ROOT = Path(__file__).parents[1]
_PORT = 18600
# Nobody is booked twice at one time, nor at a time of an earlier run.
_BOOKED_AHEAD = (timedelta(days=1, minutes=2 * number) for number in count(secrets.randbelow(100_000)))
# Ours and the peers' counters, and nothing else that Redis holds.
_FORGET = "for _, key in ipairs(redis.call('KEYS', '*:limit:*')) do redis.call('DEL', key) end"


@dataclass(frozen=True, slots=True)
class Stack:
    """Addresses of the product and of its dependencies."""

    origin: str
    redis_url: str
    redis_token: str
    aws_endpoint: str
    aws_access_key: str
    aws_secret_key: str
    region: str
    clinician_token: str
    admin_token: str
    outbox_url: str
    webhook_headers: Mapping[str, str]
    patient_token: str
    patient_id: str
    practitioner_id: str
    system_admin_token: str

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read what `make run` has written; raises KeyError when something is missing in it."""
        found = json.loads(file.read_text())
        return cls(
            found["webUrl"],
            found["redisRestUrl"],
            found["redisRestToken"],
            found["awsEndpointUrl"],
            found["awsAccessKeyId"],
            found["awsSecretAccessKey"],
            found["region"],
            found["clinicianToken"],
            found["adminToken"],
            found["outboxUrl"],
            found["webhooks"]["hms"]["headers"],
            found["patientToken"],
            found["patientId"],
            found["practitionerId"],
            found["systemAdminToken"],
        )

    def booking(self) -> dict[str, object]:
        """Return the request that books a visit of the demo's patient and clinician, each at a time of its own."""
        return {
            "patientId": self.patient_id,
            "practitionerId": self.practitioner_id,
            "startsAt": (datetime.now(UTC) + next(_BOOKED_AHEAD)).isoformat(),
            "durationMinutes": 1,
        }

    def forget_limits(self) -> None:
        """Let one person make more calls than they may: Redis forgets whom it has counted."""
        answer = httpx.post(self.redis_url, headers=self._redis_headers, json=["EVAL", _FORGET, 0], trust_env=False)
        answer.raise_for_status()

    def redis_requests(self) -> int:
        """Return how many requests the bridge has had."""
        address = f"{self.redis_url}/_bridge/stats"
        answer = httpx.get(address, headers=self._redis_headers, timeout=30, trust_env=False)
        return int(answer.json()["requests"])

    @property
    def _redis_headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.redis_token}"}


@contextmanager
def running() -> Iterator[Stack]:
    """Return the product that $STACK_FILE names, or start one as `make run` does, on ports of its own.

    Raises RuntimeError with the launcher's log when it does not start within 4 minutes.
    """
    if named := os.environ.get("STACK_FILE"):
        yield Stack.read(Path(named))
        return
    with tempfile.TemporaryDirectory() as folder:
        product = Background(_PORT, Path(folder))
        try:
            product.wait()
            yield Stack.read(product.stack_file)
        finally:
            product.stop()
