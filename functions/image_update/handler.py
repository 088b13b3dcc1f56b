"""PATCH /session/images/{encounterId}/{imageId}: a clinician corrects what is said of an image."""

from aws_lambda_powertools.event_handler import Response

from bedside.capture.gallery import DescribeRequest, image_document
from bedside.platform import http
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.patch("/session/images/<encounter_id>/<image_id>")
def describe(encounter_id: str, image_id: str) -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    who = wiring.guard.clinician(event.headers.get("authorization"), now)
    request = http.read_body(event, DescribeRequest)
    shown = wiring.gallery.describe(who, encounter_id, image_id, request.metadata, now)
    return http.answer(200, image_document(shown))


lambda_handler = http.endpoint(app)
