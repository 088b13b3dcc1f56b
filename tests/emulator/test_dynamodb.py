"""The local cloud's DynamoDB, held to the same contract as the fake that most tests use."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config

from local import cloud
from tests.fakes.dynamodb import contract
from tests.fakes.dynamodb.contract import CASES, TABLE, Case
from tests.local.places import free_port


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The emulator alone, and an SDK client that leaves it to the emulator to refuse."""
    place, state = cloud.Emulator.on(free_port()), Path(tmp_path_factory.mktemp("emulator"))
    running = cloud.start(place, state)
    try:
        client = boto3.client(
            "dynamodb",
            endpoint_url=place.endpoint,
            region_name="us-east-1",
            aws_access_key_id=place.access_key,
            aws_secret_access_key=place.secret_key,
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )
        yield client
        client.close()
    finally:
        running.stop()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_contract(emulator: Any, case: Case) -> None:
    """Every case comes out as at DynamoDB, but where the emulator is known to do something else."""
    table = f"contract-{uuid4().hex}"
    emulator.create_table(TableName=table, **TABLE)
    contract.check(emulator, table, case, "emulator")
