"""Validates resources with the package fhir.resources: R5, and R4B for R4, of which it has no models.

What we write is the same in R4 and R4B.
"""

import importlib
from typing import Any, Literal

from pydantic import ValidationError

type Object = dict[str, Any]
type Version = Literal["R4", "R5"]

_PACKAGES = {"R4": "fhir.resources.R4B", "R5": "fhir.resources"}
_KINDS = frozenset({"Binary", "Bundle", "DocumentReference", "Encounter", "Media", "Patient", "Practitioner"})


def problem(resource: Object, version: Version) -> str:
    """Return what is wrong with a resource, or ""."""
    kind = resource.get("resourceType")
    if kind not in _KINDS or (kind == "Media" and version == "R5"):
        return f"{kind} is not taken"
    module = importlib.import_module(f"{_PACKAGES[version]}.{str(kind).lower()}")
    try:
        getattr(module, str(kind)).model_validate(resource)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return ""
