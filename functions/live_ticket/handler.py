"""POST /session/live-ticket: a clinician's page gets a new invitation to the live channel."""

from aws_lambda_powertools.event_handler import Response

from bedside.capture.sessions import TicketRequest
from bedside.platform import http
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.post("/session/live-ticket")
def issue() -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    who = wiring.guard.clinician(event.headers.get("authorization"), now)
    request = http.read_body(event, TicketRequest)
    return http.answer(200, wiring.sessions.ticket(who, request.encounter_id, now))


lambda_handler = http.endpoint(app)
