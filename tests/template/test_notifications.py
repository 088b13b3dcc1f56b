"""What template.yaml does so that everything that people should be told of is planned, and told in time."""

from typing import Any

import pytest

from tests.template.test_template import of_type, resources

__all__ = ["resources"]


@pytest.mark.parametrize("name", ["VisitsTable", "CaptureTable", "BookingsTable", "MedicationsTable"])
def test_every_change_is_planned(name: str, resources: dict[str, Any]) -> None:
    """From the stream's beginning, in order, until it succeeds: a service that is away loses nothing."""
    assert resources[name]["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    wanted = {"Fn::GetAtt": [name, "StreamArn"]}, {"Ref": "NotificationTrigger"}
    mappings = [each["Properties"] for each in of_type(resources, "AWS::Lambda::EventSourceMapping").values()]
    [mapping] = [each for each in mappings if (each["EventSourceArn"], each["FunctionName"]) == wanted]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert not {"MaximumRetryAttempts", "MaximumRecordAgeInSeconds"} & set(mapping)
    late = resources["NotificationTriggerAlarm"]["Properties"]
    assert (late["MetricName"], late["Dimensions"][0]["Value"]) == ("IteratorAge", {"Ref": "NotificationTrigger"})


def test_what_cannot_be_told_is_kept(resources: dict[str, Any]) -> None:
    """Each message for itself, hidden for six times as long as a batch may take, and ten tries; schedules lose none."""
    queue, letters = resources["NotificationQueue"]["Properties"], {"Fn::GetAtt": ["NotificationDeadLetters", "Arn"]}
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": letters, "maxReceiveCount": 10}
    assert queue["VisibilityTimeout"] >= 6 * resources["NotificationDispatch"]["Properties"]["Timeout"]
    [fire] = resources["ScheduleRole"]["Properties"]["Policies"]
    allowed = [each["Resource"] for each in fire["PolicyDocument"]["Statement"] if each["Action"] == "sqs:SendMessage"]
    assert {"Fn::GetAtt": ["NotificationQueue", "Arn"]} in allowed[0]
    assert letters in allowed[0]
