"""GET /session/images/{encounterId}: a clinician's page lists a session's images."""

from bedside.capture.domain import DOMAIN
from bedside.capture.gallery import ListRequest
from bedside.capture.representation import image_list_document
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /session/images/{encounterId}")
def list_images(call: Call[Clinician, None, ListRequest]) -> Answer:
    found = wiring.gallery.list_images(call.caller, call.path("encounterId"), call.query.since, call.now_ms)
    return Answer(200, image_list_document(found))


lambda_handler = api.handler()
