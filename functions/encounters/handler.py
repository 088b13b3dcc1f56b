"""/encounters/*: what happened around each contact with a patient, for clinicians."""

from bedside.encounters.domain import DOMAIN
from bedside.encounters.queries import ListRequest, TimelineRequest
from bedside.encounters.wiring import EncountersWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(EncountersWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /encounters")
def list_encounters(call: Call[Clinician, None, ListRequest]) -> Answer:
    return Answer(200, wiring.queries.list_encounters(call.caller, call.query))


@api.serves("GET /encounters/{encounterId}")
def read(call: Call[Clinician, None, TimelineRequest]) -> Answer:
    return Answer(200, wiring.queries.get(call.caller, call.path("encounterId"), call.query))


lambda_handler = api.handler()
