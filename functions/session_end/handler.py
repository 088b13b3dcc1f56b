"""DELETE /session/{encounterId}: a clinician ends the session for everyone."""

from bedside.capture.domain import DOMAIN
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("DELETE /session/{encounterId}")
def end(call: Call[Clinician]) -> Answer:
    wiring.sessions.end(call.caller, call.path("encounterId"), call.now_ms)
    return Answer(204)


lambda_handler = api.handler()
