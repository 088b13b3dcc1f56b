"""POST /session/create: a clinician opens a capture session and gets a QR code."""

from aws_lambda_powertools.event_handler import Response

from bedside.capture.sessions import OpenRequest
from bedside.identity.principal import Clinician
from bedside.kernel.instants import iso
from bedside.platform import http
from bedside.platform.limits.policies import SESSION_CREATE
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


def _by_clinician() -> http.Call[Clinician]:
    now = wiring.now_ms()
    who = wiring.guard.clinician(app.current_event.headers.get("authorization"), now)
    return http.Call(who, who.user_id, wiring.limiter, now)


@app.post("/session/create")
@http.limited(SESSION_CREATE, _by_clinician)
def create(call: http.Call[Clinician]) -> Response[str]:
    event = app.current_event
    request = http.read_body(event, OpenRequest)
    opened = wiring.sessions.open(call.who, request, http.page_origin(event, wiring.settings), call.now_ms)
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
