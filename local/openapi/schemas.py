"""The JSON schemas of requests, answers and problems, with those that several share as components of the document."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from bedside.bookings.errors import PriceChangedError, SlotHeldError
from bedside.commits.errors import LaunchUnknownPersonError, MetadataMissingError
from bedside.kernel.errors import BedsideError, FaultCode, InvalidRequestError, WrongStateError
from bedside.patients.errors import DuplicateIdentifierError, PatientMismatchError
from bedside.platform.contract import Domain, Route
from bedside.platform.http import PROBLEM_BASE
from bedside.visits.errors import ClashError

type Schema = dict[str, Any]

REF: Final = "#/components/schemas/"
_BOUNDS: Final = {"ge": "minimum", "le": "maximum"}


class _Untitled(GenerateJsonSchema):
    """Fields need no titles: pydantic would only repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002  # of pydantic's own making
        return False


class Schemas:
    """The schemas of the bodies and answers that manifests name, and the components that they share."""

    def __init__(self, routes: Iterable[tuple[Domain, Route]]) -> None:
        """Raises ValueError where two types of different domains have one name."""
        routes = list(routes)
        by_name = {domain.name: domain for domain, _ in routes}
        named = sorted(
            {
                (domain.name, reference)
                for domain, route in routes
                for reference in (route.body, *route.answers.values())
                if reference and "/" not in reference  # a text has no model
            }
        )
        adapters = [(key, "validation", TypeAdapter(by_name[key[0]].resolve(key[1]))) for key in named]
        found, shared = TypeAdapter.json_schemas(adapters, ref_template=f"{REF}{{model}}", schema_generator=_Untitled)  # type: ignore[arg-type]  # the mode is a literal
        self.components: Schema = dict(sorted(shared["$defs"].items()))
        for name, schema in self.components.items():
            if "__" in name:
                raise ValueError(f"Two types have one name: {name}")
            schema.pop("title", None)
        self._found: Mapping[tuple[str, str], Schema] = {key: schema for (key, _), schema in found.items()}

    def of(self, domain: Domain, reference: str) -> Schema:
        """Return the schema of what a manifest names, which may be a reference to a component."""
        return self._found[domain.name, reference]


def query_parameters(domain: Domain, reference: str) -> list[Schema]:
    """Return the parameters that the query model with this name stands for."""
    model = TypeAdapter(domain.resolve(reference)).json_schema(schema_generator=_Untitled)
    required = model.get("required", ())
    return [
        {"name": field, "in": "query", "required": field in required, "schema": _in_query(schema)}
        for field, schema in model["properties"].items()
    ]


def problem(error: type[BedsideError]) -> Schema:
    """Return the schema of a problem (RFC 9457)."""
    text = {"type": "string"}
    properties: Schema = {
        "type": {"const": PROBLEM_BASE + error.slug},
        "title": {"const": error.title},
        "status": {"const": error.status},
        "detail": text,
        "requestId": text,
    }
    if issubclass(error, InvalidRequestError):
        told = {"field": text, "message": text, "code": {"enum": list(get_args(FaultCode.__value__))}}
        fault = {"type": "object", "properties": told | {"limit": {"type": "number"}}, "required": list(told)}
        properties["errors"] = {"type": "array", "items": fault}
    if issubclass(error, PatientMismatchError):
        facts = dict.fromkeys(("patientId", "patientName", "patientNHI"), text)
        patient = {"type": "object", "properties": facts, "required": ["patientId"]}
        properties |= {"recorded": patient, "requested": patient, "source": {"enum": ["session", "directory"]}}
    if issubclass(error, DuplicateIdentifierError):
        properties |= {"field": text, "patientId": text, "name": text}
    if issubclass(error, MetadataMissingError):
        lacking = {"imageId": text, "missing": {"type": "array", "items": text}}
        photo = {"type": "object", "properties": lacking, "required": list(lacking)}
        properties["images"] = {"type": "array", "items": photo}
    if issubclass(error, LaunchUnknownPersonError):
        properties["practitionerId"] = text
    if issubclass(error, SlotHeldError):
        properties["retryAt"] = {"type": "string"}
    if issubclass(error, PriceChangedError):
        price = {"amount": {"type": "integer"}, "currency": text}
        properties["price"] = {"type": "object", "properties": price, "required": list(price)}
    if issubclass(error, WrongStateError):
        properties["state"] = text
    if issubclass(error, ClashError):
        properties["visitId"] = {"type": ["string", "null"]}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _in_query(schema: Mapping[str, Any]) -> Schema:
    """Return what a parameter may be where it is given: a query string knows no null."""
    [some] = [each for each in schema.get("anyOf", [schema]) if each != {"type": "null"}]
    # Where pydantic checks a bound after a validator of ours, it calls it by Python's name.
    return {_BOUNDS.get(name, name): value for name, value in some.items()}
