"""DELETE /session/images/{encounterId}/{imageId}: a clinician or the phone takes an image out, for good."""

from aws_lambda_powertools.event_handler import Response

from bedside.platform import http
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.delete("/session/images/<encounter_id>/<image_id>")
def delete(encounter_id: str, image_id: str) -> Response[str]:
    now = wiring.now_ms()
    authorization = app.current_event.headers.get("authorization")
    who = wiring.guard.clinician_or_phone(authorization, now)
    session = wiring.deletion.delete(who, encounter_id, image_id, now)
    return http.answer(200, {"success": True, "imageCount": session.image_count})


lambda_handler = http.endpoint(app)
