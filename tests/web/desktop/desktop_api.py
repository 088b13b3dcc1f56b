"""The endpoints of the fake: faithful to the contract, except where a test has thrown one of its switches."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import segno
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.web.declared import Declared
from tests.web.desktop.desktop_record import RecordApi
from tests.web.desktop.desktop_uploads import Uploads
from tests.web.people_fake import problem, routes
from web.app import create_app

if TYPE_CHECKING:
    from tests.web.desktop.desktop_fake import Fake, Json, Server


def not_opened(fake: "Fake") -> Response:
    """Return why no session is opened, as a switch says, or because what should be renewed has ended."""
    if fake.create_status == 422:
        errors = [{"field": "patientId", "message": "This patient is not known here.", "code": "invalid"}]
        return problem(422, "invalid-request", errors=errors)
    if fake.create_status:
        return problem(fake.create_status, fake.create_slug if fake.create_status == 403 else "unavailable")
    return problem(404, "session-not-found")


class Api:
    """All endpoints over one server's present fake."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    def live(self, fake: "Fake") -> "Json":
        if fake.ably:
            return {
                "provider": "ably",
                "url": f"{fake.origin}/ably",
                "ticket": "of-no-use-here",
                "channel": "session:ENC-1",
                "tokenRequest": {"keyName": "app.key", "nonce": "n", "mac": "m", "timestamp": 1},
                "restUrl": f"{fake.origin}/ably",
                "realtimeUrl": f"{fake.origin}/ably",
            }
        fake.tickets_given += 1
        ticket = f"ticket-{fake.tickets_given}"
        fake.tickets.add(ticket)
        return {"url": f"ws://localhost:{fake.port}/live", "ticket": ticket}

    def shown(self, fake: "Fake", image: "Json") -> "Json":
        fake.urls_given += 1
        expires_at = int(time.time() * 1000) + fake.url_life_ms
        url = f"{fake.origin}/bucket/{image['s3Key']}?n={fake.urls_given}"
        vanishes_at = None if fake.open else fake.vanishes_at(image)
        return image | {"downloadUrl": url, "expiresAt": expires_at, "vanishesAt": vanishes_at}

    async def guard(self, request: Request) -> tuple["Fake", Any, Response | None]:
        fake = self._server.fake
        raw = await request.body()
        body = json.loads(raw) if raw else None
        fake.calls.append((request.method, request.url.path, body))
        refused = fake.people.caller(request) is None
        return fake, body, problem(401, "unauthorized") if refused else None

    async def create(self, request: Request) -> Response:
        fake, body, refusal = await self.guard(request)
        if refusal:
            return refusal
        person = fake.people.caller(request) or {}
        if "clinician" not in person["roles"] or person["verification"] != "verified":
            return problem(403, "not-verified" if "clinician" in person["roles"] else "forbidden")
        if fake.create_status or (body.get("renew") and not fake.open):
            return not_opened(fake)
        requested = {name: body[name] for name in ("patientId", "patientName", "patientNHI") if name in body}
        if any(value != requested[name] for name, value in fake.recorded.items() if name in requested):
            return problem(409, "patient-mismatch", recorded=fake.recorded, requested=requested, source=fake.source)
        if not fake.open:
            fake.open, fake.created_at, fake.revision = True, fake.created_at + 1, fake.revision + 1
        assert body["encounterId"] == "ENC-1"
        fake.codes += 1
        url = f"{fake.origin}/capture#t=code-{fake.codes}"
        code = {"token": f"code-{fake.codes}", "mobileUrl": url, "qrSvg": segno.make(url).svg_inline(scale=4)}
        answer = code | {
            "expiresIn": fake.code_life_s,
            "sessionExpiresAt": "2026-11-21T04:31:52Z",
            "live": self.live(fake),
            "patient": {"patientId": body["patientId"], **fake.known} if fake.known else requested,
        }
        fake.code_series += bool(body.get("endEarlierCodes"))
        return JSONResponse(answer | {"codeSeries": fake.code_series}, 201)

    async def ticket(self, request: Request) -> Response:
        fake, _, refusal = await self.guard(request)
        return refusal or JSONResponse(self.live(fake))

    async def images(self, request: Request) -> Response:
        fake, _, refusal = await self.guard(request)
        if refusal:
            return refusal
        if fake.list_status:
            return problem(fake.list_status, "forbidden" if fake.list_status == 403 else "unavailable")
        answer: Json = {
            "images": [self.shown(fake, image) for image in fake.images.values()],
            # Until somebody has opened a session, there is none.
            "state": ("open" if fake.codes else None) if fake.open else "ended",
            "endedAt": None if fake.open else fake.ended_at,
            "photoRetentionDays": fake.retention_days,
            "sequence": fake.sequence,
            "revision": fake.revision,
            "sessionCreatedAt": fake.created_at,
            "lastActivity": fake.created_at,
            "patientId": "PAT-1",
            "facilityId": "FAC001",
            "unsentPhotos": fake.unsent,
            "phones": fake.phones,
            "consent": fake.consent,
            "order": fake.order,
            "orderVersion": fake.order_version,
        }
        if fake.damaged:
            answer["damagedImages"] = fake.damaged
        if fake.code_series:
            answer["codeSeries"] = fake.code_series
        if not fake.open:
            answer["patient"] = {"patientId": "PAT-1", "patientName": "Aroha Ngata"}
        if not fake.lists_answered.is_set():
            await asyncio.to_thread(fake.lists_answered.wait, 30)
        return JSONResponse(answer)

    async def image(self, request: Request) -> Response:
        fake, body, refusal = await self.guard(request)
        image_id = request.path_params["image_id"]
        if refusal:
            return refusal
        if image_id not in fake.images:
            return problem(404, "image-not-found")
        if request.method == "DELETE":
            del fake.images[image_id]
            fake.revision += 1
            return JSONResponse({"success": True, "imageCount": len(fake.images)})
        if fake.patch_status:
            return problem(fake.patch_status, "forbidden")
        fake.revision += 1
        merged = fake.images[image_id]["metadata"] | body["metadata"]
        kept = {name: value for name, value in merged.items() if value is not None}
        fake.images[image_id] |= {"metadata": kept, "revision": fake.revision}
        return JSONResponse(self.shown(fake, fake.images[image_id]))

    async def edits(self, request: Request) -> Response:
        fake, body, refusal = await self.guard(request)
        if refusal:
            return refusal
        image_id = request.path_params["image_id"]
        versions = fake.edits[image_id]
        if request.url.path.endswith("/history"):
            about = {"savedAt": "2026-11-21T02:31:52Z", "savedBy": "user1", "savedByName": "Dr Mere Tane"}
            kept = [{"version": number, "edits": each, **about} for number, each in enumerate(versions, 1)]
            return JSONResponse({"versions": kept[::-1]})
        if request.method == "PUT":
            if request.headers["if-match"] != f'"{len(versions)}"':
                return problem(412, "precondition-failed", {"etag": f'"{len(versions)}"'})
            fake.edit(image_id, body, tell=False)
        current = versions[-1] if versions else {"format": 1, "rotation": 0, "shapes": []}
        return JSONResponse(current, headers={"etag": f'"{len(versions)}"'})

    async def arrange(self, request: Request) -> Response:
        fake, body, refusal = await self.guard(request)
        if refusal:
            return refusal
        if request.headers["if-match"] != f'"{fake.order_version}"':
            return problem(412, "precondition-failed")
        fake.order, fake.order_version = body["imageIds"], fake.order_version + 1
        fake.revision += 1
        return JSONResponse({"order": fake.order, "orderVersion": fake.order_version})

    async def keep(self, request: Request) -> Response:
        fake, _, refusal = await self.guard(request)
        image_id = request.path_params["image_id"]
        if refusal:
            return refusal
        if fake.keep_status:
            return problem(fake.keep_status, "unavailable")
        fake.revision += 1
        fake.images[image_id] |= {"kept": request.method == "POST", "revision": fake.revision}
        return JSONResponse(self.shown(fake, fake.images[image_id]))

    async def consent(self, request: Request) -> Response:
        fake, body, refusal = await self.guard(request)
        if refusal:
            return refusal
        if fake.consent_status:
            return problem(fake.consent_status, "session-not-found")
        seen = fake.consent["at"] if fake.consent else 0
        if request.headers["if-match"] != f'"{seen}"':
            return problem(412, "precondition-failed")
        fake.consent = {**body, "at": seen + 1}
        return JSONResponse(fake.consent)

    async def admit(self, request: Request) -> Response:
        fake, body, refusal = await self.guard(request)
        if refusal:
            return refusal
        [phone] = [each for each in fake.phones if each["phoneId"] == request.path_params["phone_id"]]
        phone["standing"] = "joined" if body["admitted"] else "refused"
        return JSONResponse({"phones": fake.phones})

    async def end(self, request: Request) -> Response:
        fake, _, refusal = await self.guard(request)
        if refusal:
            return refusal
        fake.open, fake.recorded = False, {}
        return Response(status_code=204)

    async def bucket(self, request: Request) -> Response:
        fake = self._server.fake
        if fake.bucket_status or int(request.query_params["n"]) <= fake.dead_urls:
            return Response("<Error><Code>AccessDenied</Code></Error>", fake.bucket_status or 403)
        key = request.path_params["key"]
        content = fake.stored.get(key) or picture(int(key.rsplit("-", 1)[1].removesuffix(".jpg")))
        if wanted := request.headers.get("range"):
            start, end = (int(place) for place in wanted.removeprefix("bytes=").split("-"))
            return Response(content[start : end + 1], 206, media_type="image/jpeg")
        return Response(content, media_type="image/jpeg")

    async def live_socket(self, websocket: WebSocket) -> None:
        fake = self._server.fake
        given = unquote(websocket.query_params.get("ticket", ""))
        if fake.refuse_sockets or given not in fake.tickets:
            await websocket.close(1008)
            return
        # A ticket opens one connection, once.
        fake.tickets.remove(given)
        await websocket.accept()
        fake.sockets.append(websocket)
        fake.sockets_opened += 1
        fake.most_sockets = max(fake.most_sockets, len(fake.sockets))
        try:
            while True:
                message = json.loads(await websocket.receive_text())
                fake.calls.append(("WS", message["action"], None))
                if not fake.mute_pongs:
                    await websocket.send_text('{"type":"pong"}')
        except WebSocketDisconnect:
            pass
        finally:
            fake.sockets.remove(websocket)

    async def ably_token(self, request: Request) -> Response:
        fake = self._server.fake
        fake.calls.append(("POST", request.url.path, await request.json()))
        return JSONResponse({"token": "ably-token", "expires": int(time.time() * 1000) + 3_600_000})

    async def ably_stream(self, request: Request) -> Response:
        fake = self._server.fake
        query = dict(request.query_params)
        fake.calls.append(("GET", "/ably/sse", query))
        if query.get("accessToken") != "ably-token":
            return Response(status_code=401)
        queue: asyncio.Queue[str] = asyncio.Queue()
        fake.streams.append(queue)

        async def events() -> AsyncIterator[str]:
            yield ": hello\n\n"
            while True:
                text = await queue.get()
                if not text:
                    return
                yield f"id: 1\nevent: message\ndata: {text}\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")


