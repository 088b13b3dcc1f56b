"""PUT /session/images/{encounterId}/order: a clinician puts images in an order."""

from bedside.capture.domain import DOMAIN
from bedside.capture.gallery import ArrangeRequest
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("PUT /session/images/{encounterId}/order")
def arrange(call: Call[Clinician, ArrangeRequest]) -> Answer:
    session = wiring.gallery.arrange(call.caller, call.path("encounterId"), call.body.image_ids, call.now_ms)
    return Answer(200, {"order": list(session.arranged())})


lambda_handler = api.handler()
