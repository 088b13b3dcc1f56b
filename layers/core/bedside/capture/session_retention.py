"""What the sweeper does to sessions in DynamoDB: it ends expired ones, and takes out images whose time is over."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.capture.edit_erasure import drawn_attribute
from bedside.capture.image import SHORTEST_STAY_MS
from bedside.capture.image_slots import photo_event
from bedside.capture.model import DRAFT, DRAWN, LONGEST_LIFE_MS, REMOVAL, SLOT_GRACE_MS, Session
from bedside.capture.session_expressions import ENDED, FAR_S, KIND
from bedside.capture.session_record import session_from_record
from bedside.encounters.events import SYSTEM, event
from bedside.encounters.outbox import with_events
from bedside.platform.due_index import DueIndex, shard_of

# How long the item of an ended session without images stays, so that late events still find it.
_EMPTY_S: Final = 24 * 3600
# Images that one write takes out. Each has an event, and the timeline appends all events of a write in one transaction,
# which DynamoDB limits to a hundred items, as it limits an expression to 4 KB.
_AT_ONCE: Final = 50
# No upload link works an hour after its session's end, nor is an upload finished or reported much later.
_LINKS_MS: Final = SHORTEST_STAY_MS + SLOT_GRACE_MS
_UNCHANGED: Final = "#started = :started AND #revision = :revision AND #open = :open"


class SessionRetention:
    """Sessions that are due. Every method raises UnavailableError if DynamoDB does not respond in time."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the keys of up to `limit` sessions that may have expired or have images to delete, longest due first.

        The index lags, so sessions that were just ended or reopened may be included.
        """
        return DueIndex(self._table, KIND).due(now_ms, limit)

    def expire(self, session: Session, now_ms: int) -> Session | None:
        """End the session if it is still open and has expired, or else return None."""
        values = {
            "false": False,
            "now": now_ms,
            "ended": session.ends_at,
            "ttl": now_ms // 1000 + FAR_S,
            "waits": shard_of(KIND, session.key),
            "one": 1,
            "none": {},
        }
        expression, bound = with_events(ENDED, values, [event("session-ended", now_ms, SYSTEM)])
        try:
            item = self._table.update(
                session.key,
                expression,
                condition="#open = :true AND #started = :started AND (#expiresAt <= :now OR #started <= :oldest)",
                values={**bound, "true": True, "started": session.started, "oldest": now_ms - LONGEST_LIFE_MS},
            )
        except ConditionFailedError:
            return None
        return session_from_record(item)

    def take_out(self, session: Session, retained_until: int, now_ms: int) -> Session:
        """Take up to 50 images out of an ended session whose time is over: they become `removals` and `drawn`.

        If there are more, the session stays due. Those that stay keep the numbers that pages show them with. Returns
        the session unchanged if there is none to take out. Raises ConditionFailedError if the session has changed since
        it was read, such as been opened again.
        """
        gone = {image.image_id for image in session.vanished(retained_until, now_ms)[:_AT_ONCE]}
        if not gone:
            return session
        item = self._table.get(session.key)
        if item is None or session_from_record(item) != session:
            raise ConditionFailedError(item)
        maps = self._without(item, session, gone)
        removals = {f"removal{number}": image_id for number, image_id in enumerate(sorted(gone))}
        drafts = {f"draft{number}": image_id for number, image_id in enumerate(sorted(gone))}
        edited = [session.images[image_id] for image_id in sorted(gone) if session.images[image_id].edits]
        drawn = {f"drawn{number}": image for number, image in enumerate(edited)}
        expression = "SET #revision = :next" + "".join(f", #{name} = :{name}" for name in (*maps, *removals, *drawn))
        expression, values = with_events(
            f"{expression} REMOVE {', '.join(f'#{name}' for name in drafts)}",
            {**maps, "next": session.revision + 1}
            | {name: session.images[image_id].key for name, image_id in removals.items()}
            | {name: image.edits for name, image in drawn.items()},
            [photo_event("photo-vanished", image_id, now_ms, SYSTEM) for image_id in removals.values()],
        )
        changed = self._table.update(
            session.key,
            expression,
            condition=_UNCHANGED,
            values={**values, **_seen(session)},
            names={
                **{name: f"{REMOVAL}{image_id}" for name, image_id in removals.items()},
                **{name: f"{DRAFT}{image_id}" for name, image_id in drafts.items()},
                **{name: drawn_attribute(image) for name, image in drawn.items()},
            },
        )
        return session_from_record(changed)

    def settle(self, session: Session, retained_until: int, now_ms: int) -> None:
        """Make an ended session due when its next image vanishes, or else never, and forget what was deleted.

        Removals of images that vanished are kept while an upload link may work, which would bring the image back. Does
        nothing if the session has changed since it was read.
        """
        links_end = (session.ended_at or session.ends_at) + _LINKS_MS
        done = [each for each in session.removals if each in session.deleted or links_end <= now_ms]
        gone = (*(f"{REMOVAL}{image_id}" for image_id in done), *(f"{DRAWN}{photo}" for photo in session.drawn))
        names = {f"g{number}": attribute for number, attribute in enumerate(gone)}  # short: an expression has 4 KB
        values: dict[str, Any] = {**_seen(session), "until": retained_until}
        removed, due = list(names), session.next_vanishing(retained_until)
        if len(done) < len(session.removals):
            due = links_end if due is None else min(due, links_end)
        expression = "SET #retainedUntil = :until, #ttl = :ttl"
        values["ttl"] = now_ms // 1000 + FAR_S if session.images else max(retained_until, now_ms) // 1000 + _EMPTY_S
        if due is not None:
            expression += ", #waits = :waits, #dueAt = :due"
            values |= {"waits": shard_of(KIND, session.key), "due": due}
        else:
            removed = ["waits", "dueAt", *removed]
        if removed:
            expression += f" REMOVE {', '.join(f'#{name}' for name in removed)}"
        with suppress(ConditionFailedError):
            self._table.update(session.key, expression, condition=_UNCHANGED, values=values, names=names)

    def postpone(self, session: Session) -> None:
        """Make a session that is alive due at its expiry; concurrent changes take precedence."""
        with suppress(ConditionFailedError):
            self._table.update(
                session.key,
                "SET #waits = :waits, #dueAt = :due",
                condition="#started = :started AND #open = :open",
                values={
                    "started": session.started,
                    "open": True,
                    "waits": shard_of(KIND, session.key),
                    "due": session.ends_at,
                },
            )

    def _without(self, item: Item, session: Session, gone: set[str]) -> dict[str, Mapping[str, Any]]:
        """Return the item's maps without the images that are gone."""
        numbers = session.shown_numbers()
        stay = [image for image in session.images.values() if image.image_id not in gone]
        renumbered = {image.image_id for image in stay if numbers[image.image_id] != image.sequence}
        slots = {name: numbers.get(name, slot) for name, slot in item["slots"].items() if name not in gone}
        revisions = {name: item["revisions"][name] for name in item["revisions"] if name not in gone}
        revisions |= dict.fromkeys(renumbered, session.revision + 1)
        images = {name: image for name, image in item["images"].items() if name not in gone}
        return {"slots": slots, "images": images, "revisions": revisions}


def _seen(session: Session) -> dict[str, Any]:
    return {"started": session.started, "revision": session.revision, "open": session.open}
