"""What opens a session, or shows it: QR tokens, and tickets for its live channel. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bedside.capture.model import Session
from bedside.live.subscriptions import MAX_TICKETS, Subscriber

# Handles that one write removes, because an expression may have at most 4 KB
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Limits.html).
_SWEPT_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class HashedToken:
    """A token's hash, and the instant (Unix ms) at which it expires."""

    digest: str
    ends_at: int


@dataclass(frozen=True, slots=True)
class Ticket(HashedToken):
    """A ticket for a session's live channel, bound to a clinician's sign-in."""

    subscriber: Subscriber

    def document(self) -> dict[str, Any]:
        return {"ends": self.ends_at, "user": self.subscriber.user_id, "family": self.subscriber.family_id}


def excess(session: Session, ticket: Ticket) -> list[str]:
    """Return the oldest tickets of a sign-in, of which `ticket` is the newest, beyond those that it may have."""
    return session.excess_tickets(ticket.subscriber.family_id, ticket.digest, MAX_TICKETS)


def paths(names: dict[str, str], kind: str, digests: Sequence[str]) -> str:
    """Return the paths of some tokens, tickets or connections, and add their aliases to `names`."""
    aliases = []
    for digest in digests[:_SWEPT_AT_ONCE]:
        alias = f"old{len(names)}"
        names[alias] = digest
        aliases.append(f"#{kind}.#{alias}")
    return ", ".join(aliases)
