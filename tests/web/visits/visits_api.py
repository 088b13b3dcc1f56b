"""The endpoints of the clinic: faithful to the contract, except where a test has queued a fault."""

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bedside.kernel.instants import iso
from bedside.kernel.words import split
from tests.web.declared import Declared
from tests.web.people_fake import Fault, Json, problem, routes
from web.app import create_app

if TYPE_CHECKING:
    from tests.web.visits.visits_fake import Clinic, Server

OVER = {"completed", "noShow", "timedOut", "cancelled", "failed"}
NO_NOTES = {"chiefComplaint": "", "observations": "", "assessment": "", "plan": ""}

# What a provider's page comes to here: a dark room that says that it joined, and can say more.
ROOM = """<!doctype html><title>Room</title>
<style>body { margin: 0; display: grid; place-content: center; height: 100vh; background: #1d2b2a; color: #9cb }</style>
<p>The provider's room</p>
<script>
const heard = [];
addEventListener("message", ({ data, source }) => source === parent && heard.push(data));
const tell = (type, more) => parent.postMessage({ source: "room", type, ...more }, "*");
if (!location.hash.includes("silent")) tell("joined", { hears: true });
</script>"""

type Call = Callable[["Clinic", Request, Any, Json], Response]


def _route(server: "Server", method: str, path: str, run: Call) -> Route:
    async def answered(request: Request) -> Response:
        clinic = server.clinic
        clinic.loop = asyncio.get_running_loop()
        raw = await request.body()
        body = json.loads(raw) if raw else None
        clinic.people.calls.append((request.method, request.url.path, body))
        faults = clinic.people.faults[f"{method} {path}"]
        fault = faults.popleft() if faults else Fault()
        await fault.wait()
        if fault.status:
            extra = {"errors": fault.errors} if fault.errors else {}
            return problem(fault.status, fault.slug, fault.headers, **extra)
        caller = clinic.people.caller(request)
        if caller is None:
            return problem(401, "unauthorized")
        visit_id = request.path_params.get("visit_id")
        if visit_id is not None and not may_see(clinic, caller, visit_id):
            return problem(404, "visit-not-found")
        return run(clinic, request, body, caller)

    return Route(path, answered, methods=[method])


def _live(server: "Server") -> WebSocketRoute:
    async def live(websocket: WebSocket) -> None:
        clinic = server.clinic
        clinic.loop = asyncio.get_running_loop()
        given = unquote(websocket.query_params.get("ticket", ""))
        if clinic.refuse_sockets or given not in clinic.tickets:
            await websocket.close(1008)
            return
        clinic.tickets.remove(given)
        await websocket.accept()
        clinic.sockets.append(websocket)
        try:
            while True:
                await websocket.receive_text()
                await websocket.send_text('{"type":"pong"}')
        except WebSocketDisconnect:
            pass
        finally:
            clinic.sockets.remove(websocket)

    return WebSocketRoute("/live", live)


async def _room(_: Request) -> Response:
    return HTMLResponse(ROOM)


async def _bucket(_: Request) -> Response:
    return HTMLResponse("<title>recording</title>")


def build(server: "Server") -> Declared:
    """Return the API of the clinic in front of the real pages."""

    def route(method: str, path: str, run: Call) -> Route:
        return _route(server, method, path, run)

    visit = "/visits/{visit_id}"
    app = Starlette(
        routes=[
            route("GET", "/visits", _page),
            route("GET", "/patients", _patients),
            route("GET", "/encounters", _encounters),
            route("GET", "/session/waiting", _waiting),
            route("POST", "/visits", _book),
            route("POST", "/visits/live-ticket", _ticket),
            route("GET", "/visits/practitioners", _practitioners),
            route("GET", visit, lambda clinic, request, _, __: JSONResponse(clinic.document(named(request)))),
            route("POST", f"{visit}/join", _join),
            route("GET", f"{visit}/rtc-token", _token),
            route("POST", f"{visit}/audio-only", _go_on_with_audio),
            route("POST", f"{visit}/end", _end),
            route("POST", f"{visit}/cancel", _cancel),
            route("POST", f"{visit}/reschedule", _reschedule),
            route("GET", f"{visit}/summary", _summary),
            route("GET", f"{visit}/recording", _recording),
            route("POST", f"{visit}/recording/{{step}}", _record),
            route("GET", f"{visit}/notes", _notes),
            route("PUT", f"{visit}/notes", _write),
            route("POST", f"{visit}/notes/{{step}}", _lock),
            route("GET", f"{visit}/notes/copy", _copy),
            route("GET", f"{visit}/notes/history", _history),
            route("GET", "/note-templates", _templates),
            route("PUT", "/note-templates", _replace_templates),
            # After the visits of these pages, because that fake has a short list of its own.
            *routes(lambda: server.clinic.people),
            Route("/hms/room", _room),
            Route("/bucket/recording", _bucket),
            _live(server),
            Mount("/", create_app()),
        ]
    )
    return Declared(app)


