"""POST /otp/send and /otp/verify: send a one-time code by SMS, and sign in with it."""

from bedside.identity.domain import DOMAIN
from bedside.identity.limits import OTP_SEND, OTP_VERIFY
from bedside.identity.otp_delivery import SendRequest
from bedside.identity.representation import sent_code_document
from bedside.identity.sign_in import VerifyRequest
from bedside.identity.wiring import IdentityWiring
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(IdentityWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.authenticator)


@api.serves("POST /otp/send")
def send(call: Call[str, SendRequest]) -> Answer:
    body = call.body
    count = wiring.otp_throttle.check(OTP_SEND, body.phone, body.device_tokens, call.caller, call.now_ms)
    delivery = wiring.otp_delivery(call.origin(wiring.platform.settings.public_origin))
    return Answer(202, sent_code_document(delivery.send(body, call.caller, call.now_ms)), count=count)


@api.serves("POST /otp/verify")
def verify(call: Call[str, VerifyRequest]) -> Answer:
    body = call.body
    count = wiring.otp_throttle.check(OTP_VERIFY, body.phone, body.device_tokens, call.caller, call.now_ms)
    sign_in = wiring.sign_in.sign_in(body, call.caller, call.now_ms, call.header("user-agent") or "")
    return Answer(200, wiring.user_view.sign_in(sign_in, call.now_ms), count=count)


lambda_handler = api.handler()
