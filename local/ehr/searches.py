"""Searches: the parameters that these records know."""

from collections.abc import Iterable
from typing import Any

from local.ehr.answers import RefusedError

type Object = dict[str, Any]

# Those that say how results are returned.
_OF_RESULTS = frozenset({"_elements", "_count", "_summary", "_format"})
KNOWN = frozenset({"identifier", "_id", "patient", "subject", "patient.identifier"})


class Search:
    """The parameters of one search, among the resources in `everything`. Raises RefusedError for unknown ones."""

    def __init__(self, parameters: Iterable[tuple[str, str]], everything: list[Object], known: frozenset[str]) -> None:
        self._everything = everything
        self._wanted: list[tuple[str, str]] = []
        self._elements: list[str] = []
        for name, value in parameters:
            if name == "_elements":
                self._elements = value.split(",")
            elif name in known:
                self._wanted.append((name, value))
            elif name not in _OF_RESULTS:
                raise RefusedError(400, "not-supported", f"the parameter {name} is not supported")

    def found(self, kind: str) -> list[Object]:
        """Return what matches, with the elements that are wanted."""
        matching = [
            each
            for each in self._everything
            if each["resourceType"] == kind and all(self._fits(each, name, value) for name, value in self._wanted)
        ]
        return [self._shown(each) for each in matching]

    def _fits(self, resource: Object, name: str, value: str) -> bool:
        if name == "_id":
            return bool(resource["id"] == value)
        if name == "identifier":
            return value in numbers(resource)
        subject = str(resource.get("subject", {}).get("reference", ""))
        if name == "patient.identifier":
            return any(
                value in numbers(each) and f"/{subject}".endswith(f"/Patient/{each['id']}")
                for each in self._everything
                if each["resourceType"] == "Patient"
            )
        return f"/{subject}".endswith(f"/Patient/{value.removeprefix('Patient/')}")

    def _shown(self, resource: Object) -> Object:
        if not self._elements:
            return resource
        kept = {"resourceType", "id", "meta", *self._elements}
        return {name: value for name, value in resource.items() if name in kept}


def numbers(resource: Object) -> set[str]:
    """Return a resource's identifiers as searches write them."""
    return {f"{each.get('system', '')}|{each.get('value', '')}" for each in resource.get("identifier", [])}
