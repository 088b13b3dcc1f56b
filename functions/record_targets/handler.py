"""/admin/record-targets/*: how facilities' records are reached. It writes secrets, and cannot read them."""

from bedside.commits.domain import DOMAIN
from bedside.commits.record_targets.requests import TargetRequest
from bedside.commits.wiring import CommitsWiring
from bedside.identity.principal import Admin
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CommitsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /admin/record-targets/{facilityId}")
def target(call: Call[Admin]) -> Answer:
    document, version = wiring.record_targets.admin.get(call.caller, call.path("facilityId"), call.now_ms)
    return Answer(200, document, version)


@api.serves("PUT /admin/record-targets/{facilityId}")
def save(call: Call[Admin, TargetRequest]) -> Answer:
    facility_id, seen = call.path("facilityId"), call.header("if-match")
    document, version = wiring.record_targets.admin.save(call.caller, facility_id, call.body, seen, call.now_ms)
    return Answer(200, document, version)


@api.serves("POST /admin/record-targets/{facilityId}/check")
def check(call: Call[Admin]) -> Answer:
    return Answer(202, wiring.record_targets.admin.test(call.caller, call.path("facilityId"), call.now_ms))


lambda_handler = api.handler()
