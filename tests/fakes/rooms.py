"""The video provider in memory: rooms, who was sent out, and recordings that a test finishes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bedside.kernel.errors import UnavailableError
from bedside.ports.video import Party, RecordingAsset


@dataclass
class FakeRooms:
    """Does what bedside.ports.video.Rooms promises; `asked` is every call that reached it, in order.

    While `away` it fails as the provider does, after as long as `hold` takes; with `forgetful` it does what is asked,
    and its answer is lost.
    """

    away: bool = False
    forgetful: bool = False
    hold: Callable[[], None] = lambda: None
    asked: list[tuple[str, ...]] = field(default_factory=list)
    rooms: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    recording: set[str] = field(default_factory=set)
    kept: dict[str, list[RecordingAsset]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def open(self, visit_id: str) -> str:
        self._ask("open", visit_id)
        room_id = self.rooms.setdefault(visit_id, f"room-of-{visit_id}")
        self._answer()
        return room_id

    def token(self, room_id: str, joining: str, party: Party, now_ms: int) -> str:
        return f"token.{room_id}.{joining}.{party}.{now_ms}"

    def page(self, room_id: str, party: Party) -> str:
        return f"https://rooms.example.org/{room_id}/{party}?auth_token={{token}}"

    def end(self, room_id: str) -> None:
        self._ask("end", room_id)
        self.ended.add(room_id)
        self.recording.discard(room_id)
        self._answer()

    def start_recording(self, room_id: str) -> None:
        self._ask("start_recording", room_id)
        self.recording.add(room_id)
        self._answer()

    def stop_recording(self, room_id: str) -> None:
        self._ask("stop_recording", room_id)
        self.recording.discard(room_id)
        self._answer()

    def assets(self, room_id: str) -> list[RecordingAsset]:
        self._ask("assets", room_id)
        self._answer()
        return list(self.kept.get(room_id, []))

    def asset_link(self, asset_id: str) -> str:
        self._ask("asset_link", asset_id)
        self._answer()
        if asset_id not in self.links:
            raise UnavailableError("The video provider refused.")
        return self.links[asset_id]

    def replay(self, since_ms: int, until_ms: int) -> None:
        self._ask("replay", str(since_ms), str(until_ms))

    def finish(self, room_id: str, asset: RecordingAsset, link: str = "") -> None:
        """Let the provider have finished a recording, to be fetched from `link`."""
        self.kept.setdefault(room_id, []).append(asset)
        if link:
            self.links[asset.asset_id] = link

    def _ask(self, *call: str) -> None:
        if self.away:
            self.hold()
            raise UnavailableError("The video provider did not answer.")
        self.asked.append(call)

    def _answer(self) -> None:
        if self.forgetful:
            raise UnavailableError("The video provider did not answer.")
