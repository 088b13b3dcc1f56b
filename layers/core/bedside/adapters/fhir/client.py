"""Requests to a record's FHIR interface, with what their failures mean for a document that is being stored."""

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from bedside.adapters.fhir.tokens import Tokens
from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.adapters.retry_after import retry_after_ms
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.ports.records import (
    RecordBusyError,
    RecordRefusedError,
    RecordUnknownError,
    Refusal,
)

FHIR_JSON: Final = "application/fhir+json"
_READ_S: Final = 8.0
# A document of some megabytes, over a clinic's line.
_WRITE_S: Final = 25.0
# Left of the invocation to store what came of the request.
_RESERVED_S: Final = 6.0
_UNAUTHORIZED: Final = 401
_TOO_MANY: Final = 429
# Timeouts, of which that of a client (499) is said by proxies alone; and what is too early (RFC 8470).
_TIMEOUTS: Final = frozenset({408, 425, 499})
_LATER: Final = frozenset({_TOO_MANY, 503})
_REFUSALS: Final[Mapping[int, Refusal]] = {
    403: "not-allowed",
    404: "no-such-address",
    405: "no-such-address",
    409: "conflict",
    410: "no-such-address",
    412: "conflict",
    413: "too-large",
}
_DUPLICATE: Final = "duplicate"
# https://hl7.org/fhir/valueset-issue-type.html
_ISSUE: Final = re.compile(r"[a-z]{3,20}(-[a-z]{2,20}){0,3}")

type Object = dict[str, Any]


class DuplicateError(RecordRefusedError):
    """The record says that it has the document already."""


class FhirClient:
    """The FHIR interface at one base URL. Redirects are refused, and answers bounded.

    A token that the record refuses is replaced once. `headers` returns those of each request; a record that knows no
    preferences (the Prefer header) gets none.
    """

    def __init__(
        self,
        rest: RestClient,
        tokens: Tokens,
        headers: Callable[[], Mapping[str, str]] = dict,
        *,
        preferences: bool = True,
    ) -> None:
        self._rest = rest
        self._tokens = tokens
        self._headers = headers
        self._preferences = preferences

    def sign_in(self) -> None:
        """Get a token, if there is none. Raises RecordRefusedError, RecordBusyError, UnavailableError."""
        self._tokens.current()

    def get(self, path: str) -> Answer:
        """Return the answer to a reading request, whatever it is but a server's failure.

        Raises RecordBusyError, RecordRefusedError if the record does not let us in, UnavailableError.
        """
        try:
            answer = self._ask("GET", path, b"", _READ_S)
        except RestError as error:
            raise UnavailableError("The record does not answer.", str(error)) from error
        if answer.status in _LATER:
            raise RecordBusyError("The record wants to be asked later.", f"HTTP {answer.status}", _wait_ms(answer))
        if _failed(answer):
            raise UnavailableError("The record does not answer as expected.", f"HTTP {answer.status}")
        return answer

    def post(self, path: str, resource: Object) -> Answer:
        """Return the answer to a creating request that succeeded.

        Raises DuplicateError or another RecordRefusedError, RecordBusyError, RecordUnknownError, UnavailableError.
        """
        body = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            answer = self._ask("POST", path, body, _WRITE_S)
        except RestError as error:
            if error.sent:
                raise RecordUnknownError("The record does not answer.", str(error)) from error
            raise UnavailableError("The record does not answer.", str(error)) from error
        if answer.status == _TOO_MANY:
            raise RecordBusyError("The record wants to be asked later.", f"HTTP {answer.status}", _wait_ms(answer))
        if answer.status >= 500 or answer.status in _TIMEOUTS:  # noqa: PLR2004  # server errors
            # It may have been stored: gateways answer 503 and 504, too, once they have waited for the record in vain.
            raise RecordUnknownError(
                "The record does not answer as expected.", f"HTTP {answer.status}", retry_after_ms=_wait_ms(answer)
            )
        if 300 <= answer.status < 400:  # noqa: PLR2004  # redirects are not followed
            raise RecordRefusedError("The record is at another address.", "no-such-address", f"HTTP {answer.status}")
        if answer.status >= 400:  # noqa: PLR2004  # the request was refused
            reason = _REFUSALS.get(answer.status, "not-accepted")
            duplicate = reason == "conflict" and _issue_code(answer) == _DUPLICATE
            refusal = DuplicateError if duplicate else RecordRefusedError
            raise refusal("The record refuses the document.", reason, issue(answer))
        return answer

    def _ask(self, method: str, path: str, body: bytes, deadline_s: float) -> Answer:
        answer = self._once(method, path, body, deadline_s)
        if answer.status == _UNAUTHORIZED:
            self._tokens.forget()
            answer = self._once(method, path, body, deadline_s)
        if answer.status == _UNAUTHORIZED:
            self._tokens.forget()
            raise RecordRefusedError("The record does not let us in.", "sign-in-refused", issue(answer))
        return answer

    def _once(self, method: str, path: str, body: bytes, deadline_s: float) -> Answer:
        token = self._tokens.current()
        if remaining_s() < deadline_s + _RESERVED_S:
            raise UnavailableError("There is no time left to ask the record.", "OutOfTime")
        headers = {"Authorization": f"Bearer {token}", "Accept": FHIR_JSON, **self._headers()}
        if body:
            headers["Content-Type"] = FHIR_JSON
        else:
            # Servers (HAPI, by default) answer a search from memory for a minute, also one that found nothing.
            headers["Cache-Control"] = "no-cache"
        if self._preferences:
            # A full answer would send the document back; a parameter that is ignored would find everything.
            headers["Prefer"] = "return=minimal" if body else "handling=strict"
        return self._rest.request(method, path, headers, body, deadline_s=deadline_s)


def resource_of(answer: Answer, kind: str) -> Object | None:
    """Return the resource in an answer, or None if it has none of this kind."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("resourceType") == kind else None


def issue(answer: Answer) -> str:
    """Return status and code of an OperationOutcome's first issue: never its text, which may quote what was sent."""
    code = _issue_code(answer)
    return f"HTTP {answer.status} {code}" if code else f"HTTP {answer.status}"


def _issue_code(answer: Answer) -> str:
    outcome = resource_of(answer, "OperationOutcome") or {}
    try:
        code = outcome["issue"][0]["code"]
    except (LookupError, TypeError):
        return ""
    return code if isinstance(code, str) and _ISSUE.fullmatch(code) else ""


def _failed(answer: Answer) -> bool:
    """Return whether an answer is a failure that passes; 501, "not implemented", does not."""
    return answer.status in _TIMEOUTS or (answer.status >= 500 and answer.status != 501)  # noqa: PLR2004  # as said


def _wait_ms(answer: Answer) -> int | None:
    return retry_after_ms(answer.headers.get("retry-after", ""), time.time_ns() // 1_000_000)
