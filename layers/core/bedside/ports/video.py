"""Rooms, recordings and webhooks of the video provider."""

from dataclasses import dataclass
from typing import Literal, Protocol

Party = Literal["patient", "practitioner"]


@dataclass(frozen=True, slots=True)
class RecordingAsset:
    """A recording stored by the provider; its duration and size (bytes) are None until the provider reports them.

    `path` is its storage path, which webhooks use to identify it.
    """

    asset_id: str
    status: str
    duration_s: int | None
    size: int | None
    path: str = ""


class WebhookSender(Protocol):
    """The provider's API for resending webhooks."""

    def replay(self, since_ms: int, until_ms: int) -> None:
        """Ask the provider to resend all webhooks of a period (Unix ms). Raises UnavailableError."""
        ...


class Rooms(WebhookSender, Protocol):
    """One room per visit, named by the visit's id. Methods that call the provider raise UnavailableError."""

    def open(self, visit_id: str) -> str:
        """Return the id of the visit's room, creating the room if necessary."""
        ...

    def token(self, room_id: str, joining: str, party: Party, now_ms: int) -> str:
        """Return a token for the room; webhooks will refer to it as `joining`. Makes no request."""
        ...

    def page(self, room_id: str, party: Party) -> str:
        """Return the URL to embed, with "{token}" as the placeholder for the token. Makes no request."""
        ...

    def end(self, room_id: str) -> None:
        """Remove everyone from the room and lock it; succeeds if it is empty or has already ended."""
        ...

    def start_recording(self, room_id: str) -> None:
        """Start recording; succeeds if a recording is already running."""
        ...

    def stop_recording(self, room_id: str) -> None:
        """Stop recording; succeeds if no recording is running."""
        ...

    def assets(self, room_id: str) -> list[RecordingAsset]:
        """Return the recordings stored for a room."""
        ...

    def asset_link(self, asset_id: str) -> str:
        """Return a temporary download URL for a recording."""
        ...