def named(request: Request) -> str:
    """The visit that the address names."""
    return str(request.path_params["visit_id"])


def may_see(clinic: "Clinic", caller: Json, visit_id: str) -> bool:
    """Whether a visit exists for somebody."""
    visit = clinic.visits.get(visit_id)
    if visit is None:
        return False
    staff = {"clinician", "facilityAdmin"} & set(caller["roles"])
    return visit["patientId"] == caller["userId"] or bool(staff and visit["facilityId"] == caller["facilityId"])


def party_of(visit: Json, caller: Json) -> str:
    """As whom somebody takes part."""
    return "patient" if visit["patientId"] == caller["userId"] else "practitioner"


def _page(clinic: "Clinic", request: Request, _: Any, caller: Json) -> Response:
    found = [clinic.document(key) for key in clinic.visits if may_see(clinic, caller, key)]
    if request.query_params["view"] == "mine":
        found = [one for one in found if one["patientId"] == caller["userId"]]
    if request.query_params["view"] == "today":
        begins, ends = request.query_params["dayStart"], request.query_params["dayEnd"]
        found = sorted((one for one in found if _is_listed(one, begins, ends)), key=lambda one: one["startsAt"])
    else:
        found = sorted(found, key=lambda one: one["startsAt"], reverse=True)
    start = int(request.query_params.get("cursor", "0"))
    end = start + clinic.page_size
    cursor = str(end) if len(found) > end else None
    visits = [{name: value for name, value in one.items() if name != "history"} for one in found[start:end]]
    return JSONResponse(
        {
            "visits": visits,
            "cursor": cursor,
            "serverTime": iso(clinic.now()),
        }
    )


def _practitioners(clinic: "Clinic", _: Request, __: Any, ___: Json) -> Response:
    found = [one for one in clinic.people.users.values() if "clinician" in one["roles"]]
    told = [{"userId": one["userId"], "name": one["displayName"]} for one in found if one["verification"] == "verified"]
    return JSONResponse({"practitioners": told, "cursor": None})


def _patients(clinic: "Clinic", request: Request, _: Any, __: Json) -> Response:
    kind = {"system": "nhi", "label": "NHI", "required": False}
    words = split(request.query_params.get("q", ""))
    found = [one for one in clinic.patients if all(f" {word}" in f" {' '.join(split(one['name']))}" for word in words)]
    return JSONResponse({"patients": found, "cursor": None, "identifier": kind})


def _encounters(clinic: "Clinic", _: Request, __: Any, ___: Json) -> Response:
    return JSONResponse({"encounters": clinic.encounters, "cursor": None})


def _waiting(clinic: "Clinic", _: Request, __: Any, ___: Json) -> Response:
    return JSONResponse({"sessions": clinic.waiting})


def _is_listed(visit: Json, begins: str, ends: str) -> bool:
    """Whether a visit is the day's, or goes on across one of its midnights."""
    return begins <= visit["startsAt"] < ends or visit["state"] not in {"scheduled", *OVER}


def _book(clinic: "Clinic", request: Request, body: Any, _: Json) -> Response:
    clinic.keys.append(request.headers["idempotency-key"])
    record = next(
        (one for one in clinic.patients if one["patientId"] == body["patientId"]), {"userId": body["patientId"]}
    )
    if record.get("userId") not in clinic.people.users:
        fault = {"field": "patientId", "message": "Nobody signs in for this patient yet.", "code": "no-sign-in"}
        return problem(422, "invalid-request", errors=[fault])
    for visit in clinic.visits.values():
        if visit["startsAt"] == body["startsAt"] and visit["state"] not in OVER:
            if visit["practitionerId"] == body["practitionerId"]:
                return problem(409, "clash", visitId=visit["visitId"])
            if not body.get("allowPatientClash"):
                return problem(409, "patient-clash", visitId=visit["visitId"])
    visit_id = clinic.book(startsAt=body["startsAt"], durationMinutes=body["durationMinutes"])
    return JSONResponse(clinic.document(visit_id), 201)


