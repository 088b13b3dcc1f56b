"""POST /session/images: a phone says that it has uploaded a photo, and what is on it."""

from aws_lambda_powertools.event_handler import Response

from bedside.capture.ingestion import NotifyRequest
from bedside.platform import http
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.post("/session/images")
def notify() -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    phone = wiring.guard.phone(event.headers.get("authorization"), now)
    arrived = wiring.ingestion.notify(phone, http.read_body(event, NotifyRequest), now)
    return http.answer(
        201 if arrived.first else 200,
        {
            "success": True,
            "imageId": arrived.image.image_id,
            "imageCount": arrived.image_count,
            "sequence": arrived.image.sequence,
        },
    )


lambda_handler = http.endpoint(app)
