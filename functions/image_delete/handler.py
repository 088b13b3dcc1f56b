"""DELETE /session/images/{encounterId}/{imageId}: a clinician or the phone deletes an image."""

from typing import TYPE_CHECKING

from bedside.capture.domain import DOMAIN
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.identity.tokens import UploadCredential
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

if TYPE_CHECKING:
    from bedside.capture.representation import DeletedImageDocument

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("DELETE /session/images/{encounterId}/{imageId}")
def delete(call: Call[Clinician | UploadCredential]) -> Answer:
    session = wiring.image_deletion.delete(call.caller, call.path("encounterId"), call.path("imageId"), call.now_ms)
    # A phone counts what it may still send.
    count = session.sent_count if isinstance(call.caller, UploadCredential) else session.image_count
    document: DeletedImageDocument = {"success": True, "imageCount": count}
    return Answer(200, document)


lambda_handler = api.handler()
