"""Live connections of pages to changes of visits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bedside.kernel.opaque_tokens import parse_token
from bedside.live.subscriptions import Subscriptions
from bedside.visits.channels import TICKET_PREFIX, channel_of
from bedside.visits.publisher import PrincipalLookup


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """Exchanges live tickets for connections; `dismiss` tells pages that newer ones took their place."""

    subscriptions: Subscriptions
    dismiss: Callable[[Sequence[str]], None]
    find_principal: PrincipalLookup
    pseudonym_key: bytes

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Exchange a ticket for a connection, and return whether it was valid; a ticket works once.

        A ticket is not valid if its user has signed out since, or has moved to another channel. Raises
        UnavailableError.
        """
        token = parse_token(ticket.removeprefix(TICKET_PREFIX))
        connected = token and self.subscriptions.connect(token, connection, now_ms)
        if not connected:
            return False
        subscription, excess = connected
        principal = self.find_principal(subscription.subscriber, now_ms)
        if principal is None or channel_of(principal).key(self.pseudonym_key) != subscription.channel:
            self.subscriptions.remove(subscription.key, [connection])
            return False
        self.dismiss(excess)
        return True
