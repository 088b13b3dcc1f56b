"""/visits/*: booking, queries, participation, recordings, notes and summaries of video visits."""

from bedside.identity.principal import Clinician, Principal
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform
from bedside.visits.booking import BookRequest
from bedside.visits.domain import DOMAIN
from bedside.visits.notes.service import AddendumRequest, NotesRequest
from bedside.visits.notes.templates import TemplatesRequest
from bedside.visits.participation import AudioOnlyRequest, CancelRequest, TokenRequest
from bedside.visits.practitioners import PractitionersRequest
from bedside.visits.queries import ListRequest
from bedside.visits.recordings.control import ConsentRequest
from bedside.visits.representation import VisitDocument
from bedside.visits.rescheduling import RescheduleRequest
from bedside.visits.wiring import VisitsWiring

wiring = Platform().domain(VisitsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /visits")
def book(call: Call[Principal, BookRequest]) -> Answer:
    key = call.header("idempotency-key")

    def work() -> VisitDocument:
        return wiring.booking.book(call.caller, call.body, key, call.now_ms)

    return Answer(201, wiring.platform.once(call.caller.user_id, key, call.body, work))


@api.serves("GET /visits")
def list_visits(call: Call[Principal, None, ListRequest]) -> Answer:
    return Answer(200, wiring.queries.list_visits(call.caller, call.query, call.now_ms))


@api.serves("GET /visits/practitioners")
def list_practitioners(call: Call[Principal, None, PractitionersRequest]) -> Answer:
    return Answer(200, wiring.practitioners.list_practitioners(call.caller, call.query))


@api.serves("POST /visits/live-ticket")
def issue_ticket(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.publisher.invitation(call.caller, call.now_ms))


@api.serves("GET /visits/{visitId}")
def read(call: Call[Principal]) -> Answer:
    document = wiring.queries.get(call.caller, call.path("visitId"), call.now_ms)
    return Answer(200, document, document["sequence"])


@api.serves("POST /visits/{visitId}/reschedule")
def reschedule(call: Call[Principal, RescheduleRequest]) -> Answer:
    seen = call.header("if-match")
    document = wiring.rescheduling.reschedule(call.caller, call.path("visitId"), call.body, seen, call.now_ms)
    return Answer(200, document, document["sequence"])


@api.serves("POST /visits/{visitId}/join")
def join(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.participation.join(call.caller, call.path("visitId"), call.now_ms))


@api.serves("GET /visits/{visitId}/rtc-token")
def rtc_token(call: Call[Principal, None, TokenRequest]) -> Answer:
    joining = call.query.joining
    return Answer(200, wiring.participation.token(call.caller, call.path("visitId"), joining, call.now_ms))


@api.serves("POST /visits/{visitId}/start")
def start(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.participation.start(call.caller, call.path("visitId"), call.now_ms))


@api.serves("POST /visits/{visitId}/audio-only")
def go_on_with_audio(call: Call[Principal, AudioOnlyRequest]) -> Answer:
    visit_id, reason = call.path("visitId"), call.body.reason
    return Answer(200, wiring.participation.go_on_with_audio(call.caller, visit_id, reason, call.now_ms))


@api.serves("POST /visits/{visitId}/end")
def end(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.participation.end(call.caller, call.path("visitId"), call.now_ms))


@api.serves("POST /visits/{visitId}/cancel")
def cancel(call: Call[Principal, CancelRequest]) -> Answer:
    return Answer(200, wiring.participation.cancel(call.caller, call.path("visitId"), call.body.reason, call.now_ms))


@api.serves("POST /visits/{visitId}/recording/start")
def start_recording(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.recording_control.start(call.caller, call.path("visitId"), call.now_ms))


@api.serves("POST /visits/{visitId}/recording/consent")
def consent(call: Call[Principal, ConsentRequest]) -> Answer:
    wiring.recording_control.answer(call.caller, call.path("visitId"), call.body, call.now_ms)
    return Answer(200, wiring.queries.get(call.caller, call.path("visitId"), call.now_ms))


@api.serves("POST /visits/{visitId}/recording/stop")
def stop_recording(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.recording_control.stop(call.caller, call.path("visitId"), call.now_ms))


@api.serves("GET /visits/{visitId}/recording")
def recording(call: Call[Principal]) -> Answer:
    visit = wiring.queries.get_as_practitioner(call.caller, call.path("visitId"))
    return Answer(200, wiring.recording_queries.get(visit, call.now_ms))


@api.serves("GET /visits/{visitId}/summary")
def summary(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.queries.summary(call.caller, call.path("visitId"), call.now_ms))


@api.serves("GET /visits/{visitId}/notes")
def notes(call: Call[Principal]) -> Answer:
    document, version = wiring.notes.get(call.caller, call.path("visitId"))
    return Answer(200, document, version)


@api.serves("PUT /visits/{visitId}/notes")
def write_notes(call: Call[Principal, NotesRequest]) -> Answer:
    seen = call.header("if-match")
    document, version = wiring.notes.save(call.caller, call.path("visitId"), call.body, seen, call.now_ms)
    return Answer(200, document, version)


@api.serves("GET /visits/{visitId}/notes/history")
def notes_history(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.notes.list_versions(call.caller, call.path("visitId")))


@api.serves("POST /visits/{visitId}/notes/sign")
def sign_notes(call: Call[Principal]) -> Answer:
    document, version = wiring.notes.sign(call.caller, call.path("visitId"), call.header("if-match"), call.now_ms)
    return Answer(200, document, version)


@api.serves("POST /visits/{visitId}/notes/addenda")
def add_to_notes(call: Call[Principal, AddendumRequest]) -> Answer:
    seen = call.header("if-match")
    document, version = wiring.notes.extend(call.caller, call.path("visitId"), call.body, seen, call.now_ms)
    return Answer(200, document, version)


@api.serves("POST /visits/{visitId}/notes/release")
def release_notes(call: Call[Principal]) -> Answer:
    document, version = wiring.notes.release(call.caller, call.path("visitId"), call.header("if-match"), call.now_ms)
    return Answer(200, document, version)


@api.serves("GET /visits/{visitId}/notes/copy")
def notes_copy(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.notes.get_copy(call.caller, call.path("visitId")))


@api.serves("GET /note-templates")
def note_templates(call: Call[Clinician]) -> Answer:
    document, version = wiring.note_templates.get(call.caller)
    return Answer(200, document, version)


@api.serves("PUT /note-templates")
def replace_note_templates(call: Call[Clinician, TemplatesRequest]) -> Answer:
    document, version = wiring.note_templates.replace(call.caller, call.body, call.header("if-match"))
    return Answer(200, document, version)


lambda_handler = api.handler()
