"""What a record answers."""

import json
from dataclasses import dataclass, field
from typing import Any

type Object = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A status with a document, or a connection that breaks instead (`cut`)."""

    status: int
    document: Object | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    def body(self) -> bytes:
        return b"" if self.document is None else json.dumps(self.document).encode()


CUT = Answer(0, cut=True)


class RefusedError(Exception):
    """The record refuses a request, with an OperationOutcome; `code` is of https://hl7.org/fhir/valueset-issue-type.html."""

    def __init__(self, status: int, code: str, text: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.answer = Answer(status, outcome(code, text), headers or {})


def outcome(code: str, text: str) -> Object:
    """Return an OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code, "diagnostics": text}]}
