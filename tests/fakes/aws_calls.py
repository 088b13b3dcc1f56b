"""Hears what the SDK is asked, and answers some of it with AWS's errors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError


@dataclass
class AwsCalls:
    """The operations that were called, such as "UpdateItem"; `failing` is what each answers instead, one by one."""

    made: list[str] = field(default_factory=list)
    failing: dict[str, list[Exception]] = field(default_factory=dict)

    def fail(self, operation: str, code: str, reasons: Sequence[str] = (), times: int = 1000) -> None:
        """Let an operation fail; `reasons` are those of a cancelled transaction, one for each of its writes."""
        response: Any = {"Error": {"Code": code, "Message": "made up"}}
        if reasons:
            response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
        self.failing[operation] = [ClientError(response, operation) for _ in range(times)]

    def time_out(self, operation: str) -> None:
        """Let an operation end without an answer."""
        self.failing[operation] = [ReadTimeoutError(endpoint_url="https://aws.example") for _ in range(1000)]

    def mend(self) -> None:
        self.failing.clear()
        self.made.clear()


def listen(monkeypatch: pytest.MonkeyPatch) -> AwsCalls:
    """Hear all calls from now until the test is over."""
    calls = AwsCalls()
    make = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001  # where every operation passes

    def making(client: BaseClient, operation: str, parameters: Any) -> Any:
        calls.made.append(operation)
        failures = calls.failing.get(operation)
        if failures:
            raise failures.pop()
        return make(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", making)
    return calls
