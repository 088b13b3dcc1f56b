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
_LATER: Final = frozenset({429, 503})
_REFUSALS: Final[Mapping[int, Refusal]] = {
    403: "not-allowed",
    404: "no-such-address",
    405: "no-such-address",
    409: "conflict",
    410: "no-such-address",
    412: "conflict",
    413: "too-large",
}
# https://hl7.org/fhir/valueset-issue-type.html
_ISSUE: Final = re.compile(r"[a-z]{3,20}(-[a-z]{2,20}){0,3}")

type Object = dict[str, Any]


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
        if answer.status >= 500 and answer.status != 501:  # noqa: PLR2004  # failures pass, "not implemented" does not
            raise UnavailableError("The record does not answer as expected.", f"HTTP {answer.status}")
        return answer

    def post(self, path: str, resource: Object) -> Answer:
        """Return the answer to a creating request that succeeded.

        Raises RecordRefusedError, RecordBusyError, RecordUnknownError, UnavailableError.
        """
        body = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            answer = self._ask("POST", path, body, _WRITE_S)
        except RestError as error:
            if error.sent:
                raise RecordUnknownError("The record does not answer.", str(error)) from error
            raise UnavailableError("The record does not answer.", str(error)) from error
        if answer.status >= 500:  # noqa: PLR2004  # server errors: it may have been stored before
            raise RecordUnknownError("The record does not answer as expected.", f"HTTP {answer.status}")
        if 300 <= answer.status < 400:  # noqa: PLR2004  # redirects are not followed
            raise RecordRefusedError("The record is at another address.", "no-such-address", f"HTTP {answer.status}")
        if answer.status >= 400:  # noqa: PLR2004  # the request was refused
            reason = _REFUSALS.get(answer.status, "not-accepted")
            raise RecordRefusedError("The record refuses the document.", reason, issue(answer))
        return answer

    def _ask(self, method: str, path: str, body: bytes, deadline_s: float) -> Answer:
        answer = self._once(method, path, body, deadline_s)
        if answer.status == _UNAUTHORIZED:
            self._tokens.forget()
            answer = self._once(method, path, body, deadline_s)
        if answer.status == _UNAUTHORIZED:
            self._tokens.forget()
            raise RecordRefusedError("The record does not let us in.", "sign-in-refused", issue(answer))
        if answer.status in _LATER:
            wait_ms = retry_after_ms(answer.headers.get("retry-after", ""), time.time_ns() // 1_000_000)
            raise RecordBusyError("The record wants to be asked later.", f"HTTP {answer.status}", wait_ms)
        return answer

    def _once(self, method: str, path: str, body: bytes, deadline_s: float) -> Answer:
        token = self._tokens.current()
        if remaining_s() < deadline_s + _RESERVED_S:
            raise UnavailableError("There is no time left to ask the record.", "OutOfTime")
        headers = {"Authorization": f"Bearer {token}", "Accept": FHIR_JSON, **self._headers()}
        if body:
            headers["Content-Type"] = FHIR_JSON
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
    outcome = resource_of(answer, "OperationOutcome") or {}
    try:
        code = outcome["issue"][0]["code"]
    except (LookupError, TypeError):
        code = None
    known = isinstance(code, str) and _ISSUE.fullmatch(code)
    return f"HTTP {answer.status} {code}" if known else f"HTTP {answer.status}"
