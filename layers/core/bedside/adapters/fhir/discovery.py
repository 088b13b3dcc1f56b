"""What a record says of its sign-in: https://hl7.org/fhir/smart-app-launch/conformance.html#using-well-known."""

import json
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.kernel.errors import UnavailableError

type Object = dict[str, Any]

CONFIGURATION: Final = "/.well-known/smart-configuration"
_DEADLINE_S: Final = 5.0
_HEADERS: Final = {"Accept": "application/json"}
_OK: Final = 200
# Timeouts and limits pass, as failures of the server do.
_PASSING: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class SmartConfiguration:
    """A record's endpoints, "" where it names none, and how it checks assertions.

    `version_2` says whether it knows scopes of SMART 2; `algorithms` is empty if it does not say which it takes.
    """

    token_endpoint: str
    authorization_endpoint: str
    jwks_uri: str
    issuer: str
    version_2: bool
    algorithms: frozenset[str]


def read_configuration(rest: RestClient) -> SmartConfiguration | None:
    """Return the configuration at a base URL, or None if there is none. Raises UnavailableError."""
    try:
        answer = rest.request("GET", CONFIGURATION, _HEADERS, deadline_s=_DEADLINE_S)
    except RestError as error:
        raise UnavailableError("The record does not answer.", str(error)) from error
    require_answer(answer)
    document = object_of(answer.body) if answer.status == _OK else None
    return _configuration(document) if document else None


def require_answer(answer: Answer) -> None:
    """Raise UnavailableError for an answer that says nothing but that the record is busy or broken just now."""
    if answer.status >= 500 or answer.status in _PASSING:  # noqa: PLR2004  # server errors
        raise UnavailableError("The record does not answer as expected.", f"HTTP {answer.status}")


def object_of(body: bytes) -> Object | None:
    """Return the JSON object in an answer, or None."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _configuration(document: Object) -> SmartConfiguration:
    capabilities = _texts(document.get("capabilities"))
    names = ("token_endpoint", "authorization_endpoint", "jwks_uri", "issuer")
    token, authorization, keys, issuer = (
        value if isinstance(value := document.get(name), str) else "" for name in names
    )
    return SmartConfiguration(
        token,
        authorization,
        keys,
        issuer,
        version_2="permission-v2" in capabilities or "permission-v1" not in capabilities,
        algorithms=_texts(document.get("token_endpoint_auth_signing_alg_values_supported")),
    )


def _texts(listed: object) -> frozenset[str]:
    return frozenset(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else frozenset()
