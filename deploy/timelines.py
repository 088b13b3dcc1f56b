"""`python -m deploy.timelines [STAGE]`: walk the timelines of all encounters, and say where one was changed.

Without a stage it is the stack that runs on this machine.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import stack
from local.cloud import ROOT

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.adapters.aws.attributes import from_attributes
from bedside.encounters.chain import breaks

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TABLE: Final = "TimelineTable"
_HEAD: Final = "encounter"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many timelines there are, and which of them break where."""

    timelines: int
    broken: dict[str, str] = field(default_factory=dict)


def verify(dynamodb: "DynamoDBClient", table: str) -> Verdict:
    """Walk every timeline in a table. Those that grow meanwhile are read again."""
    keys = sorted({str(item["pk"]["S"]) for item in _scan(dynamodb, table)})
    found = {key: where for key in keys if (where := _walk(dynamodb, table, key))}
    return Verdict(len(keys), found)


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code, after a line for each timeline that breaks and one about all."""
    try:
        # First who is asked: the clients are made for that.
        stage = stack.chosen(arguments[0] if arguments else "")
        resources = stack.resources(boto3.client("cloudformation"), stage)
        if _TABLE not in resources:
            sys.stderr.write("This stack has no timelines: deploy this version of it first.\n")
            return 1
        found = verify(boto3.client("dynamodb"), resources[_TABLE])
    except (stack.NotDeployedError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        return 1
    sys.stderr.write("".join(f"{key}: {where}\n" for key, where in found.broken.items()))
    sys.stdout.write(f"{found.timelines} timelines, {len(found.broken)} broken\n")
    return 1 if found.broken else 0


def _walk(dynamodb: "DynamoDBClient", table: str, key: str) -> str:
    """Return where a timeline breaks, "" if nowhere. An append is one transaction, but a walk takes several reads."""
    where = ""
    before: Any = ()
    while (head := _head(dynamodb, table, key)) != before:
        where, before = breaks(key, head, _entries(dynamodb, table, key)), head
        if not where:
            break
    return where


def _head(dynamodb: "DynamoDBClient", table: str, key: str) -> dict[str, Any] | None:
    place: Any = {"pk": {"S": key}, "sk": {"S": _HEAD}}
    item = dynamodb.get_item(TableName=table, Key=place, ConsistentRead=True).get("Item")
    return from_attributes(item) if item else None


def _entries(dynamodb: "DynamoDBClient", table: str, key: str) -> Iterator[dict[str, Any]]:
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": key}},
        ConsistentRead=True,
    )
    for page in pages:
        yield from (from_attributes(item) for item in page["Items"] if item["sk"] != {"S": _HEAD})


def _scan(dynamodb: "DynamoDBClient", table: str) -> Iterator[Any]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
