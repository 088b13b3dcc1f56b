"""How long the calls of capturing, of signing in and of visits take once all is warm, through the whole local cloud."""

import base64
import hashlib
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from benchmarks.people import new_numbers, newest_code
from benchmarks.stack import Stack

_ROUNDS = 50
_WARM_UP = 5
_PHOTO_BYTES = 250_000
_DETAILS = {"laterality": {"code": "left", "display": "Left"}}


def measure(stack: Stack) -> dict[str, list[float]]:
    """Make every call 50 times, each in its own session; return milliseconds by call, in the order of the calls."""
    numbers = new_numbers()
    with httpx.Client(base_url=stack.origin, timeout=60, trust_env=False) as http:
        for _ in range(_WARM_UP):
            _Round(http, stack, numbers).run()
        laps: dict[str, list[float]] = {}
        for _ in range(_ROUNDS):
            rounded = _Round(http, stack, numbers)
            rounded.run()
            for name, lap in rounded.laps.items():
                laps.setdefault(name, []).append(lap)
    return laps


class _Round:
    """One session from its creation to its end, one sign-in, and one visit from its booking to its summary."""

    def __init__(self, http: httpx.Client, stack: Stack, numbers: Iterator[str]) -> None:
        self._http = http
        self._stack = stack
        self._numbers = numbers
        self._desk = _bearer(stack.clinician_token)
        self.laps: dict[str, float] = {}

    def run(self) -> None:
        self._stack.forget_limits()
        self._capture()
        self._identify()
        self._visit()
        self._call("GET /health", "/health")
        self._timed("GET / (the page)", "GET", "/")

    def _capture(self) -> None:
        encounter, image = f"bench-{uuid.uuid4().hex[:12]}", str(uuid.uuid4())
        facts = {"encounterId": encounter, "patientId": "patient-1", "facilityId": "FAC001", "patientName": "Ana Rangi"}
        opened = self._call("POST /session/create", "/session/create", facts, self._desk)
        scanned = self._call("GET /session/token/{token}", f"/session/token/{opened['token']}?phoneId=p1")
        phone = _bearer(scanned["uploadToken"])
        content = b"\xff\xd8\xff\xda\x00\x02" + os.urandom(_PHOTO_BYTES - 8) + b"\xff\xd9"  # complete for a JPEG
        wanted = {
            "encounterId": encounter,
            "imageId": image,
            "contentType": "image/jpeg",
            "contentLength": len(content),
            "sha256": base64.b64encode(hashlib.sha256(content).digest()).decode(),
        }
        slot = self._call("POST /session/presigned-url", "/session/presigned-url", wanted, phone)
        self._timed("PUT to storage (250 kB)", "PUT", slot["uploadUrl"], content=content, headers=slot["headers"])
        notice = {"encounterId": encounter, "s3Key": slot["s3Key"], "metadata": _DETAILS}
        self._call("POST /session/images", "/session/images", notice, phone)
        listed = f"/session/images/{encounter}"
        self._call("GET /session/images/{encounterId}", listed, headers=self._desk)
        self._call(
            "PATCH /session/images/{encounterId}/{imageId}", f"{listed}/{image}", {"metadata": _DETAILS}, self._desk
        )
        self._call("POST /session/live-ticket", "/session/live-ticket", {"encounterId": encounter}, self._desk)
        self._call("DELETE /session/images/{encounterId}/{imageId}", f"{listed}/{image}", headers=self._desk)
        self._call("DELETE /session/{encounterId}", f"/session/{encounter}", headers=self._desk)

    def _identify(self) -> None:
        phone = next(self._numbers)
        self._call("POST /otp/send", "/otp/send", {"phone": phone})
        code = newest_code(self._http, self._stack.outbox_url, phone)
        pair = self._call("POST /otp/verify", "/otp/verify", {"phone": phone, "otp": code})
        pair = self._call("POST /auth/refresh", "/auth/refresh", {"refreshToken": pair["refreshToken"]})
        person, admin = _bearer(pair["accessToken"]), _bearer(self._stack.admin_token)
        self._call("GET /auth/me", "/auth/me", headers=person)
        self._call("GET /user/profile", "/user/profile", headers=person)
        self._call("GET /admin/users", "/admin/users", headers=admin)
        wanted = {"phone": next(self._numbers), "roles": ["patient"], "facilityId": "FAC001"}
        added = self._call("POST /admin/users", "/admin/users", wanted, admin)
        roles = {"roles": ["patient", "clinician"]}
        self._call("PUT /users/{userId}/roles", f"/users/{added['userId']}/roles", roles, admin)

    def _visit(self) -> None:
        booked = self._call("POST /visits", "/visits", self._stack.booking(), self._desk)
        place = f"/visits/{booked['visitId']}"
        patient = _bearer(self._stack.patient_token)
        self._call("POST /visits/{visitId}/join (opens the room)", f"{place}/join", headers=patient)
        joined = self._call("POST /visits/{visitId}/join", f"{place}/join", headers=self._desk)
        self._call("GET /visits/{visitId}/rtc-token", joined["tokenUrl"], headers=self._desk)
        self._call("GET /visits/{visitId}", place, headers=self._desk)
        self._call("POST /visits/{visitId}/end", f"{place}/end", headers=self._desk)
        self._call("GET /visits/{visitId}/summary", f"{place}/summary", headers=patient)

    def _call(self, name: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401  # any JSON
        answer = self._timed(name, name.split(" ", 1)[0], path, json=body, headers=headers or {})
        return answer.json() if answer.content else None

    def _timed(self, name: str, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401  # httpx's own
        started = time.perf_counter()
        answer = self._http.request(method, path, **options)
        self.laps[name] = (time.perf_counter() - started) * 1000
        answer.raise_for_status()
        return answer


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
