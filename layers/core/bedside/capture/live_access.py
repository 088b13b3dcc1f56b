"""Live connections of clinicians' pages to a session."""

from dataclasses import dataclass

from bedside.capture.session_access import SessionAccess
from bedside.identity.authorization import Authorizer
from bedside.kernel.opaque_tokens import parse_token


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """Exchanges live tickets for connections."""

    session_access: SessionAccess
    authorizer: Authorizer

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Exchange a ticket for a connection, and return whether it was valid; a ticket works once.

        A ticket is not valid if its sign-in has ended since. Raises UnavailableError.
        """
        token = parse_token(ticket)
        session = token and self.session_access.connect(token.key, token.digest, connection, now_ms)
        if not session:
            return False
        subscriber = session.connections[connection].subscriber
        if self.authorizer.may_watch(subscriber.user_id, subscriber.family_id, session.facility_id, now_ms):
            return True
        self.session_access.remove_connections(session, [connection], now_ms)
        return False
