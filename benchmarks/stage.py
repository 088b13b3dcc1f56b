"""Where calls are measured: sessions, photos, watching desktops and people, made through the running product."""

import base64
import hashlib
import time
import uuid
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final, Self

import httpx
from websockets.sync.client import connect

from benchmarks.people import new_numbers, newest_code
from benchmarks.stack import Stack

# As short as a JPEG can be and still be complete.
_PHOTO: Final = b"\xff\xd8\xff\xda\x00\x02" + bytes(5_000) + b"\xff\xd9"
_PATIENCE_S: Final = 20.0
FACILITY: Final = "FAC001"


@dataclass(frozen=True, slots=True)
class Turn:
    """An event, and what its answer must say beside what every answer to this call says."""

    event: Mapping[str, Any]
    expected: Mapping[str, Any] = field(default_factory=dict)


# Yields the turns of one call in order, and is sent the body of each response.
type Turns = Generator[Turn, Any]


class Stage:
    """Makes what a call needs; desktops that watch stay connected until the end of the block."""

    def __init__(self, stack: Stack) -> None:
        self.clinician, self.admin = stack.clinician_token, stack.admin_token
        self.patient = stack.patient_token
        self.webhook_headers = stack.webhook_headers
        self._stack = stack
        self._numbers = new_numbers()
        self._open = ExitStack()
        self._http = self._open.enter_context(httpx.Client(base_url=stack.origin, timeout=60, trust_env=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def ask(self, method: str, path: str, token: str = "", body: object = None) -> Any:  # noqa: ANN401  # any JSON
        """Call the product, regardless of rate limits; raises httpx.HTTPStatusError."""
        self._stack.forget_limits()
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return self._http.request(method, path, json=body, headers=headers).raise_for_status().json()

    def facts(self) -> dict[str, str]:
        """Return the request to open a session for a new encounter."""
        return {
            "encounterId": f"bench-{uuid.uuid4().hex[:12]}",
            "patientId": "patient-1",
            "facilityId": FACILITY,
            "patientName": "Ana Rangi",
            "patientNHI": "ZZZ0016",
        }

    def session(self) -> tuple[str, str]:
        """Open a session watched by a desktop; return its encounter and the phone's token."""
        facts = self.facts()
        opened = self.ask("POST", "/session/create", self.clinician, facts)
        self._open.enter_context(connect(f"{opened['live']['url']}?ticket={opened['live']['ticket']}"))
        scanned = self.ask("GET", f"/session/token/{opened['token']}?phoneId=p1")
        return facts["encounterId"], scanned["uploadToken"]

    def wanted(self, encounter: str, photo: bytes = _PHOTO) -> dict[str, Any]:
        """Return a phone's request for an upload link."""
        return {
            "encounterId": encounter,
            "imageId": str(uuid.uuid4()),
            "contentType": "image/jpeg",
            "contentLength": len(photo),
            "sha256": base64.b64encode(hashlib.sha256(photo).digest()).decode(),
        }

    def photos(self, encounter: str, phone: str, count: int, photo: bytes = _PHOTO) -> list[dict[str, Any]]:
        """Upload photos and wait until the record has them from S3; raises RuntimeError where it does not get them."""
        for _ in range(count):
            slot = self.ask("POST", "/session/presigned-url", phone, self.wanted(encounter, photo))
            self._http.put(slot["uploadUrl"], content=photo, headers=slot["headers"]).raise_for_status()
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            found: list[dict[str, Any]] = self.ask("GET", f"/session/images/{encounter}", self.clinician)["images"]
            if len(found) == count:
                return found
            time.sleep(0.05)
        raise RuntimeError(f"{count} photos were uploaded and {len(found)} arrived")

    def visit(self) -> str:
        """Book a visit of the demo's patient and clinician; return its id."""
        visit_id: str = self.ask("POST", "/visits", self.clinician, self._stack.booking())["visitId"]
        return visit_id

    def number(self) -> str:
        """Return an unused number."""
        return next(self._numbers)

    def code(self) -> dict[str, str]:
        """Return a new number and the code that was sent to it."""
        phone = self.number()
        self.ask("POST", "/otp/send", body={"phone": phone})
        return {"phone": phone, "otp": newest_code(self._http, self._stack.outbox_url, phone)}

    def newcomer(self) -> dict[str, Any]:
        """Return an administrator's request to add a person."""
        return {"phone": self.number(), "roles": ["patient"], "facilityId": FACILITY}
