"""PUT /session/phones/{encounterId}/{phoneId}: a clinician lets a phone into a session, or refuses it."""

from bedside.capture.domain import DOMAIN
from bedside.capture.pairing import AdmissionRequest
from bedside.capture.representation import phone_documents
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("PUT /session/phones/{encounterId}/{phoneId}")
def admit(call: Call[Clinician, AdmissionRequest]) -> Answer:
    session = wiring.pairing.decide(
        call.caller, call.path("encounterId"), call.path("phoneId"), call.now_ms, admitted=call.body.admitted
    )
    return Answer(200, {"phones": phone_documents(session)})


lambda_handler = api.handler()
