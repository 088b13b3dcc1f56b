"""The archive of the audit trail: a copy of every entry that nobody can change, made from the table's stream.

IAM has no condition on whether an item exists, so a role that may add entries could also overwrite them. It could do so
in the table only: the archive's objects are locked, and every overwritten or removed entry is kept there and reported.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from bedside.platform.stream_records import NotUnderstoodError

# What a key's part may consist of. Others could be too long for S3, or make two entries' keys the same.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:#-]{0,199}")


class Store(Protocol):
    """Where copies are kept."""

    def create(self, key: str, content: bytes) -> bool:
        """Store a new object; False if there is one under `key` already. Raises UnavailableError."""
        ...


class AuditArchive:
    """Copies entries as the table's stream reports them; `on_changed` is called for one that was changed or removed.

    Entries are copied in DynamoDB's own JSON, which has every type of attribute, also those that no code writes.
    """

    def __init__(self, store: Store, on_changed: Callable[[str], None]) -> None:
        self._store = store
        self._on_changed = on_changed

    def copy(self, record: Mapping[str, Any]) -> None:
        """Copy what one record of the stream reports; copying it twice changes nothing.

        A change is reported first and every time: an attempt that stored it may have ended before its report was out.
        Raises UnavailableError, NotUnderstoodError.
        """
        kind = _understood(_kind, record)
        if kind != "INSERT":
            self._on_changed(kind)
        key, document = _understood(_copied, record)
        self._store.create(key, document)


def _understood[Found](read: Callable[[Mapping[str, Any]], Found], record: Mapping[str, Any]) -> Found:
    """Return what `read` finds in a record. Only this may fail for what a record holds: other errors are our own."""
    try:
        return read(record)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NotUnderstoodError(type(error).__name__) from error


def _kind(record: Mapping[str, Any]) -> str:
    return str(record["eventName"])


def _copied(record: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return the key and the content of a record's copy."""
    change, kind = record["dynamodb"], _kind(record)
    if kind == "INSERT":
        return _key(change), _document(change["NewImage"])
    before, after = change.get("OldImage", {}), change.get("NewImage", {})
    return f"changes/{change['SequenceNumber']}.json", _document({"kind": kind, "before": before, "after": after})


def _key(change: Mapping[str, Any]) -> str:
    """Return a key of an entry's facility and `sk`, or of its record's number if those are none that code writes."""
    parts = [str(change["NewImage"][key]["S"]) for key in ("pk", "sk")]
    if all(map(_PLAIN.fullmatch, parts)):
        return f"entries/{'/'.join(parts)}.json"
    return f"odd/{change['SequenceNumber']}.json"


def _document(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True).encode()