def _reschedule(clinic: "Clinic", request: Request, body: Any, _: Json) -> Response:
    visit = clinic.visits[named(request)]
    if request.headers.get("if-match") != f'"{visit["sequence"]}"':
        return problem(412, "precondition-failed")
    for other in clinic.visits.values():
        if other is not visit and other["startsAt"] == body["startsAt"] and not body.get("allowPatientClash"):
            return problem(409, "patient-clash", visitId=other["visitId"])
    clinic.move(visit["visitId"], body["startsAt"], body["durationMinutes"])
    return JSONResponse(clinic.document(visit["visitId"]), headers={"etag": f'"{visit["sequence"]}"'})


def _ticket(clinic: "Clinic", _: Request, __: Any, ___: Json) -> Response:
    ticket = f"ticket-{len(clinic.people.calls)}"
    clinic.tickets.add(ticket)
    return JSONResponse({"url": f"ws://localhost:{clinic.port}/live", "ticket": ticket})


def _join(clinic: "Clinic", request: Request, _: Any, caller: Json) -> Response:
    visit_id = named(request)
    visit = clinic.visits[visit_id]
    if visit["state"] in OVER:
        return problem(409, "wrong-state", state=visit["state"])
    clinic.joins += 1
    joining = f"joining{clinic.joins}"
    clinic.tokens[joining] = f"token {clinic.joins}"
    clinic.arrive(visit_id, party_of(visit, caller))
    silent = "&silent" if clinic.silent_room else ""
    url = f"{clinic.origin}/hms/room#token={{token}}{silent}"
    room = {"roomId": "room1", "url": url, "role": party_of(visit, caller)}
    answer = {"visit": clinic.document(visit_id), "room": room}
    return JSONResponse(answer | {"tokenUrl": f"/visits/{visit_id}/rtc-token?joining={joining}"})


def _token(clinic: "Clinic", request: Request, _: Any, __: Json) -> Response:
    token = clinic.tokens.pop(request.query_params["joining"], None)
    return JSONResponse({"rtcToken": token, "expiresIn": 60}) if token else problem(404, "rtc-token-not-found")


def _go_on_with_audio(clinic: "Clinic", request: Request, body: Any, caller: Json) -> Response:
    visit = clinic.visits[named(request)]
    party = party_of(visit, caller)
    visit["audioOnly"] = {name: one for name, one in visit["audioOnly"].items() if name != party}
    visit["audioOnly"] |= {party: body["reason"]} if body["reason"] else {}
    clinic.tell(named(request))
    return JSONResponse(clinic.document(named(request)))


def _end(clinic: "Clinic", request: Request, _: Any, __: Json) -> Response:
    clinic.finish(named(request))
    return JSONResponse(clinic.document(named(request)))


def _cancel(clinic: "Clinic", request: Request, _: Any, __: Json) -> Response:
    visit_id = named(request)
    if clinic.visits[visit_id]["state"] not in {"scheduled", "waiting"}:
        return problem(409, "wrong-state", state=clinic.visits[visit_id]["state"])
    clinic.finish(visit_id, "cancelled")
    return JSONResponse(clinic.document(visit_id))


def _summary(clinic: "Clinic", request: Request, _: Any, __: Json) -> Response:
    visit = clinic.visits[named(request)]
    if visit["state"] not in OVER:
        return problem(409, "not-finished")
    return JSONResponse(
        {
            "doctorName": visit["practitionerName"],
            "patientName": visit["patientName"],
            "startedAt": visit["startedAt"],
            "endedAt": visit["endedAt"],
            "durationSeconds": 840 if visit["startedAt"] else 0,
            "recorded": named(request) in clinic.recordings,
            "recordingState": clinic.recordings.get(named(request), {}).get("state"),
            "outcome": visit["outcome"],
            "recordingConsents": visit.get("recordingConsents", []),
        }
    )


def _recording(clinic: "Clinic", request: Request, _: Any, __: Json) -> Response:
    found = clinic.recordings.get(named(request))
    if not found:
        return problem(404, "recording-not-found")
    # Most recordings were not interrupted, and have one part.
    part = {name: value for name, value in found.items() if name != "failure"}
    return JSONResponse({"parts": [part], **found})


