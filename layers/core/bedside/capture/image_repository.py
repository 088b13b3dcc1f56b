"""The images of a session, in the record: places held for them, their arrival, what is said of them, their end."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.capture.model import DRAFT, Session
from bedside.capture.session_repository import TOUCHED, SessionRepository, session_in_conflict
from bedside.kernel.errors import ImageDeletedError, ImageLimitReachedError, ImageNotFoundError, UnavailableError

_ATTEMPTS: Final = 4
# Whose words an image's details are: a clinician's, its phone's, or what its phone had said before it arrived.
type Source = Literal["clinician", "phone", "draft"]
_SAID: Final[dict[Source, str]] = {"clinician": "corrected", "phone": "notified", "draft": "drafted"}
_REVISE: Final = "#revisions.#image = #revision + :one, #revision = #revision + :one"


class ImageRepository:
    """Images, at most `limit` of them in a session, each with an id that is taken once and for all."""

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
        """Hold a place for an image until an instant (Unix ms), once however often it is asked for.

        A draft of what is said of it is kept with the place. Raises SessionNotFoundError, ImageDeletedError,
        ImageLimitReachedError.
        """
        expression, values = f"SET #slots.#image = :held, {TOUCHED}", dict[str, Any](held=-held_until)
        if draft is not None:
            expression += ", #draft = :draft"
            values["draft"] = dict(draft)
        session, _ = self._take_place(key, started, image_id, expression, "#slots", values, now_ms)
        return session

    def arrive(
        self, key: str, started: int, image_id: str, image: Mapping[str, Any], now_ms: int
    ) -> tuple[Session, bool]:
        """Give an uploaded image the next sequence number, once, and tell whether this call was the first.

        If its phone says what is on it, what it said before is forgotten. Raises SessionNotFoundError,
        ImageDeletedError, ImageLimitReachedError.
        """
        expression = (
            "SET #slots.#image = #sequence + :one, #sequence = #sequence + :one, #images.#image = :picture,"
            f" {_REVISE}, {TOUCHED}"
        )
        if image["notified"] and not image.get("silent"):
            expression += " REMOVE #draft"
        # Only what has arrived counts against it: places held for others must not turn away what is there.
        return self._take_place(
            key, started, image_id, expression, "#images", {"one": 1, "picture": dict(image)}, now_ms
        )

    def describe(
        self, session: Session, image_id: str, metadata: Mapping[str, Any], now_ms: int, *, source: Source
    ) -> Session | None:
        """Write an image's metadata, unless somebody has changed the image since `session` was read: then None.

        Raises ImageNotFoundError, SessionNotFoundError.
        """
        try:
            return self._repository.change(
                session.key,
                f"SET #images.#image.#metadata = :metadata, #images.#image.#said = :true, {_REVISE}, {TOUCHED}"
                " REMOVE #draft",
                condition="#started = :started AND #revisions.#image = :revision",
                values={
                    "metadata": dict(metadata),
                    "one": 1,
                    "revision": session.images[image_id].revision,
                    "started": session.started,
                },
                names={"image": image_id, "said": _SAID[source], "draft": f"{DRAFT}{image_id}"},
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            if image_id not in session_in_conflict(error, session.started, now_ms).images:
                raise ImageNotFoundError("The image is not in the session.") from error
            return None

    def delete(self, session: Session, image_id: str, now_ms: int) -> Session | None:
        """Take an image out for good, arrived or not: its id never comes back.

        None if the image has changed since `session` was read. Raises ImageNotFoundError if it was taken out before,
        SessionNotFoundError.
        """
        image = session.images.get(image_id)
        unchanged = "#revisions.#image = :revision" if image else "attribute_not_exists(#images.#image)"
        values: dict[str, Any] = {"one": 1, "ids": {image_id}, "id": image_id, "started": session.started}
        if image:
            values["revision"] = image.revision
        try:
            return self._repository.change(
                session.key,
                "REMOVE #slots.#image, #images.#image, #revisions.#image, #draft"
                f" SET #revision = #revision + :one, {TOUCHED} ADD #deletedImages :ids",
                condition=f"#started = :started AND NOT contains(#deletedImages, :id) AND {unchanged}",
                values=values,
                names={"image": image_id, "draft": f"{DRAFT}{image_id}"},
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            if image_id in session_in_conflict(error, session.started, now_ms).deleted:
                raise ImageNotFoundError("The image is not in the session.") from error
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
    ) -> tuple[Session, bool]:
        """Write an image's slot while fewer than the limit are `counted`, freeing lapsed places if need be.

        False if it had arrived before.
        """
        # An arrival needs room among the images even where its place was held.
        held = "#slots.#image < :zero" + (" AND size(#images) < :limit" if counted == "#images" else "")
        for _ in range(self._limit + _ATTEMPTS):
            try:
                session = self._repository.change(
                    key,
                    expression,
                    condition="#started = :started AND NOT contains(#deletedImages, :id)"
                    f" AND (attribute_not_exists(#slots.#image) AND size({counted}) < :limit OR {held})",
                    values={"started": started, "id": image_id, "limit": self._limit, "zero": 0, **values},
                    names={"image": image_id, "draft": f"{DRAFT}{image_id}"},
                    now_ms=now_ms,
                )
            except ConditionFailedError as error:
                found = session_in_conflict(error, started, now_ms)
                if image_id in found.deleted:
                    raise ImageDeletedError("The image was deleted; it is not taken again.") from error
                if image_id in found.images:
                    return found, False
                lapsed = found.lapsed_slots(now_ms) if counted == "#slots" else {}
                if not lapsed:
                    raise ImageLimitReachedError(f"A session holds at most {self._limit} images.") from error
                self._free(key, *next(iter(lapsed.items())), now_ms)
            else:
                return session, True
        raise UnavailableError("The session is being changed by others.")

    def _free(self, key: str, image_id: str, slot: int, now_ms: int) -> None:
        """Free a lapsed place, and what was said of its image, so that no more is kept than places are.

        If it has changed meanwhile, the caller's next try sees what is there now.
        """
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
