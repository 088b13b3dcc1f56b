"""Everything that the product keeps of two facilities, read behind its back, to see who changed what."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, Protocol

# In the id of an event that the provider never sent.
FORGED: Final = "forged"


class Kept(Protocol):
    """The tables and the bucket of a product, as an administrator of AWS sees them."""

    def items(self, table: str, owners: Collection[str]) -> Iterator[dict[str, Any]]:
        """Return what a table, such as that of "capture", keeps of facilities and people."""
        ...

    def everything(self, table: str) -> Iterator[dict[str, Any]]:
        """Return all that the table of "visits" or "webhooks" keeps."""
        ...

    def objects(self, prefix: str) -> dict[str, str]:
        """Return the bucket's objects under a prefix, each with what the bucket knows its content by."""
        ...


type Inventory = dict[str, tuple[str, Any]]


def take(kept: Kept, facilities: Iterable[str], people: Iterable[str], but: Collection[str] = ()) -> Inventory:
    """Return all that belongs to these facilities and people: a name for each thing, whose it is, and what it is.

    Nothing of the visits in `but`, of which the provider may still be telling.
    """
    owners = {*facilities, *people}
    found: Inventory = {}
    for table in ("capture", "identity", "patients", "bookings", "payouts", "medications", "commits", "audit"):
        for item in kept.items(table, owners):
            owner = _owner(table, item)
            # People are told of what others do, at some time after it.
            if owner in owners and _text(item, "act") != "tell":
                found[f"{table} {_text(item, 'pk')} {_text(item, 'sk')}"] = (owner, item)
    found |= _of_visits(kept, owners, but)
    for facility in facilities:
        for key, content in kept.objects(f"sessions/{facility}/").items():
            found[f"object {key}"] = (facility, content)
    return found


def _of_visits(kept: Kept, owners: Collection[str], but: Collection[str]) -> Inventory:
    """Return the visits of these facilities, and whatever names one: notes, recordings, events that were forged."""
    items = [("visits", item) for item in kept.everything("visits")]
    items += [("webhooks", item) for item in kept.everything("webhooks") if FORGED in _text(item, "pk")]
    visits = {_text(item, "pk"): _text(item, "facilityId") for _, item in items if "startsAt" in item}
    return {
        f"{table} {_text(item, 'pk')}": (facility, item)
        for table, item in items
        for visit_id, facility in visits.items()
        if facility in owners and visit_id not in but and visit_id in str(item)
    }


def changes(before: Inventory, after: Inventory) -> dict[str, str]:
    """Return the names of the things that came, went or changed, each with whose it is."""
    names = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    return {name: (before.get(name) or after[name])[0] for name in names}


def _owner(table: str, item: dict[str, Any]) -> str:
    if table == "audit" and _text(item, "pk") == "-":
        return _text(item, "whom")
    return _text(item, "facilityId") or _text(item, "pk").removeprefix("facility#")


def _text(item: dict[str, Any], name: str) -> str:
    return str(item.get(name, {}).get("S", ""))
