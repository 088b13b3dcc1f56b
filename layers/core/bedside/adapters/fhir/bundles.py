"""What searches found: the matches in a Bundle, and what of them is ours."""

from collections.abc import Iterator
from typing import Any

type Object = dict[str, Any]


def resources(bundle: Object | None, kind: str) -> list[Object]:
    """Return the resources of a kind in a Bundle, without what it says about itself."""
    entries = (bundle or {}).get("entry")
    found = [each.get("resource") for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
    return [each for each in found if isinstance(each, dict) and each.get("resourceType") == kind]


def identifiers(resource: Object) -> Iterator[tuple[str, str]]:
    """Yield system and value of each of a resource's identifiers that has both."""
    listed = resource.get("identifier")
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and isinstance(each.get("system"), str) and isinstance(each.get("value"), str):
            yield each["system"], each["value"]


def is_ours(resource: Object, system: str, value: str) -> bool:
    """Return whether a resource has this identifier."""
    return (system, value) in set(identifiers(resource))
