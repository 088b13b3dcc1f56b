"""/user/*, /admin/* and what administrators decide: profiles, people, roles, verifications; and the counters."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from bedside import http, invocation
from bedside.identity.administering import CreateRequest, ForceRequest, PageRequest, ReviewRequest, RolesRequest
from bedside.identity.overseeing import CountersRequest
from bedside.identity.person import user_document
from bedside.identity.principal import Admin
from bedside.identity.staying import ProfileRequest
from bedside.limits.limiter import Limiter
from bedside.limits.policies import ADMIN, EXPERT_VERIFICATION, FORCE_VERIFICATION, PROFILE, ROLE_CHANGES
from bedside.wiring import Wiring

wiring = Wiring()
app = http.resolver()


def _admin() -> Admin:
    event = app.current_event
    return wiring.guard.admin(event.headers.get("authorization"), http.caller_address(event), wiring.now_ms())


def _by_admin() -> tuple[Limiter, str, int]:
    return wiring.limiter, _admin().user_id, wiring.now_ms()


def _by_user() -> tuple[Limiter, str, int]:
    now = wiring.now_ms()
    who = wiring.guard.signed_in(app.current_event.headers.get("authorization"), now)
    return wiring.limiter, who.user_id, now


@app.get("/user/profile")
@http.limited(PROFILE, _by_user)
def profile() -> Response[str]:
    who = wiring.guard.signed_in(app.current_event.headers.get("authorization"), wiring.now_ms())
    return http.answer(200, user_document(wiring.staying.self_of(who)))


@app.patch("/user/profile")
@http.limited(PROFILE, _by_user)
def describe() -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    who = wiring.guard.signed_in(event.headers.get("authorization"), now)
    return http.answer(200, user_document(wiring.staying.describe(who, http.read_body(event, ProfileRequest))))


@app.get("/admin/users")
@http.limited(ADMIN, _by_admin)
def page() -> Response[str]:
    who, request = _admin(), http.read_query(app.current_event, PageRequest)
    people, cursor = wiring.administering.page(who, request)
    return http.answer(200, {"users": [user_document(person) for person in people], "cursor": cursor})


@app.post("/admin/users")
@http.limited(ADMIN, _by_admin)
def create() -> Response[str]:
    event, who = app.current_event, _admin()
    request = http.read_body(event, CreateRequest)

    def work() -> dict[str, Any]:
        return user_document(wiring.administering.create(who, request, wiring.now_ms()))

    key, body = event.headers.get("idempotency-key"), request.model_dump()
    document = work() if key is None else wiring.idempotency.once(who.user_id, key, body, work, invocation.current())
    return http.answer(201, document)


@app.put("/users/<user_id>/roles")
@http.limited(ROLE_CHANGES, _by_admin)
def set_roles(user_id: str) -> Response[str]:
    who = _admin()
    request = http.read_body(app.current_event, RolesRequest)
    return http.answer(200, user_document(wiring.administering.set_roles(who, user_id, request.roles, wiring.now_ms())))


@app.post("/internal/force-verification")
@http.limited(FORCE_VERIFICATION, _by_admin)
def force() -> Response[str]:
    who = _admin()
    request = http.read_body(app.current_event, ForceRequest)
    with wiring.submissions.once(who.user_id, "force-verification", request.model_dump(), wiring.now_ms()):
        person = wiring.administering.force(who, request.user_id, request.reason, wiring.now_ms())
    return http.answer(200, user_document(person))


@app.post("/experts/verify-specific")
@http.limited(EXPERT_VERIFICATION, _by_admin)
def review() -> Response[str]:
    who = _admin()
    request = http.read_body(app.current_event, ReviewRequest)
    return http.answer(200, user_document(wiring.administering.review(who, request, wiring.now_ms())))


@app.get("/admin/counters")
@http.limited(ADMIN, _by_admin)
def counters() -> Response[str]:
    who, request = _admin(), http.read_query(app.current_event, CountersRequest)
    return http.answer(200, wiring.overseeing.look(who, request, wiring.now_ms()))


lambda_handler = http.endpoint(app)
