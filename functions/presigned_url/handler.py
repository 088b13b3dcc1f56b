"""POST /session/presigned-url: a phone reserves a place for a photo and gets its upload link."""

from typing import TYPE_CHECKING

from bedside.capture.domain import DOMAIN
from bedside.capture.uploads import UploadRequest
from bedside.capture.wiring import CaptureWiring
from bedside.identity.tokens import UploadCredential
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

if TYPE_CHECKING:
    from bedside.capture.representation import UploadGrantDocument

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /session/presigned-url")
def grant(call: Call[UploadCredential, UploadRequest]) -> Answer:
    granted = wiring.uploads.grant(call.caller, call.body, call.now_ms)
    document: UploadGrantDocument = {
        "uploadUrl": granted.url,
        "s3Key": granted.key,
        "headers": granted.headers,
        "expiresAt": granted.expires_at,
    }
    return Answer(200, document, count=granted.count)


lambda_handler = api.handler()
