"""One-shot schedules at EventBridge Scheduler, which invoke one function."""

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
# Both tries, and some time to tell the caller: what cannot be scheduled any more is left to the sweeper.
_NEEDED_S: Final = 4.0
# As what each call's aim is met already; in REST the word stands in a header, and the status says the same.
_IS_THERE: Final = (409, "ConflictException")
_IS_GONE: Final = (404, "ResourceNotFoundException")


@dataclass(frozen=True, slots=True)
class Target:
    """What schedules invoke and as whom, and the queue for what could not be delivered: four ARNs and a group."""

    group: str
    function: str
    role: str
    dead_letters: str


class Scheduler:
    """Schedules of one group. Raises UnavailableError when EventBridge does not answer in time or refuses."""

    def __init__(self, target: Target, region: str) -> None:
        self._target = target
        self._service = AwsService("scheduler", region)

    def put(self, name: str, at_ms: int, payload: Mapping[str, Any]) -> None:
        """Have the function invoked with `payload` once, within the minute after an instant (Unix ms).

        A schedule of that name that is there already stays as it is. It removes itself once it has fired.
        """
        # Whole seconds: never before the time is up (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
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
                # The sweeper has looked by then.
                "RetryPolicy": {"MaximumEventAgeInSeconds": 600, "MaximumRetryAttempts": 5},
            },
        }
        self._ask("POST", name, json.dumps(document).encode(), "", _IS_THERE)

    def remove(self, name: str) -> None:
        """Remove a schedule, if it is there."""
        self._ask("DELETE", name, b"", f"groupName={quote(self._target.group, safe='')}", _IS_GONE)

    def _ask(self, method: str, name: str, body: bytes, query: str, fine: tuple[int, str]) -> None:
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to keep the schedule.", cause="OutOfTime")
        path = f"/schedules/{quote(name, safe='')}"
        headers = {"content-type": "application/json"}
        try:
            self._service.request(method, path, headers, body, query=query, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if error.status not in fine and error.code not in fine:
                raise UnavailableError("The schedule could not be kept.") from error
