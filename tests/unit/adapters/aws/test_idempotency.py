"""A request that is repeated with its key gets the answer that it got, from every process, for a day."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from moto.core.botocore_stubber import BotocoreStubber

from bedside.adapters.aws.idempotency import Idempotency
from bedside.kernel.errors import InvalidRequestError, KeyReusedError, RequestInFlightError, UnavailableError
from tests.conftest import IDEMPOTENCY, client
from tests.fakes.invocation import Invocation

DAY_S = 86_400
BODY = {"phone": "+64215550101", "roles": ["clinician"]}

pytestmark = pytest.mark.usefixtures("aws")


class Process:
    """One process that serves requests; counts how often it really worked."""

    def __init__(self) -> None:
        self.idempotency = Idempotency(IDEMPOTENCY)
        self.worked = 0

    def ask(
        self, *, caller: str = "u1", key: str = "k1", body: Any = None, work: Any = None, remaining_ms: int = 20_000
    ) -> Any:
        def count() -> dict[str, Any]:
            self.worked += 1
            return {"number": self.worked, "name": "Ngāti 💉", "none": None, "list": ["a"]}

        context = Invocation(remaining_ms=remaining_ms)
        return self.idempotency.once(caller, key, BODY if body is None else body, work or count, context)


@pytest.fixture
def process() -> Process:
    return Process()


def kept() -> list[Any]:
    items: list[Any] = client("dynamodb").scan(TableName=IDEMPOTENCY)["Items"]
    return items


def shift(attribute: str, amount: int) -> None:
    """Make the one kept answer older, which is as if time had gone on."""
    [item] = kept()
    item[attribute] = {"N": str(int(item[attribute]["N"]) - amount)}
    client("dynamodb").put_item(TableName=IDEMPOTENCY, Item=item)


def test_the_same_request_is_served_once(process: Process) -> None:
    """Whoever repeats it gets the very same answer, also from another process."""
    first = process.ask()
    assert process.ask() == first == {"number": 1, "name": "Ngāti 💉", "none": None, "list": ["a"]}
    other = Process()
    assert other.ask() == first
    assert (process.worked, other.worked) == (1, 0)


def test_another_body_is_refused(process: Process) -> None:
    """It is another request, with a key that is taken; nothing is done."""
    process.ask()
    with pytest.raises(KeyReusedError):
        process.ask(body=BODY | {"roles": ["patient"]})
    assert process.worked == 1
    assert process.ask()["number"] == 1


def test_the_order_of_fields_is_no_other_body(process: Process) -> None:
    """The same fields are the same request."""
    process.ask()
    assert process.ask(body=dict(reversed(BODY.items())))["number"] == 1


def test_callers_and_keys_are_apart(process: Process) -> None:
    """Two people who chose the same key have nothing to do with each other; nor can one be taken for another."""
    assert [process.ask(caller=caller)["number"] for caller in ("u1", "u2", "u1")] == [1, 2, 1]
    assert [process.ask(key=key)["number"] for key in ("k1", "k2", "K1")] == [1, 3, 4]
    assert process.ask(caller="u1k", key="1")["number"] == 5
    assert process.ask(caller="u", key="1k1")["number"] == 6


@pytest.mark.parametrize("key", ["", " ", "a b", "a\tb", "a\nb", "é", "💉", "\x7f", "k" * 129])
def test_a_key_has_its_form(process: Process, key: str) -> None:
    """1 to 128 visible characters of ASCII; anything else is named, and nothing is done."""
    with pytest.raises(InvalidRequestError) as caught:
        process.ask(key=key)
    assert [fault.field for fault in caught.value.faults] == ["Idempotency-Key"]
    assert (process.worked, kept()) == (0, [])


@pytest.mark.parametrize("key", ["k", "k" * 128, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "!~"])
def test_keys_that_are_good(process: Process, key: str) -> None:
    """Also in quotation marks, as the draft has it; white space around it is none of it."""
    assert process.ask(key=key) == process.ask(key=f" {key} ")
    assert process.worked == 1


def test_an_answer_is_kept_for_a_day(process: Process) -> None:
    """Then the table deletes it, and a request with the same key is a new one even before that."""
    process.ask()
    [item] = kept()
    assert abs(int(item["expiration"]["N"]) - time.time() - DAY_S) < 60
    shift("expiration", DAY_S - 60)
    assert process.ask()["number"] == 1
    shift("expiration", 120)
    assert process.ask(body={"other": "body"})["number"] == 2


def test_neither_caller_nor_key_is_readable(process: Process) -> None:
    """Records are named by a hash, and bodies kept as one."""
    process.ask(caller="the-caller", key="the-key")
    [item] = kept()
    assert "the-caller" not in str(item)
    assert "the-key" not in str(item)
    assert "+64215550101" not in str(item)


def test_a_request_under_way_is_told_so(process: Process) -> None:
    """Another process is serving it just now: 409, and it is done once."""
    begun, finish = threading.Event(), threading.Event()

    def slow() -> dict[str, Any]:
        begun.set()
        assert finish.wait(20)
        return {"number": 7}

    other = Process()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(process.ask, work=slow)
        assert begun.wait(20)
        with pytest.raises(RequestInFlightError):
            other.ask()
        finish.set()
        assert first.result() == {"number": 7}
    assert other.ask() == {"number": 7}
    assert other.worked == 0


def test_many_at_once_work_once() -> None:
    """Each gets the answer or is told that it is under way."""
    processes = [Process() for _ in range(8)]

    def ask(process: Process) -> Any:
        try:
            return process.ask()
        except RequestInFlightError:
            return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, processes))
    assert sum(process.worked for process in processes) == 1
    assert {answer["number"] for answer in answers if answer} == {1}


def test_a_process_that_died_blocks_nobody_for_ever(process: Process) -> None:
    """Until its invocation would have ended the request counts as under way; then it is served."""

    def die() -> dict[str, Any]:
        raise SystemExit

    with pytest.raises(SystemExit):
        process.ask(work=die, remaining_ms=20_000)
    with pytest.raises(RequestInFlightError):
        process.ask()
    shift("in_progress_expiration", 20_000)
    assert process.ask()["number"] == 1


@pytest.mark.parametrize("error", [UnavailableError("x"), KeyReusedError("x"), RuntimeError("x")])
def test_what_failed_is_not_kept(process: Process, error: Exception) -> None:
    """The caller learns why, and may repeat it with the same key."""

    def fail() -> dict[str, Any]:
        raise error

    for _ in range(2):
        with pytest.raises(type(error)) as caught:
            process.ask(work=fail)
        assert caught.value is error
    assert kept() == []
    assert process.ask()["number"] == 1


@pytest.mark.parametrize("fault", ["no table", "throttled", "no connection"])
def test_without_the_table_nothing_is_done(process: Process, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unavailable: whether the request was done before cannot be told."""
    if fault == "no table":
        client("dynamodb").delete_table(TableName=IDEMPOTENCY)
    else:
        monkeypatch.setattr(BotocoreStubber, "process_request", failing(fault))
    with pytest.raises(UnavailableError):
        process.ask()
    assert process.worked == 0


def failing(fault: str) -> Any:
    """Answer the SDK with this fault, whatever it asks."""
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415  # with the SDK, which only some tests need
    from botocore.exceptions import EndpointConnectionError  # noqa: PLC0415  # as above

    def process(_: Any, request: Any) -> Any:
        if fault == "no connection":
            raise EndpointConnectionError(endpoint_url=request.url)
        body = b'{"__type": "ThrottlingException", "message": "slow down"}'

        class Raw:
            def stream(self, **_: Any) -> Any:
                yield body

        return AWSResponse(request.url, 400, {"content-type": "application/x-amz-json-1.0"}, Raw())  # type: ignore[arg-type]  # what botocore reads of it

    return process
