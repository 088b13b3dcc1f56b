"""What answers say according to the contract, field by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from benchmarks.race import Lap


@dataclass(frozen=True, slots=True)
class Each:
    """A list, each part of which has this shape."""

    shape: Any


@dataclass(frozen=True, slots=True)
class Optional:
    """A field that may be left out, and has this shape if it is there."""

    shape: Any


type Shape = (
    type | re.Pattern[str] | Mapping[str, Any] | Each | Optional | list[Any] | tuple[Any, ...] | str | int | None
)

_INSTANT: Final = re.compile(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_TOKEN: Final = re.compile(r"[\w.-]{60,}")
_URL: Final = re.compile(r"https?://\S+X-Amz-Signature=[0-9a-f]{64}\S*")
# What a link for one upload and nothing else binds.
_BOUND: Final = {"content-length", "content-type", "host", "if-none-match", "x-amz-checksum-sha256", "x-amz-tagging"}

_LIVE: Final = {"url": re.compile(r"wss?://\S+"), "ticket": re.compile(r"[\w-]{67}")}
_IMAGE: Final = {
    "imageId": str,
    "s3Key": re.compile(r"sessions/\S+"),
    "downloadUrl": _URL,
    "expiresAt": int,
    "metadata": dict,
    "takenAt": int,
    "takenOrder": int,
    "editsVersion": int,
    "commitId": None,
    "committed": False,
    "uploadedAt": int,
    "sequence": int,
    "revision": int,
    "vanishesAt": (int, None),
    "kept": bool,
}
_USER: Final = {
    "userId": re.compile(r"[a-z2-7]{24}"),
    "phone": re.compile(r"\+\d+"),
    "displayName": (str, None),
    "roles": Each(str),
    "facilityId": (str, None),
    "facilityName": (str, None),
    "facilityTimeZone": Optional(str),
    "verification": re.compile("none|pending|verified|rejected"),
    "locked": bool,
    "lockedUntil": (_INSTANT, None),
    "createdAt": (_INSTANT, None),
    "lastSignInAt": (_INSTANT, None),
    "deactivatedAt": None,
    "invitedAt": (_INSTANT, None),
    "removable": bool,
}
_PARTY: Final = re.compile("patient|practitioner")
_VISIT: Final = {
    "visitId": re.compile(r"[a-z2-7]{26}"),
    "facilityId": str,
    "patientId": str,
    "practitionerId": str,
    "patientName": (str, None),
    "patientRecordId": str,
    "practitionerName": (str, None),
    "startsAt": _INSTANT,
    "durationMinutes": int,
    "sequence": int,
    "state": str,
    "present": Each(_PARTY),
    "audioOnly": {},
    "waitingSince": (_INSTANT, None),
    "noShowAt": (_INSTANT, None),
    "startedAt": (_INSTANT, None),
    "warningAt": (_INSTANT, None),
    "limitAt": (_INSTANT, None),
    "returnBy": (_INSTANT, None),
    "endedAt": (_INSTANT, None),
    "outcome": (str, None),
    "serverTime": _INSTANT,
    "left": Each(_PARTY),
    "didNotShow": Each(_PARTY),
    "recordingConsent": "none",
    "notesState": "none",
    "recording": bool,
    "consents": [],
    "history": Each({"at": _INSTANT, "cause": str, "from": str, "to": str, "by": str}),
}
_PAIR: Final = {"accessToken": _TOKEN, "refreshToken": _TOKEN, "expiresIn": 900, "user": _USER}

ANSWERS: Final[Mapping[str, tuple[int, Shape]]] = {
    "POST /session/create": (
        201,
        {
            "token": re.compile(r"[\w-]{67}"),
            "mobileUrl": re.compile(r"https?://\S+/capture#t=\S+"),
            "qrSvg": re.compile(r"<svg .*</svg>\s*", re.DOTALL),
            "expiresIn": 600,
            "sessionExpiresAt": _INSTANT,
            "live": _LIVE,
            "patient": {
                "patientId": "patient-1",
                "patientName": "Ana Rangi",
                "patientNHI": "ZZZ0016",
                "recordId": re.compile(r"[a-z2-7]{26}|[0-9a-f]{26}"),
            },
        },
    ),
    "GET /session/token/{token}": (
        200,
        {
            "encounterId": str,
            "patientId": str,
            "facilityId": str,
            "patientName": str,
            "patientNHI": str,
            "phone": {"name": str, "words": str},
            "consent": None,
            "uploadToken": _TOKEN,
            "maxImages": 20,
            "imageCount": int,
            "expiresAt": int,
            "serverTime": _INSTANT,
        },
    ),
    "POST /session/presigned-url": (
        200,
        {
            "uploadUrl": _URL,
            "s3Key": re.compile(r"sessions/\S+\.jpg"),
            "headers": {
                "content-type": "image/jpeg",
                "if-none-match": "*",
                "x-amz-checksum-sha256": str,
                "x-amz-tagging": "photo=uncommitted",
            },
            "expiresAt": int,
        },
    ),
    "POST /session/images": (201, {"success": True, "imageId": str, "imageCount": int, "sequence": int}),
    "GET /session/images/{encounterId}": (
        200,
        {
            "images": Each(_IMAGE),
            "state": "open",
            "endedAt": None,
            "photoRetentionDays": int,
            "sequence": int,
            "revision": int,
            "sessionCreatedAt": int,
            "lastActivity": int,
            "patientId": str,
            "facilityId": str,
            "unsentPhotos": int,
            "phones": Each({"phoneId": str, "name": str, "words": str, "standing": "joined", "at": int}),
            "consent": None,
            "order": [],
            "orderVersion": 0,
        },
    ),
    "PATCH /session/images/{encounterId}/{imageId}": (200, _IMAGE),
    "DELETE /session/images/{encounterId}/{imageId}": (200, {"success": True, "imageCount": int}),
    "DELETE /session/{encounterId}": (204, None),
    "POST /session/live-ticket": (200, _LIVE),
    "POST /session/status": (200, {"imageCount": int, "committedCount": int, "consent": None, "serverTime": _INSTANT}),
    "POST /otp/send": (202, {"phone": re.compile(r"\+\d+"), "expiresIn": 300, "resendAfter": 30}),
    "POST /otp/verify": (200, {**_PAIR, "deviceToken": re.compile(r"[\w-]{49}")}),
    "POST /auth/refresh": (200, _PAIR),
    "GET /auth/me": (200, _USER),
    "GET /user/profile": (200, _USER),
    "GET /admin/users": (200, {"users": Each(_USER), "cursor": (re.compile(r"[a-z2-7]{24}"), None)}),
    "POST /admin/users": (201, _USER),
    "PUT /users/{userId}/roles": (200, _USER),
    "POST /webhooks/{source}": (200, {"received": True}),
    "GET /visits/{visitId}": (200, _VISIT),
    "GET /health": (200, {"status": "ok", "redis": "up", "version": str, "timestamp": _INSTANT}),
}


def check(call: str, lap: Lap, expected: Mapping[str, Any]) -> None:
    """Raise RuntimeError unless an answer has exactly the contract's fields, and those that are expected here."""
    status, shape = ANSWERS[call]
    fault = "" if lap.status == status else f"{lap.status} instead of {status}"
    fault = (
        fault
        or _fault("", shape, lap.body)
        or _fault("", expected, {name: (lap.body or {}).get(name) for name in expected})
    )
    if not fault and "uploadUrl" in (lap.body or {}):
        bound = parse_qs(urlsplit(lap.body["uploadUrl"]).query)["X-Amz-SignedHeaders"][0].split(";")
        fault = "" if set(bound) == _BOUND else f"the link binds {bound}"
    if fault:
        raise RuntimeError(f"{call}: not what the contract says: {fault}: {lap.body}")


