"""What template.yaml promises about recordings: nothing lost, kept as long as decided, each copy tried five times."""

from typing import Any

from bedside.visits.recordings.copies import RETENTION
from recording_copy.handler import TRIES
from tests.template.test_template import SOURCE, of_type, resources

__all__ = ["resources"]


def test_recordings_live_as_long_as_decided(resources: dict[str, Any]) -> None:
    """By the tag that copies have; half copies do not, and what somebody deleted can be brought back."""
    bucket = resources["RecordingsBucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    kept, halves = bucket["LifecycleConfiguration"]["Rules"]
    assert kept["TagFilters"] == [{"Key": "retention", "Value": RETENTION}]
    assert (kept["Status"], kept["ExpirationInDays"]) == ("Enabled", {"Ref": "RecordingRetentionDays"})
    assert SOURCE["Parameters"]["RecordingRetentionDays"]["Default"] == 3650
    assert kept["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert (halves["Status"], halves["AbortIncompleteMultipartUpload"]) == ("Enabled", {"DaysAfterInitiation": 1})


def test_no_function_deletes_a_recording(resources: dict[str, Any]) -> None:
    """Nor reads one, but for its links and to be sure of a copy."""
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for policy in role["Properties"].get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if "RecordingsBucket" in str(statement["Resource" if "Resource" in statement else "NotResource"]):
                    actions = statement["Action"]
                    assert not {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:*"} & set(
                        [actions] if isinstance(actions, str) else actions
                    ), name
                    assert name in {"RecordingCopyRole", "VisitsRole"}


def test_copies_are_tried_five_times(resources: dict[str, Any]) -> None:
    """One at a time; a message stays hidden for longer than a copy may take, and the last try knows that it is."""
    queue, function = resources["RecordingCopyQueue"]["Properties"], resources["RecordingCopy"]["Properties"]
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["RecordingCopyDeadLetters", "Arn"]},
        "maxReceiveCount": TRIES,
    }
    [mapping] = [
        each["Properties"]
        for each in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if each["Properties"]["FunctionName"] == {"Ref": "RecordingCopy"}
    ]
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["RecordingCopyQueue", "Arn"]}
    assert (mapping["BatchSize"], mapping["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])
    assert function["Timeout"] == 900
    assert queue["VisibilityTimeout"] > function["Timeout"]
    assert "ReservedConcurrentExecutions" not in function
