"""/visits/*: booking, seeing, attending, recording and summing up video visits."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from bedside.identity.principal import Principal
from bedside.kernel import invocation
from bedside.platform import http
from bedside.platform.limits.policies import VISITS
from bedside.visits.booking import BookRequest
from bedside.visits.notes import LARGEST, NotesRequest
from bedside.visits.participation import CancelRequest, TokenRequest
from bedside.visits.queries import ListRequest
from bedside.visits.wiring import VisitWiring

wiring = VisitWiring()
app = http.resolver()


def _by_user() -> http.Call[Principal]:
    now = wiring.now_ms()
    who = wiring.guard.signed_in(app.current_event.headers.get("authorization"), now)
    return http.Call(who, who.user_id, wiring.limiter, now)


@app.post("/visits")
@http.limited(VISITS, _by_user)
def book(call: http.Call[Principal]) -> Response[str]:
    event, who = app.current_event, call.who
    request, key = http.read_body(event, BookRequest), event.headers.get("idempotency-key")

    def work() -> dict[str, Any]:
        return wiring.booking.book(who, request, key, call.now_ms)

    body = request.model_dump(mode="json")
    document = work() if key is None else wiring.idempotency.once(who.user_id, key, body, work, invocation.current())
    return http.answer(201, document)


@app.get("/visits")
@http.limited(VISITS, _by_user)
def page(call: http.Call[Principal]) -> Response[str]:
    request = http.read_query(app.current_event, ListRequest)
    return http.answer(200, wiring.visit_queries.page(call.who, request, call.now_ms))


@app.post("/visits/live-ticket")
@http.limited(VISITS, _by_user)
def watch(call: http.Call[Principal]) -> Response[str]:
    return http.answer(200, wiring.announcer.invitation(call.who, call.now_ms))


@app.get("/visits/<visit_id>")
@http.limited(VISITS, _by_user)
def look(call: http.Call[Principal], visit_id: str) -> Response[str]:
    return http.answer(200, wiring.visit_queries.one(call.who, visit_id, call.now_ms))


@app.post("/visits/<visit_id>/join")
@http.limited(VISITS, _by_user)
def join(call: http.Call[Principal], visit_id: str) -> Response[str]:
    return http.answer(200, wiring.participation.join(call.who, visit_id, call.now_ms))


@app.get("/visits/<visit_id>/rtc-token")
@http.limited(VISITS, _by_user)
def rtc_token(call: http.Call[Principal], visit_id: str) -> Response[str]:
    request = http.read_query(app.current_event, TokenRequest)
    return http.answer(200, wiring.participation.token(call.who, visit_id, request.joining, call.now_ms))


@app.post("/visits/<visit_id>/start")
@http.limited(VISITS, _by_user)
def start(call: http.Call[Principal], visit_id: str) -> Response[str]:
    return http.answer(200, wiring.participation.start(call.who, visit_id, call.now_ms))


@app.post("/visits/<visit_id>/end")
@http.limited(VISITS, _by_user)
def end(call: http.Call[Principal], visit_id: str) -> Response[str]:
    return http.answer(200, wiring.participation.end(call.who, visit_id, call.now_ms))


@app.post("/visits/<visit_id>/cancel")
@http.limited(VISITS, _by_user)
def cancel(call: http.Call[Principal], visit_id: str) -> Response[str]:
    event = app.current_event
    request = http.read_body(event, CancelRequest) if event.body else CancelRequest()
    return http.answer(200, wiring.participation.cancel(call.who, visit_id, request.reason, call.now_ms))


@app.post("/visits/<visit_id>/recording/start")
@http.limited(VISITS, _by_user)
def start_recording(call: http.Call[Principal], visit_id: str) -> Response[str]:
    visit = wiring.visit_queries.practised(call.who, visit_id)
    return http.answer(200, wiring.recordings.start(visit, call.now_ms))


@app.post("/visits/<visit_id>/recording/stop")
@http.limited(VISITS, _by_user)
def stop_recording(call: http.Call[Principal], visit_id: str) -> Response[str]:
    visit = wiring.visit_queries.practised(call.who, visit_id)
    return http.answer(200, wiring.recordings.stop(visit, call.now_ms))


@app.get("/visits/<visit_id>/recording")
@http.limited(VISITS, _by_user)
def recording(call: http.Call[Principal], visit_id: str) -> Response[str]:
    visit = wiring.visit_queries.practised(call.who, visit_id)
    return http.answer(200, wiring.recordings.look(visit, call.now_ms))


@app.get("/visits/<visit_id>/summary")
@http.limited(VISITS, _by_user)
def summary(call: http.Call[Principal], visit_id: str) -> Response[str]:
    return http.answer(200, wiring.visit_queries.summary(call.who, visit_id, call.now_ms))


@app.get("/visits/<visit_id>/notes")
@http.limited(VISITS, _by_user)
def notes(call: http.Call[Principal], visit_id: str) -> Response[str]:
    document, version = wiring.notes.read(call.who, visit_id)
    return http.versioned(http.answer(200, document), version)


@app.put("/visits/<visit_id>/notes")
@http.limited(VISITS, _by_user)
def write_notes(call: http.Call[Principal], visit_id: str) -> Response[str]:
    event = app.current_event
    request, seen = http.read_body(event, NotesRequest, LARGEST), event.headers.get("if-match")
    document, version = wiring.notes.write(call.who, visit_id, request, seen, call.now_ms)
    return http.versioned(http.answer(200, document), version)


@app.get("/visits/<visit_id>/notes/history")
@http.limited(VISITS, _by_user)
def notes_history(call: http.Call[Principal], visit_id: str) -> Response[str]:
    return http.answer(200, wiring.notes.history(call.who, visit_id))


lambda_handler = http.endpoint(app)
