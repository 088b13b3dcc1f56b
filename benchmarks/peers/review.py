"""A clinician looks at a session's images, corrects what is said of them, and takes them out."""

from typing import Any

from benchmarks.peers import cache, callers, clients, desktops, models, phones, session, uploads
from benchmarks.peers.records import ConditionFailedError, read
from benchmarks.peers.refusal import Refusal
from benchmarks.peers.session import TOUCHED, Session

_LIFE_S = 3600
_TOUCH_MS = 600_000


def look(authorization: str | None, encounter_id: str, since: int) -> models.Images:
    """Return the images that arrived after `since`, each with a link."""
    who, now = callers.clinician(authorization), clients.now_ms()
    found = read(clients.sessions, session.key_of(str(who.facility_id), encounter_id))
    if found is None or not session.alive(found, now):
        return models.Images(images=[])
    if found["lastActivity"] + _TOUCH_MS < now:
        found = session.change(found["pk"], f"SET {TOUCHED}", now)
    return models.Images(
        images=[_shown(image, now) for image in session.arrived(found) if image["sequence"] > since],
        state="open",
        photo_retention_days=1,
        sequence=int(found["sequence"]),
        revision=int(found["revision"]),
        session_created_at=int(found["started"]),
        last_activity=int(found["lastActivity"]),
        patient_id=found["patientId"],
        facility_id=found["facilityId"],
        unsent_photos=0,
        phones=phones.listed(found),
    )


def describe(authorization: str | None, encounter_id: str, image_id: str, said: models.Metadata) -> models.Image:
    """Change what is said of an image."""
    who, now = callers.clinician(authorization), clients.now_ms()
    while True:
        found = session.find(session.key_of(str(who.facility_id), encounter_id), now)
        image = _image(found, image_id)
        if image is None:
            raise Refusal(404, "image-not-found")
        wanted = said.onto(image["metadata"])
        if wanted == image["metadata"]:
            return _shown(image, now)
        try:
            found = uploads.describe(found, image, wanted, "corrected", now)
        except ConditionFailedError as error:
            session.standing(error, found["started"], now)
            continue
        image = _image(found, image_id) or image
        desktops.tell("image-updated", found, now, image)
        return _shown(image, now)


def delete(authorization: str | None, encounter_id: str, image_id: str) -> models.Deleted:
    """Take an image out for good."""
    try:
        phone = callers.phone(authorization, encounter_id)
        key, started = phone["ses"], phone["sta"]
    except Refusal as refusal:
        if refusal.status != 401:
            raise
        key, started = session.key_of(str(callers.clinician(authorization).facility_id), encounter_id), None
    now = clients.now_ms()
    while True:
        found = session.find(key, now)
        if started not in {None, found["started"]}:
            raise Refusal(404, "session-not-found")
        image = _image(found, image_id)
        if image is None and image_id not in found["slots"]:
            raise Refusal(404, "image-not-found")
        try:
            left = _remove(found, image_id, image, now)
        except ConditionFailedError as error:
            session.standing(error, found["started"], now)
            continue
        cache.mark(left, image_id, here=False)
        name = f"sessions/{left['facilityId']}/{left['encounterId']}/{left['started']}_{image_id}"
        clients.s3.delete_objects(
            Bucket=clients.BUCKET,
            Delete={"Objects": [{"Key": f"{name}.{end}"} for end in uploads.EXTENSIONS.values()], "Quiet": True},
        )
        if image:
            desktops.tell("image-deleted", left, now, {**image, "metadata": {}})
        return models.Deleted(image_count=len(left["images"]))


def _remove(found: Session, image_id: str, image: dict[str, Any] | None, now: int) -> Session:
    unchanged = "#revisions.#image = :revision" if image else "attribute_not_exists(#images.#image)"
    values = {"one": 1, "ids": {image_id}, "id": image_id, "started": found["started"]}
    return session.change(
        found["pk"],
        "REMOVE #slots.#image, #images.#image, #revisions.#image"
        f" SET #revision = #revision + :one, {TOUCHED} ADD #deletedImages :ids",
        now,
        condition=f"#started = :started AND NOT contains(#deletedImages, :id) AND {unchanged}",
        values=values | ({"revision": image["revision"]} if image else {}),
        names={"image": image_id},
    )


def _image(found: Session, image_id: str) -> dict[str, Any] | None:
    return next((image for image in session.arrived(found) if image["id"] == image_id), None)


def _shown(image: dict[str, Any], now: int) -> models.Image:
    url = clients.s3.generate_presigned_url(
        "get_object",
        {"Bucket": clients.BUCKET, "Key": image["key"], "ResponseCacheControl": "no-store"},
        ExpiresIn=_LIFE_S,
    )
    return models.Image(
        image_id=image["id"],
        s3_key=image["key"],
        download_url=url,
        expires_at=now + _LIFE_S * 1000,
        metadata=image["metadata"],
        # No phone says more here.
        taken_at=int(image["uploadedAt"]),
        taken_order=0,
        uploaded_at=int(image["uploadedAt"]),
        sequence=image["sequence"],
        revision=image["revision"],
    )
