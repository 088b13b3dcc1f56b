"""An export of what is counted, for those who have the scrape token."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from bedside import __version__
from bedside.identity.errors import UnauthorizedError
from bedside.operations.exposition import exposition
from bedside.platform.transient.counters import Counter, Counters


@dataclass(frozen=True, slots=True)
class MetricsExport:
    """Reads the counters of the current day. Without a `token` nobody may read them."""

    token: str = field(repr=False)
    counters: Counters

    def read(self, authorization: str | None, declared: Iterable[Counter], now_ms: int) -> str:
        """Return the export. Raises UnauthorizedError for any other token than ours."""
        scheme, _, given = (authorization or "").partition(" ")
        matches = hmac.compare_digest(given.encode(errors="replace"), self.token.encode())
        if not self.token or scheme.lower() != "bearer" or not matches:
            raise UnauthorizedError("The scrape token is missing or wrong.")
        found = self.counters.read(declared, None, 0, 1, now_ms)
        return exposition(__version__, found[1][0].counts if found else None)
