"""A clinic in one process for the phone page: its pages, the HTTP contract's capture calls and a byte-exact storage.

It keeps everything in memory, and a test can make any step fail by queuing faults.
"""

import asyncio
import base64
import hashlib
import threading
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bedside.capture.metadata import Metadata, merge
from bedside.capture.phone import MAX_PHONES
from tests.web.declared import Declared
from tests.web.people_fake import problem
from web.site import load_site

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
SESSION_MS = 2 * 60 * 60 * 1000
_site = cache(load_site)
URL_MS = 5 * 60 * 1000


@dataclass
class Fault:
    """What happens instead of the right answer, once: a status with a slug, or without a status only later.

    The storage has codes for slugs.
    """

    status: int = 0
    slug: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False  # the work is done, but this is the answer
    held: threading.Event | None = None  # what has to be set before anything happens


@dataclass
class Session:
    encounter: str
    patient: str
    name: str | None
    nhi: str | None
    started: int
    upload_tokens: set[str] = field(default_factory=set)
    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    reserved: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    previews: dict[str, dict[str, Any]] = field(default_factory=dict)
    unsent: dict[str, int] = field(default_factory=dict)  # by phone
    phones: dict[str, bool | None] = field(default_factory=dict)  # whether each is let in; None: it asks
    consent: dict[str, Any] | None = None
    committed: int = 0
    ended: bool = False
    arrivals: int = 0


class Clinic:
    """The server's state, and what a test asks of it. Times are Unix milliseconds."""

    def __init__(self) -> None:
        self.base = ""
        self.reset()

    def reset(self) -> None:
        """Forgets everything, between tests."""
        self.sessions: dict[str, Session] = {}
        self.tokens: dict[str, str] = {}
        self.stored: dict[str, bytes] = {}
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.calls: list[tuple[str, str]] = []
        self.url_ms = URL_MS
        self.answers_status = False  # or a phone would learn of an end before a test has shown how else it does
        self.ahead_s = 0.0  # how far the clinic's clock is ahead of the phone's
        self.upload_seconds = 0.0
        self.uploads_now = 0
        self.uploads_most = 0
        self.serial = 0

    def open(self, patient: str = "P1", name: str | None = "Aroha Ngata", nhi: str | None = "ZAC5361") -> str:
        """Opens a session and gives the phone page's address with a QR token."""
        encounter = f"E-{patient}"
        if encounter not in self.sessions:
            self.serial += 1
            self.sessions[encounter] = Session(encounter, patient, name, nhi, int(time.time() * 1000) + self.serial)
        self.serial += 1
        token = f"qr-{patient}-{self.serial}"
        self.tokens[token] = encounter
        return f"{self.base}/capture#t={token}"

    def end(self, patient: str = "P1", *, gone: bool = True) -> None:
        """Ends a session; its phones are then answered 404, or 401 when it is not quite gone."""
        session = self.session(patient)
        session.ended = gone
        session.upload_tokens.clear()

    def reopen(self, patient: str = "P1", name: str | None = "Aroha Ngata", nhi: str | None = "ZAC5361") -> str:
        """Ends a patient's session, opens another one of the same encounter, and gives the address of its code."""
        del self.sessions[f"E-{patient}"]
        return self.open(patient, name, nhi)

    def session(self, patient: str = "P1") -> Session:
        """The session of a patient."""
        return self.sessions[f"E-{patient}"]

    def time(self) -> str:
        """The server's time."""
        return datetime.fromtimestamp(time.time() + self.ahead_s, UTC).isoformat()

    def fail(self, step: str, *faults: Fault) -> None:
        """Queues faults for one step: validate, preview, reserve, put, notify, status or delete."""
        self.faults[step].extend(faults)

    def count(self, step: str) -> int:
        """How many calls of a step arrived."""
        return sum(1 for name, _ in self.calls if name == step)

    def images(self, patient: str = "P1") -> list[dict[str, Any]]:
        """What the desktop would list, in order of arrival."""
        return sorted(self.session(patient).images.values(), key=lambda image: int(image["sequence"]))


Step = Callable[[Request], Awaitable[Response]]


