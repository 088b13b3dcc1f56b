"""A clinician's page opens its live connection."""

from dataclasses import dataclass

from bedside.capture.session_access import SessionAccess
from bedside.identity.authentication import Authenticator
from bedside.kernel.opaque_tokens import parse_token


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """Trades live tickets for connections."""

    session_access: SessionAccess
    authenticator: Authenticator

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Tell whether the ticket admits this connection, which it does once.

        A ticket whose sign-in has ended since admits nobody. Raises UnavailableError.
        """
        token = parse_token(ticket)
        session = token and self.session_access.connect(token.key, token.digest, connection, now_ms)
        if not session:
            return False
        subscriber = session.connections[connection].subscriber
        if self.authenticator.may_watch(subscriber.user_id, subscriber.family_id, session.facility_id, now_ms):
            return True
        self.session_access.remove_connections(session, [connection], now_ms)
        return False
