"""Checks answers against the OpenAPI document: status, body, problem and the declared headers of each call.

Objects are closed here, though not in the document: a field that the document does not name is an error.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any, Final

import httpx
import jsonschema_rs

DOCUMENT: Final[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "functions/web/openapi.json").read_text())
# What API Gateway answers by itself while it may not, or cannot, ask a function.
_GATEWAY: Final = {429: {"message": "Too Many Requests"}, 503: {"message": "Service Unavailable"}}


class UndeclaredError(AssertionError):
    """An answer or a request is not as the document declares."""


def check(key: str, status: int, headers: Mapping[str, str], text: str) -> None:
    """Check an answer of the call with this key, such as `GET /visits/{visitId}`; names of headers are lower-case.

    Raises UndeclaredError.
    """
    declared = _answer(key, status)
    for name, header in declared["headers"].items():
        given = headers.get(name.lower())
        if given is None and header.get("required"):
            raise UndeclaredError(f"{key}: {status} without {name}")
        pattern = header["schema"].get("pattern")
        if given is not None and pattern and not re.search(pattern, given):
            raise UndeclaredError(f"{key}: {status} with {name}: {given}")
    check_body(key, status, headers.get("content-type", ""), text)


def check_response(response: httpx.Response) -> None:
    """Check an answer that a client got, if it called the API: an event hook of httpx. Raises UndeclaredError."""
    path = response.request.url.raw_path.decode().partition("?")[0]
    key = key_of(response.request.method, path)
    if key is not None:
        response.read()
        if not _is_gateways(response.status_code, response.headers.get("content-type", ""), response.text):
            check(key, response.status_code, response.headers, response.text)


# What a client of httpx takes, so that every answer that it gets is checked.
CHECKED: Final[dict[str, list[Callable[..., Any]]]] = {"response": [check_response]}


def check_body(key: str, status: int, content_type: str, text: str) -> None:
    """Check an answer's status, type and body, but not its headers; raises UndeclaredError.

    It may be one that API Gateway gives by itself.
    """
    if _is_gateways(status, content_type, text):
        return
    [declared] = _answer(key, status).get("content") or [""]
    if not declared:
        # API Gateway names a type even where there is no body.
        if text:
            raise UndeclaredError(f"{key}: {status} with a body")
        return
    if content_type.partition(";")[0] != declared:
        raise UndeclaredError(f"{key}: {status} is {content_type or 'nothing'}, declared: {declared}")
    if declared.startswith("text/"):
        return
    validator = _validator(key, status)
    for error in validator.iter_errors(json.loads(text)):
        raise UndeclaredError(f"{key}: {status}: {error}\n{text}")


def check_request(key: str, body: str | None, query: Mapping[str, str] | None) -> None:
    """Check a request's body and query; raises UndeclaredError."""
    operation = _operation(key)
    declared = operation.get("requestBody")
    if body is None and declared and declared["required"]:
        raise UndeclaredError(f"{key}: a body is missing")
    # Where no body is declared it is not read, and "{}" is what clients send that always send one.
    if body is not None and declared is None and body != "{}":
        raise UndeclaredError(f"{key}: there should be no body")
    if body is not None and declared:
        for error in _request_validator(key).iter_errors(json.loads(body)):
            raise UndeclaredError(f"{key}: {error}")
    parameters = {each["name"]: each for each in operation.get("parameters", []) if each.get("in") == "query"}
    for name, value in (query or {}).items():
        if name not in parameters:
            raise UndeclaredError(f"{key}: {name} is no parameter")
        schema = parameters[name]["schema"]
        is_number = schema["type"] == "integer" and re.fullmatch(r"-?\d+", value)
        for error in jsonschema_rs.validator_for(schema).iter_errors(int(value) if is_number else value):
            raise UndeclaredError(f"{key}: {name}: {error}")
    for name, parameter in parameters.items():
        if parameter["required"] and name not in (query or {}):
            raise UndeclaredError(f"{key}: {name} is missing")


def key_of(method: str, path: str) -> str | None:
    """Return the key of the call that a request makes, None where the API has no such call."""
    for pattern, key in _calls(method.upper()):
        if pattern.fullmatch(path):
            return key
    return None


@cache
def title(slug: str) -> str:
    """Return the title of the problem with this slug; raises KeyError."""
    problems = [schema["properties"] for name, schema in _components().items() if name.endswith("Problem")]
    titles: dict[str, str] = {each["type"]["const"].rpartition("/")[2]: each["title"]["const"] for each in problems}
    return titles[slug]


@cache
def _calls(method: str) -> list[tuple[re.Pattern[str], str]]:
    """Return the calls of a method, as API Gateway prefers them: those with fewer parameters first."""
    paths = [path for path, operations in DOCUMENT["paths"].items() if method.lower() in operations]
    paths.sort(key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), f"{method} {path}") for path in paths]


def _is_gateways(status: int, content_type: str, text: str) -> bool:
    return status in _GATEWAY and content_type == "application/json" and json.loads(text) == _GATEWAY[status]


def _operation(key: str) -> dict[str, Any]:
    method, _, path = key.partition(" ")
    found: dict[str, Any] = DOCUMENT["paths"][path][method.lower()]
    return found


@cache
def _answer(key: str, status: int) -> dict[str, Any]:
    answers = _operation(key)["responses"]
    if str(status) not in answers:
        raise UndeclaredError(f"{key}: {status} is not declared")
    answer = _resolved(answers[str(status)])
    return {**answer, "headers": {name: _resolved(header) for name, header in answer["headers"].items()}}


def _resolved(found: dict[str, Any]) -> dict[str, Any]:
    """Return the target of a reference; anything else is returned as it is."""
    if "$ref" not in found:
        return found
    _, *names = found["$ref"].split("/")
    return reduce(getitem, names, DOCUMENT)


@cache
def _validator(key: str, status: int) -> Any:
    [content] = _answer(key, status)["content"].values()
    return _compiled(content["schema"])


@cache
def _request_validator(key: str) -> Any:
    return _compiled(_operation(key)["requestBody"]["content"]["application/json"]["schema"])


def _compiled(schema: dict[str, Any]) -> Any:
    return jsonschema_rs.validator_for({**_closed(schema), "components": {"schemas": _components()}})


@cache
def _components() -> Any:
    return _closed(DOCUMENT["components"]["schemas"])


def _closed(value: Any) -> Any:
    """Return a schema, or a part of one, in which objects have no fields but those that are named."""
    if isinstance(value, list):
        return [_closed(each) for each in value]
    if not isinstance(value, dict):
        return value
    closed = {name: _closed(each) for name, each in value.items()}
    is_object = value.get("type") == "object" and "properties" in value
    return {"additionalProperties": False, **closed} if is_object else closed
