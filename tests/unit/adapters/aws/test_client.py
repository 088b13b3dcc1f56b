"""Requests to AWS: signed, bounded, repeated where that is safe, and refused with AWS's own word."""

import time
from collections.abc import Callable

import pytest

from bedside.adapters.aws.client import AwsError, AwsService, JsonService, overridden
from tests.fakes.hostile import hostile, ok, refused, resetting, saying, silent
from tests.fakes.parameter_store import ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, parameter_store

type Ask = Callable[[str, int], object]
THROTTLED = b'{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}'


@pytest.fixture(autouse=True)
def role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign as the example role."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SESSION_TOKEN)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL_EXECUTE_API"):
        monkeypatch.delenv(name, raising=False)


def ask(origin: str, tries: int = 1, try_s: float = 5) -> object:
    service = AwsService("ssm", "us-east-1", origin=origin)
    return JsonService(service, "AmazonSSM", "1.1").call("GetParameters", {"Names": ["a"]}, try_s=try_s, tries=tries)


def answering(*answers: bytes) -> tuple[Callable[..., None], list[int]]:
    """Give a server that says one after the other, the last for ever, and how often it was asked."""
    asked: list[int] = []

    def behave(connection: object, over: object) -> None:
        asked.append(1)
        saying(answers[min(len(asked), len(answers)) - 1])(connection, over)  # type: ignore[arg-type]  # passed on

    return behave, asked


def failing(status: int, body: bytes) -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def test_an_answer_is_the_services() -> None:
    """Whose signature check the request passes."""
    with parameter_store({"a": "1"}) as origin:
        assert ask(origin) == {"Parameters": [{"Name": "a", "Type": "SecureString", "Value": "1"}]}


def test_a_refusal_has_awss_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON's `__type` without its namespace; it is not asked again."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with parameter_store({}) as origin, pytest.raises(AwsError) as caught:
        ask(origin, tries=3)
    assert (caught.value.code, caught.value.status, caught.value.sent) == ("IncompleteSignature", 400, True)
    assert caught.value.document == {"__type": "IncompleteSignature"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<Error><Code>NoSuchKey</Code></Error>", "NoSuchKey"),
        (THROTTLED, "ProvisionedThroughputExceededException"),
        (b'{"__type":"X#A","Item":{"notes":{"S":"<Code>B</Code>"}}}', "A"),
        (b"", "Http400"),
        (b"[]", "Http400"),
        (b"<html>", "Http400"),
        (b"[" * 100_000, "Http400"),
    ],
    ids=range(7),
)
def test_the_word_is_found_in_any_answer(body: bytes, code: str) -> None:
    """In XML, in JSON, and where there is none the status stands for it; the document is never nonsense."""
    with hostile(saying(failing(400, body))) as origin, pytest.raises(AwsError) as caught:
        ask(origin)
    assert caught.value.code == code
    assert isinstance(caught.value.document, dict)


@pytest.mark.parametrize(
    "first",
    [
        failing(500, b""),
        failing(503, b"slow down"),
        failing(429, b"{}"),
        failing(400, THROTTLED),
        failing(400, b'{"__type":"TooManyRequestsException"}'),
        failing(400, b"<Error><Code>SlowDown</Code></Error>"),
        b"nonsense",
    ],
)
def test_what_may_pass_is_tried_again(first: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A server error, a throttled request or no answer is repeated, as often as was said, and the log tells."""
    behave, asked = answering(first, first, ok(b"{}"))
    with hostile(behave) as origin:
        assert ask(origin, tries=3) == {}
    assert len(asked) == 3
    assert [(line.getMessage(), line.__dict__["asked"]) for line in caplog.records] == [("aws asked again", "ssm")] * 2
    behave, asked = answering(first, first, ok(b"{}"))
    with hostile(behave) as origin, pytest.raises(AwsError):
        ask(origin, tries=2)
    assert len(asked) == 2


def test_a_throttled_request_was_not_executed() -> None:
    """Unlike one that failed with a server error, or whose answer was lost."""
    for answer, throttled in ((failing(429, b""), True), (failing(400, THROTTLED), True), (failing(500, b""), False)):
        with hostile(saying(answer)) as origin, pytest.raises(AwsError) as caught:
            ask(origin)
        assert (caught.value.throttled, caught.value.temporary) == (throttled, True)


def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the error is of the same kind as all others."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", raising=False)
    with pytest.raises(AwsError, match="NoCredentials") as caught:
        ask("http://127.0.0.1:9")
    assert not caught.value.sent


@pytest.mark.parametrize(
    ("variables", "host"),
    [
        ({}, "dynamodb.eu-west-1.amazonaws.com"),
        ({"BEDSIDE_URL_SUFFIX": "amazonaws.com.cn"}, "dynamodb.eu-west-1.amazonaws.com.cn"),
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, "dynamodb-fips.eu-west-1.amazonaws.com"),
        ({"AWS_USE_FIPS_ENDPOINT": "false", "BEDSIDE_URL_SUFFIX": ""}, "dynamodb.eu-west-1.amazonaws.com"),
    ],
)
def test_a_service_is_where_its_partition_is(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], host: str
) -> None:
    """The domain is the partition's, and FIPS endpoints have names of their own."""
    for name in ("BEDSIDE_URL_SUFFIX", "AWS_USE_FIPS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert AwsService("dynamodb", "eu-west-1").origin == f"https://{host}"


def test_what_will_not_pass_is_not_tried_again() -> None:
    """A request that is wrong stays wrong."""
    behave, asked = answering(failing(400, b'{"__type":"ValidationException"}'))
    with hostile(behave) as origin, pytest.raises(AwsError):
        ask(origin, tries=3)
    assert len(asked) == 1


def test_silence_ends_by_the_deadline() -> None:
    """Of each try; and it is told that the service may have acted."""
    started = time.monotonic()
    with hostile(silent) as origin, pytest.raises(AwsError) as caught:
        ask(origin, tries=2, try_s=0.3)
    assert 0.6 <= time.monotonic() - started < 15
    assert (caught.value.status, caught.value.sent, caught.value.code) == (0, True, "TimeoutError")


def test_nobody_there_has_not_acted() -> None:
    """A refused connection is told from a lost answer."""
    with pytest.raises(AwsError) as caught:
        ask(refused())
    assert not caught.value.sent
    with hostile(resetting) as origin, pytest.raises(AwsError) as caught:
        ask(origin)
    assert caught.value.sent


@pytest.mark.parametrize("content", [b"", b"[]", b"<html>", b"[" * 100_000], ids=range(4))
def test_an_answer_that_is_no_document_is_an_error(content: bytes) -> None:
    """Even with 200."""
    with hostile(saying(ok(content))) as origin, pytest.raises(AwsError, match="NotJson"):
        ask(origin)


def test_the_environment_may_say_where_a_service_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the SDKs let it: one service, or all."""
    assert AwsService("ssm", "ap-southeast-2").origin == "https://ssm.ap-southeast-2.amazonaws.com"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://all:1/")
    assert AwsService("ssm", "us-east-1").origin == "http://all:1"
    monkeypatch.setenv("AWS_ENDPOINT_URL_EXECUTE_API", "http://one:1")
    assert overridden("execute-api") == "http://one:1"
    assert AwsService("execute-api", "us-east-1", origin="http://given:1/stage").origin == "http://given:1/stage"