class Front:
    """Notes the server's event loop, which tests need to push from their own thread."""

    def __init__(self, app: Any, server: "Server") -> None:
        self._app = app
        self._server = server

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._server.fake.loop = asyncio.get_running_loop()
        await self._app(scope, receive, send)


def build(server: "Server") -> Front:
    """Return the fake API in front of the real pages."""
    api = Api(server)
    app = Starlette(
        routes=[
            *routes(lambda: server.fake.people),
            Route("/session/create", api.create, methods=["POST"]),
            Route("/session/live-ticket", api.ticket, methods=["POST"]),
            Route("/session/images/{encounter_id}", api.images),
            Route("/session/images/{encounter_id}/order", api.arrange, methods=["PUT"]),
            Route("/session/images/{encounter_id}/{image_id}", api.image, methods=["PATCH", "DELETE"]),
            Route("/session/images/{encounter_id}/{image_id}/edits", api.edits, methods=["GET", "PUT"]),
            Route("/session/images/{encounter_id}/{image_id}/edits/history", api.edits),
            Route("/session/consent/{encounter_id}", api.consent, methods=["PUT"]),
            Route("/session/phones/{encounter_id}/{phone_id}", api.admit, methods=["PUT"]),
            Route("/session/images/{encounter_id}/{image_id}/keep", api.keep, methods=["POST", "DELETE"]),
            *Uploads(lambda: server.fake).routes(),
            *RecordApi(lambda: server.fake).routes(),
            Route("/session/{encounter_id}", api.end, methods=["DELETE"]),
            Route("/bucket/{key:path}", api.bucket),
            Route("/ably/keys/{key_name}/requestToken", api.ably_token, methods=["POST"]),
            Route("/ably/sse", api.ably_stream),
            WebSocketRoute("/live", api.live_socket),
            Mount("/", create_app()),
        ]
    )
    return Front(Declared(app), server)


def picture(number: int) -> bytes:
    """A photo that differs from every other one: a mole on skin, somewhere."""
    image = Image.new("RGB", (960, 720 if number % 3 else 1280), (224 - number * 3, 178 - number * 2, 150))
    draw = ImageDraw.Draw(image)
    x, y = 220 + number * 67 % 480, 200 + number * 91 % 300
    draw.ellipse((x, y, x + 110, y + 84), fill=(122, 66, 48))
    draw.ellipse((x + 22, y + 14, x + 70, y + 52), fill=(96, 46, 36))
    draw.rectangle((40, image.height - 70, 440, image.height - 40), fill=(245, 245, 240))
    for tick in range(0, 400, 20):
        draw.line((40 + tick, image.height - 70, 40 + tick, image.height - 55), fill=(40, 40, 40), width=2)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()
