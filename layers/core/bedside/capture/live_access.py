"""A clinician's page opens its live connection."""

from dataclasses import dataclass

from bedside.capture.session_access import SessionAccess
from bedside.identity.authentication import Authenticator
from bedside.kernel.opaque_tokens import parse_token


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """Trades live tickets for connections."""

    session_access: SessionAccess
    guard: Authenticator

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Tell whether the ticket admits this connection; it never does so again.

        Whose sign-in has ended since the ticket was issued is not admitted. Raises UnavailableError.
        """
        handle = parse_token(ticket)
        session = handle and self.session_access.connect(handle.session_key, handle.digest, connection, now_ms)
        if not session:
            return False
        watcher = session.connections[connection].watcher
        if self.guard.watches(watcher.user_id, watcher.family_id, session.facility_id, now_ms):
            return True
        self.session_access.forget(session, [connection], now_ms)
        return False
