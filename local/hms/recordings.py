"""Recordings of rooms: a small real video each, under a link that carries its own permission."""

import hashlib
import hmac
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from local.hms.rooms import Room, Tell, about, new_id, stamp

State = Literal["running", "stopping", "completed", "failed"]

# FACTS: the link in a webhook is good for a day.
LINK_LIFE_S = 24 * 3600
_VIDEO = Path(__file__).with_name("recording.mp4")


@dataclass
class Recording:
    """One recording job of a room and, once it is completed, its one asset; Unix ms."""

    room: Room
    told: dict[str, Any]
    started_at: int
    state: State = "running"
    stopped_at: int = 0
    recording_id: str = field(default_factory=new_id)
    asset_id: str = field(default_factory=new_id)

    @property
    def duration_s(self) -> int:
        return max(1, (self.stopped_at - self.started_at) // 1000)

    @property
    def path(self) -> str:
        return f"s3://recordings/{self.room.room_id}/{self.asset_id}.mp4"

    def video(self) -> bytes:
        """Return the video: the same pictures each time, and a box at its end that makes every file another."""
        note = self.asset_id.encode()
        return _VIDEO.read_bytes() + struct.pack(">I4s", 8 + len(note), b"free") + note

    def shown(self) -> dict[str, Any]:
        """Return the job as the REST API has it."""
        return {
            "id": self.recording_id,
            "room_id": self.room.room_id,
            "session_id": self.told.get("session_id", ""),
            "status": self.state,
            "created_at": stamp(self.started_at),
            "started_at": stamp(self.started_at),
            "updated_at": stamp(self.stopped_at or self.started_at),
            "stopped_at": stamp(self.stopped_at) if self.stopped_at else None,
            "meeting_url": "",
            "started_by": "",
            "stopped_by": "",
            "asset_types": ["room-composite"],
            "recording_assets": None,
        }

    def asset(self) -> dict[str, Any]:
        """Return the asset as the REST API has it."""
        return {
            "id": self.asset_id,
            "job_id": self.recording_id,
            "room_id": self.room.room_id,
            "session_id": self.told.get("session_id", ""),
            "type": "room-composite",
            "path": self.path,
            "duration": self.duration_s,
            "size": len(self.video()),
            "status": self.state,
            "created_at": stamp(self.stopped_at),
            "thumbnails": None,
            "metadata": {"resolution": {"width": 160, "height": 90}},
        }


class Recordings:
    """All recordings. `link_base` is the address under which the stand-in serves them."""

    def __init__(self, link_base: str, tell: Tell, now_ms: Callable[[], int]) -> None:
        self.link_base = link_base
        self._tell = tell
        self._now_ms = now_ms
        self._key = secrets.token_bytes(32)
        self._recordings: list[Recording] = []

    def start(self, room: Room) -> Recording | None:
        """Start recording a room; None where one runs already."""
        if any(each.room is room and each.state == "running" for each in self._recordings):
            return None
        recording = Recording(room, about(room), self._now_ms())
        self._recordings.append(recording)
        self._tell("beam.started.success", self._beam(recording))
        return recording

    def stop(self, room: Room) -> list[Recording]:
        """Stop a room's recordings; returns those that were running and whose videos remain to be finished."""
        running = [each for each in self._recordings if each.room is room and each.state == "running"]
        for recording in running:
            recording.state, recording.stopped_at = "stopping", self._now_ms()
            lasted = {"duration": recording.duration_s, "reason": "client request"}
            self._tell("beam.stopped.success", self._beam(recording) | lasted)
        return running

    def finish(self, recording: Recording, *, fail: bool) -> None:
        """Complete a recording that was stopped, or let it fail."""
        told = recording.told | {"session_stopped_at": stamp(recording.stopped_at)}
        if fail:
            recording.state = "failed"
            self._tell("recording.failed", told | {"error": "INTERNAL_ERROR", "error_type": "PROCESSING_CMD_ERROR"})
            return
        recording.state = "completed"
        finished = {
            "recording_path": recording.path,
            "recording_presigned_url": self.link(recording, LINK_LIFE_S),
            "size": len(recording.video()),
            "duration": recording.duration_s,
        }
        self._tell("recording.success", told | finished)

    def of(self, room_id: str) -> list[Recording]:
        """Return the recordings of a room ("": of all) that are over, oldest first."""
        over = {"completed", "failed"}
        return [each for each in self._recordings if each.state in over and room_id in {"", each.room.room_id}]

    def asset(self, asset_id: str) -> Recording | None:
        """Return the completed recording whose asset this is."""
        return next((each for each in self.of("") if each.asset_id == asset_id and each.state == "completed"), None)

    def is_recorded(self, room: Room) -> bool:
        return any(each.room is room and each.state == "running" for each in self._recordings)

    def link(self, recording: Recording, life_s: int) -> str:
        """Return a temporary link to the video, which needs no other credential."""
        expires = str(self._now_ms() // 1000 + life_s)
        query = urlencode({"expires": expires, "signature": self._signature(recording.asset_id, expires)})
        return f"{self.link_base}/recordings/{recording.asset_id}.mp4?{query}"

    def admits(self, asset_id: str, expires: str, signature: str) -> bool:
        """Return whether a link was issued here and is still valid."""
        if not hmac.compare_digest(self._signature(asset_id, expires).encode(), signature.encode()):
            return False
        return self._now_ms() // 1000 < int(expires)

    def _signature(self, asset_id: str, expires: str) -> str:
        return hmac.new(self._key, f"{asset_id}\n{expires}".encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def _beam(recording: Recording) -> dict[str, Any]:
        return recording.told | {
            "beam_id": recording.recording_id,
            "job_id": recording.recording_id,
            "recording_enabled": True,
            "peer_id": "",
            "meeting_url": "",
            "rtmp": [],
            "max_width": 1280,
            "max_height": 720,
        }
