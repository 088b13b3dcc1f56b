"""POST /session/live-ticket: a clinician's page gets a new ticket for a session's live channel."""

from bedside.capture.domain import DOMAIN
from bedside.capture.sessions import TicketRequest
from bedside.capture.wiring import CaptureWiring
from bedside.identity.principal import Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /session/live-ticket")
def issue(call: Call[Clinician, TicketRequest]) -> Answer:
    return Answer(200, wiring.sessions.issue_ticket(call.caller, call.body.encounter_id, call.now_ms))


lambda_handler = api.handler()
