"""The audit trail of the running product is copied, and what is written over an entry is kept beside it."""

import json
import uuid
from typing import Any

from tests.e2e.aws import Aws
from tests.waiting import until


def _copies(aws: Aws, prefix: str) -> list[Any]:
    s3, bucket = aws.client("s3"), aws.resource("AuditBucket")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return [json.loads(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()) for each in listed]


def test_entries_are_copied_and_their_changes_kept(aws: Aws) -> None:
    """Those of the demo's people, from the beginning; and one that is overwritten behind the product's back."""
    [first, *_] = aws.everything("audit")
    sk = f"2026-11-21T02:31:52.345Z#{uuid.uuid4().hex[:8]}"
    for act in ("setRoles", "nothing"):
        item = {"pk": {"S": "FAC-OVER"}, "sk": {"S": sk}, "act": {"S": act}}
        aws.client("dynamodb").put_item(TableName="bedside-audit-local", Item=item)

    def changes() -> list[Any]:
        return [each for each in _copies(aws, "changes/") if each["before"]["sk"]["S"] == sk]

    until(changes, lambda: "the change was not kept")
    [change] = changes()
    assert (change["kind"], change["before"]["act"]["S"], change["after"]["act"]["S"]) == (
        "MODIFY",
        "setRoles",
        "nothing",
    )
    assert [each["act"]["S"] for each in _copies(aws, "entries/FAC-OVER/") if each["sk"]["S"] == sk] == ["setRoles"]
    assert _copies(aws, f"entries/{first['pk']['S']}/{first['sk']['S']}")
