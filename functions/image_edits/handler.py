"""/session/images/{encounterId}/{imageId}/edits: what a clinician draws on an image, in versions."""

import json

from bedside.capture.domain import DOMAIN
from bedside.capture.edit_documents import edit_history_document
from bedside.capture.edit_repository import EditVersion
from bedside.capture.edits import Edits
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /session/images/{encounterId}/{imageId}/edits")
def look(call: Call[Clinician]) -> Answer:
    return _answer(wiring.photo_edits.get(call.caller, call.path("encounterId"), call.path("imageId")))


@api.serves("PUT /session/images/{encounterId}/{imageId}/edits")
def save(call: Call[Clinician, Edits]) -> Answer:
    encounter_id, image_id, seen = call.path("encounterId"), call.path("imageId"), call.header("if-match")
    return _answer(wiring.photo_edits.save(call.caller, encounter_id, image_id, call.body, seen, call.now_ms))


@api.serves("GET /session/images/{encounterId}/{imageId}/edits/history")
def history(call: Call[Clinician]) -> Answer:
    encounter_id, image_id = call.path("encounterId"), call.path("imageId")
    versions = wiring.photo_edits.list_versions(call.caller, encounter_id, image_id)
    return Answer(200, edit_history_document(versions))


def _answer(found: EditVersion) -> Answer:
    return Answer(200, json.loads(found.edits.text()), found.version)


lambda_handler = api.handler()
