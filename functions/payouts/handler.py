"""/practitioners/*/payout-account, /practitioners/*/identity-verification, /admin/transfers/*: how people are paid."""

from bedside.identity.principal import Admin, Principal
from bedside.payouts.domain import DOMAIN
from bedside.payouts.ledger_export import LedgerRequest
from bedside.payouts.transfer_admin import HoldRequest, TransfersRequest
from bedside.payouts.wiring import PayoutsWiring
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(PayoutsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /practitioners/{practitionerId}/payout-account")
def payout_account(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.accounts.get(call.caller, call.path("practitionerId"), call.now_ms))


@api.serves("POST /practitioners/{practitionerId}/payout-account")
def open_payout_account(call: Call[Principal]) -> Answer:
    practitioner_id, origin = call.path("practitionerId"), call.origin(wiring.platform.settings.public_origin)
    return Answer(200, wiring.accounts.onboard(call.caller, practitioner_id, origin, call.now_ms))


@api.serves("POST /practitioners/{practitionerId}/identity-verification")
def verify_identity(call: Call[Principal]) -> Answer:
    practitioner_id, origin = call.path("practitionerId"), call.origin(wiring.platform.settings.public_origin)
    return Answer(200, wiring.accounts.verify_identity(call.caller, practitioner_id, origin, call.now_ms))


@api.serves("GET /admin/transfers")
def list_transfers(call: Call[Admin, None, TransfersRequest]) -> Answer:
    return Answer(200, wiring.transfer_admin.list_transfers(call.caller, call.query, call.now_ms))


@api.serves("POST /admin/transfers/{transferId}/approve")
def approve_transfer(call: Call[Admin]) -> Answer:
    return Answer(200, wiring.transfer_admin.approve(call.caller, call.path("transferId"), call.now_ms))


@api.serves("POST /admin/transfers/{transferId}/hold")
def hold_transfer(call: Call[Admin, HoldRequest]) -> Answer:
    return Answer(200, wiring.transfer_admin.hold(call.caller, call.path("transferId"), call.body, call.now_ms))


@api.serves("GET /admin/ledger")
def export_ledger(call: Call[Admin, None, LedgerRequest]) -> Answer:
    text = wiring.transfer_admin.export(call.caller, call.query, call.now_ms)
    return Answer(200, text=text, headers={"content-type": "text/csv; charset=utf-8"})


lambda_handler = api.handler()
