"""GET /session/images/{encounterId}: a clinician's page reads the images of a session."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from bedside.capture.gallery import DownloadableImage, image_document
from bedside.capture.model import Session
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.platform import http
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.get("/session/images/<encounter_id>")
def look(encounter_id: str) -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    who = wiring.guard.clinician(event.headers.get("authorization"), now)
    since = _since(event.query_string_parameters.get("since"))
    return http.answer(200, _document(*wiring.gallery.look(who, encounter_id, since, now)))


def _since(text: str | None) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004  # far beyond any sequence
        raise InvalidRequestError([FieldFault("since", "This must be a whole number.")])
    return int(text)


def _document(session: Session | None, images: list[DownloadableImage]) -> dict[str, Any]:
    return {
        "images": [image_document(shown) for shown in images],
        "sequence": session.sequence if session else None,
        "revision": session.revision if session else None,
        "sessionCreatedAt": session.started if session else None,
        "lastActivity": session.last_activity if session else None,
        "patientId": session.patient.patient_id if session else None,
        "facilityId": session.facility_id if session else None,
    }


lambda_handler = http.endpoint(app)
