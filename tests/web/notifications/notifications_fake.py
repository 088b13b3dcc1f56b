"""What people were told, in memory: the calls of the inbox, except where a test queues a fault."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.web.notifications.contacts_fake import Contacts
from tests.web.people_fake import Fault, Json, People, problem

PATHS: Final = {
    "/notifications": ["GET"],
    "/notifications/read-all": ["POST"],
    "/notifications/live-ticket": ["POST"],
    "/notifications/{notification_id}/read": ["POST"],
    "/notifications/preferences": ["GET", "PUT"],
    "/notifications/subscriptions": ["GET", "POST"],
    "/notifications/subscriptions/{subscription_id}": ["DELETE"],
    "/notifications/mail-address": ["GET", "PUT", "DELETE"],
    "/notifications/mail-address/confirm": ["POST"],
    "/unsubscribe": ["POST"],
    "/admin/notifications": ["GET"],
}
_PAGE: Final = 3
_CHANNELS: Final = ["push", "mail", "sms"]
# What somebody has who never chose.
UNCHOSEN: Final[Json] = {
    "channels": _CHANNELS,
    "categories": dict.fromkeys(("appointments", "photos", "money", "medicines", "account"), _CHANNELS),
    "quietHours": None,
    "timeZone": "Pacific/Auckland",
    "digest": "off",
    "discreet": True,
    "language": "en",
}


@dataclass
class Notifications:
    """Messages to whoever asks, the newest first, and what goes wrong next."""

    people: People = field(default_factory=People)
    messages: list[Json] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # The delivery log, the newest first.
    deliveries: list[Json] = field(default_factory=list)
    # What was asked, in order, such as "GET /notifications".
    asked: list[str] = field(default_factory=list)
    preferences: Json = field(default_factory=lambda: dict(UNCHOSEN))
    version: int = 0
    contacts: Contacts = field(default_factory=Contacts)
    origin: str = ""
    # Whether pages are told at once of what is new; those that are.
    live: bool = False
    sockets: list[WebSocket] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None

    def tell(self, title: str, told_at: str, *, link: str = "/my-visits", text: str = "", read: bool = False) -> Json:
        """Let there be a message, newer than those before."""
        message: Json = {
            "id": f"n{len(self.messages) + 1}",
            "workflow": "visit-reminder-day",
            "category": "appointments",
            "title": title,
            "text": text or f"{title}, in full.",
            "link": link,
            "toldAt": told_at,
            "read": read,
        }
        self.messages.insert(0, message)
        return message

    @property
    def unread(self) -> int:
        """How many messages nobody has read."""
        return sum(not message["read"] for message in self.messages)

    def say(self, message: str = "notifications-changed") -> None:
        """Say something to all pages that listen."""
        assert self._loop
        for socket in list(self.sockets):  # a page that is told may close its own at once
            asyncio.run_coroutine_threadsafe(socket.send_json({"type": message}), self._loop).result(10)

    async def listen(self, socket: WebSocket) -> None:
        """Keep a page's connection until it closes it."""
        await socket.accept()
        self._loop = asyncio.get_running_loop()
        self.sockets.append(socket)
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            self.sockets.remove(socket)

    async def serve(self, request: Request) -> Response:
        """Answer a call as the API does, in small parts."""
        if request.url.path == "/notifications/live-ticket":
            url = f"{self.origin.replace('http', 'ws')}/live"
            return JSONResponse({"url": url, "ticket": "n-1"}) if self.live else problem(503, "unavailable")
        self.asked.append(f"{request.method} {request.url.path}")
        if request.url.path != "/unsubscribe" and self.people.caller(request) is None:
            return problem(401, "unauthorized")
        if self.faults:
            fault = self.faults.pop(0)
            await fault.wait()
            if fault.status:
                return problem(fault.status, fault.slug, fault.headers)
        return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        if self.contacts.serves(request.url.path):
            return await self.contacts.serve(request)
        match request.url.path.split("/")[1:]:
            case ["admin", "notifications"]:
                return self._log(request)
            case ["notifications", "preferences"]:
                return self._choose(request, await request.json() if request.method == "PUT" else None)
            case ["notifications"]:
                start = int(request.query_params.get("cursor", "0"))
                after = start + _PAGE
                cursor = str(after) if after < len(self.messages) else None
                page = {"notifications": self.messages[start:after], "unread": self.unread, "cursor": cursor}
                return JSONResponse(page)
        one = request.path_params.get("notification_id")
        for message in self.messages:
            message["read"] = message["read"] or one in {None, message["id"]}
        return JSONResponse({"unread": self.unread})

    def _choose(self, request: Request, wanted: Json | None) -> Response:
        if wanted is not None:
            if request.headers["if-match"] != f'"{self.version}"':
                return problem(412, "precondition-failed", {"etag": f'"{self.version}"'})
            self.preferences = wanted
            self.version += 1
        document = {**self.preferences, "critical": ["appointments", "photos"]}
        return JSONResponse(document, headers={"etag": f'"{self.version}"'})

    def deliver(self, person: Json, state: str, **more: object) -> None:
        """Let the log have an entry, newer than those before."""
        delivery: Json = {
            "id": f"d{len(self.deliveries) + 1}",
            "recipient": person["userId"],
            "name": person["displayName"],
            "workflow": "visit-moved",
            "category": "appointments",
            "state": state,
            "plannedFor": "2026-03-30T19:00:00.000Z",
            "toldAt": "2026-03-30T19:01:00.000Z" if state == "told" else None,
            "reason": "",
            "attempts": [],
            **more,
        }
        self.deliveries.insert(0, delivery)

    def _log(self, request: Request) -> Response:
        asked = request.query_params
        found = [
            each
            for each in self.deliveries
            if asked.get("state", each["state"]) == each["state"]
            and asked.get("recipient", each["recipient"]) == each["recipient"]
        ]
        start = int(asked.get("cursor", "0"))
        after = start + _PAGE
        cursor = str(after) if after < len(found) else None
        return JSONResponse({"notifications": found[start:after], "cursor": cursor})
