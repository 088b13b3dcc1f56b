"""Hears what AWS is asked, by our own client and by the SDK, and answers some of it with AWS's errors."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

from bedside.adapters.rest import Answer, RestClient, RestError
from tests.fakes.aws_wire import asks_aws


@dataclass(frozen=True, slots=True)
class Failure:
    """What is answered instead: AWS's word and the reasons of a cancelled transaction, or nothing at all."""

    code: str = ""
    reasons: Sequence[str] = ()

    @property
    def document(self) -> dict[str, Any]:
        """The error as DynamoDB writes it."""
        found: dict[str, Any] = {"__type": f"com.amazonaws.dynamodb.v20120810#{self.code}", "message": "made up"}
        return found | ({"CancellationReasons": [{"Code": reason} for reason in self.reasons]} if self.reasons else {})

    def to_sdk(self, operation: str) -> Exception:
        """Return what the SDK raises."""
        if not self.code:
            return ReadTimeoutError(endpoint_url="https://aws.example")
        response: Any = {"Error": {"Code": self.code, "Message": "made up"}, **self.document}
        return ClientError(response, operation)

    def to_client(self) -> Answer:
        """Return what our client is answered; raises RestError where that is nothing."""
        if not self.code:
            raise RestError("TimeoutError", sent=True)
        status = 500 if self.code == "InternalServerError" else 400
        return Answer(status, {}, json.dumps(self.document).encode())


@dataclass
class AwsCalls:
    """The operations that were called, such as "UpdateItem"; `failing` is what each answers instead, one by one."""

    made: list[str] = field(default_factory=list)
    failing: dict[str, list[Failure]] = field(default_factory=dict)

    def fail(self, operation: str, code: str, reasons: Sequence[str] = (), times: int = 1000) -> None:
        """Let an operation fail; `reasons` are those of a cancelled transaction, one for each of its writes."""
        self.failing[operation] = [Failure(code, reasons)] * times

    def time_out(self, operation: str) -> None:
        """Let an operation end without an answer."""
        self.failing[operation] = [Failure()] * 1000

    def mend(self) -> None:
        self.failing.clear()
        self.made.clear()

    def hear(self, operation: str) -> Failure | None:
        """Note a call, and return how it fails, if it does."""
        self.made.append(operation)
        failures = self.failing.get(operation)
        return failures.pop() if failures else None


def listen(monkeypatch: pytest.MonkeyPatch) -> AwsCalls:
    """Hear all calls from now until the test is over."""
    calls = AwsCalls()
    make, request = BaseClient._make_api_call, RestClient.request  # type: ignore[attr-defined]  # noqa: SLF001  # where every operation of the SDK passes

    def making(client: BaseClient, operation: str, parameters: Any) -> Any:
        failure = calls.hear(operation)
        if failure:
            raise failure.to_sdk(operation)
        return make(client, operation, parameters)

    def requesting(
        client: RestClient,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        deadline_s: float,
        **more: Any,
    ) -> Answer:
        failure = calls.hear(_operation(method, headers, body)) if asks_aws(client) else None
        if failure:
            return failure.to_client()
        return request(client, method, path, headers, body, deadline_s=deadline_s, **more)

    monkeypatch.setattr(BaseClient, "_make_api_call", making)
    monkeypatch.setattr(RestClient, "request", requesting)
    return calls


def _operation(method: str, headers: Mapping[str, str], body: bytes) -> str:
    if "x-amz-target" in headers:
        return headers["x-amz-target"].rpartition(".")[2]
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(body.decode())["Action"][0]
    if method == "PUT":
        return "CopyObject" if "x-amz-copy-source" in headers else "PutObject"
    return {"GET": "GetObject", "HEAD": "HeadObject", "POST": "DeleteObjects"}[method]
