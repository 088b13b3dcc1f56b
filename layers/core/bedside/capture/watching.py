"""A clinician's page opens its live connection."""

from dataclasses import dataclass

from bedside.capture.entrances import Entrances
from bedside.capture.handles import read_handle
from bedside.identity.guard import Guard


@dataclass(frozen=True, slots=True)
class Watching:
    """Trades live tickets for connections."""

    entrances: Entrances
    guard: Guard

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Tell whether the ticket admits this connection; it never does so again.

        Whose sign-in has ended since the ticket was issued is not admitted. Raises UnavailableError.
        """
        handle = read_handle(ticket)
        session = handle and self.entrances.connect(handle.session_key, handle.digest, connection, now_ms)
        if not session:
            return False
        watcher = session.connections[connection].watcher
        if self.guard.watches(watcher.user_id, watcher.family_id, session.facility_id, now_ms):
            return True
        self.entrances.forget(session, [connection], now_ms)
        return False
