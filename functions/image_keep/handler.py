"""/session/images/{encounterId}/{imageId}/keep: a clinician keeps a photo beyond its time, or releases it."""

from bedside.capture.domain import DOMAIN
from bedside.capture.representation import image_document
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /session/images/{encounterId}/{imageId}/keep")
def keep(call: Call[Clinician]) -> Answer:
    return _keep(call, kept=True)


@api.serves("DELETE /session/images/{encounterId}/{imageId}/keep")
def release(call: Call[Clinician]) -> Answer:
    return _keep(call, kept=False)


def _keep(call: Call[Clinician], *, kept: bool) -> Answer:
    encounter_id, image_id = call.path("encounterId"), call.path("imageId")
    return Answer(200, image_document(wiring.gallery.keep(call.caller, encounter_id, image_id, call.now_ms, kept=kept)))


lambda_handler = api.handler()
