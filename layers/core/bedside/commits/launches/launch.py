"""A launch that waits for its code. No I/O."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# A person may have to sign in at the record first.
LAUNCH_LIFE_MS: Final = 10 * 60_000


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch of one facility: the secrets that its code needs, and what the browser has to show that began it."""

    facility_id: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    browser: str = field(repr=False)
    expires_at: int

    def item(self, state: str) -> dict[str, Any]:
        """Return the launch as it is stored; the key names no state that could be used."""
        return {
            "pk": launch_key(state),
            "facilityId": self.facility_id,
            "nonce": self.nonce,
            "verifier": self.verifier,
            "browser": hashed(self.browser),
            "expiresAt": self.expires_at,
            "ttl": self.expires_at // 1000,
        }


@dataclass(frozen=True, slots=True)
class TakenLaunch:
    """A launch whose code is being exchanged: nobody can do that again."""

    facility_id: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


def launch_key(state: str) -> str:
    """Return the key of a launch."""
    return f"launch#{hashed(state)}"


def taken_launch(item: Mapping[str, Any]) -> TakenLaunch:
    """Return the launch stored in an item."""
    return TakenLaunch(item["facilityId"], item["nonce"], item["verifier"])


def hashed(secret: str) -> str:
    """Return the hash of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
