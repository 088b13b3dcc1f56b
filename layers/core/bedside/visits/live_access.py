"""Live connections of pages to changes of visits."""

from dataclasses import dataclass

from bedside.kernel.opaque_tokens import parse_token
from bedside.live.subscriptions import Subscriptions
from bedside.visits.channels import TICKET_PREFIX, channel_of
from bedside.visits.publisher import PrincipalLookup


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """Exchanges live tickets for connections."""

    subscriptions: Subscriptions
    find_principal: PrincipalLookup
    pseudonym_key: bytes

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Exchange a ticket for a connection, and return whether it was valid; a ticket works once.

        A ticket is not valid if its user has signed out since, or has moved to another channel. Raises
        UnavailableError.
        """
        token = parse_token(ticket.removeprefix(TICKET_PREFIX))
        subscriber = token and self.subscriptions.connect(token, connection, now_ms)
        if not token or not subscriber:
            return False
        principal = self.find_principal(subscriber, now_ms)
        if principal is not None and channel_of(principal).key(self.pseudonym_key) == token.key:
            return True
        self.subscriptions.remove(token.key, [connection])
        return False