def _record(clinic: "Clinic", request: Request, body: Any, _: Json) -> Response:
    visit, step = clinic.visits[named(request)], request.path_params["step"]
    if step == "consent":
        clinic.answer(named(request), given=body["given"])
        return JSONResponse(clinic.document(named(request)))
    if step == "start" and visit["recordingConsent"] != "given":
        visit["recordingConsent"] = "asked"
        return JSONResponse({"state": "awaitingConsent"})
    state = "running" if step == "start" else "processing"
    clinic.recordings[named(request)] = {"state": state}
    return JSONResponse({"state": state})


def _notes(clinic: "Clinic", request: Request, _: Any, caller: Json) -> Response:
    if clinic.visits[named(request)]["practitionerId"] != caller["userId"]:
        return problem(403, "forbidden")
    return _their_notes(clinic, named(request))


def _their_notes(clinic: "Clinic", visit_id: str) -> Response:
    version, texts = clinic.notes.get(visit_id, (0, NO_NOTES))
    return JSONResponse({**texts, **clinic.about_notes(visit_id)}, headers={"etag": f'"{version}"'})


def _write(clinic: "Clinic", request: Request, body: Any, _: Json) -> Response:
    version, _texts = clinic.notes.get(named(request), (0, NO_NOTES))
    if named(request) in clinic.signed:
        return problem(409, "notes-signed")
    if refused := _not_the_latest(request, version):
        return refused
    clinic.notes[named(request)] = (version + 1, body)
    saved = {"version": version + 1, "savedAt": iso(clinic.now()), "savedBy": clinic.clinician["userId"]}
    clinic.versions.setdefault(named(request), []).insert(0, saved | body)
    return _their_notes(clinic, named(request))


def _history(clinic: "Clinic", request: Request, _: Any, __: Json) -> Response:
    signed = clinic.about_notes(named(request))
    facts = {name: signed[name] for name in ("signedAt", "signedBy", "addenda")}
    return JSONResponse({"versions": clinic.versions.get(named(request), []), **facts, "releases": []})


def _lock(clinic: "Clinic", request: Request, body: Any, caller: Json) -> Response:
    """Sign, add an addendum, or release."""
    visit_id, step = named(request), request.path_params["step"]
    version, texts = clinic.notes.get(visit_id, (0, NO_NOTES))
    if refused := _not_the_latest(request, version):
        return refused
    if step == "sign" and clinic.visits[visit_id]["state"] not in OVER:
        return problem(409, "not-finished")
    if (step == "sign") == (visit_id in clinic.signed):
        return problem(409, "notes-signed" if step == "sign" else "notes-not-signed")
    if step == "sign":
        clinic.sign(visit_id)
    elif step == "release":
        clinic.release(visit_id)
    else:
        by = {"userId": caller["userId"], "name": caller["displayName"]}
        clinic.signed[visit_id]["addenda"].append({"at": iso(clinic.now()), "by": by, "text": body["text"]})
        clinic.notes[visit_id] = (version + 1, texts)
    return _their_notes(clinic, visit_id)


def _copy(clinic: "Clinic", request: Request, _: Any, caller: Json) -> Response:
    visit, found = clinic.visits[named(request)], clinic.about_notes(named(request))
    if visit["patientId"] != caller["userId"]:
        return problem(403, "forbidden")
    if not found["released"]:
        return problem(404, "notes-copy-not-found")
    return JSONResponse(
        {
            **clinic.notes[named(request)][1],
            **{name: visit[name] for name in ("practitionerName", "patientName", "startsAt")},
            **{name: found[name] for name in ("signedAt", "signedBy")},
            "addenda": found["addenda"][: found["released"]["addenda"]],
            "releasedAt": found["released"]["at"],
        }
    )


def _templates(clinic: "Clinic", _: Request, __: Any, ___: Json) -> Response:
    version, templates = clinic.templates
    return JSONResponse({"templates": templates}, headers={"etag": f'"{version}"'})


def _replace_templates(clinic: "Clinic", request: Request, body: Any, caller: Json) -> Response:
    version, _ = clinic.templates
    if refused := _not_the_latest(request, version):
        return refused
    clinic.templates = (version + 1, body["templates"])
    return _templates(clinic, request, body, caller)


def _not_the_latest(request: Request, version: int) -> Response | None:
    if request.headers.get("if-match") is None:
        return problem(428, "precondition-required")
    return None if request.headers["if-match"] == f'"{version}"' else problem(412, "precondition-failed")
