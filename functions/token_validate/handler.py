"""GET /session/token/{token}: a phone trades a scanned QR token for an upload token."""

from aws_lambda_powertools.event_handler import Response

from bedside.platform import http
from bedside.platform.limits.policies import TOKEN_VALIDATE
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.get("/session/token/<token>")
def validate(token: str) -> Response[str]:
    address = http.caller_address(app.current_event)
    scanned = wiring.qr_exchange.scan(token, address, wiring.now_ms())
    document = {
        **scanned.facts,
        "uploadToken": scanned.upload_token,
        "maxImages": wiring.settings.max_images,
        "imageCount": scanned.image_count,
        "expiresAt": scanned.expires_at,
    }
    return http.with_count(http.answer(200, document), TOKEN_VALIDATE, scanned.count)


lambda_handler = http.endpoint(app)
