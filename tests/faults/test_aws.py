"""Faults of AWS meet what functions ask, as often as was said, and nothing else."""

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError

from bedside.adapters.aws.dynamodb import Table, transact
from bedside.kernel.errors import UnavailableError
from tests.conftest import BUCKET, TABLE, client
from tests.faults.aws import FAULTS, MEANINGS
from tests.faults.conftest import Bench

ERRORS: dict[str, type[Exception]] = {
    "throttled": ClientError,
    "500": ClientError,
    "connect timeout": ConnectTimeoutError,
    "read timeout": ReadTimeoutError,
    "answer too late": ReadTimeoutError,
    "answer lost": ConnectionClosedError,
    "transaction lost": ConnectionClosedError,
}
# It meets nothing but transactions.
ANYWHERE = [fault for fault in FAULTS if fault != "transaction lost"]
DONE = {"answer too late", "answer lost"}


def add_one() -> None:
    client("dynamodb").update_item(
        TableName=TABLE,
        Key={"pk": {"S": "counter"}},
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def counted() -> int:
    return int((Table(TABLE).get("counter") or {"n": 0})["n"])


@pytest.mark.parametrize("fault", ANYWHERE)
def test_dynamodb(bench: Bench, fault: str) -> None:
    """The caller hears of the fault as the SDK tells it; the write was made or not, once for each try."""
    bench.faults.switch(fault, service="dynamodb")
    with pytest.raises(ERRORS[fault]), bench.faults.inside():
        add_one()
    assert bench.faults.spoiled >= 2
    bench.faults.switch(None)
    assert counted() == (bench.faults.spoiled if fault in DONE else 0)


@pytest.mark.parametrize("fault", ANYWHERE)
def test_s3(bench: Bench, fault: str) -> None:
    """S3's errors are told as S3 tells them, and the object is gone or not."""
    client("s3").put_object(Bucket=BUCKET, Key="k", Body=b"photo")
    bench.faults.switch(fault, service="s3")
    with pytest.raises(ERRORS[fault]), bench.faults.inside():
        client("s3").delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "k"}]})
    bench.faults.switch(None)
    assert ("Contents" in client("s3").list_objects_v2(Bucket=BUCKET)) == (fault not in DONE)


def test_every_fault_is_explained() -> None:
    """The page says what each does."""
    assert set(ERRORS) == set(FAULTS) == set(MEANINGS)


def test_only_so_many(bench: Bench) -> None:
    """The fault is over after the number of requests that was asked for."""
    bench.faults.switch("500", requests=1)
    with bench.faults.inside():
        add_one()  # the SDK tries again
    assert (bench.faults.spoiled, bench.faults.left, counted()) == (1, 0, 1)


def test_only_functions(bench: Bench) -> None:
    """What a test asks for itself is served."""
    bench.faults.switch("500")
    add_one()
    assert (bench.faults.spoiled, counted()) == (0, 1)


def test_only_that_service(bench: Bench) -> None:
    """A fault of S3 is none of DynamoDB's."""
    bench.faults.switch("500", service="s3")
    with bench.faults.inside():
        add_one()
    assert bench.faults.spoiled == 0


def test_lost_answers_are_those_of_writes(bench: Bench) -> None:
    """A question whose answer is lost has done nothing: that is a timeout, which is another fault."""
    bench.faults.switch("answer lost")
    with bench.faults.inside():
        assert Table(TABLE).get("nobody") is None
    assert bench.faults.spoiled == 0


def test_pauses_move_the_clock(bench: Bench) -> None:
    """The SDK's pauses between tries cost the test no time."""
    before = bench.clinic.wiring.ahead_ms
    for _ in range(5):
        bench.faults.switch("500", requests=1)
        with bench.faults.inside():
            add_one()
    assert bench.clinic.wiring.ahead_ms > before


def test_a_transaction_is_repeated_in_vain(bench: Bench) -> None:
    """As at DynamoDB, the client token of a repetition keeps the write from being made twice."""
    table = Table(TABLE)
    table.put({"pk": "counter", "n": 0}, condition="attribute_not_exists(#pk)", values={})
    change = table.update_change("counter", "SET #n = #n + :one", condition="attribute_exists(#pk)", values={"one": 1})
    bench.faults.switch("transaction lost", requests=1)
    with bench.faults.inside():
        Table(TABLE).put({"pk": "other"}, condition="attribute_not_exists(#pk)", values={})
        transact(change)
    assert (bench.faults.spoiled, counted()) == (1, 1)
    with bench.faults.inside():
        transact(change)
    assert counted() == 2


@pytest.mark.parametrize("fault", ANYWHERE)
def test_the_adapter_says_unavailable(bench: Bench, fault: str) -> None:
    """A fault that lasts is told to callers as one that passes."""
    table = Table(TABLE)

    def work() -> None:
        if fault in DONE:
            table.update("p", "SET #n = :n", condition="attribute_not_exists(#never)", values={"n": 1})
        else:
            table.get("p")

    bench.faults.switch(fault)
    with bench.faults.inside(), pytest.raises(UnavailableError):
        work()
