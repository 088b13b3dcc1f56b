"""Slots of images in a session's item: held for an upload, then taken by the uploaded image."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.capture.errors import ImageDeletedError, ImageLimitReachedError, SessionNotFoundError
from bedside.capture.model import DRAFT, MAX_DELETED, MAX_STORED, Session
from bedside.capture.session_expressions import TOUCHED, WAITING
from bedside.capture.session_repository import SessionRepository, session_in_conflict
from bedside.encounters.events import PHONE, Actor, CaptureEvent, Event, event
from bedside.kernel.errors import UnavailableError

_ATTEMPTS: Final = 4
REVISE: Final = "#revisions.#image = #revision + :one, #revision = #revision + :one"
# Neither in the patient's record nor on its way there.
CHANGEABLE: Final = (
    "attribute_not_exists(#images.#image.#committing) AND attribute_not_exists(#images.#image.#committed)"
)
_ARRIVES: Final = f"#slots.#image = #sequence + :one, #sequence = #sequence + :one, #images.#image = :picture, {REVISE}"


class ImageSlots:
    """Slots of images; phones get at most `limit` each time that their session is opened."""

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

    def add(
        self, key: str, started: int, image_id: str, image: Mapping[str, Any], now_ms: int, by: Actor = PHONE
    ) -> tuple[Session, bool]:
        """Add an uploaded image with the next sequence number, and return whether it is new; idempotent.

        Metadata from the phone replaces the draft. Raises SessionNotFoundError, ImageDeletedError,
        ImageLimitReachedError.
        """
        expression = f"SET {_ARRIVES}, {TOUCHED}"
        if image["notified"] and not image.get("silent"):
            expression += " REMOVE #draft"
        # Only arrived images count towards the limit: held places must not turn away an uploaded photo.
        values, events = {"one": 1, "picture": dict(image)}, [photo_event("photo-arrived", image_id, now_ms, by)]
        return self._take_place(key, started, image_id, expression, "#images", values, now_ms, events)

    def add_late(
        self, key: str, generation: int, image_id: str, image: Mapping[str, Any], now_ms: int, by: Actor = PHONE
    ) -> tuple[Session, bool]:
        """Add an image that was uploaded before its session ended, whether or not that was opened again; idempotent.

        `generation` is the start of the session that it was sent to. This is no activity: nothing lives longer by it.
        Raises SessionNotFoundError, ImageDeletedError, ImageLimitReachedError.
        """
        for _ in range(self._limit + _ATTEMPTS):
            found = self._repository.find_stored(key)
            if found is None or not found.includes(generation):
                raise SessionNotFoundError("The session has ended.")
            if image_id in found.deleted or image_id in found.removals:
                raise ImageDeletedError("The image was deleted; it is not taken again.")
            if image_id in found.images:
                return found, False
            sent = sum(each.generation == generation for each in found.images.values())
            if sent >= self._limit or found.image_count >= MAX_STORED + self._limit:
                raise ImageLimitReachedError(f"A session holds at most {self._limit} images.")
            try:
                return self._repository.revise(
                    found,
                    f"SET {_ARRIVES}, {WAITING}",
                    {"one": 1, "picture": dict(image)},
                    {"image": image_id},
                    now_ms,
                    events=[photo_event("photo-arrived", image_id, now_ms, by)],
                ), True
            except ConditionFailedError:
                continue
        raise UnavailableError("The session is being changed by others.")

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
        # A session that was opened again has room beside the photos that it had, as of a revision.
        room, as_of = self._limit, dict[str, int]()
        for _ in range(self._limit + _ATTEMPTS):
            try:
                session = self._repository.change(
                    key,
                    expression,
                    condition="#started = :started AND NOT contains(#deletedImages, :id)"
                    f" AND (attribute_not_exists(#slots.#image) AND size({counted}) < :limit{spared} OR {held})"
                    + (" AND #revision = :revision" if as_of else ""),
                    values={"started": started, "id": image_id, "limit": room, "zero": 0, **bound, **as_of, **values},
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
                    raise ImageLimitReachedError("Too many images of this encounter were deleted.") from error
                if found.room(self._limit) != room or as_of.get("revision", found.revision) != found.revision:
                    room, as_of = found.room(self._limit), {"revision": found.revision}
                    continue
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


def photo_event(kind: CaptureEvent, image_id: str, now_ms: int, by: Actor) -> Event:
    """Return an event of a photo."""
    return event(kind, now_ms, by, imageId=image_id)
