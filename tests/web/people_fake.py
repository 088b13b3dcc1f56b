"""People who can sign in, in memory: the identity calls of the contract, except where a test queues a fault."""

import asyncio
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bedside.identity.phone_number import parse_phone
from bedside.kernel.digits import plain_digits
from tests import contract

type Json = dict[str, Any]

FACILITIES: dict[str, Json] = {
    "FAC001": {"name": "Kauri Street Hospital", "country": "NZ", "timeZone": "Pacific/Auckland"},
    "FAC002": {"name": "Harbour Clinic", "country": "NZ", "timeZone": "Pacific/Auckland"},
}
ADMINS = {"facilityAdmin", "systemAdmin"}
PAGE = 3


# What a facility has without having chosen it.
RULES = {
    "identifier": {"system": "nhi", "label": "NHI", "required": False},
    "photoRetentionDays": 1,
    "committedPhotoDays": 30,
    "bookingPolicy": {"freeUntilHours": 24, "lateRefundPercent": 0},
    "feePercent": None,
}


@dataclass(frozen=True)
class Fault:
    """What one call answers instead, and when: once `held` is set, if it is given.

    Without a status the call is answered as usual.
    """

    status: int = 0
    slug: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)
    held: threading.Event | None = None

    async def wait(self) -> None:
        """Wait until the call may be answered."""
        if self.held:
            await asyncio.to_thread(self.held.wait, 30)


_CLASHES: Final[dict[str, Json]] = {slug: {"visitId": None} for slug in ("clash", "patient-clash")}


def problem(status: int, slug: str, headers: dict[str, str] | None = None, **extra: Any) -> Response:
    """A problem document as the real API sends it; without a slug what API Gateway says of too many calls."""
    if not slug:
        assert status == 429
        return JSONResponse({"message": "Too Many Requests"}, status, headers)
    document = {
        "type": f"https://bedside.example/problems/{slug}",
        "title": contract.title(slug),
        "status": status,
        "detail": f"{slug} as told by the server.",
        "requestId": "req-1",
    }
    # What the server always tells besides.
    more: dict[str, Json] = {"invalid-request": {"errors": []}, "wrong-state": {"state": "completed"}, **_CLASHES}
    return JSONResponse(document | more.get(slug, {}) | extra, status, headers, media_type="application/problem+json")


def person(number: int, *roles: str, name: str | None = None, **more: Any) -> Json:
    """A person's record on the wire."""
    return {
        "userId": f"user{number:020d}",
        "phone": f"+6421555{number:04d}",
        "displayName": name,
        "roles": list(roles),
        "facilityId": "FAC001",
        "facilityName": FACILITIES["FAC001"]["name"],
        "facilityTimeZone": FACILITIES["FAC001"]["timeZone"],
        "verification": "verified",
        "locked": False,
        "lockedUntil": None,
        "createdAt": "2026-11-01T01:02:03.000Z",
        "lastSignInAt": "2026-11-20T21:15:00.000Z",
        "deactivatedAt": None,
        "invitedAt": None,
        "removable": False,
    } | more


def sign_in(sign_in_id: str, device: str | None = "Chrome on Windows", *, current: bool = False) -> Json:
    """A sign-in of the caller on the wire."""
    return {
        "signInId": sign_in_id,
        "device": device,
        "startedAt": "2026-11-20T21:15:00.000Z" if device else None,
        "lastUsedAt": "2026-11-21T01:15:00.000Z",
        "endsAt": "2026-11-21T09:15:00.000Z",
        "current": current,
    }


