"""POST /session/create: a clinician opens a capture session and gets a QR code."""

from aws_lambda_powertools.event_handler import Response

from bedside import http
from bedside.capture.opening import OpenRequest
from bedside.instants import iso
from bedside.limits.limiter import Limiter
from bedside.limits.policies import SESSION_CREATE
from bedside.wiring import Wiring

wiring = Wiring()
app = http.resolver()


def _by_clinician() -> tuple[Limiter, str, int]:
    now = wiring.now_ms()
    who = wiring.guard.clinician(app.current_event.headers.get("authorization"), now)
    return wiring.limiter, who.user_id, now


@app.post("/session/create")
@http.limited(SESSION_CREATE, _by_clinician)
def create() -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    who = wiring.guard.clinician(event.headers.get("authorization"), now)
    request = http.read_body(event, OpenRequest)
    opened = wiring.opening.open(who, request, http.page_origin(event, wiring.settings), now)
    return http.answer(
        201,
        {
            "token": opened.token,
            "mobileUrl": opened.mobile_url,
            "qrSvg": opened.qr_svg,
            "expiresIn": wiring.settings.qr_token_life_ms // 1000,
            "sessionExpiresAt": iso(opened.session_expires_at),
            "live": opened.live,
        },
    )


lambda_handler = http.endpoint(app)
