"""What template.yaml does so that timelines have every event, and nobody changes one unnoticed."""

from typing import Any

import pytest

from tests.template.test_template import of_type, resources

__all__ = ["resources"]


def test_nobody_may_change_or_remove_an_entry(resources: dict[str, Any]) -> None:
    """The table denies to every role what no code does; entries and heads are put."""
    table = resources["TimelineTable"]["Properties"]
    [statement] = table["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement == resources["AuditTable"]["Properties"]["ResourcePolicy"]["PolicyDocument"]["Statement"][0] | {
        "Resource": statement["Resource"]
    }
    assert statement["Resource"]["Fn::Sub"].endswith(f":table/{table['TableName']['Fn::Sub']}")


@pytest.mark.parametrize("name", ["CaptureTable", "VisitsTable"])
def test_every_version_with_events_reaches_the_timeline(name: str, resources: dict[str, Any]) -> None:
    """From the stream's beginning, in order, until it succeeds; versions of other items are not delivered."""
    assert resources[name]["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    stream = {"Fn::GetAtt": [name, "StreamArn"]}
    mappings = [each["Properties"] for each in of_type(resources, "AWS::Lambda::EventSourceMapping").values()]
    append = {"Ref": "TimelineAppend"}
    [mapping] = [each for each in mappings if (each["EventSourceArn"], each["FunctionName"]) == (stream, append)]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    # Retried until a record expires: an event must not be skipped.
    assert not {"MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "DestinationConfig"} & set(mapping)
    [each] = mapping["FilterCriteria"]["Filters"]
    assert each["Pattern"] == '{"dynamodb": {"NewImage": {"eventNumber": {"N": [{"exists": true}]}}}}'


def test_late_and_lost_events_ring(resources: dict[str, Any]) -> None:
    """Long before the streams forget them."""
    assert resources["TimelineSkipAlarm"]["Properties"]["MetricName"] == "TimelineEventNotAppended"
    late = resources["TimelineAppendAlarm"]["Properties"]
    assert late["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "TimelineAppend"}}]
    assert (late["MetricName"], late["Threshold"]) == ("IteratorAge", 3_600_000)
