"""Channels for live updates of visits."""

from dataclasses import dataclass
from typing import Final, Literal

from bedside.identity.principal import Principal
from bedside.kernel.pseudonym import handle_name
from bedside.visits.access import staff_facility

# Distinguishes tickets for visits from those for capture sessions.
TICKET_PREFIX: Final = "v-"


@dataclass(frozen=True, slots=True)
class Channel:
    """The visits of a facility, for its staff, or the visits of a patient."""

    kind: Literal["facility", "patient"]
    name: str

    @property
    def ably_name(self) -> str:
        return f"visits:{self.kind}:{self.name}"

    def key(self, pseudonym_key: bytes) -> str:
        """Return the channel's key in the index of subscriptions (24 characters)."""
        return handle_name(pseudonym_key, f"visits\n{self.kind}\n{self.name}")

    def subscription_key(self, pseudonym_key: bytes, principal: Principal) -> str:
        """Return the key of a sign-in's subscription to the channel (24 characters)."""
        return handle_name(
            pseudonym_key, f"subscription\n{self.kind}\n{self.name}\n{principal.user_id}\n{principal.family_id}"
        )

    def admits(self, principal: Principal | None) -> bool:
        """Return whether the principal may subscribe to the channel."""
        if principal is None:
            return False
        return staff_facility(principal) == self.name if self.kind == "facility" else principal.user_id == self.name


def channel_of(principal: Principal) -> Channel:
    """Return the principal's channel: their facility's for staff, or else their own."""
    facility_id = staff_facility(principal)
    return Channel("facility", facility_id) if facility_id else Channel("patient", principal.user_id)
