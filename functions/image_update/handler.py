"""PATCH /session/images/{encounterId}/{imageId}: a clinician corrects an image's metadata."""

from bedside.capture.domain import DOMAIN
from bedside.capture.gallery import DescribeRequest
from bedside.capture.representation import image_document
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("PATCH /session/images/{encounterId}/{imageId}")
def update(call: Call[Clinician, DescribeRequest]) -> Answer:
    encounter_id, image_id = call.path("encounterId"), call.path("imageId")
    return Answer(
        200, image_document(wiring.gallery.update(call.caller, encounter_id, image_id, call.body.metadata, call.now_ms))
    )


lambda_handler = api.handler()
