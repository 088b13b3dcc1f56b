"""POST /session/status: a phone reports its unsent photos and learns how many the session holds, or that it ended."""

from typing import TYPE_CHECKING

from bedside.capture.domain import DOMAIN
from bedside.capture.phones import StatusRequest
from bedside.capture.representation import consent_document
from bedside.capture.wiring import CaptureWiring
from bedside.identity.tokens import UploadCredential
from bedside.kernel.instants import iso
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

if TYPE_CHECKING:
    from bedside.capture.representation import SessionStatusDocument

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /session/status")
def report(call: Call[UploadCredential, StatusRequest]) -> Answer:
    status = wiring.phones.report(call.caller, call.body, call.now_ms)
    document: SessionStatusDocument = {
        "imageCount": status.image_count,
        "committedCount": status.committed_count,
        "consent": consent_document(status.consent),
        "serverTime": iso(call.now_ms),
    }
    return Answer(200, document, count=status.count)


lambda_handler = api.handler()
