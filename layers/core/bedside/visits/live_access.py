"""A page begins to listen for changes of visits."""

from dataclasses import dataclass

from bedside.kernel.opaque_tokens import parse_token
from bedside.live.subscriptions import Subscriptions
from bedside.visits.channels import TICKET_PREFIX, channel_of
from bedside.visits.publisher import WhoIs


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """Trades tickets for connections."""

    subscriptions: Subscriptions
    who_is: WhoIs
    pseudonym_key: bytes

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Tell whether the ticket admits this connection, which it does once. Raises UnavailableError.

        Somebody who has signed out since, or who hears another channel by now, is not admitted.
        """
        token = parse_token(ticket.removeprefix(TICKET_PREFIX))
        subscriber = token and self.subscriptions.connect(token, connection, now_ms)
        if not token or not subscriber:
            return False
        who = self.who_is(subscriber, now_ms)
        if who is not None and channel_of(who).key(self.pseudonym_key) == token.key:
            return True
        self.subscriptions.remove(token.key, [connection])
        return False