class Endpoints:
    """The calls of the contract, the storage and the page, over one clinic."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic

    def step(self, name: str, run: Step) -> Step:
        async def faulty(request: Request) -> Response:
            try:
                return await answered(request)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it

        async def answered(request: Request) -> Response:
            self.clinic.calls.append((name, request.url.path))
            fault = self.clinic.faults[name].popleft() if self.clinic.faults[name] else None
            if fault is None:
                return await run(request)
            if fault.held:
                await asyncio.to_thread(fault.held.wait, 30)
            if fault.after or not fault.status:
                answer = await run(request)
                if not fault.status:
                    return answer
            if name == "put":
                return Response(f"<Error><Code>{fault.slug}</Code></Error>", fault.status, fault.headers)
            return problem(fault.status, fault.slug, fault.headers)

        return faulty

    def member(self, request: Request, encounter: str) -> Session | Response:
        session = self.clinic.sessions.get(encounter)
        given = request.headers.get("authorization", "")
        if session is None or session.ended:
            return problem(404, "session-not-found")
        token = given.removeprefix("Bearer ")
        if token not in session.upload_tokens:
            known = any(token in other.upload_tokens for other in self.clinic.sessions.values())
            return problem(403, "wrong-encounter") if known else problem(401, "unauthorized")
        return session

    async def validate(self, request: Request) -> Response:
        encounter = self.clinic.tokens.get(request.path_params["token"])
        if encounter is None:
            return problem(404, "token-expired-or-invalid")
        session = self.clinic.sessions[encounter]
        if request.query_params["phoneId"] not in session.phones and len(session.phones) >= MAX_PHONES:
            return problem(409, "phones-full")
        admitted = session.phones.setdefault(request.query_params["phoneId"], None if session.phones else True)
        if admitted is False:
            return problem(403, "phone-refused")
        phone = {"name": "Android phone", "words": "amber heron"}
        if admitted is None:
            return JSONResponse({"phone": phone}, 202)
        self.clinic.serial += 1
        token = f"upload-{session.patient}-{self.clinic.serial}"
        session.upload_tokens.add(token)
        answer: dict[str, Any] = {
            "encounterId": session.encounter,
            "patientId": session.patient,
            "facilityId": "FAC001",
            "phone": phone,
            "consent": session.consent,
            "uploadToken": token,
            "maxImages": 20,
            "imageCount": len(session.images),
            "expiresAt": int(time.time() * 1000) + SESSION_MS,
            "serverTime": self.clinic.time(),
        }
        if session.name:
            answer["patientName"] = session.name
        if session.nhi:
            answer["patientNHI"] = session.nhi
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    async def reserve(self, request: Request) -> Response:
        body = await request.json()
        session = self.member(request, body["encounterId"])
        if isinstance(session, Response):
            return session
        image = body["imageId"]
        if image in session.deleted:
            return problem(404, "image-deleted")
        if "s3Key" not in session.reserved.get(image, {}):
            if len(session.reserved) - len(session.deleted) >= 20:
                return problem(409, "image-limit-reached")
            key = f"sessions/FAC001/{session.encounter}/{session.started}_{image}.jpg"
            session.reserved[image] = {**body, "s3Key": key}
        slot = session.reserved[image]
        slot["metadata"] = _said(body)
        ends = int(time.time() * 1000) + self.clinic.url_ms
        self.clinic.serial += 1
        url = f"{self.clinic.base}/bucket/{slot['s3Key']}?expires={ends}&n={self.clinic.serial}"
        headers = {
            "content-type": body["contentType"],
            "content-length": str(body["contentLength"]),
            "x-amz-checksum-sha256": body["sha256"],
            "if-none-match": "*",
        }
        return JSONResponse({"uploadUrl": url, "s3Key": slot["s3Key"], "headers": headers, "expiresAt": ends})

    async def preview(self, request: Request) -> Response:
        body = await request.json()
        session = self.member(request, body["encounterId"])
        if isinstance(session, Response):
            return session
        session.previews[body["imageId"]] = body
        session.reserved.setdefault(body["imageId"], {})
        return Response(status_code=204)

    async def put(self, request: Request) -> Response:
        self.clinic.uploads_now += 1
        self.clinic.uploads_most = max(self.clinic.uploads_most, self.clinic.uploads_now)
        try:
            body = b""
            async for chunk in request.stream():
                body += chunk
                if self.clinic.upload_seconds:
                    # Real time: the page's socket fills up while we dawdle, and its progress events are real.
                    await asyncio.sleep(self.clinic.upload_seconds / 8)
        finally:
            self.clinic.uploads_now -= 1
        key = request.path_params["key"]
        image = key.rsplit("_", 1)[1].removesuffix(".jpg")
        slot = next(s.reserved[image] for s in self.clinic.sessions.values() if image in s.reserved)
        if int(request.query_params["expires"]) < time.time() * 1000:
            return Response(status_code=403)
        signed = {"content-type": "contentType", "x-amz-checksum-sha256": "sha256"}
        if any(request.headers.get(header) != slot[name] for header, name in signed.items()):
            return Response(status_code=403)
        if request.headers.get("if-none-match") != "*" or len(body) != slot["contentLength"]:
            return Response(status_code=403)
        if base64.b64encode(hashlib.sha256(body).digest()).decode() != slot["sha256"]:
            return Response(status_code=400)
        if key in self.clinic.stored:
            return Response(status_code=412)
        self.clinic.stored[key] = body
        return Response(status_code=200)

    async def notify(self, request: Request) -> Response:
        body = await request.json()
        session = self.member(request, body["encounterId"])
        if isinstance(session, Response):
            return session
        key = body["s3Key"]
        started, _, name = key.rpartition("/")[2].partition("_")
        image = name.removesuffix(".jpg")
        if int(started) != session.started:
            return problem(403, "wrong-encounter")
        if image in session.deleted:
            return problem(404, "image-deleted")
        if key not in self.clinic.stored:
            return problem(409, "not-uploaded")
        again = image in session.images
        if not again:
            session.arrivals += 1
            session.images[image] = {"imageId": image, "s3Key": key, "sequence": session.arrivals}
        session.images[image] |= {"metadata": _said(body), "taken": (body["takenAt"], body["takenOrder"])}
        sequence = session.images[image]["sequence"]
        answer = {"success": True, "imageId": image, "imageCount": len(session.images), "sequence": sequence}
        return JSONResponse(answer, 200 if again else 201)

    async def status(self, request: Request) -> Response:
        body = await request.json()
        if not self.clinic.answers_status:
            return problem(503, "unavailable")
        session = self.member(request, body["encounterId"])
        if isinstance(session, Response):
            return session
        session.unsent[body["phoneId"]] = body["unsent"]
        answer = {"imageCount": len(session.images), "committedCount": session.committed, "consent": session.consent}
        return JSONResponse({**answer, "serverTime": self.clinic.time()})

    async def consent(self, request: Request) -> Response:
        session = self.member(request, request.path_params["encounter"])
        if isinstance(session, Response):
            return session
        session.consent = {**await request.json(), "at": 1}
        return JSONResponse(session.consent)

    async def delete(self, request: Request) -> Response:
        session = self.member(request, request.path_params["encounter"])
        if isinstance(session, Response):
            return session
        image = request.path_params["image"]
        if image not in session.reserved or image in session.deleted:
            return problem(404, "image-not-found")
        session.deleted.add(image)
        session.images.pop(image, None)
        return JSONResponse({"success": True, "imageCount": len(session.images)})

    async def page(self, request: Request) -> Response:
        headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
        site = _site()
        pages = site.translations.get(request.cookies.get("language", ""), site.pages)
        return HTMLResponse(pages["capture"].plain.body, headers=headers)

    async def asset(self, request: Request) -> Response:
        file = _site().assets.get(request.path_params["name"])
        if file is None:
            return Response(status_code=404)
        headers = {"cache-control": "public, max-age=31536000, immutable", "content-type": file.content_type}
        return Response(file.plain.body, headers=headers)


def _said(body: Any) -> Any:
    """What is said of a photo: what is null was taken back."""
    return merge({}, Metadata.model_validate(body["metadata"]))


def application(clinic: Clinic) -> GZipMiddleware:
    """The whole clinic as one ASGI application."""
    server = Endpoints(clinic)
    routes = [
        Route("/capture", server.page),
        Route("/assets/{name}", server.asset),
        Route("/session/token/{token}", server.step("validate", server.validate)),
        Route("/session/presigned-url", server.step("reserve", server.reserve), methods=["POST"]),
        Route("/session/preview", server.step("preview", server.preview), methods=["POST"]),
        Route("/bucket/{key:path}", server.step("put", server.put), methods=["PUT"]),
        Route("/session/status", server.step("status", server.status), methods=["POST"]),
        Route("/session/consent/{encounter}", server.step("consent", server.consent), methods=["PUT"]),
        Route("/session/images", server.step("notify", server.notify), methods=["POST"]),
        Route("/session/images/{encounter}/{image}", server.step("delete", server.delete), methods=["DELETE"]),
    ]
    app = Starlette(routes=routes)
    return GZipMiddleware(Declared(app), minimum_size=200)
