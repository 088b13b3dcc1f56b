"""Rooms and webhooks of the video provider, as visits and webhooks need them."""

from dataclasses import dataclass
from typing import Literal, Protocol

Party = Literal["patient", "practitioner"]


@dataclass(frozen=True, slots=True)
class RecordingAsset:
    """A recording as the provider keeps it: its id, how far it is, seconds and bytes where it says so.

    `path` is where it lies, by which webhooks name it.
    """

    asset_id: str
    status: str
    duration_s: int | None
    size: int | None
    path: str = ""


class WebhookSender(Protocol):
    """The video provider, as far as it sends webhooks again."""

    def replay(self, since_ms: int, until_ms: int) -> None:
        """Ask for all webhooks of a period (Unix ms) once more; raises UnavailableError."""
        ...


class Rooms(WebhookSender, Protocol):
    """One room for each visit, under the visit's id. Every call raises UnavailableError where the provider fails."""

    def open(self, visit_id: str) -> str:
        """Return the id of the visit's room, which is made if there is none."""
        ...

    def token(self, room_id: str, joining: str, party: Party, now_ms: int) -> str:
        """Return what lets somebody into the room; webhooks will name `joining`. Asks nobody."""
        ...

    def page(self, room_id: str, party: Party) -> str:
        """Return the address to embed, with "{token}" where the token goes. Asks nobody."""
        ...

    def end(self, room_id: str) -> None:
        """Send everybody out and let nobody in; a room that is empty or ended already is fine."""
        ...

    def start_recording(self, room_id: str) -> None:
        """Start recording; running already is fine."""
        ...

    def stop_recording(self, room_id: str) -> None:
        """Stop recording; not running is fine."""
        ...

    def assets(self, room_id: str) -> list[RecordingAsset]:
        """Return the recordings of a room."""
        ...

    def asset_link(self, asset_id: str) -> str:
        """Return an address from which a recording can be fetched for a while."""
        ...
