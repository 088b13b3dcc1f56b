"""The phone's side of a session: places for photos, and photos that have arrived."""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from benchmarks.peers import cache, callers, clients, desktops, models, session
from benchmarks.peers.records import ConditionFailedError
from benchmarks.peers.refusal import Refusal
from benchmarks.peers.session import TOUCHED, Session
from benchmarks.peers.sessions import MAX_IMAGES

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}
REVISE = "#revisions.#image = #revision + :one, #revision = #revision + :one"
_TAG = "photo=uncommitted"
_LIFE_S = 300
_GRACE_MS = 300_000
_MAX_BYTES = 5 * 1024 * 1024
_KEY = re.compile(r"sessions/([^/]+)/([^/]+)/([1-9][0-9]{12})_([A-Za-z0-9][A-Za-z0-9._~-]{0,63})\.(jpg|png|webp|heic)")


def grant(authorization: str | None, request: models.UploadRequest) -> tuple[models.Granted, dict[str, str]]:
    """Hold a place for a photo and sign a link for exactly this one."""
    phone, now = callers.phone(authorization, request.encounter_id), clients.now_ms()
    _check(request)
    until = now + _LIFE_S * 1000 + _GRACE_MS
    fields, outcome = cache.hold(phone["ses"], phone["sta"], request.image_id, until, MAX_IMAGES, now)
    if outcome in {"unknown", "full"}:
        found = session.find(phone["ses"], now)
        if found["started"] != phone["sta"]:
            raise Refusal(404, "session-not-found")
        cache.remember(found, now)
        fields, outcome = cache.hold(phone["ses"], phone["sta"], request.image_id, until, MAX_IMAGES, now)
    cache.refuse(outcome)
    extension = EXTENSIONS[request.content_type]
    key = f"sessions/{phone['fac']}/{phone['enc']}/{phone['sta']}_{request.image_id}.{extension}"
    url = clients.s3.generate_presigned_url(
        "put_object",
        {
            "Bucket": clients.BUCKET,
            "Key": key,
            "ContentType": request.content_type,
            "ContentLength": request.content_length,
            "ChecksumSHA256": request.sha256,
            "IfNoneMatch": "*",
            "Tagging": _TAG,
        },
        ExpiresIn=_LIFE_S,
    )
    headers = {
        "content-type": request.content_type,
        "if-none-match": "*",
        "x-amz-checksum-sha256": request.sha256,
        "x-amz-tagging": _TAG,
    }
    return models.Granted(upload_url=url, s3_key=key, headers=headers, expires_at=now + _LIFE_S * 1000), fields


def report(authorization: str | None, request: models.StatusRequest) -> tuple[models.Status, dict[str, str]]:
    """Note how many photos a phone has not sent yet, and return how many the session holds."""
    phone, now = callers.phone(authorization, request.encounter_id), clients.now_ms()
    fields, images = cache.report(phone["ses"], phone["sta"], request.phone_id, request.unsent, now)
    if images is None:
        found = session.find(phone["ses"], now)
        if found["started"] != phone["sta"]:
            raise Refusal(404, "session-not-found")
        cache.remember(found, now)
        images = len(found["images"])
    moment = datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return models.Status(image_count=images, server_time=moment), fields


def notify(authorization: str | None, request: models.NotifyRequest) -> tuple[models.Arrived, bool]:
    """Record an uploaded photo; returns whether this is the phone's first report of it."""
    phone, now = callers.phone(authorization, request.encounter_id), clients.now_ms()
    place = _KEY.fullmatch(request.s3_key)
    if not place:
        raise Refusal(422, "invalid-request")
    if (place[1], place[2], int(place[3])) != (phone["fac"], phone["enc"], phone["sta"]):
        raise Refusal(403, "wrong-encounter")
    try:
        clients.s3.head_object(Bucket=clients.BUCKET, Key=request.s3_key)
    except ClientError as error:
        raise Refusal(409, "not-uploaded") from error
    image_id, said = place[4], request.metadata or models.Metadata()
    picture = {"key": request.s3_key, "uploadedAt": now, "metadata": said.onto({}), "notified": True}
    try:
        found = session.change(
            phone["ses"],
            "SET #slots.#image = #sequence + :one, #sequence = #sequence + :one, #images.#image = :picture,"
            f" {REVISE}, {TOUCHED}",
            now,
            condition="#started = :started AND NOT contains(#deletedImages, :id) AND size(#images) < :most"
            " AND (attribute_not_exists(#slots.#image) OR #slots.#image < :zero)",
            values={
                "one": 1,
                "picture": picture,
                "started": phone["sta"],
                "id": image_id,
                "most": MAX_IMAGES,
                "zero": 0,
            },
            names={"image": image_id},
        )
        cache.mark(found, image_id, here=True)
        first, what = True, "image-uploaded"
    except ConditionFailedError as error:
        before = session.standing(error, phone["sta"], now)
        found, first = _add_to(before, image_id, said, now)
        what = "image-updated" if found is not before else ""
    image = next(each for each in session.arrived(found) if each["id"] == image_id)
    if what:
        desktops.tell(what, found, now, image)
    answer = models.Arrived(image_id=image_id, image_count=len(found["images"]), sequence=image["sequence"])
    return answer, first


def describe(found: Session, image: dict[str, Any], metadata: dict[str, Any], said: str, now: int) -> Session:
    """Write what is said of an image, unless it has been changed since; raises ConditionFailedError."""
    return session.change(
        found["pk"],
        f"SET #images.#image.#metadata = :metadata, #images.#image.#said = :true, {REVISE}, {TOUCHED}",
        now,
        condition="#started = :started AND #revisions.#image = :revision",
        values={"metadata": metadata, "one": 1, "revision": image["revision"], "started": found["started"]},
        names={"image": image["id"], "said": said},
    )


def _add_to(found: Session, image_id: str, said: models.Metadata, now: int) -> tuple[Session, bool]:
    """Add the phone's details to an image that S3 has already reported; rejects one without a reserved place."""
    if image_id in found.get("deletedImages", ()):
        raise Refusal(409, "image-deleted")
    images = {image["id"]: image for image in session.arrived(found)}
    if image_id not in images:
        raise Refusal(409, "image-limit-reached")
    image = images[image_id]
    corrected = image.get("corrected", False)
    wanted = {**said.onto({}), **image["metadata"]} if corrected else said.onto(image["metadata"])
    if image["notified"] and (corrected or wanted == image["metadata"]):
        return found, False
    try:
        return describe(found, image, wanted, "notified", now), not image["notified"]
    except ConditionFailedError as error:
        raise Refusal(503, "unavailable", {"Retry-After": "1"}) from error


def _check(request: models.UploadRequest) -> None:
    if request.content_type not in EXTENSIONS:
        raise Refusal(415, "unsupported-media-type")
    if request.content_length > _MAX_BYTES:
        raise Refusal(413, "image-too-large")
    try:
        digest = base64.b64decode(request.sha256, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != 32:
        raise Refusal(422, "invalid-request")
