"""/launches, /admin/record-people/*: opened from inside a facility's record, by whom the facility knows there."""

from bedside.commits.domain import DOMAIN
from bedside.commits.launches.launches import LaunchCaller
from bedside.commits.launches.requests import CompletionRequest, ContextRequest, LaunchRequest, TiesRequest
from bedside.commits.wiring import CommitsWiring
from bedside.identity.principal import Admin, Clinician
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CommitsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /launches")
def begin(call: Call[str, LaunchRequest]) -> Answer:
    origin = call.origin(wiring.platform.settings.public_origin)
    return Answer(201, wiring.launching.launches.begin(call.body, origin, call.now_ms))


@api.serves("POST /launches/complete")
def complete(call: Call[str, CompletionRequest]) -> Answer:
    origin = call.origin(wiring.platform.settings.public_origin)
    caller = LaunchCaller(call.address, call.header("user-agent") or "")
    pair, context = wiring.launching.launches.complete(call.body, origin, call.now_ms, caller)
    return Answer(200, {"signIn": wiring.identity.user_view.token_pair(pair, call.now_ms), "context": context})


@api.serves("POST /launches/context")
def begin_context(call: Call[Clinician, ContextRequest]) -> Answer:
    return Answer(202, wiring.launching.contexts.begin(call.caller, call.body, call.now_ms))


@api.serves("GET /launches/context/{contextId}")
def context(call: Call[Clinician]) -> Answer:
    return Answer(200, wiring.launching.contexts.get(call.caller, call.path("contextId"), call.now_ms))


@api.serves("GET /admin/record-people/{facilityId}")
def people(call: Call[Admin]) -> Answer:
    document, version = wiring.launching.ties.get(call.caller, call.path("facilityId"))
    return Answer(200, document, version)


@api.serves("PUT /admin/record-people/{facilityId}")
def save_people(call: Call[Admin, TiesRequest]) -> Answer:
    facility_id, seen = call.path("facilityId"), call.header("if-match")
    document, version = wiring.launching.ties.save(call.caller, facility_id, call.body, seen, call.now_ms)
    return Answer(200, document, version)


lambda_handler = api.handler()
