"""A page begins to listen for changes of visits."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.identity.principal import Principal
from bedside.kernel.opaque_tokens import parse_token
from bedside.visits.live_channels import channel_of
from bedside.visits.live_tickets import TICKET
from bedside.visits.subscriptions import Subscriber, Subscriptions


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """Trades tickets for connections; `standing` says who a watcher is by now."""

    watchers: Subscriptions
    standing: Callable[[Subscriber, int], Principal | None]
    pseudonym_key: bytes

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Tell whether the ticket admits this connection; it never does so again. Raises UnavailableError.

        Who has signed out since, or may hear another channel now, is not admitted.
        """
        handle = parse_token(ticket.removeprefix(TICKET))
        watcher = handle and self.watchers.connect(handle, connection, now_ms)
        if not handle or not watcher:
            return False
        who = self.standing(watcher, now_ms)
        if who is not None and channel_of(who).key(self.pseudonym_key) == handle.session_key:
            return True
        self.watchers.forget(handle.session_key, [connection])
        return False
