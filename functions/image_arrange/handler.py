"""PUT /session/images/{encounterId}/order: a clinician puts images in an order."""

from typing import TYPE_CHECKING

from bedside.capture.domain import DOMAIN
from bedside.capture.gallery import ArrangeRequest
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

if TYPE_CHECKING:
    from bedside.capture.representation import ArrangedImagesDocument

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("PUT /session/images/{encounterId}/order")
def arrange(call: Call[Clinician, ArrangeRequest]) -> Answer:
    encounter_id, seen = call.path("encounterId"), call.header("if-match")
    session = wiring.gallery.arrange(call.caller, encounter_id, call.body.image_ids, seen, call.now_ms)
    document: ArrangedImagesDocument = {"order": list(session.arranged()), "orderVersion": session.order_version}
    return Answer(200, document, session.order_version)


lambda_handler = api.handler()
