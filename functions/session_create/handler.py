"""POST /session/create: a clinician opens a capture session and gets a QR code."""

from typing import TYPE_CHECKING, cast

from bedside.capture.domain import DOMAIN
from bedside.capture.sessions import OpenRequest
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.kernel.instants import iso
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

if TYPE_CHECKING:
    from bedside.capture.representation import OpenedSessionDocument, SessionPatientDocument

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /session/create")
def create(call: Call[Clinician, OpenRequest]) -> Answer:
    origin = call.origin(wiring.platform.settings.public_origin)
    opened = wiring.sessions.open(call.caller, call.body, origin, call.now_ms)
    document: OpenedSessionDocument = {
        "token": opened.token,
        "mobileUrl": opened.mobile_url,
        "qrSvg": opened.qr_svg,
        "expiresIn": wiring.settings.qr_token_life_ms // 1000,
        "sessionExpiresAt": iso(opened.session_expires_at),
        "live": opened.live,
        "patient": cast("SessionPatientDocument", opened.patient),
    }
    if opened.code_series:
        document["codeSeries"] = opened.code_series
    return Answer(201, document)


lambda_handler = api.handler()
