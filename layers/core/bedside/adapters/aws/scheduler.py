"""One-shot schedules at EventBridge Scheduler, all of which invoke the same function."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from bedside.adapters.aws.client import AwsError, AwsService
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s

_TRY_S: Final = 1.5
_TRIES: Final = 2
# Both attempts, plus time to respond. If less is left, the schedule is not created and the sweeper does the work.
_NEEDED_S: Final = 4.0
# Statuses and error codes which mean that there is nothing left to do.
_ALREADY_EXISTS: Final = (409, "ConflictException")
_ALREADY_DELETED: Final = (404, "ResourceNotFoundException")


@dataclass(frozen=True, slots=True)
class Target:
    """The schedule group, and the ARNs of the function to invoke, the role to assume and the dead-letter queue."""

    group: str
    function: str
    role: str
    dead_letters: str


class Scheduler:
    """Schedules of one group. Methods raise UnavailableError if EventBridge refuses or does not respond in time."""

    def __init__(self, target: Target, region: str) -> None:
        self._target = target
        self._service = AwsService("scheduler", region)

    def put(self, name: str, at_ms: int, payload: Mapping[str, Any]) -> None:
        """Schedule one invocation with `payload`, within the minute after an instant (Unix ms).

        An existing schedule of that name stays unchanged. A schedule deletes itself after it has fired.
        """
        # Rounded up to whole seconds, so that it never fires early (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
        at = datetime.fromtimestamp(-(-at_ms // 1000), UTC).strftime("%Y-%m-%dT%H:%M:%S")
        document = {
            "ActionAfterCompletion": "DELETE",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "GroupName": self._target.group,
            "ScheduleExpression": f"at({at})",
            "ScheduleExpressionTimezone": "UTC",
            "Target": {
                "Arn": self._target.function,
                "RoleArn": self._target.role,
                "Input": json.dumps(payload, separators=(",", ":")),
                "DeadLetterConfig": {"Arn": self._target.dead_letters},
                # After that, the sweeper has done the work.
                "RetryPolicy": {"MaximumEventAgeInSeconds": 600, "MaximumRetryAttempts": 5},
            },
        }
        self._request("POST", name, json.dumps(document).encode(), "", _ALREADY_EXISTS)

    def remove(self, name: str) -> None:
        """Delete a schedule, if it exists."""
        self._request("DELETE", name, b"", f"groupName={quote(self._target.group, safe='')}", _ALREADY_DELETED)

    def _request(self, method: str, name: str, body: bytes, query: str, done: tuple[int, str]) -> None:
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to keep the schedule.", cause="OutOfTime")
        path = f"/schedules/{quote(name, safe='')}"
        headers = {"content-type": "application/json"}
        try:
            self._service.request(method, path, headers, body, query=query, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if error.status not in done and error.code not in done:
                raise UnavailableError("The schedule could not be kept.") from error
