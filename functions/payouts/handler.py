"""/practitioners/*/payout-account, /practitioners/*/identity-verification: how practitioners are paid."""

from bedside.identity.principal import Principal
from bedside.payouts.domain import DOMAIN
from bedside.payouts.wiring import PayoutsWiring
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(PayoutsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /practitioners/{practitionerId}/payout-account")
def payout_account(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.accounts.get(call.caller, call.path("practitionerId")))


@api.serves("POST /practitioners/{practitionerId}/payout-account")
def open_payout_account(call: Call[Principal]) -> Answer:
    practitioner_id, origin = call.path("practitionerId"), call.origin(wiring.platform.settings.public_origin)
    return Answer(200, wiring.accounts.onboard(call.caller, practitioner_id, origin, call.now_ms))


@api.serves("POST /practitioners/{practitionerId}/identity-verification")
def verify_identity(call: Call[Principal]) -> Answer:
    practitioner_id, origin = call.path("practitionerId"), call.origin(wiring.platform.settings.public_origin)
    return Answer(200, wiring.accounts.verify_identity(call.caller, practitioner_id, origin))


lambda_handler = api.handler()
