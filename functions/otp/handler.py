"""POST /otp/send and /otp/verify: anybody gets a one-time code by SMS, and signs in with it."""

from aws_lambda_powertools.event_handler import Response

from bedside import http
from bedside.identity.sending import SendRequest
from bedside.identity.signing_in import VerifyRequest, pair_document
from bedside.limits.limiter import Limiter
from bedside.limits.policies import OTP_SEND, OTP_VERIFY
from bedside.wiring import Wiring

wiring = Wiring()
app = http.resolver()


def _by_address() -> tuple[Limiter, str, int]:
    return wiring.limiter, http.caller_address(app.current_event), wiring.now_ms()


@app.post("/otp/send")
@http.limited(OTP_SEND, _by_address)
def send() -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    request = http.read_body(event, SendRequest)
    sent = wiring.sending(http.page_origin(event, wiring.settings)).send(request.phone, http.caller_address(event), now)
    return http.answer(202, {"expiresIn": sent.expires_in, "resendAfter": sent.resend_after})


@app.post("/otp/verify")
@http.limited(OTP_VERIFY, _by_address)
def verify() -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    request = http.read_body(event, VerifyRequest)
    signed_in = wiring.signing_in.sign_in(request.phone, request.otp, http.caller_address(event), now)
    return http.answer(200, pair_document(signed_in))


lambda_handler = http.endpoint(app)
