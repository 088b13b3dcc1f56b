"""Names and time zones of facilities, remembered for a minute as the product does."""

from benchmarks.peers import clients
from benchmarks.peers.records import read

_BELIEVED_MS = 60_000
_seen: dict[str, tuple[int, str | None, str | None]] = {}


def known(facility_id: str | None) -> tuple[str | None, str | None]:
    """Return a facility's name and time zone, None while it has none."""
    if facility_id is None:
        return None, None
    now, seen = clients.now_ms(), _seen.get(facility_id)
    if seen is None or now - seen[0] >= _BELIEVED_MS:
        item = read(clients.people, f"facility#{facility_id}")
        seen = _seen[facility_id] = (now, item["name"], item["timeZone"]) if item else (now, None, None)
    return seen[1:]
