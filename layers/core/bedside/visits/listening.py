"""A page begins to listen for changes of visits."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.capture.handles import read_handle
from bedside.identity.principal import Principal
from bedside.visits.channels import channel_of
from bedside.visits.tickets import TICKET
from bedside.visits.watchers import VisitWatcher, Watchers


@dataclass(frozen=True, slots=True)
class Listening:
    """Trades tickets for connections; `standing` says who a watcher is by now."""

    watchers: Watchers
    standing: Callable[[VisitWatcher, int], Principal | None]
    pseudonym_key: bytes

    def connect(self, ticket: str, connection: str, now: int) -> bool:
        """Tell whether the ticket admits this connection; it never does so again. Raises UnavailableError.

        Who has signed out since, or may hear another channel now, is not admitted.
        """
        handle = read_handle(ticket.removeprefix(TICKET))
        watcher = handle and self.watchers.connect(handle, connection, now)
        if not handle or not watcher:
            return False
        who = self.standing(watcher, now)
        if who is not None and channel_of(who).key(self.pseudonym_key) == handle.session_key:
            return True
        self.watchers.forget(handle.session_key, [connection])
        return False
