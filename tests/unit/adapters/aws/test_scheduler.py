"""One-shot schedules at EventBridge."""

import json
from http import HTTPStatus
from typing import Any

import pytest

from bedside.adapters.aws.scheduler import Scheduler, Target
from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.kernel.errors import UnavailableError
from tests.conftest import REGION, client

TARGET = Target(
    "bedside-test",
    f"arn:aws:lambda:{REGION}:123456789012:function:bedside-timeout-test",
    "arn:aws:iam::123456789012:role/fires",
    f"arn:aws:sqs:{REGION}:123456789012:dead-letters",
)
AT = 1_795_228_200_001


@pytest.fixture
def scheduler(aws: None) -> Scheduler:  # noqa: ARG001  # it is in memory
    """The scheduler, with its group."""
    client("scheduler").create_schedule_group(Name=TARGET.group)
    return Scheduler(TARGET, REGION)


def found(name: str) -> Any:
    return client("scheduler").get_schedule(GroupName=TARGET.group, Name=name)


def test_a_schedule_fires_once_and_never_early(scheduler: Scheduler) -> None:
    """At the next whole second, in UTC; it removes itself, and what cannot be delivered is kept."""
    scheduler.put("visit-1", AT, {"kind": "visit", "id": "v"})
    kept = found("visit-1")
    assert (kept["ScheduleExpression"], kept["ScheduleExpressionTimezone"]) == ("at(2026-11-21T02:30:01)", "UTC")
    assert (kept["ActionAfterCompletion"], kept["FlexibleTimeWindow"]) == ("DELETE", {"Mode": "OFF"})
    target = kept["Target"]
    assert (target["Arn"], target["RoleArn"]) == (TARGET.function, TARGET.role)
    assert target["DeadLetterConfig"] == {"Arn": TARGET.dead_letters}
    assert json.loads(target["Input"]) == {"kind": "visit", "id": "v"}


def test_the_first_of_a_name_stays(scheduler: Scheduler) -> None:
    """Whoever makes it again has made it before."""
    scheduler.put("visit-1", AT, {"number": 1})
    scheduler.put("visit-1", AT + 60_000, {"number": 2})
    assert json.loads(found("visit-1")["Target"]["Input"]) == {"number": 1}


def test_a_schedule_is_removed_if_it_is_there(scheduler: Scheduler) -> None:
    """It may have fired already."""
    scheduler.put("visit-1", AT, {})
    for _ in range(2):
        scheduler.remove("visit-1")
    assert client("scheduler").list_schedules(GroupName=TARGET.group)["Schedules"] == []


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_a_refusal_is_unavailable(scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Nothing was scheduled, and the caller knows; what has gone already is fine for who removes it."""
    monkeypatch.setattr(RestClient, "request", lambda *_, **__: Answer(status, {}, b'{"Message":"No."}'))
    with pytest.raises(UnavailableError):
        scheduler.put("visit-1", AT, {})
    if status == HTTPStatus.NOT_FOUND:
        scheduler.remove("visit-1")
    else:
        with pytest.raises(UnavailableError):
            scheduler.remove("visit-1")


def test_no_answer_is_unavailable(scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    """After two tries."""
    tried = []

    def silent(_client: RestClient, method: str, *_: Any, **more: Any) -> Any:
        tried.append((method, more["deadline_s"]))
        raise RestError("TimeoutError", sent=True)

    monkeypatch.setattr(RestClient, "request", silent)
    with pytest.raises(UnavailableError):
        scheduler.put("visit-1", AT, {})
    assert tried == [("POST", 1.5)] * 2


def test_nothing_is_begun_that_cannot_be_finished(scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that runs out of time answers its caller; the sweeper makes up for the schedule."""
    monkeypatch.setattr("bedside.adapters.aws.scheduler.remaining_s", lambda: 3.9)
    with pytest.raises(UnavailableError) as caught:
        scheduler.put("visit-1", AT, {})
    assert caught.value.cause == "OutOfTime"
    assert client("scheduler").list_schedules(GroupName=TARGET.group)["Schedules"] == []
