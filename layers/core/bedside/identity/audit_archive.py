"""The archive of the audit trail: a copy of every entry that nobody can change, made from the table's stream.

IAM has no condition on whether an item exists, so a role that may add entries could also overwrite them. It could do so
in the table only: the archive's objects are locked, and every overwritten or removed entry is kept there and reported.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bedside.adapters.aws.attributes import from_attributes


class Store(Protocol):
    """Where copies are kept."""

    def create(self, key: str, content: bytes) -> bool:
        """Store a new object; False if there is one under `key` already. Raises UnavailableError."""
        ...


class AuditArchive:
    """Copies entries as the table's stream reports them; `on_changed` is called for one that was changed or removed."""

    def __init__(self, store: Store, on_changed: Callable[[str], None]) -> None:
        self._store = store
        self._on_changed = on_changed

    def copy(self, record: Mapping[str, Any]) -> None:
        """Copy what one record of the stream reports; copying it twice changes nothing. Raises UnavailableError.

        A change is reported first and every time: an attempt that stored it may have ended before its report was out.
        """
        change, kind = record["dynamodb"], str(record["eventName"])
        if kind == "INSERT":
            entry = from_attributes(change["NewImage"])
            self._store.create(f"entries/{entry['pk']}/{entry['sk']}.json", _document(entry))
            return
        self._on_changed(kind)
        before, after = (from_attributes(change.get(image, {})) for image in ("OldImage", "NewImage"))
        document = _document({"kind": kind, "before": before, "after": after})
        self._store.create(f"changes/{change['SequenceNumber']}.json", document)


def _document(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
