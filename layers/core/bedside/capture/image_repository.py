"""Images of a session in DynamoDB: reserved places, arrival, metadata, deletion."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.capture.model import DRAFT, MAX_DELETED, Session
from bedside.capture.session_repository import TOUCHED, SessionRepository, session_in_conflict
from bedside.capture.taken import Taken
from bedside.encounters.events import PHONE, SYSTEM, Actor, CaptureEvent, Event, event
from bedside.kernel.errors import (
    ImageDeletedError,
    ImageLimitReachedError,
    ImageNotFoundError,
    UnavailableError,
)

_ATTEMPTS: Final = 4
# Where an image's metadata comes from: a clinician, the phone, or a draft that the phone sent before the upload.
type Source = Literal["clinician", "phone", "draft"]
_ATTRIBUTES: Final[dict[Source, str]] = {"clinician": "corrected", "phone": "notified", "draft": "drafted"}
_REVISE: Final = "#revisions.#image = #revision + :one, #revision = #revision + :one"


class ImageRepository:
    """Images of sessions, at most `limit` per session; ids are never reused within a session."""

    def __init__(self, repository: SessionRepository, *, limit: int) -> None:
        self._repository = repository
        self._limit = limit

    def reserve(
        self,
        key: str,
        started: int,
        image_id: str,
        held_until: int,
        now_ms: int,
        draft: Mapping[str, Any] | None = None,
    ) -> Session:
        """Hold a place for an image until an instant (Unix ms), and store a draft of its metadata; idempotent.

        Raises SessionNotFoundError, ImageDeletedError, ImageLimitReachedError.
        """
        expression, values = f"SET #slots.#image = :held, {TOUCHED}", dict[str, Any](held=-held_until)
        if draft is not None:
            expression += ", #draft = :draft"
            values["draft"] = dict(draft)
        session, _ = self._take_place(key, started, image_id, expression, "#slots", values, now_ms)
        return session

    def add(self, key: str, started: int, image_id: str, image: Mapping[str, Any], now_ms: int) -> tuple[Session, bool]:
        """Add an uploaded image with the next sequence number, and return whether it is new; idempotent.

        Metadata from the phone replaces the draft. Raises SessionNotFoundError, ImageDeletedError,
        ImageLimitReachedError.
        """
        expression = (
            "SET #slots.#image = #sequence + :one, #sequence = #sequence + :one, #images.#image = :picture,"
            f" {_REVISE}, {TOUCHED}"
        )
        if image["notified"] and not image.get("silent"):
            expression += " REMOVE #draft"
        # Only arrived images count towards the limit: held places must not turn away an uploaded photo.
        values, events = {"one": 1, "picture": dict(image)}, [_photo_event("photo-arrived", image_id, now_ms, PHONE)]
        return self._take_place(key, started, image_id, expression, "#images", values, now_ms, events)

    def describe(
        self,
        session: Session,
        image_id: str,
        metadata: Mapping[str, Any],
        now_ms: int,
        *,
        source: Source,
        taken: Taken | None = None,
        by: Actor = PHONE,
    ) -> Session | None:
        """Write an image's metadata, and when it was taken, if given; None if it changed since `session` was read.

        Raises ImageNotFoundError, SessionNotFoundError.
        """
        facts = taken.document() if taken else {}
        sets = "".join(f"#images.#image.#{name} = :{name}, " for name in facts)
        try:
            return self._repository.change(
                session.key,
                f"SET #images.#image.#metadata = :metadata, #images.#image.#source = :true, {sets}{_REVISE}, {TOUCHED}"
                " REMOVE #draft",
                condition="#started = :started AND #revisions.#image = :revision",
                values={
                    "metadata": dict(metadata),
                    **facts,
                    "one": 1,
                    "revision": session.images[image_id].revision,
                    "started": session.started,
                },
                names={"image": image_id, "source": _ATTRIBUTES[source], "draft": f"{DRAFT}{image_id}"},
                events=[_photo_event("photo-described", image_id, now_ms, by)],
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            if image_id not in session_in_conflict(error, session.started, now_ms).images:
                raise ImageNotFoundError("The image is not in the session.") from error
            return None

    def delete(self, session: Session, image_id: str, now_ms: int, by: Actor = PHONE) -> Session | None:
        """Delete an image, whether it has arrived or not; None if it was changed since `session` was read.

        Raises ImageNotFoundError if it was already deleted, SessionNotFoundError.
        """
        image = session.images.get(image_id)
        heir = image and session.heir_of(image)
        inherits = ", #slots.#heir = :sequence, #revisions.#heir = #revision + :one" if heir else ""
        # The heir depends on all images.
        unchanged = "#revision = :revision" if image else "attribute_not_exists(#images.#image)"
        values: dict[str, Any] = {"one": 1, "ids": {image_id}, "id": image_id, "started": session.started}
        if image:
            values["revision"] = session.revision
        if image and heir:
            values["sequence"] = image.sequence
        try:
            return self._repository.change(
                session.key,
                "REMOVE #slots.#image, #images.#image, #revisions.#image, #draft"
                f" SET #revision = #revision + :one{inherits}, {TOUCHED} ADD #deletedImages :ids",
                condition=f"#started = :started AND NOT contains(#deletedImages, :id) AND {unchanged}",
                values=values,
                names={"image": image_id, "draft": f"{DRAFT}{image_id}", **({"heir": heir.image_id} if heir else {})},
                events=[_photo_event("photo-deleted", image_id, now_ms, by)] if image else (),
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            if image_id in session_in_conflict(error, session.started, now_ms).deleted:
                raise ImageNotFoundError("The image is not in the session.") from error
            return None

    def refuse(self, key: str, started: int, image_id: str, stored_as: str, now_ms: int) -> Session | None:
        """Count an image that arrived damaged, and remove it; its id may come again.

        None if the session has ended, or has this image under a key other than `stored_as`.
        """
        try:
            return self._repository.change(
                key,
                "REMOVE #slots.#image, #images.#image, #revisions.#image, #draft"
                " SET #revision = #revision + :one, #damagedImages = if_not_exists(#damagedImages, :zero) + :one",
                condition="#started = :started"
                " AND (attribute_not_exists(#images.#image) OR #images.#image.#key = :key)",
                values={"one": 1, "zero": 0, "started": started, "key": stored_as},
                names={"image": image_id, "draft": f"{DRAFT}{image_id}"},
                events=[_photo_event("photo-refused", image_id, now_ms, SYSTEM)],
                now_ms=now_ms,
            )
        except ConditionFailedError:
            return None

    def _take_place(
        self,
        key: str,
        started: int,
        image_id: str,
        expression: str,
        counted: str,
        values: Mapping[str, Any],
        now_ms: int,
        events: Sequence[Event] = (),
    ) -> tuple[Session, bool]:
        """Write an image's slot if the attribute `counted` has fewer entries than the limit, freeing lapsed places.

        Returns the session, and False if the image had already arrived.
        """
        # An arrival needs room among the images even if its place was held.
        held = "#slots.#image < :zero" + (" AND size(#images) < :limit" if counted == "#images" else "")
        spared, bound = "", dict[str, int]()
        if counted == "#slots":
            spared = " AND (attribute_not_exists(#deletedImages) OR size(#deletedImages) < :deletions)"
            bound["deletions"] = MAX_DELETED
        for _ in range(self._limit + _ATTEMPTS):
            try:
                session = self._repository.change(
                    key,
                    expression,
                    condition="#started = :started AND NOT contains(#deletedImages, :id)"
                    f" AND (attribute_not_exists(#slots.#image) AND size({counted}) < :limit{spared} OR {held})",
                    values={"started": started, "id": image_id, "limit": self._limit, "zero": 0, **bound, **values},
                    names={"image": image_id, "draft": f"{DRAFT}{image_id}"},
                    events=events,
                    now_ms=now_ms,
                )
            except ConditionFailedError as error:
                found = session_in_conflict(error, started, now_ms)
                if image_id in found.deleted:
                    raise ImageDeletedError("The image was deleted; it is not taken again.") from error
                if image_id in found.images:
                    return found, False
                if bound and len(found.deleted) >= MAX_DELETED:
                    raise ImageLimitReachedError(
                        "Too many images of this session were deleted; open a new one."
                    ) from error
                lapsed = found.lapsed_slots(now_ms) if counted == "#slots" else {}
                if not lapsed:
                    raise ImageLimitReachedError(f"A session holds at most {self._limit} images.") from error
                self._free(key, *next(iter(lapsed.items())), now_ms)
            else:
                return session, True
        raise UnavailableError("The session is being changed by others.")

    def _free(self, key: str, image_id: str, slot: int, now_ms: int) -> None:
        """Free a lapsed place and delete its draft; does nothing if the place was changed concurrently."""
        try:
            self._repository.change(
                key,
                "REMOVE #slots.#image, #draft",
                condition="#slots.#image = :slot",
                values={"slot": slot},
                names={"image": image_id, "draft": f"{DRAFT}{image_id}"},
                now_ms=now_ms,
            )
        except ConditionFailedError:
            return


def _photo_event(kind: CaptureEvent, image_id: str, now_ms: int, by: Actor) -> Event:
    return event(kind, now_ms, by, imageId=image_id)
