"""The OpenAPI 3.1 document of the product, from the domains' manifests."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, Final

from bedside import __version__, domains
from bedside.kernel.errors import BedsideError
from bedside.platform.contract import Caller, Domain, Route
from local.openapi import problems
from local.openapi.schemas import REF, Schemas, problem, query_parameters

type Json = dict[str, Any]

_ABOUT: Final = """Bedside connects the clinician's desktop with the phone in the room, and holds video visits.

A call that fails answers with a problem (RFC 9457), whose `type` ends with the problem's slug. API Gateway itself \
refuses calls with `{"message": "…"}`: 429 while the whole stack is called too often, 413 for a body over 10 MB.
"""
_SECURITY: Final[dict[Caller, list[dict[str, list[str]]]]] = {
    "anyone": [],
    "signedIn": [{"accessToken": []}],
    "clinician": [{"accessToken": []}],
    "admin": [{"accessToken": []}],
    "phone": [{"uploadToken": []}],
    "clinicianOrPhone": [{"accessToken": []}, {"uploadToken": []}],
    "provider": [{"providerSecret": []}],
}
_SCHEMES: Final = {
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a sign-in.",
    },
    "uploadToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "What a phone gets for the QR token that it scanned.",
    },
    "providerSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "x-bedside-secret",
        "description": "A provider's secret; others sign their webhooks as Stripe does or by Standard Webhooks.",
    },
}
_TEXT: Final = {"type": "string"}
_HEADERS: Final[Json] = {
    "ETag": {"description": "The version of what is answered.", "schema": {**_TEXT, "pattern": '^"[0-9]+"$'}},
    "RateLimit": {"description": "What is left of the limit, and the seconds until it is whole.", "schema": _TEXT},
    "RateLimit-Policy": {"description": "The limit: its name, quota and window in seconds.", "schema": _TEXT},
    "Retry-After": {
        "description": "Whole seconds after which the call may be made again.",
        "required": True,
        "schema": {**_TEXT, "pattern": "^[1-9][0-9]*$"},
    },
    "X-Request-Id": {"description": "The call's id in our logs.", "required": True, "schema": _TEXT},
}
_PARAMETERS: Final[Json] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A call repeated with the same key within a day gets the answer of the first.",
        "schema": {**_TEXT, "pattern": "^[\\x21-\\x7e]{1,128}$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of the version that the caller changes.",
        "schema": {**_TEXT, "pattern": '^"[0-9]+"$'},
    },
    "OptionalIfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of the version that the caller changes; without it, whatever is current.",
        "schema": {**_TEXT, "pattern": '^"[0-9]+"$'},
    },
}
# What an id may be made of: characters that need no escaping in an address (RFC 3986), and no "." or "..".
_PATH_SCHEMA: Final = {**_TEXT, "pattern": "^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}$"}


def document() -> Json:
    """Return the document; the same manifests give the same document."""
    manifests = list(domains.manifests())
    routes = [(domain, route) for domain in manifests for route in domain.routes]
    schemas = Schemas(routes)
    paths: dict[str, Json] = {}
    errors: dict[str, type[BedsideError]] = {}
    refusals: Json = {}
    for domain, route in routes:
        answers = _answers(schemas, domain, route)
        for status, kinds in problems.by_status(route).items():
            name = "Or".join(_pascal(kind.slug) for kind in kinds)
            refusals[name] = _refusal(status, kinds)
            answers[str(status)] = {"$ref": f"#/components/responses/{name}"}
            errors |= {f"{_pascal(kind.slug)}Problem": kind for kind in kinds}
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(schemas, domain, route, answers)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bedside", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": domain.name, "description": domain.summary} for domain in manifests],
        "paths": paths,
        "components": {
            "schemas": schemas.components | {name: problem(kind) for name, kind in sorted(errors.items())},
            "responses": dict(sorted(refusals.items())),
            "parameters": _PARAMETERS,
            "headers": _HEADERS,
            "securitySchemes": _SCHEMES,
        },
    }


def operation_id(route: Route) -> str:
    """Return a call's name for generated clients, such as `getVisitsByVisitIdNotes`."""
    words = re.sub(r"\{(\w)(\w*)\}", lambda name: f"by-{name[1].upper()}{name[2]}", route.path)
    return route.method.lower() + "".join(word[0].upper() + word[1:] for word in re.split(r"[/-]", words) if word)


def _operation(schemas: Schemas, domain: Domain, route: Route, answers: Json) -> Json:
    operation: Json = {
        "operationId": operation_id(route),
        "tags": [domain.name],
        "summary": route.summary,
        "x-caller": route.caller,
        "security": _SECURITY[route.caller],
    }
    if route.limit:
        limit = route.limit.limit
        operation["x-limit"] = {
            "name": limit.name,
            "quota": limit.quota,
            "windowSeconds": limit.window_s,
            "counts": route.limit.counts,
        }
    if parameters := list(_parameters(domain, route)):
        operation["parameters"] = parameters
    if route.body:
        operation["requestBody"] = _json(schemas.of(domain, route.body)) | {"required": not route.body_optional}
    if route.caller == "provider":
        operation["requestBody"] = _json({"description": "The provider's own."}) | {"required": True}
    return operation | {"responses": answers}


def _parameters(domain: Domain, route: Route) -> Iterable[Json]:
    for name in re.findall(r"\{(\w+)\}", route.path):
        yield {"name": name, "in": "path", "required": True, "schema": _PATH_SCHEMA}
    if route.query:
        yield from query_parameters(domain, route.query)
    if route.idempotent:
        yield {"$ref": "#/components/parameters/IdempotencyKey"}
    if route.version == "optional":
        yield {"$ref": "#/components/parameters/OptionalIfMatch"}
    if route.version == "required":
        yield {"$ref": "#/components/parameters/IfMatch"}


def _answers(schemas: Schemas, domain: Domain, route: Route) -> Json:
    headers = ["X-Request-Id"]
    if route.limit:
        headers += ["RateLimit", "RateLimit-Policy"]
    if route.version:
        headers.append("ETag")
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "headers": _headers(headers),
            **_content(schemas, domain, reference),
        }
        for status, reference in route.answers.items()
    }


def _content(schemas: Schemas, domain: Domain, reference: str) -> Json:
    if "/" in reference:
        return _json({"type": "string"}, reference)
    return _json(schemas.of(domain, reference)) if reference else {}


def _refusal(status: int, kinds: Sequence[type[BedsideError]]) -> Json:
    """Return the answer that is one of several problems with the same status."""
    headers = ["X-Request-Id"]
    match status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            headers += ["RateLimit", "RateLimit-Policy", "Retry-After"]
        case HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append("Retry-After")
        case HTTPStatus.PRECONDITION_FAILED:
            headers.append("ETag")
    found = [{"$ref": f"{REF}{_pascal(kind.slug)}Problem"} for kind in kinds]
    return {
        "description": "; ".join(kind.title for kind in kinds),
        "headers": _headers(headers),
        **_json(found[0] if len(found) == 1 else {"oneOf": found}, "application/problem+json"),
    }


def _headers(names: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _json(schema: Json, media_type: str = "application/json") -> Json:
    return {"content": {media_type: {"schema": schema}}}


def _pascal(slug: str) -> str:
    return "".join(word.capitalize() for word in slug.split("-"))
