"""The audit trail: who did what to whom, when, and from where. Append-only."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.dynamodb import Change, Table
from bedside.kernel.instants import iso

# The partition for people who belong to no facility.
NO_FACILITY: Final = "-"


@dataclass(frozen=True, slots=True)
class Entry:
    """One action; `by` is a user id or "operator", `origin` an IP address or "command line"."""

    act: str
    by: str
    whom: str
    facility_id: str | None
    origin: str
    before: str = ""
    after: str = ""
    reason: str = ""


class AuditTrail:
    """Adds entries to the audit table, in the same transaction as the change they describe."""

    def __init__(self, table: Table, randomness: Callable[[int], bytes]) -> None:
        self._table = table
        self._randomness = randomness

    def add_change(self, entry: Entry, now_ms: int) -> Change:
        """Return the change that adds the entry, for `transact`."""
        at = iso(now_ms)
        unique = base64.b32encode(self._randomness(5)).decode().lower()
        item: dict[str, Any] = {
            "pk": entry.facility_id or NO_FACILITY,
            "sk": f"{at}#{unique}",
            "at": at,
            "act": entry.act,
            "by": entry.by,
            "whom": entry.whom,
            "origin": entry.origin,
            "before": entry.before,
            "after": entry.after,
            "reason": entry.reason,
        }
        return self._table.put_change(
            {name: value for name, value in item.items() if value}, condition="attribute_not_exists(#pk)"
        )
