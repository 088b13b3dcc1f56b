"""GET /session/token/{token}: a phone exchanges a scanned QR token for an upload token, or asks to be let in."""

from typing import TYPE_CHECKING

from bedside.capture.domain import DOMAIN
from bedside.capture.phone import phone_name
from bedside.capture.qr_exchange import AskingPhone, ExchangeRequest
from bedside.capture.representation import consent_document
from bedside.capture.wiring import CaptureWiring
from bedside.kernel.instants import iso
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

if TYPE_CHECKING:
    from bedside.capture.representation import KnownPhoneDocument

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /session/token/{token}")
def validate(call: Call[str, None, ExchangeRequest]) -> Answer:
    name = phone_name(call.header("user-agent") or "", call.header("sec-ch-ua-model") or "")
    exchanged = wiring.qr_exchange.exchange(call.path("token"), call.query.phone_id, name, call.caller, call.now_ms)
    phone: KnownPhoneDocument = {"name": exchanged.phone.name, "words": exchanged.phone.words}
    if isinstance(exchanged, AskingPhone):
        return Answer(202, {"phone": phone}, count=exchanged.count)
    document = {
        **exchanged.facts,
        "phone": phone,
        "consent": consent_document(exchanged.consent),
        "uploadToken": exchanged.upload_token,
        "maxImages": wiring.settings.max_images,
        "imageCount": exchanged.image_count,
        "expiresAt": exchanged.expires_at,
        "serverTime": iso(call.now_ms),
    }
    return Answer(200, document, count=exchanged.count)


lambda_handler = api.handler()
