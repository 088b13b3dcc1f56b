"""AWS in this process: DynamoDB is our own fake, everything else is moto's, both empty at the start of each test.

Requests reach them from the product's own client and from the SDK. Moto's `mock_aws` is not used: each time it prepares
thousands of answers for the `requests` library, which nothing here uses.
"""

import os
import threading
from typing import Any, Final

import pytest
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber

from tests.fakes import aws_wire
from tests.fakes.dynamodb import DynamoDb
from tests.fakes.parameter_store import ACCESS_KEY, SECRET_KEY, SESSION_TOKEN

REGION: Final = "us-east-1"
_HEADERS: Final = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "test"}


def connect(monkeypatch: pytest.MonkeyPatch, dynamodb: DynamoDb | None) -> None:
    """Answer everything that is sent to AWS until the test is over; without a fake moto answers for DynamoDB too."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_SESSION_TOKEN": SESSION_TOKEN,
    }.items():
        monkeypatch.setenv(name, value)
    BackendDict.reset()
    reset_model_data()
    # Moto's dictionaries are not thread-safe.
    process, one_at_a_time = BotocoreStubber.process_request, threading.Lock()

    def processing(stubber: BotocoreStubber, request: Any) -> Any:
        if dynamodb and request.url.startswith(f"https://dynamodb.{REGION}."):
            target = request.headers["X-Amz-Target"]
            operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
            status, body = dynamodb.serve(operation, request.body)
            return status, _HEADERS, body
        with one_at_a_time:
            return process(stubber, request)

    monkeypatch.setattr(BotocoreStubber, "process_request", processing)
    monkeypatch.setattr(botocore_stubber, "enabled", True)
    aws_wire.connect(monkeypatch)
