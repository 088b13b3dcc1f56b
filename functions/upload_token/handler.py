"""POST /session/upload-token: a clinician's page gets a token to add photos to a session."""

from typing import TYPE_CHECKING

from bedside.capture.desk_uploads import UploadTokenRequest
from bedside.capture.domain import DOMAIN
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.kernel.instants import iso
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

if TYPE_CHECKING:
    from bedside.capture.representation import UploadTokenDocument

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /session/upload-token")
def issue(call: Call[Clinician, UploadTokenRequest]) -> Answer:
    token = wiring.desk_uploads.issue(call.caller, call.body.encounter_id, call.now_ms)
    document: UploadTokenDocument = {
        "uploadToken": token.upload_token,
        "expiresAt": token.expires_at,
        "maxImages": wiring.settings.max_images,
        "imageCount": token.image_count,
        "serverTime": iso(call.now_ms),
    }
    return Answer(200, document)


lambda_handler = api.handler()
