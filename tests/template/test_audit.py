"""What template.yaml does so that nobody changes the audit trail unnoticed."""

from typing import Any

from tests.template.test_template import SOURCE, of_type, resources

__all__ = ["resources"]


def test_nobody_may_change_or_remove_an_entry(resources: dict[str, Any]) -> None:
    """The table itself denies it to every role, so that only an entry written anew over an old one is left."""
    table = resources["AuditTable"]["Properties"]
    [statement] = table["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"} <= set(statement["Action"])
    assert {"dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"} <= set(statement["Action"])
    # A reference to the table would be circular.
    assert statement["Resource"]["Fn::Sub"].endswith(f":table/{table['TableName']['Fn::Sub']}")


def test_every_entry_is_copied_to_where_nobody_can_change_it(resources: dict[str, Any]) -> None:
    """The stream has both images, is read from its beginning, and its copies are locked from the first day."""
    assert resources["AuditTable"]["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    [mapping] = [
        each["Properties"]
        for each in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if each["Properties"]["FunctionName"] == {"Ref": "AuditCopy"}
    ]
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["AuditTable", "StreamArn"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    # Retried until a record expires: an entry must not be skipped.
    assert not {"MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "DestinationConfig"} & set(mapping)
    bucket = resources["AuditBucket"]["Properties"]
    assert bucket["ObjectLockEnabled"] is True
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    retention = bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": {"Ref": "AuditLockMode"}, "Days": {"Ref": "AuditLockDays"}}
    assert SOURCE["Parameters"]["AuditLockMode"]["AllowedValues"] == ["GOVERNANCE", "COMPLIANCE"]


def test_changed_entries_and_late_copies_ring(resources: dict[str, Any]) -> None:
    """Neither goes unnoticed for longer than the stream keeps its records."""
    assert resources["AuditChangeAlarm"]["Properties"]["MetricName"] == "AuditEntryChanged"
    assert resources["AuditSkipAlarm"]["Properties"]["MetricName"] == "AuditEntryNotCopied"
    late = resources["AuditCopyAlarm"]["Properties"]
    assert late["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "AuditCopy"}}]
    assert (late["MetricName"], late["Threshold"]) == ("IteratorAge", 3_600_000)
