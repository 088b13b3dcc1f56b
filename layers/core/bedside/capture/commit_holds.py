"""Holds on photos that are taken to the patient's record: nobody changes or deletes them, and they do not vanish.

All changes are parts of a transaction that also writes how far the photo has come, so that no hold is left behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bedside.adapters.aws.dynamodb import Change, Table
from bedside.capture.image_slots import REVISE, photo_event
from bedside.capture.model import Session
from bedside.capture.session_expressions import WAITING
from bedside.capture.session_repository import SessionRepository
from bedside.encounters.events import Actor, CaptureEvent
from bedside.encounters.outbox import with_events


@dataclass(frozen=True, slots=True)
class CommitHolds:
    """Prepares changes of sessions, open or ended."""

    table: Table
    sessions: SessionRepository

    def prepare_take(self, session: Session, image_ids: Sequence[str], commit_id: str, now_ms: int) -> Change:
        """Return the change that holds photos for a commit, if nothing about their session changed since it was read.

        It counts as activity of an open session.
        """
        names = {f"i{number}": image_id for number, image_id in enumerate(image_ids)}
        held = (f"#images.#{name}.#committing = :commit, #revisions.#{name} = #revision + :one" for name in names)
        return self.sessions.prepare_change(
            session,
            f"SET {', '.join(held)}, #revision = #revision + :one",
            condition="#revision = :revision",
            values={"commit": commit_id, "one": 1, "revision": session.revision},
            names=names,
            events=(),
            now_ms=now_ms,
        )

    def prepare_fulfil(self, key: str, image_id: str, commit_id: str, by: Actor, now_ms: int, until_ms: int) -> Change:
        """Return the change that says that a photo is in the record, and stays here until an instant (Unix ms).

        It fails if the commit does not hold the photo.
        """
        photo = "#images.#image."
        arrived = f"{photo}#committed = :true, {photo}#committedUntil = :until"
        values = {"true": True, "until": until_ms}
        return self._prepare_end(key, image_id, commit_id, "photo-committed", by, now_ms, arrived, values)

    def prepare_release(self, key: str, image_id: str, commit_id: str, by: Actor, now_ms: int) -> Change:
        """Return the change that lets go of a photo that is not in the record; it fails if the commit holds it not.

        As after any change of what is kept, the photo stays an hour at least. It remembers the commit, which knows what
        went wrong.
        """
        stays = "#images.#image.#releasedAt = :now, #images.#image.#failedCommit = :commit"
        return self._prepare_end(key, image_id, commit_id, "photo-not-committed", by, now_ms, stays, {})

    def _prepare_end(
        self,
        key: str,
        image_id: str,
        commit_id: str,
        kind: CaptureEvent,
        by: Actor,
        now_ms: int,
        written: str,
        values: dict[str, Any],
    ) -> Change:
        expression, bound = with_events(
            f"SET {written}, {REVISE}, {WAITING} REMOVE #images.#image.#committing",
            {**values, "commit": commit_id, "one": 1, **self.sessions.due_now(key, now_ms)},
            [photo_event(kind, image_id, now_ms, by)],
        )
        return self.table.update_change(
            key,
            expression,
            condition="#images.#image.#committing = :commit",
            values=bound,
            names={"image": image_id},
        )
