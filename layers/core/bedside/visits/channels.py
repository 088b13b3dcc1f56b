"""Channels of visits: who hears of which."""

from dataclasses import dataclass
from typing import Final, Literal

from bedside.identity.principal import Principal
from bedside.kernel.pseudonym import handle_name
from bedside.visits.access import works_at

# Tells tickets for visits from those for capture sessions.
TICKET_PREFIX: Final = "v-"


@dataclass(frozen=True, slots=True)
class Channel:
    """The visits of a facility, heard by those who work there, or those of one patient."""

    kind: Literal["facility", "patient"]
    name: str

    @property
    def ably_name(self) -> str:
        return f"visits:{self.kind}:{self.name}"

    def key(self, pseudonym_key: bytes) -> str:
        """Return the 24 characters under which the record has it."""
        return handle_name(pseudonym_key, f"visits\n{self.kind}\n{self.name}")

    def open_to(self, who: Principal | None) -> bool:
        """Tell whether somebody may hear it."""
        if who is None:
            return False
        return works_at(who) == self.name if self.kind == "facility" else who.user_id == self.name


def channel_of(who: Principal) -> Channel:
    """Return the channel that somebody hears: that of their facility, or else their own."""
    facility_id = works_at(who)
    return Channel("facility", facility_id) if facility_id else Channel("patient", who.user_id)
