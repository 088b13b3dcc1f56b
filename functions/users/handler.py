"""/user/profile, /admin/*, roles and verifications: profiles, users, facilities and usage counters."""

from bedside import domains
from bedside.identity import facility_admin
from bedside.identity.domain import DOMAIN
from bedside.identity.principal import Admin, Principal
from bedside.identity.profile import ProfileRequest
from bedside.identity.representation import UserDocument
from bedside.identity.usage import CountersRequest
from bedside.identity.user_directory import PageRequest
from bedside.identity.user_requests import (
    ActiveRequest,
    CreateRequest,
    ForceRequest,
    NameRequest,
    ReviewRequest,
    RolesRequest,
)
from bedside.identity.wiring import IdentityWiring
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(IdentityWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.authenticator)


@api.serves("GET /user/profile")
def profile(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.user_view.user(wiring.profile.get(call.caller), call.now_ms))


@api.serves("PATCH /user/profile")
def update_profile(call: Call[Principal, ProfileRequest]) -> Answer:
    return Answer(200, wiring.user_view.user(wiring.profile.update(call.caller, call.body), call.now_ms))


@api.serves("GET /user/sign-ins")
def sign_ins(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.sign_ins.list_own(call.caller, call.now_ms))


@api.serves("DELETE /user/sign-ins/{signInId}")
def end_sign_in(call: Call[Principal]) -> Answer:
    wiring.sign_ins.end(call.caller, call.path("signInId"))
    return Answer(204)


@api.serves("GET /admin/users")
def list_users(call: Call[Admin, None, PageRequest]) -> Answer:
    return Answer(200, wiring.user_directory.list_users(call.caller, call.query, call.now_ms))


@api.serves("POST /admin/users")
def create(call: Call[Admin, CreateRequest]) -> Answer:
    def work() -> UserDocument:
        return wiring.user_view.user(wiring.user_admin.create(call.caller, call.body, call.now_ms), call.now_ms)

    return Answer(201, wiring.platform.once(call.caller.user_id, call.header("idempotency-key"), call.body, work))


@api.serves("PUT /users/{userId}/roles")
def set_roles(call: Call[Admin, RolesRequest]) -> Answer:
    person = wiring.user_admin.set_roles(call.caller, call.path("userId"), call.body.roles, call.now_ms)
    return Answer(200, wiring.user_view.user(person, call.now_ms))


@api.serves("PATCH /admin/users/{userId}")
def rename(call: Call[Admin, NameRequest]) -> Answer:
    person = wiring.user_admin.rename(call.caller, call.path("userId"), call.body.display_name, call.now_ms)
    return Answer(200, wiring.user_view.user(person, call.now_ms))


@api.serves("PUT /admin/users/{userId}/active")
def set_active(call: Call[Admin, ActiveRequest]) -> Answer:
    active, user_id = call.body.active, call.path("userId")
    person = wiring.user_admin.set_active(call.caller, user_id, active=active, now_ms=call.now_ms)
    return Answer(200, wiring.user_view.user(person, call.now_ms))


@api.serves("DELETE /admin/users/{userId}")
def remove(call: Call[Admin]) -> Answer:
    wiring.user_admin.remove(call.caller, call.path("userId"), call.now_ms)
    return Answer(204)


@api.serves("POST /admin/users/{userId}/invite")
def invite(call: Call[Admin]) -> Answer:
    origin = call.origin(wiring.platform.settings.public_origin)
    person = wiring.invitations.send(call.caller, call.path("userId"), origin, call.now_ms)
    return Answer(200, wiring.user_view.user(person, call.now_ms))


@api.serves("POST /admin/users/{userId}/unlock")
def unlock(call: Call[Admin]) -> Answer:
    person = wiring.user_admin.unlock(call.caller, call.path("userId"), call.now_ms)
    return Answer(200, wiring.user_view.user(person, call.now_ms))


@api.serves("POST /internal/force-verification")
def force(call: Call[Admin, ForceRequest]) -> Answer:
    admin, request, submissions = call.caller, call.body, wiring.platform.submissions
    with submissions.once(admin.user_id, "force-verification", request.model_dump(), call.now_ms):
        person = wiring.user_admin.force_verification(admin, request.user_id, request.reason, call.now_ms)
    return Answer(200, wiring.user_view.user(person, call.now_ms))


@api.serves("POST /experts/verify-specific")
def review(call: Call[Admin, ReviewRequest]) -> Answer:
    person = wiring.user_admin.review(call.caller, call.body, call.now_ms)
    return Answer(200, wiring.user_view.user(person, call.now_ms))


@api.serves("GET /admin/counters")
def counters(call: Call[Admin, None, CountersRequest]) -> Answer:
    return Answer(200, wiring.usage.read(call.caller, call.query, domains.counters(), call.now_ms))


@api.serves("GET /admin/facilities")
def list_facilities(call: Call[Admin, None, facility_admin.PageRequest]) -> Answer:
    return Answer(200, wiring.facility_admin.list_facilities(call.caller, call.query))


@api.serves("GET /admin/facilities/{facilityId}")
def facility(call: Call[Admin]) -> Answer:
    document, version = wiring.facility_admin.get(call.caller, call.path("facilityId"))
    return Answer(200, document, version)


@api.serves("PUT /admin/facilities/{facilityId}")
def save_facility(call: Call[Admin, facility_admin.SettingsRequest]) -> Answer:
    facility_id, seen = call.path("facilityId"), call.header("if-match")
    document, version = wiring.facility_admin.save(call.caller, facility_id, call.body, seen, call.now_ms)
    return Answer(200, document, version)


lambda_handler = api.handler()
