"""Live connections of clinicians' pages to a session."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bedside.capture.session_access import SessionAccess
from bedside.identity.authorization import Authorizer
from bedside.kernel.opaque_tokens import parse_token
from bedside.live.subscriptions import MAX_CONNECTIONS


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """Exchanges live tickets for connections; `dismiss` tells pages that newer ones took their place."""

    session_access: SessionAccess
    authorizer: Authorizer
    dismiss: Callable[[Sequence[str]], None]

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Exchange a ticket for a connection, and return whether it was valid; a ticket works once.

        A ticket is not valid if its sign-in has ended since. Raises UnavailableError.
        """
        token = parse_token(ticket)
        session = token and self.session_access.connect(token.key, token.digest, connection, now_ms)
        if not session:
            return False
        subscriber = session.connections[connection].subscriber
        if not self.authorizer.may_watch(subscriber.user_id, subscriber.family_id, session.facility_id, now_ms):
            self.session_access.remove_connections(session, [connection], now_ms)
            return False
        excess = session.excess_connections(connection, MAX_CONNECTIONS)
        self.session_access.remove_connections(session, excess, now_ms)
        self.dismiss(excess)
        return True
