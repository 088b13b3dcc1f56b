"""The turns of every call that is measured, each with what it finds when it comes."""

import uuid
from collections.abc import Callable, Mapping
from typing import Final

from benchmarks.events import http_event
from benchmarks.stage import Stage, Turn, Turns

# By function; a process's first answer is measured with the first call of each.
FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "session_create": ("POST /session/create",),
    "token_validate": ("GET /session/token/{token}",),
    "presigned_url": ("POST /session/presigned-url",),
    "session_status": ("POST /session/status",),
    "image_notify": ("POST /session/images",),
    "image_list": ("GET /session/images/{encounterId}",),
    "image_update": ("PATCH /session/images/{encounterId}/{imageId}",),
    "image_delete": ("DELETE /session/images/{encounterId}/{imageId}",),
    "live_ticket": ("POST /session/live-ticket",),
    "session_end": ("DELETE /session/{encounterId}",),
    "otp": ("POST /otp/send", "POST /otp/verify"),
    "auth": ("POST /auth/refresh", "GET /auth/me"),
    "users": ("GET /user/profile", "GET /admin/users", "POST /admin/users", "PUT /users/{userId}/roles"),
    "webhook_receiver": ("POST /webhooks/{source}",),
    "visits": ("GET /visits/{visitId}",),
    "health": ("GET /health",),
}


def turns(stage: Stage, call: str, count: int) -> Turns:
    """Yield this many turns of a call; everything they need exists once the first is yielded."""
    return _TURNS[call](stage, call, count)


def _create(stage: Stage, call: str, count: int) -> Turns:
    for _ in range(count):
        yield Turn(http_event(call, stage.facts(), token=stage.clinician))


def _scan(stage: Stage, call: str, count: int) -> Turns:
    facts = stage.facts()
    opened = stage.ask("POST", "/session/create", stage.clinician, facts)
    for _ in range(count):
        yield Turn(
            http_event(call, path={"token": opened["token"]}, query={"phoneId": "p1"}), {**facts, "imageCount": 0}
        )


def _presign(stage: Stage, call: str, count: int) -> Turns:
    encounter, phone = stage.session()
    for _ in range(count):
        yield Turn(http_event(call, stage.wanted(encounter), token=phone))


def _report(stage: Stage, call: str, count: int) -> Turns:
    encounter, phone = stage.session()
    stage.photos(encounter, phone, 3)
    for _ in range(count):
        yield Turn(
            http_event(call, {"encounterId": encounter, "phoneId": "p1", "unsent": 0}, token=phone), {"imageCount": 3}
        )


def _notify(stage: Stage, call: str, count: int) -> Turns:
    encounter, phone = stage.session()
    for image in stage.photos(encounter, phone, count):
        said = {"encounterId": encounter, "s3Key": image["s3Key"], "metadata": {"notes": "n"}}
        expected = {"imageId": image["imageId"], "imageCount": count, "sequence": image["sequence"]}
        yield Turn(http_event(call, said, token=phone), expected)


def _look(stage: Stage, call: str, count: int) -> Turns:
    encounter, phone = stage.session()
    images = stage.photos(encounter, phone, 3)
    # Links are new each time.
    expected = {"images": [image | {"downloadUrl": str, "expiresAt": int} for image in images], "sequence": 3}
    for _ in range(count):
        yield Turn(http_event(call, token=stage.clinician, path={"encounterId": encounter}), expected)


def _describe(stage: Stage, call: str, count: int) -> Turns:
    encounter, phone = stage.session()
    [image] = stage.photos(encounter, phone, 1)
    place = {"encounterId": encounter, "imageId": image["imageId"]}
    for number in range(count):
        metadata = {"notes": f"note {number}"}
        event = http_event(call, {"metadata": metadata}, token=stage.clinician, path=place)
        expected = {"imageId": image["imageId"], "metadata": metadata, "revision": image["revision"] + 1 + number}
        yield Turn(event, expected)


def _delete(stage: Stage, call: str, count: int) -> Turns:
    encounter, phone = stage.session()
    for number, image in enumerate(stage.photos(encounter, phone, count), 1):
        place = {"encounterId": encounter, "imageId": image["imageId"]}
        yield Turn(http_event(call, token=stage.clinician, path=place), {"imageCount": count - number})
    if stage.ask("GET", f"/session/images/{encounter}", stage.clinician)["images"]:
        raise RuntimeError("not every image was deleted")


def _invite(stage: Stage, call: str, count: int) -> Turns:
    encounter, _ = stage.session()
    for _ in range(count):
        yield Turn(http_event(call, {"encounterId": encounter}, token=stage.clinician))


