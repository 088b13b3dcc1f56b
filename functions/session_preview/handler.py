"""POST /session/preview: a phone sends a small picture of a photo that is on its way."""

from bedside.capture.domain import DOMAIN
from bedside.capture.previews import PreviewRequest
from bedside.capture.wiring import CaptureWiring
from bedside.identity.tokens import UploadCredential
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /session/preview")
def show(call: Call[UploadCredential, PreviewRequest]) -> Answer:
    return Answer(204, count=wiring.previews.pass_on(call.caller, call.body, call.now_ms))


lambda_handler = api.handler()
