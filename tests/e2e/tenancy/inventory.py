"""Everything that the product keeps of two facilities, read behind its back, to see who changed what."""

from collections.abc import Iterable
from typing import Any

from tests.e2e.aws import Aws

type Inventory = dict[str, tuple[str, Any]]


def take(aws: Aws, facilities: Iterable[str], people: Iterable[str]) -> Inventory:
    """Return all that belongs to these facilities and people: a name for each thing, whose it is, and what it is."""
    owners = {*facilities, *people}
    found: Inventory = {}
    for table in ("capture", "identity", "audit"):
        for item in aws.items(table, owners):
            owner = _owner(table, item)
            if owner in owners:
                found[f"{table} {_text(item, 'pk')} {_text(item, 'sk')}"] = (owner, item)
    for facility in facilities:
        for key, content in aws.objects(f"sessions/{facility}/").items():
            found[f"object {key}"] = (facility, content)
    return found


def changes(before: Inventory, after: Inventory) -> dict[str, str]:
    """Return the names of the things that came, went or changed, each with whose it is."""
    names = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    return {name: (before.get(name) or after[name])[0] for name in names}


def _owner(table: str, item: dict[str, Any]) -> str:
    if table == "audit" and _text(item, "pk") == "-":
        return _text(item, "whom")
    return _text(item, "facilityId") or _text(item, "pk")


def _text(item: dict[str, Any], name: str) -> str:
    return str(item.get(name, {}).get("S", ""))
