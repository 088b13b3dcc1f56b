"""Images of a session in DynamoDB: slots and arrival (see `image_slots`), metadata, deletion."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Literal

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.capture.edit_erasure import drawn_attribute
from bedside.capture.errors import ImageNotFoundError
from bedside.capture.image import Image
from bedside.capture.image_slots import REVISE, ImageSlots, photo_event
from bedside.capture.model import DRAFT, REMOVAL, Session
from bedside.capture.session_expressions import TOUCHED, WAITING
from bedside.capture.session_repository import session_in_conflict
from bedside.capture.taken import Taken
from bedside.encounters.events import PHONE, SYSTEM, Actor, Event
from bedside.kernel.errors import UnavailableError

# Where an image's metadata comes from: a clinician, the phone, or a draft that the phone sent before the upload.
type Source = Literal["clinician", "phone", "draft"]
_ATTRIBUTES: Final[dict[Source, str]] = {"clinician": "corrected", "phone": "notified", "draft": "drafted"}


class ImageRepository(ImageSlots):
    """Images of sessions; the ids of deleted ones are never reused within an encounter."""

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
        expression = f"SET #images.#image.#metadata = :metadata, #images.#image.#source = :true, {sets}{REVISE}"
        values: dict[str, Any] = {"metadata": dict(metadata), **facts, "one": 1}
        names = {"image": image_id, "source": _ATTRIBUTES[source], "draft": f"{DRAFT}{image_id}"}
        values |= {"revision": session.images[image_id].revision, "started": session.started}
        unchanged = "#started = :started AND #revisions.#image = :revision"
        events = [photo_event("photo-described", image_id, now_ms, by)]
        if not session.alive(now_ms):
            return self._describe_ended(session, f"{expression} REMOVE #draft", unchanged, values, names, events)
        try:
            return self._repository.change(
                session.key,
                f"{expression}, {TOUCHED} REMOVE #draft",
                condition=unchanged,
                values=values,
                names=names,
                events=events,
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            if image_id not in session_in_conflict(error, session.started, now_ms).images:
                raise ImageNotFoundError("The image is not in the session.") from error
            return None

    def delete(self, session: Session, image_id: str, now_ms: int, by: Actor = PHONE) -> Session | None:
        """Delete an image, whether it has arrived or not; None if it was changed since `session` was read.

        What is to be deleted with it is kept in the session's `removals` and `drawn` until `removed` says that it is
        gone. Raises ImageNotFoundError if it was already deleted, SessionNotFoundError.
        """
        image = session.images.get(image_id)
        heir = image and session.heir_of(image)
        expression = "REMOVE #slots.#image, #images.#image, #revisions.#image, #draft SET #revision = #revision + :one"
        values: dict[str, Any] = {"one": 1, "ids": {image_id}}
        names = {"image": image_id, "draft": f"{DRAFT}{image_id}"}
        if image:
            expression += ", #removal = :key"
            values["key"], names["removal"] = image.key, f"{REMOVAL}{image_id}"
        if image and image.edits:
            expression += ", #drawn = :drawn"
            values["drawn"], names["drawn"] = image.edits, drawn_attribute(image)
        if image and heir:
            expression += ", #slots.#heir = :sequence, #revisions.#heir = #revision + :one"
            values["sequence"], names["heir"] = image.sequence, heir.image_id
        events = [photo_event("photo-deleted", image_id, now_ms, by)] if image else []
        if not session.alive(now_ms):
            expression += f", {WAITING} ADD #deletedImages :ids"
            return self._revise(session, expression, values, names, now_ms, events)
        # The heir depends on all images.
        unchanged = "#revision = :revision" if image else "attribute_not_exists(#images.#image)"
        if image:
            values["revision"] = session.revision
        try:
            return self._repository.change(
                session.key,
                f"{expression}, {TOUCHED} ADD #deletedImages :ids",
                condition=f"#started = :started AND NOT contains(#deletedImages, :id) AND {unchanged}",
                values={**values, "id": image_id, "started": session.started},
                names=names,
                events=events,
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            if image_id in session_in_conflict(error, session.started, now_ms).deleted:
                raise ImageNotFoundError("The image is not in the session.") from error
            return None

    def refuse(
        self, key: str, generation: int, image_id: str, stored_as: str, edited: Image | None, now_ms: int
    ) -> Session | None:
        """Count an image that arrived damaged, and remove it; its id may come again.

        `generation` is the start of the session that it was sent to, `edited` the image as it was read if it has edits,
        which the sweeper deletes. None if the session is not the encounter's, or has this image under a key other than
        `stored_as`. Raises UnavailableError if its edits have changed.
        """
        expression, unchanged = "", "attribute_not_exists(#images.#image.#edits)"
        values: dict[str, Any] = {"one": 1, "zero": 0, "generation": generation, "key": stored_as}
        names = {"image": image_id, "draft": f"{DRAFT}{image_id}"}
        if edited:
            expression, unchanged = f", #drawn = :drawn, {WAITING}", "#images.#image.#edits = :drawn"
            values |= {"drawn": edited.edits, **self._repository.due_now(key, now_ms)}
            names["drawn"] = drawn_attribute(edited)
        try:
            return self._repository.change_stored(
                key,
                "REMOVE #slots.#image, #images.#image, #revisions.#image, #draft SET #revision = #revision + :one,"
                f" #damagedImages = if_not_exists(#damagedImages, :zero) + :one{expression}",
                condition="(#started = :generation OR #firstStarted <= :generation AND #started > :generation)"
                f" AND (attribute_not_exists(#images.#image) OR #images.#image.#key = :key AND {unchanged})",
                values=values,
                names=names,
                events=[photo_event("photo-refused", image_id, now_ms, SYSTEM)],
            )
        except ConditionFailedError as error:
            found = error.item and error.item.get("images", {}).get(image_id)
            if found and found["key"] == stored_as and int(found.get("edits", 0)) != (edited.edits if edited else 0):
                raise UnavailableError("The image is being edited.") from error
            return None

    def keep(self, session: Session, image_id: str, now_ms: int, by: Actor, *, kept: bool) -> Session | None:
        """Keep an image beyond its session's end, or release it; None if the session changed since it was read."""
        if kept:
            expression, values = "SET #images.#image.#kept = :true", dict[str, Any](true=True)
        else:
            expression = f"REMOVE #images.#image.#kept SET #images.#image.#releasedAt = :now, {WAITING}"
            values = {}
        events = [photo_event("photo-kept" if kept else "photo-unkept", image_id, now_ms, by)]
        values, names = {**values, "one": 1}, {"image": image_id}
        return self._revise(session, f"{expression}, {REVISE}", values, names, now_ms, events)

    def arrange(self, session: Session, order: Sequence[str], now_ms: int) -> Session | None:
        """Put images in an order; None if the session changed since it was read."""
        expression = "SET #order = :order, #orderVersion = :version, #revision = #revision + :one"
        values = {"order": list(order), "version": session.order_version + 1, "one": 1}
        return self._revise(session, expression, values, {}, now_ms, [])

    def removed(self, session: Session, *attributes: str) -> None:
        """Forget what was to be deleted, because it is gone."""
        names = {f"gone{number}": attribute for number, attribute in enumerate(attributes)}
        with suppress(ConditionFailedError):  # the session is gone, and they with it
            self._repository.change_stored(
                session.key,
                f"REMOVE {', '.join(f'#{name}' for name in names)}",
                condition="attribute_exists(#pk)",
                values={},
                names=names,
            )

    def _describe_ended(
        self,
        session: Session,
        expression: str,
        unchanged: str,
        values: Mapping[str, Any],
        names: Mapping[str, str],
        events: Sequence[Event],
    ) -> Session | None:
        try:
            return self._repository.change_stored(
                session.key,
                expression,
                condition=f"{unchanged} AND #open = :open",
                values={**values, "true": True, "open": session.open},
                names=names,
                events=events,
            )
        except ConditionFailedError:
            return None

    def _revise(
        self,
        session: Session,
        expression: str,
        values: Mapping[str, Any],
        names: Mapping[str, str],
        now_ms: int,
        events: Sequence[Event],
    ) -> Session | None:
        try:
            return self._repository.revise(session, expression, values, names, now_ms, events=events)
        except ConditionFailedError:
            return None
