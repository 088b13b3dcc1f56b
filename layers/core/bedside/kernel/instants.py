"""Instants in the format of the API contract."""

from datetime import UTC, datetime


def iso(ms: int) -> str:
    """Return an instant (Unix ms) as ISO 8601 in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
