"""PUT /session/consent/{encounterId}: a clinician or the phone records consent to photography."""

from bedside.capture.consent_recording import PhotographyConsentRequest
from bedside.capture.domain import DOMAIN
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.identity.tokens import UploadCredential
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("PUT /session/consent/{encounterId}")
def record(call: Call[Clinician | UploadCredential, PhotographyConsentRequest]) -> Answer:
    encounter_id, seen = call.path("encounterId"), call.header("if-match")
    consent = wiring.consent_recording.record(call.caller, encounter_id, call.body, seen, call.now_ms)
    return Answer(200, consent.document(), consent.at)


lambda_handler = api.handler()
