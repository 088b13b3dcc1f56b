"""What the stand-ins serve under /ehr: three records, and for developers what arrived there, and switches."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from local import guard
from local.ehr.alex import Alex
from local.ehr.answers import Answer
from local.ehr.record import Record
from local.ehr.validation import problem
from local.switches import answer_switches, json_of

_BOARDS = Path(__file__).parent.with_name("boards")
_FACILITY = "F2N060-C"
_SHOWN = 200


class Ehr:
    """The ASGI application around the records, whose base URLs are /ehr/r4, /ehr/r5 and /ehr/alex at `root`."""

    def __init__(self, root: str) -> None:
        self.alex = Alex(f"{root}/ehr/alex", _FACILITY)
        self.records: dict[str, Record] = {
            "r4": Record(f"{root}/ehr/r4", "R4"),
            "r5": Record(f"{root}/ehr/r5", "R5"),
            "alex": self.alex,
        }
        self.app = Starlette(
            routes=[
                Route("/ehr", self._board),
                Mount("/ehr/boards", StaticFiles(directory=_BOARDS)),
                Route("/ehr/state", self._state),
                Route("/ehr/{record}/faults", self._faults, methods=["GET", "POST", "DELETE"]),
                Route("/ehr/{record}/clients", self._clients, methods=["POST"]),
                Route("/ehr/{record}/launches", self._launches, methods=["POST"]),
                Route("/ehr/{record}/resources", self._resources, methods=["POST"]),
                Route("/ehr/{record}/documents/{name}", self._document),
            ]
        )

    def for_functions(self) -> ASGIApp:
        """Return the part that functions call: the records themselves."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            name = scope["path"].removeprefix("/ehr/").split("/")[0]
            if scope["type"] == "http" and name in self.records:
                await self._record(name, Request(scope, receive), scope, receive, send)
            else:
                await guard.refuse(scope, receive, send, 404, "Not Found")

        return answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    async def _record(self, name: str, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        record = self.records[name]
        path = request.url.path.removeprefix(f"/ehr/{name}") or "/"
        headers = {key.lower(): value for key, value in request.headers.items()}
        body = await request.body()
        if record.faults.delay_ms:
            await asyncio.sleep(record.faults.delay_ms / 1000)
        found = record.answer(request.method, path, request.url.query, headers, body)
        await (_cut(send) if found.cut else _response(found)(scope, receive, send))

    async def _board(self, _request: Request) -> Response:
        return FileResponse(_BOARDS / "ehr.html")

    async def _state(self, _request: Request) -> Response:
        return JSONResponse(
            {
                name: {
                    "arrived": [_told(each) for each in record.arrived[-_SHOWN:][::-1]],
                    "requests": record.requests[-_SHOWN:][::-1],
                }
                for name, record in self.records.items()
            }
        )

    async def _faults(self, request: Request) -> Response:
        record = self.records.get(request.path_params["record"])
        if record is None:
            return JSONResponse({"message": "no such record"}, 404)
        faults, answer = await answer_switches(request, record.faults, int(record.now_s() * 1000))
        if request.method != "GET":
            record.faults = faults
        return answer

    async def _clients(self, request: Request) -> Response:
        """Register a client: its public keys, or its secret, and where it is opened if it is an app that we launch."""
        record = self.records.get(request.path_params["record"])
        try:
            wanted = await json_of(request)
            client_id, jwks, secret = wanted["clientId"], wanted.get("jwks"), wanted.get("secret", "")
            redirects = {str(each) for each in wanted.get("redirectUrls", ())}
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return JSONResponse({"message": "expected: {clientId, jwks or secret, redirectUrls}"}, 422)
        if record is None:
            return JSONResponse({"message": "no such record"}, 404)
        record.sign_in.register(str(client_id), jwks=jwks, secret=str(secret))
        if redirects:
            record.launches.apps[str(client_id)] = redirects
        return JSONResponse({"tokenUrl": record.sign_in.token_url, "baseUrl": record.base_url}, 201)

    async def _launches(self, request: Request) -> Response:
        """Begin a launch: with a practitioner, and perhaps a patient and an encounter."""
        record = self.records.get(request.path_params["record"])
        try:
            wanted = await json_of(request)
            names = ("practitioner", "patient", "encounter")
            context = {name: str(wanted[name]) for name in names if wanted.get(name)}
            context["practitioner"]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return JSONResponse({"message": "expected: {practitioner, patient, encounter}"}, 422)
        if record is None:
            return JSONResponse({"message": "no such record"}, 404)
        if record is self.alex:
            found, signature = self.alex.launch(context.get("patient", ""), context["practitioner"])
            return JSONResponse({"context": found, "signature": signature}, 201)
        return JSONResponse({"iss": record.base_url, "launch": record.launches.begin(context)}, 201)

    async def _resources(self, request: Request) -> Response:
        """Store a resource as people at the facility do, such as a patient."""
        record = self.records.get(request.path_params["record"])
        try:
            resource = await json_of(request)
            why = problem(resource, record.version if record else "R4")
        except (ValueError, AttributeError, RecursionError):
            why = "not a resource"
        if record is None or why:
            return JSONResponse({"message": why or "no such record"}, 422 if why else 404)
        return JSONResponse(record.add(resource), 201)

    async def _document(self, request: Request) -> Response:
        """Show what arrived as a document, as a browser can show it."""
        record = self.records.get(request.path_params["record"])
        found = record.resources.get(("DocumentReference", request.path_params["name"])) if record else None
        attachment = found["content"][0]["attachment"] if found else {}
        if record and "url" in attachment:
            attachment = record.resources.get(("Binary", attachment["url"].rpartition("/")[2]), {})
        if not attachment.get("data"):
            return JSONResponse({"message": "no such document"}, 404)
        headers = {"content-security-policy": "sandbox", "x-content-type-options": "nosniff"}
        return Response(base64.b64decode(attachment["data"]), media_type=attachment["contentType"], headers=headers)


async def _cut(send: Send) -> None:
    """Break the connection in the middle of an answer."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
    raise ConnectionAbortedError("cut on purpose")


def _response(answer: Answer) -> Response:
    return Response(answer.body(), answer.status, answer.headers, media_type="application/fhir+json")


def _told(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource without its content, of which only the size is of interest."""
    text: dict[str, Any] = json.loads(json.dumps(resource))
    for each in text.get("content", []) if isinstance(text.get("content"), list) else []:
        if "data" in each["attachment"]:
            each["attachment"]["data"] = f"{len(each['attachment']['data'])} characters"
    if text["resourceType"] == "Binary":
        text["data"] = f"{len(text['data'])} characters"
    return text
