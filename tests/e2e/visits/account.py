"""What the API and the video provider say of a visit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from tests.e2e.people import Clinician


@dataclass
class Account:
    """One visit, as its practitioner may ask for it, and as the provider's stand-in knows its room."""

    clinician: Clinician
    stack: dict[str, Any]
    visit_id: str

    def visit(self) -> dict[str, Any]:
        return self._ask("")

    def summary(self) -> dict[str, Any]:
        return self._ask("/summary")

    def steps(self) -> list[tuple[str, datetime]]:
        """Return why each step of the history was taken, and when."""
        return [(step["cause"], instant(step["at"])) for step in self.visit()["history"]]

    def room_is_open(self) -> bool:
        """Tell whether the provider still lets anybody in."""
        [room] = [room for room in self._provider()["rooms"] if room["name"] == self.visit_id]
        return bool(room["enabled"])

    def webhooks(self) -> list[dict[str, Any]]:
        """Return what the provider has told of the room, or has tried to."""
        return [webhook for webhook in self._provider()["webhooks"] if webhook["room"] == self.visit_id]

    def cut(self, role: str) -> None:
        """Break the connection of one of the two."""
        body = {"room": self.visit_id, "role": role}
        dropped = httpx.post(f"{self.stack['hmsUrl']}/drop", json=body, timeout=60).raise_for_status()
        assert dropped.json() == {"dropped": 1}

    def _ask(self, what: str) -> dict[str, Any]:
        answer = self.clinician.call("GET", f"/visits/{self.visit_id}{what}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _provider(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.stack['hmsUrl']}/state", timeout=60).json()
        return found


def instant(text: str) -> datetime:
    """Return a time of the API or of the provider."""
    return datetime.fromisoformat(text)
