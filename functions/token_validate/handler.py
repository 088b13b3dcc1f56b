"""GET /session/token/{token}: a phone exchanges a scanned QR token for an upload token."""

from bedside.capture.domain import DOMAIN
from bedside.capture.wiring import CaptureWiring
from bedside.kernel.instants import iso
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /session/token/{token}")
def validate(call: Call[str]) -> Answer:
    exchanged = wiring.qr_exchange.exchange(call.path("token"), call.caller, call.now_ms)
    document = {
        **exchanged.facts,
        "uploadToken": exchanged.upload_token,
        "maxImages": wiring.settings.max_images,
        "imageCount": exchanged.image_count,
        "expiresAt": exchanged.expires_at,
        "serverTime": iso(call.now_ms),
    }
    return Answer(200, document, count=exchanged.count)


lambda_handler = api.handler()
