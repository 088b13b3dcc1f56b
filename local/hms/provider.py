"""The provider as a whole: rooms with people in them, recordings, and webhooks about both."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from local.hms.faults import Faults
from local.hms.recordings import Recording, Recordings
from local.hms.rooms import Peer, Room, Rooms
from local.hms.tokens import Keys
from local.hms.webhooks import RETRIES_S, Webhooks
from local.webhooks import Receiver

# https://www.100ms.live/docs/server-side/v2/how-to-guides/configure-webhooks/webhook: of a connection that was lost
# the others are notified after a minute.
_LOST_AFTER_S = 60.0
# How long a video takes to be made.
_PROCESSING_S = 4.0


@dataclass
class Connection:
    """A peer's socket: `say` sends it a message, `cut` breaks it without a word."""

    room: Room
    peer: Peer
    say: Callable[[dict[str, Any]], None]
    cut: Callable[[], None]


@dataclass
class Provider:
    """Everything that the stand-in knows. `time_scale` divides what 100ms takes in time for itself."""

    keys: Keys
    receiver: Receiver
    link_base: str
    time_scale: float = 1
    retries_s: Sequence[float] = RETRIES_S
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    chance: Callable[[], float] = random.random
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self.webhooks = Webhooks(self.receiver, lambda: self.faults, self.now_ms, self.retries_s, self.chance)
        self.rooms = Rooms(self.webhooks.send, self.now_ms)
        self.recordings = Recordings(self.link_base, self.webhooks.send, self.now_ms)
        self._connections: dict[str, Connection] = {}
        self._timers: set[asyncio.TimerHandle] = set()

    def connect(
        self, room: Room, user_id: str, role: str, say: Callable[[dict[str, Any]], None], cut: Callable[[], None]
    ) -> Connection:
        """Admit a peer to a room, and send them the list of peers."""
        others = self._others(room)
        connection = Connection(room, self.rooms.join(room, user_id, role), say, cut)
        self._connections[connection.peer.peer_id] = connection
        present = [{"peerId": each.peer.peer_id, "role": each.peer.role} for each in others]
        connection.say({"type": "joined", "peerId": connection.peer.peer_id, "peers": present})
        for each in others:
            each.say({"type": "peer-joined", "peerId": connection.peer.peer_id, "role": role})
        return connection

    def relay(self, connection: Connection, peer_id: str, data: object) -> None:
        """Pass on what two browsers have to tell each other before they are connected."""
        other = self._connections.get(peer_id)
        if other and other.room is connection.room:
            other.say({"type": "signal", "from": connection.peer.peer_id, "data": data})

    def leave(self, connection: Connection, reason: str = "client request") -> None:
        """Remove a peer who left deliberately."""
        self._forget(connection, "peer-left")
        self.rooms.leave(connection.room, connection.peer.peer_id, reason)

    def lose(self, connection: Connection) -> None:
        """Take note that a connection has broken: the peer has left a minute later."""
        if self._forget(connection, "peer-lost"):
            self._after(
                _LOST_AFTER_S, lambda: self.rooms.leave(connection.room, connection.peer.peer_id, "websocket closed")
            )

    def drop(self, room_name: str, role: str) -> int:
        """Break the connections of a room, or of one role in it; returns their number."""
        chosen = [
            each for each in self._connections.values() if each.room.name == room_name and role in {"", each.peer.role}
        ]
        for each in chosen:
            each.cut()
        return len(chosen)

    def connected(self, peer_id: str) -> bool:
        return peer_id in self._connections

    def end(self, room: Room, reason: str, *, lock: bool) -> None:
        """End a room: its recordings stop, and everybody in it is sent out."""
        self.stop_recording(room)
        for each in self._others(room):
            del self._connections[each.peer.peer_id]
            each.say({"type": "ended", "reason": reason})
            each.cut()
        self.rooms.end(room, reason, lock=lock)

    def stop_recording(self, room: Room) -> list[dict[str, Any]]:
        """Stop a room's recordings, whose videos follow later; returns them as the REST API does."""
        stopped = self.recordings.stop(room)
        for each in stopped:
            self._after(_PROCESSING_S, partial(self._finish, each))
        return [each.shown() for each in stopped]

    async def close(self) -> None:
        """Cancel everything that is still scheduled."""
        for timer in self._timers:
            timer.cancel()
        await self.webhooks.close()

    def _finish(self, recording: Recording) -> None:
        self.recordings.finish(recording, fail=self.faults.fail_recordings)

    def _others(self, room: Room) -> list[Connection]:
        return [each for each in self._connections.values() if each.room is room]

    def _forget(self, connection: Connection, told: str) -> bool:
        """Take a connection out, once, and tell the others in its room."""
        if self._connections.pop(connection.peer.peer_id, None) is None:
            return False
        for each in self._others(connection.room):
            each.say({"type": told, "peerId": connection.peer.peer_id})
        return True

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        self._timers.add(asyncio.get_running_loop().call_later(seconds / self.time_scale, happen))
