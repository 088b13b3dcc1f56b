"""POST /session/presigned-url: a phone gets a place and a link for one photo."""

from aws_lambda_powertools.event_handler import Response

from bedside.capture.uploads import UploadRequest
from bedside.platform import http
from bedside.platform.limits.policies import PRESIGNED_URL
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.post("/session/presigned-url")
def grant() -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    phone = wiring.guard.phone(event.headers.get("authorization"), now)
    granted = wiring.uploads.grant(phone, http.read_body(event, UploadRequest), now)
    document = {
        "uploadUrl": granted.url,
        "s3Key": granted.key,
        "headers": granted.headers,
        "expiresAt": granted.expires_at,
    }
    return http.with_count(http.answer(200, document), PRESIGNED_URL, granted.count)


lambda_handler = http.endpoint(app)