@dataclass
class People:
    """Everybody's record and tokens, what was asked of the server, and what goes wrong next."""

    users: dict[str, Json] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)
    refresh: dict[str, str] = field(default_factory=dict)
    device_tokens: list[str] = field(default_factory=list)
    # Why each sign-in was ended that its own page ended.
    log_outs: list[str] = field(default_factory=list)
    # Which sign-in each token belongs to.
    families: dict[str, int] = field(default_factory=dict)
    # The refresh token that each one came from, until it has been used.
    successors: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    code: str = "123456"
    expires_in: int = 300
    resend_after: int = 30
    access_life_s: int = 900
    # What was counted in each hour, oldest first; nothing while that is not known. And the questions about it.
    hours: list[Json] = field(default_factory=list)
    counted: list[dict[str, str]] = field(default_factory=list)
    serial: int = 0
    # Where the caller is signed in, and what is booked: of each visit only what the page of people reads.
    sign_ins: list[Json] = field(default_factory=lambda: [sign_in("this-sign-in", current=True)])
    visits: list[Json] = field(default_factory=list)
    # What the payment provider found out about clinicians.
    identities: dict[str, Json] = field(default_factory=dict)
    # The settings of each facility, and how often they were changed.
    facilities: dict[str, Json] = field(default_factory=lambda: dict(FACILITIES))
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FACILITIES, 1))

    def __post_init__(self) -> None:
        self.clinician = self.add(person(101, "clinician", name="Mere Tipene"))
        self.admin = self.add(person(103, "facilityAdmin", name="Hana Cole", verification="none"))
        self.patient = self.add(person(104, "patient", facilityId=None, facilityName=None, verification="none"))
        self.system_admin = self.add(
            person(
                105,
                "systemAdmin",
                name="Ari Root",
                facilityId=None,
                facilityName=None,
                verification="none",
                lastSignInAt=None,
            )
        )

    def add(self, user: Json) -> Json:
        """Make a person known."""
        self.users[user["userId"]] = user
        return user

    def asked(self, method: str, path: str) -> list[Any]:
        """The bodies of all calls to one address."""
        return [body for verb, where, body in self.calls if (verb, where) == (method, path)]

    def fail(self, call: str, *faults: Fault) -> None:
        """Queue faults for one call, such as "POST /otp/send"."""
        self.faults[call].extend(faults)

    def tokens(self, user: Json, family: int | None = None) -> Json:
        """The answer to a sign-in, or to a refresh of one."""
        self.serial += 1
        access, refresh = f"access-{self.serial}", f"refresh-{self.serial}"
        self.access[access] = self.refresh[refresh] = user["userId"]
        self.families[access] = self.families[refresh] = self.serial if family is None else family
        return {"accessToken": access, "refreshToken": refresh, "expiresIn": self.access_life_s, "user": user}

    def kept(self, user: Json) -> Json:
        """What a browser keeps once this person has signed in."""
        answer = self.tokens(user)
        expires_at = int(time.time() * 1000) + answer.pop("expiresIn") * 1000
        return answer | {"expiresAt": expires_at}

    def kill(self, user: Json) -> None:
        """Every token of this person stops working."""
        for tokens in (self.access, self.refresh):
            for token in [token for token, owner in tokens.items() if owner == user["userId"]]:
                del tokens[token]

    def end(self, family: int) -> None:
        """Every token of this sign-in stops working."""
        for tokens in (self.access, self.refresh):
            for token in [token for token in tokens if self.families[token] == family]:
                del tokens[token]

    def supersede(self, token: str) -> None:
        """A token is used: those before it are not valid any more, nor are others that came from them."""
        before = self.successors.pop(token, None)
        if before is None:
            return
        self.refresh.pop(before, None)
        for other in [other for other, origin in self.successors.items() if origin == before]:
            del self.successors[other]
            self.refresh.pop(other, None)

    def caller(self, request: Request) -> Json | None:
        """Whose access token the request carries."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self.users.get(self.access.get(token, ""))


def storage(kept: Json, **more: str) -> dict[str, str]:
    """The local storage of a browser in which somebody has signed in and has just used the page."""
    return {"bedside.sign-in": json.dumps(kept), "bedside.last-used": str(int(time.time() * 1000))} | more


type Call = Callable[[People, Request, Any], Response]


def routes(present: Callable[[], People]) -> list[Route]:
    """The identity calls over whatever people there are at present."""

    def route(method: str, path: str, run: Call, *, guarded: bool = True) -> Route:
        async def answered(request: Request) -> Response:
            people = present()
            raw = await request.body()
            body = json.loads(raw) if raw else None
            people.calls.append((request.method, request.url.path, body))
            faults = people.faults[f"{method} {path}"]
            fault = faults.popleft() if faults else Fault()
            await fault.wait()
            if fault.status:
                extra = {"errors": fault.errors} if fault.errors else {}
                return problem(fault.status, fault.slug, fault.headers, **extra)
            if guarded and people.caller(request) is None:
                return problem(401, "unauthorized")
            return run(people, request, body)

        return Route(path, answered, methods=[method])

    return [
        route("POST", "/otp/send", _send, guarded=False),
        route("POST", "/otp/verify", _verify, guarded=False),
        route("POST", "/auth/refresh", _refresh, guarded=False),
        route("POST", "/auth/logout", _logout),
        route("POST", "/auth/kill-switch", _kill),
        route("GET", "/auth/me", _me),
        route("GET", "/user/profile", _me),
        route("PATCH", "/user/profile", _rename),
        route("GET", "/admin/users", _list),
        route("POST", "/admin/users", _create),
        route("GET", "/admin/counters", _counters),
        route("GET", "/admin/facilities", _facilities),
        route("GET", "/admin/facilities/{facility_id}", _facility),
        route("PUT", "/admin/facilities/{facility_id}", _save_facility),
        route("DELETE", "/admin/users/{user_id}", _remove),
        route("GET", "/user/sign-ins", _sign_ins),
        route("DELETE", "/user/sign-ins/{sign_in_id}", _end_sign_in),
        route("PATCH", "/admin/users/{user_id}", _correct),
        route("POST", "/admin/users/{user_id}/invite", _invite),
        route("PUT", "/admin/users/{user_id}/active", _set_active),
        route("GET", "/practitioners/{user_id}/payout-account", _payout_account),
        route("POST", "/practitioners/{user_id}/identity-verification", _payout_account),
        route("GET", "/visits", _visits),
        route("POST", "/visits/{visit_id}/cancel", _cancel),
        route("POST", "/admin/users/{user_id}/unlock", _unlock),
        route("PUT", "/users/{user_id}/roles", _roles),
        route("POST", "/experts/verify-specific", _decide),
        route("POST", "/internal/force-verification", _force),
    ]


def _send(people: People, _: Request, body: Any) -> Response:
    sent = {"phone": _e164(body["phone"]), "expiresIn": people.expires_in, "resendAfter": people.resend_after}
    return JSONResponse(sent, 202)


def _e164(typed: str) -> str:
    """Return a number as the real API understands it."""
    return parse_phone(typed, {"NZ", "AU"}, "NZ")


def _verify(people: People, _: Request, body: Any) -> Response:
    if plain_digits(body["otp"]) != people.code:
        return problem(401, "otp-invalid")
    user = next((user for user in people.users.values() if user["phone"] == body["phone"]), None)
    people.device_tokens.append(f"device{len(people.device_tokens):010d}-token")
    return JSONResponse(people.tokens(user or people.patient) | {"deviceToken": people.device_tokens[-1]})


def _refresh(people: People, _: Request, body: Any) -> Response:
    # As the real one: a token can be used again until one of its successors has been, since an answer may be lost.
    token = body["refreshToken"]
    owner = people.refresh.get(token)
    if owner is None:
        for user in people.users.values():
            people.kill(user)
        return problem(401, "unauthorized")
    people.supersede(token)
    answer = people.tokens(people.users[owner], people.families[token])
    people.successors[answer["refreshToken"]] = token
    return JSONResponse(answer)


def _logout(people: People, request: Request, _: Any) -> Response:
    assert people.caller(request)
    people.log_outs.append(request.query_params.get("reason", "self"))
    people.end(people.families[request.headers["authorization"].removeprefix("Bearer ")])
    return Response(status_code=204)


def _kill(people: People, request: Request, body: Any) -> Response:
    user = people.users.get(body.get("userId", "")) or people.caller(request)
    assert user
    people.kill(user)
    return Response(status_code=204)


def _me(people: People, request: Request, _: Any) -> Response:
    return JSONResponse(people.caller(request))


def _rename(people: People, request: Request, body: Any) -> Response:
    user = people.caller(request)
    assert user
    user["displayName"] = body["displayName"]
    return JSONResponse(user)


def _list(people: People, request: Request, _: Any) -> Response:
    admin = people.caller(request)
    assert admin
    if not ADMINS & set(admin["roles"]):
        return problem(403, "forbidden")
    facility = request.query_params.get("facilityId") or admin["facilityId"]
    typed = request.query_params.get("phone")
    phone = _e164(typed) if typed else None
    query = request.query_params.get("q", "").casefold()
    found = [
        user
        for user in people.users.values()
        if (phone is None and user["facilityId"] == facility and query in (user["displayName"] or "").casefold())
        or (user["phone"] == phone and (user["facilityId"] == facility or "systemAdmin" in admin["roles"]))
    ]
    start = int(request.query_params.get("cursor", "0"))
    more = str(start + PAGE) if len(found) > start + PAGE else None
    told = {"phone": phone} if phone else {}
    return JSONResponse({"users": found[start : start + PAGE], "cursor": more, **told})


def _facilities(people: People, _: Request, __: Any) -> Response:
    found = [{"facilityId": code, **RULES, **settings} for code, settings in people.facilities.items()]
    return JSONResponse({"facilities": found, "cursor": None})


def _facility(people: People, request: Request, _: Any) -> Response:
    code = request.path_params["facility_id"]
    if code not in people.facilities:
        return problem(404, "facility-not-found")
    document = {"facilityId": code, **RULES, **people.facilities[code]}
    return JSONResponse(document, headers={"etag": f'"{people.versions[code]}"'})


def _save_facility(people: People, request: Request, body: Any) -> Response:
    code = request.path_params["facility_id"]
    version = people.versions.get(code, 0)
    if request.headers["if-match"] != f'"{version}"':
        return problem(412, "precondition-failed", {"etag": f'"{version}"'})
    people.facilities[code] = body
    people.versions[code] = version + 1
    for user in people.users.values():
        if user["facilityId"] == code:
            user["facilityName"] = body["name"]
    return _facility(people, request, body)


def _counters(people: People, request: Request, _: Any) -> Response:
    people.counted.append(dict(request.query_params))
    facility = request.query_params.get("facilityId")
    return JSONResponse({"facilityId": facility, "complete": bool(people.hours), "hours": people.hours, "days": []})


def _create(people: People, request: Request, body: Any) -> Response:
    admin = people.caller(request)
    assert admin
    phone = _e164(body["phone"])
    if any(user["phone"] == phone for user in people.users.values()):
        return problem(409, "user-exists")
    facility = people.facilities.get(body["facilityId"], {})
    more = {"phone": phone, "facilityId": body["facilityId"], "facilityName": facility.get("name")}
    name = body.get("displayName")
    user = person(
        900 + len(people.users),
        *body["roles"],
        name=name,
        lastSignInAt=None,
        verification="pending",
        removable=True,
        **more,
    )
    return JSONResponse(people.add(user), 201)


def _roles(people: People, request: Request, body: Any) -> Response:
    user = people.users.get(request.path_params["user_id"])
    if user is None:
        return problem(404, "user-not-found")
    user["roles"] = body["roles"]
    return JSONResponse(user)


def _decide(people: People, _: Request, body: Any) -> Response:
    user = people.users[body["userId"]]
    user["verification"] = "verified" if body["decision"] == "approve" else "rejected"
    return JSONResponse(user)


def _force(people: People, _: Request, body: Any) -> Response:
    user = people.users[body["userId"]]
    user["verification"] = "verified"
    return JSONResponse(user)


def _sign_ins(people: People, _: Request, __: Any) -> Response:
    return JSONResponse({"signIns": people.sign_ins})


def _end_sign_in(people: People, request: Request, _: Any) -> Response:
    ended = [one for one in people.sign_ins if one["signInId"] == request.path_params["sign_in_id"]]
    if not ended:
        return problem(404, "sign-in-not-found")
    people.sign_ins.remove(ended[0])
    return Response(status_code=204)


def _correct(people: People, request: Request, body: Any) -> Response:
    user = people.users[request.path_params["user_id"]]
    user["displayName"] = body["displayName"]
    return JSONResponse(user)


def _invite(people: People, request: Request, _: Any) -> Response:
    user = people.users[request.path_params["user_id"]]
    if not user["removable"]:
        return problem(409, "user-in-use")
    user["invitedAt"] = "2026-11-21T02:31:52.000Z"
    return JSONResponse(user)


def _set_active(people: People, request: Request, body: Any) -> Response:
    user = people.users[request.path_params["user_id"]]
    user["deactivatedAt"] = None if body["active"] else "2026-11-21T02:31:52.000Z"
    return JSONResponse(user)


def _payout_account(people: People, request: Request, _: Any) -> Response:
    none = {"state": "none", "problem": None, "at": None}
    identity = people.identities.get(request.path_params["user_id"], none)
    page = {"url": "/account?checked=1"} if request.method == "POST" else {}
    return JSONResponse({"state": "none", "due": [], "identity": identity, "lastPayout": None, **page})


def _visits(people: People, _: Request, __: Any) -> Response:
    return JSONResponse({"visits": people.visits, "cursor": None, "serverTime": "2026-11-21T02:31:52.000Z"})


def _cancel(people: People, request: Request, _: Any) -> Response:
    [visit] = [one for one in people.visits if one["visitId"] == request.path_params["visit_id"]]
    visit["state"] = "cancelled"
    return JSONResponse(visit)


def _unlock(people: People, request: Request, _: Any) -> Response:
    user = people.users[request.path_params["user_id"]]
    user |= {"locked": False, "lockedUntil": None}
    return JSONResponse(user)


def _remove(people: People, request: Request, _: Any) -> Response:
    if not people.users[request.path_params["user_id"]]["removable"]:
        return problem(409, "user-in-use")
    people.users.pop(request.path_params["user_id"])
    return Response(status_code=204)
