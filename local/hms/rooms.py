"""Rooms, sessions and peers, and the webhooks that tell of them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from local.hms.kinds import Kind

# What happened, and its data.
type Tell = Callable[[Kind, dict[str, Any]], None]


def new_id() -> str:
    """Return an id of the form that 100ms's rooms, sessions and recordings have."""
    return secrets.token_hex(12)


@dataclass
class Peer:
    """A person's connection to a room; times in Unix ms."""

    user_id: str
    role: str
    joined_at: int
    peer_id: str = field(default_factory=lambda: str(uuid4()))


@dataclass
class Session:
    """A period during which anybody was in a room."""

    started_at: int
    session_id: str = field(default_factory=new_id)
    peers: dict[str, Peer] = field(default_factory=dict)


@dataclass
class Room:
    """One room; `sessions` of the past are not kept."""

    name: str
    template_id: str
    created_at: int
    description: str = ""
    enabled: bool = True
    room_id: str = field(default_factory=new_id)
    session: Session | None = None


class Rooms:
    """All rooms of the app. `tell` is called for everything that 100ms sends a webhook about."""

    def __init__(self, tell: Tell, now_ms: Callable[[], int]) -> None:
        self._tell = tell
        self._now_ms = now_ms
        self._rooms: dict[str, Room] = {}

    def open(self, name: str, template_id: str, description: str) -> Room:
        """Return the room of this name, upper and lower case being the same, and make it if there is none."""
        found = next((room for room in self._rooms.values() if room.name.lower() == name.lower()), None)
        if found is None:
            found = Room(name, template_id, self._now_ms())
            self._rooms[found.room_id] = found
        found.template_id, found.description = template_id, description
        return found

    def get(self, room_id: str) -> Room | None:
        return self._rooms.get(room_id)

    def all(self) -> list[Room]:
        """Return all rooms, newest first."""
        return list(self._rooms.values())[::-1]

    def join(self, room: Room, user_id: str, role: str) -> Peer:
        """Admit a peer; the first one opens a session."""
        if room.session is None:
            room.session = Session(self._now_ms())
            self._tell("session.open.success", about(room))
        peer = Peer(user_id, role, self._now_ms())
        room.session.peers[peer.peer_id] = peer
        self._tell("peer.join.success", _about_peer(room, peer))
        return peer

    def leave(self, room: Room, peer_id: str, reason: str) -> None:
        """Remove a peer, if still there; the last one closes the session."""
        session = room.session
        peer = session.peers.pop(peer_id, None) if session else None
        if session is None or peer is None:
            return
        now = self._now_ms()
        told = {"left_at": stamp(now), "duration": (now - peer.joined_at) // 1000, "reason": reason, "message": ""}
        self._tell("peer.leave.success", _about_peer(room, peer) | told)
        if not session.peers:
            lasted = {"session_duration": (now - session.started_at) // 1000, "session_stopped_at": stamp(now)}
            self._tell("session.close.success", about(room) | lasted)
            room.session = None

    def end(self, room: Room, reason: str, *, lock: bool) -> list[str]:
        """Remove all peers, and lock the room if `lock`; returns the removed peers."""
        if lock:
            room.enabled = False
        if room.session is None:
            return []
        self._tell("room.end.success", about(room) | {"reason": reason, "peer_id": "", "user_id": "", "role": ""})
        peers = list(room.session.peers)
        for peer_id in peers:
            self.leave(room, peer_id, "peer kicked")
        return peers


def about(room: Room) -> dict[str, Any]:
    """Return what every webhook about a room says."""
    told: dict[str, Any] = {"room_id": room.room_id, "room_name": room.name, "template_id": room.template_id}
    if room.session:
        told["session_id"] = room.session.session_id
        told["session_started_at"] = stamp(room.session.started_at)
    return told


def stamp(at_ms: int) -> str:
    """Return a time as 100ms writes it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _about_peer(room: Room, peer: Peer) -> dict[str, Any]:
    return about(room) | {
        "peer_id": peer.peer_id,
        "user_id": peer.user_id,
        "user_name": "",
        "user_data": "",
        "role": peer.role,
        "type": "regular",
        "joined_at": stamp(peer.joined_at),
    }
