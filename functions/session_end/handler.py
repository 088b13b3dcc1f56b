"""DELETE /session/{encounterId}: a clinician ends the session for everyone."""

from aws_lambda_powertools.event_handler import Response

from bedside.platform import http
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.delete("/session/<encounter_id>")
def end(encounter_id: str) -> Response[str]:
    now = wiring.now_ms()
    who = wiring.guard.clinician(app.current_event.headers.get("authorization"), now)
    wiring.sessions.end(who, encounter_id, now)
    return http.answer(204)


lambda_handler = http.endpoint(app)
