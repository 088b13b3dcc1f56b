"""The same item by boto3's client with its defaults; returns its key."""

import os
from collections.abc import Callable

import boto3


def prepare() -> Callable[[], str]:
    """Return the call."""
    dynamo, table = boto3.client("dynamodb"), os.environ["BENCH_TABLE"]

    def read() -> str:
        item = dynamo.get_item(TableName=table, Key={"pk": {"S": "benchmark"}}, ConsistentRead=True)["Item"]
        return item["pk"]["S"]

    return read
