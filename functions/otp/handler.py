"""POST /otp/send and /otp/verify: anybody gets a one-time code by SMS, and signs in with it."""

from aws_lambda_powertools.event_handler import Response

from bedside.identity.otp_delivery import SendRequest
from bedside.identity.sign_in import VerifyRequest, pair_document
from bedside.platform import http
from bedside.platform.limits.policies import OTP_SEND, OTP_VERIFY
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


def _by_address() -> http.Call[str]:
    address = http.caller_address(app.current_event)
    return http.Call(address, address, wiring.limiter, wiring.now_ms())


@app.post("/otp/send")
@http.limited(OTP_SEND, _by_address)
def send(call: http.Call[str]) -> Response[str]:
    event = app.current_event
    request = http.read_body(event, SendRequest)
    sent = wiring.sending(http.page_origin(event, wiring.settings)).send(request.phone, call.who, call.now_ms)
    return http.answer(202, {"expiresIn": sent.expires_in, "resendAfter": sent.resend_after})


@app.post("/otp/verify")
@http.limited(OTP_VERIFY, _by_address)
def verify(call: http.Call[str]) -> Response[str]:
    request = http.read_body(app.current_event, VerifyRequest)
    return http.answer(200, pair_document(wiring.sign_in.sign_in(request.phone, request.otp, call.who, call.now_ms)))


lambda_handler = http.endpoint(app)
