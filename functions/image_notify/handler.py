"""POST /session/images: a phone reports an uploaded photo, with its metadata."""

from typing import TYPE_CHECKING

from bedside.capture.arrival_report import NotifyRequest
from bedside.capture.domain import DOMAIN
from bedside.capture.wiring import CaptureWiring
from bedside.identity.tokens import UploadCredential
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

if TYPE_CHECKING:
    from bedside.capture.representation import IngestedImageDocument

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /session/images")
def notify(call: Call[UploadCredential, NotifyRequest]) -> Answer:
    ingested = wiring.ingestion.notify(call.caller, call.body, call.now_ms)
    document: IngestedImageDocument = {
        "success": True,
        "imageId": ingested.image.image_id,
        "imageCount": ingested.image_count,
        "sequence": ingested.image.sequence,
    }
    return Answer(201 if ingested.first else 200, document)


lambda_handler = api.handler()