def _fault(place: str, shape: Shape, value: Any) -> str:  # noqa: ANN401  # any JSON
    """Say where and how a value differs from its shape; nothing where it does not."""
    match shape:
        case type():
            fits = type(value) is shape
        case re.Pattern():
            fits = isinstance(value, str) and shape.fullmatch(value) is not None
        case tuple():
            fits = any(not _fault(place, each, value) for each in shape)
        case Optional():
            return _fault(place, shape.shape, value)
        case Each() | list() | Mapping():
            return _inner_fault(place, shape, value)
        case _:
            fits = value == shape
    return "" if fits else f"{place} is {value!r}"


def _inner_fault(place: str, shape: Each | list[Any] | Mapping[str, Any], value: Any) -> str:  # noqa: ANN401  # any JSON
    """Say what is wrong with the first part that has a fault."""
    if isinstance(shape, Mapping):
        needed = {name for name, each in shape.items() if not isinstance(each, Optional)}
        if not isinstance(value, dict) or not needed <= value.keys() <= shape.keys():
            return f"{place or 'the answer'} has other fields"
        parts = [(f"{place}.{name}", each, value[name]) for name, each in shape.items() if name in value]
    elif not isinstance(value, list) or (isinstance(shape, list) and len(value) != len(shape)):
        return f"{place} is no list of as many"
    else:
        shapes = [shape.shape] * len(value) if isinstance(shape, Each) else shape
        parts = [
            (f"{place}[{index}]", each, part) for index, (each, part) in enumerate(zip(shapes, value, strict=True))
        ]
    return next(filter(None, (_fault(*part) for part in parts)), "")
