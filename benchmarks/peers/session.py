"""A session's item in DynamoDB, which the product keeps in the same shape."""

import base64
from collections.abc import Mapping
from typing import Any

from benchmarks.peers import clients
from benchmarks.peers.records import ConditionFailedError, put, read, update
from benchmarks.peers.refusal import Refusal

LIFE_MS = 7_200_000
LONGEST_LIFE_MS = 86_400_000
TOUCHED = "#lastActivity = :now, #expiresAt = :expires, #ttl = :ttl"
_ALIVE = "#open = :true AND #expiresAt > :now AND #started > :oldest"

type Session = dict[str, Any]


def key_of(facility_id: str, encounter_id: str) -> str:
    """Return the session's name, which says nothing about the patient."""
    return base64.b32encode(clients.keyed_hash(f"{facility_id}\n{encounter_id}")[:15]).decode().lower()


def alive(session: Session, now: int) -> bool:
    """Return whether a session is open."""
    return bool(session["open"] and session["expiresAt"] > now and session["started"] > now - LONGEST_LIFE_MS)


def find(key: str, now: int) -> Session:
    """Return an open session; rejects any other."""
    session = read(clients.sessions, key)
    if session is None or not alive(session, now):
        raise Refusal(404, "session-not-found")
    return session


def create(key: str, facts: Mapping[str, Any], now: int) -> Session:
    """Write a new session; raises ConditionFailedError with the one that is open."""
    item = {
        "pk": key,
        "started": now,
        "open": True,
        "lastActivity": now,
        "expiresAt": now + LIFE_MS,
        "ttl": (now + LIFE_MS) // 1000 + 86_400,
        "sequence": 0,
        "revision": 0,
        "slots": {},
        "images": {},
        "revisions": {},
        "connections": {},
        **facts,
    }
    put(
        clients.sessions,
        item,
        "attribute_not_exists(#pk) OR #started <= :oldest"
        " OR ((#open = :false OR #expiresAt <= :now) AND #started < :now)",
        {"false": False, "now": now, "oldest": now - LONGEST_LIFE_MS},
    )
    return item


def change(
    key: str,
    expression: str,
    now: int,
    *,
    condition: str = "",
    values: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
) -> Session:
    """Change a session that is open; raises ConditionFailedError with what stood there."""
    bound = {"now": now, "oldest": now - LONGEST_LIFE_MS, "true": True, **(values or {})}
    if TOUCHED in expression:
        bound |= {"expires": now + LIFE_MS, "ttl": (now + LIFE_MS) // 1000 + 86_400}
    text = f"{_ALIVE} AND {condition}" if condition else _ALIVE
    return update(clients.sessions, key, expression, text, bound, names)


def standing(error: ConditionFailedError, started: int, now: int) -> Session:
    """Return the open session that a write found; rejects it if it is another one than expected."""
    session = error.item
    if session is None or not alive(session, now) or session["started"] != started:
        raise Refusal(404, "session-not-found") from error
    return session


def arrived(session: Session) -> list[dict[str, Any]]:
    """Return the images in order of arrival, each with id, sequence and revision."""
    slots, revisions = session["slots"], session["revisions"]
    found = [
        {**image, "id": name, "sequence": int(slots[name]), "revision": int(revisions[name])}
        for name, image in session["images"].items()
        if slots.get(name, 0) > 0
    ]
    return sorted(found, key=lambda image: image["sequence"])