def _end(stage: Stage, call: str, count: int) -> Turns:
    encounters = [stage.session()[0] for _ in range(count)]
    for encounter in encounters:
        yield Turn(http_event(call, token=stage.clinician, path={"encounterId": encounter}))
    if stage.ask("GET", f"/session/images/{encounters[-1]}", stage.clinician)["state"] != "ended":
        raise RuntimeError("the session has not ended")


def _send(stage: Stage, call: str, count: int) -> Turns:
    for _ in range(count):
        yield Turn(http_event(call, {"phone": stage.number()}))


def _verify(stage: Stage, call: str, count: int) -> Turns:
    codes = [stage.code() for _ in range(count)]
    for code in codes:
        yield Turn(http_event(call, code))


def _refresh(stage: Stage, call: str, count: int) -> Turns:
    pair = stage.ask("POST", "/otp/verify", body=stage.code())
    for _ in range(count):
        pair = yield Turn(http_event(call, {"refreshToken": pair["refreshToken"]}), {"user": pair["user"]})


def _myself(stage: Stage, call: str, count: int) -> Turns:
    known = stage.ask("GET", "/auth/me", stage.clinician)
    for _ in range(count):
        yield Turn(http_event(call, token=stage.clinician), known)


def _page(stage: Stage, call: str, count: int) -> Turns:
    # A full page, so that all list as many.
    while (users := stage.ask("GET", "/admin/users", stage.admin))["cursor"] is None:
        stage.ask("POST", "/admin/users", stage.admin, stage.newcomer())
    for _ in range(count):
        yield Turn(http_event(call, token=stage.admin), users)


def _add(stage: Stage, call: str, count: int) -> Turns:
    for _ in range(count):
        newcomer = stage.newcomer()
        yield Turn(http_event(call, newcomer, token=stage.admin), newcomer)


def _promote(stage: Stage, call: str, count: int) -> Turns:
    whom = stage.ask("POST", "/admin/users", stage.admin, stage.newcomer())
    both = (["patient", "clinician"], "pending"), (["patient"], "none")
    for number in range(count):
        roles, verification = both[number % 2]
        event = http_event(call, {"roles": roles}, token=stage.admin, path={"userId": whom["userId"]})
        yield Turn(event, whom | {"roles": roles, "verification": verification})


def _receive(stage: Stage, call: str, count: int) -> Turns:
    for _ in range(count):
        # Of an unhandled type, so that processing does not compete for the processor.
        told = {"id": str(uuid.uuid4()), "type": "transcription.started", "timestamp": "2026-11-21T02:31:51.406386Z"}
        event = {"version": "2.0", **told, "data": {"room_id": "r", "room_name": "none", "session_id": "s"}}
        yield Turn(http_event(call, event, path={"source": "hms"}, headers=stage.webhook_headers))


def _see(stage: Stage, call: str, count: int) -> Turns:
    visit_id = stage.visit()
    for token in (stage.patient, stage.clinician):
        stage.ask("POST", f"/visits/{visit_id}/join", token)
    # Under way, so that all of its times are there; the server's own is new each time.
    known = stage.ask("GET", f"/visits/{visit_id}", stage.clinician) | {"serverTime": str}
    for _ in range(count):
        yield Turn(http_event(call, token=stage.clinician, path={"visitId": visit_id}), known)
    stage.ask("POST", f"/visits/{visit_id}/end", stage.clinician)


def _health(_stage: Stage, call: str, count: int) -> Turns:
    for _ in range(count):
        yield Turn(http_event(call))


_TURNS: Final[Mapping[str, Callable[[Stage, str, int], Turns]]] = {
    "POST /session/create": _create,
    "GET /session/token/{token}": _scan,
    "POST /session/presigned-url": _presign,
    "POST /session/status": _report,
    "POST /session/images": _notify,
    "GET /session/images/{encounterId}": _look,
    "PATCH /session/images/{encounterId}/{imageId}": _describe,
    "DELETE /session/images/{encounterId}/{imageId}": _delete,
    "POST /session/live-ticket": _invite,
    "DELETE /session/{encounterId}": _end,
    "POST /otp/send": _send,
    "POST /otp/verify": _verify,
    "POST /auth/refresh": _refresh,
    "GET /auth/me": _myself,
    "GET /user/profile": _myself,
    "GET /admin/users": _page,
    "POST /admin/users": _add,
    "PUT /users/{userId}/roles": _promote,
    "POST /webhooks/{source}": _receive,
    "GET /visits/{visitId}": _see,
    "GET /health": _health,
}
