"""/user/*, /admin/* and what administrators decide: profiles, people, roles, verifications; and the counters."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from bedside.identity.person import user_document
from bedside.identity.principal import Admin, Principal
from bedside.identity.token_refresh import ProfileRequest
from bedside.identity.usage import CountersRequest
from bedside.identity.user_admin import CreateRequest, ForceRequest, ReviewRequest, RolesRequest
from bedside.identity.user_directory import PageRequest
from bedside.kernel import invocation
from bedside.platform import http
from bedside.platform.limits.policies import ADMIN, EXPERT_VERIFICATION, FORCE_VERIFICATION, PROFILE, ROLE_CHANGES
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


def _by_admin() -> http.Call[Admin]:
    event, now = app.current_event, wiring.now_ms()
    who = wiring.guard.admin(event.headers.get("authorization"), http.caller_address(event), now)
    return http.Call(who, who.user_id, wiring.limiter, now)


def _by_user() -> http.Call[Principal]:
    now = wiring.now_ms()
    who = wiring.guard.signed_in(app.current_event.headers.get("authorization"), now)
    return http.Call(who, who.user_id, wiring.limiter, now)


@app.get("/user/profile")
@http.limited(PROFILE, _by_user)
def profile(call: http.Call[Principal]) -> Response[str]:
    return http.answer(200, user_document(wiring.token_refresh.self_of(call.who)))


@app.patch("/user/profile")
@http.limited(PROFILE, _by_user)
def describe(call: http.Call[Principal]) -> Response[str]:
    request = http.read_body(app.current_event, ProfileRequest)
    return http.answer(200, user_document(wiring.token_refresh.describe(call.who, request)))


@app.get("/admin/users")
@http.limited(ADMIN, _by_admin)
def page(call: http.Call[Admin]) -> Response[str]:
    request = http.read_query(app.current_event, PageRequest)
    return http.answer(200, wiring.listing.page(call.who, request, call.now_ms))


@app.post("/admin/users")
@http.limited(ADMIN, _by_admin)
def create(call: http.Call[Admin]) -> Response[str]:
    event, who = app.current_event, call.who
    request = http.read_body(event, CreateRequest)

    def work() -> dict[str, Any]:
        return user_document(wiring.user_admin.create(who, request, call.now_ms))

    key, body = event.headers.get("idempotency-key"), request.model_dump()
    document = work() if key is None else wiring.idempotency.once(who.user_id, key, body, work, invocation.current())
    return http.answer(201, document)


@app.put("/users/<user_id>/roles")
@http.limited(ROLE_CHANGES, _by_admin)
def set_roles(call: http.Call[Admin], user_id: str) -> Response[str]:
    request = http.read_body(app.current_event, RolesRequest)
    person = wiring.user_admin.set_roles(call.who, user_id, request.roles, call.now_ms)
    return http.answer(200, user_document(person))


@app.post("/internal/force-verification")
@http.limited(FORCE_VERIFICATION, _by_admin)
def force(call: http.Call[Admin]) -> Response[str]:
    request = http.read_body(app.current_event, ForceRequest)
    with wiring.submissions.once(call.who.user_id, "force-verification", request.model_dump(), call.now_ms):
        person = wiring.user_admin.force(call.who, request.user_id, request.reason, call.now_ms)
    return http.answer(200, user_document(person))


@app.post("/experts/verify-specific")
@http.limited(EXPERT_VERIFICATION, _by_admin)
def review(call: http.Call[Admin]) -> Response[str]:
    request = http.read_body(app.current_event, ReviewRequest)
    return http.answer(200, user_document(wiring.user_admin.review(call.who, request, call.now_ms)))


@app.get("/admin/counters")
@http.limited(ADMIN, _by_admin)
def counters(call: http.Call[Admin]) -> Response[str]:
    request = http.read_query(app.current_event, CountersRequest)
    return http.answer(200, wiring.usage.look(call.who, request, call.now_ms))


lambda_handler = http.endpoint(app)
