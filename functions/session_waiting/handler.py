"""GET /session/waiting: a facility's photos that somebody should see to."""

from typing import TYPE_CHECKING

from bedside.capture.domain import DOMAIN
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

if TYPE_CHECKING:
    from bedside.capture.representation import WaitingPhotosListDocument

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /session/waiting")
def look(call: Call[Clinician]) -> Answer:
    document: WaitingPhotosListDocument = {"sessions": wiring.waiting_photos.list_sessions(call.caller, call.now_ms)}
    return Answer(200, document)


lambda_handler = api.handler()
