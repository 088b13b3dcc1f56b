"""Generations of sessions in DynamoDB: a session is created, and opened again when it has ended."""

from collections.abc import Mapping
from typing import Any, Final

from bedside.capture.model import CLAIM, LONGEST_LIFE_MS, PHONE, PHONE_COUNT, REMOVAL, UNSENT, Session
from bedside.capture.patient import patient_of
from bedside.capture.session_expressions import FAR_S, KIND, OVER, TOUCHED
from bedside.capture.session_repository import SessionRepository
from bedside.encounters.events import SYSTEM, Actor, event
from bedside.encounters.outbox import first_events
from bedside.platform.due_index import shard_of

_REOPENED: Final = (
    "SET #firstStarted = if_not_exists(#firstStarted, #started), #started = :now, #open = :true,"
    " #revision = #revision + :one, #connections = :none, #waits = :waits, #dueAt = :expires, "
) + TOUCHED


class SessionGenerations:
    """Creates sessions and opens ended ones again. Both raise UnavailableError if DynamoDB does not respond in time."""

    def __init__(self, repository: SessionRepository) -> None:
        self._repository = repository

    def create(
        self,
        key: str,
        patient: Mapping[str, Any],
        handles: Mapping[str, Any],
        now_ms: int,
        by: Actor = SYSTEM,
        *,
        instead_of: Session | None = None,
    ) -> Session:
        """Create a session, if none is stored or in place of an ended one. Raises ConditionFailedError with the item.

        No image of the ended one belongs to the new session.
        """
        life_ms = self._repository.life_ms
        item = {
            "pk": key,
            "started": now_ms,
            "open": True,
            "lastActivity": now_ms,
            "expiresAt": now_ms + life_ms,
            "ttl": (now_ms + life_ms) // 1000 + FAR_S,
            # Not updated on activity, to save index writes; the sweeper postpones sessions that are still alive.
            "waits": shard_of(KIND, key),
            "dueAt": now_ms + life_ms,
            "sequence": 0,
            "revision": 0,
            "slots": {},
            "images": {},
            "revisions": {},
            "connections": {},
            **patient,
            **handles,
            **first_events(now_ms, event("session-opened", now_ms, by)),
        }
        if instead_of is None:
            return self._repository.put(item, condition="attribute_not_exists(#pk)", values={})
        item |= {f"{REMOVAL}{image_id}": stored for image_id, stored in instead_of.removals.items()}
        condition, values = _over(instead_of, now_ms)
        return self._repository.put(item, condition=condition, values=values)

    def reopen(
        self,
        session: Session,
        patient: Mapping[str, Any],
        handles: Mapping[str, Any],
        now_ms: int,
        by: Actor = SYSTEM,
    ) -> Session:
        """Open an ended session again, with its images and with new handles only. Raises ConditionFailedError.

        A name or NHI on record stays, unless the directory knows the patient by another one now.
        """
        gone = [f"{UNSENT}{name}" for name in session.unsent] + [f"{PHONE}{name}" for name in session.phones]
        names = {f"phone{number}": name for number, name in enumerate(gone)}
        expression = _REOPENED + "".join(f", #{name} = :{name}" for name in handles)
        renamed = patient_of(patient).same_record(session.patient)
        for name in patient:
            changes = renamed and name in {"patientName", "patientNHI"}
            expression += f", #{name} = :{name}" if changes else f", #{name} = if_not_exists(#{name}, :{name})"
        # What phones of the earlier generation hold is unknown from now on: they have to join again, one of them first.
        over = ("endedAt", "retainedUntil", CLAIM, PHONE_COUNT, *names)
        expression += f" REMOVE {', '.join(f'#{name}' for name in over)}"
        condition, seen = _over(session, now_ms)
        values = {
            **seen,
            "true": True,
            "one": 1,
            "none": {},
            "waits": shard_of(KIND, session.key),
            **patient,
            **handles,
        }
        expires = now_ms + self._repository.life_ms
        return self._repository.change_stored(
            session.key,
            expression,
            condition=condition,
            values={**values, "expires": expires, "ttl": expires // 1000 + FAR_S},
            names=names,
            events=[event("session-reopened", now_ms, by)],
        )


def _over(session: Session, now_ms: int) -> tuple[str, dict[str, Any]]:
    """Return the condition that an ended session is unchanged, and its values; the next must start later."""
    values = {"false": False, "now": now_ms, "oldest": now_ms - LONGEST_LIFE_MS}
    condition = f"#started = :seen AND #revision = :revision AND #started < :now AND {OVER}"
    return condition, {**values, "seen": session.started, "revision": session.revision}
