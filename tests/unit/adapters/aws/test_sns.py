"""Text messages by SNS: what is asked of it, and what becomes of its errors."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from bedside.adapters.aws.sns import Sms
from bedside.kernel.errors import NotSentError, UnavailableError
from tests.conftest import REGION
from tests.fakes.hostile import hostile, refused, silent
from tests.fakes.serving import Handler, serving

TEXT = "123456 is your Bedside code.\n\n@bedside.example.org #123456"
SENT = b"<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>"
REFUSED = (
    b"<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code>"
    b"<Message>Invalid parameter: PhoneNumber Reason: +64215550111 is not valid</Message></Error></ErrorResponse>"
)


class Topic:
    """An SNS that keeps what it was asked; with `status` it answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 200


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> Iterator[Topic]:
    topic = Topic()

    class Service(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            topic.asked.append({name: values[0] for name, values in parse_qs(self.body().decode()).items()})
            self.answer(topic.status, SENT if topic.status == 200 else REFUSED, "text/xml")

    with serving(Service) as origin:
        use(monkeypatch, origin)
        yield topic


def use(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    """Let a client of the test's own ask this SNS."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL_SNS": origin,
    }.items():
        monkeypatch.setenv(name, value)


def sms(sender_id: str, number: str, **originations: str) -> Sms:
    countries = {"+64": "NZ", "+1": "US", "+44": "GB"}
    return Sms(
        sender_id,
        number,
        REGION,
        originations,
        lambda phone: next((country for code, country in countries.items() if phone.startswith(code)), ""),
    )


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+15550100", {"AWS.MM.SMS.OriginationNumber": ("String", "+18335550100")}),
        ("+447700900123", {"AWS.SNS.SMS.SenderID": ("String", "MyHospital")}),
        ("+64215550111", {"AWS.SNS.SMS.SenderID": ("String", "Bedside")}),
        ("+33612345678", {"AWS.SNS.SMS.SenderID": ("String", "Bedside")}),
    ],
)
def test_each_country_has_its_origination(sns: Topic, phone: str, expected: dict[str, tuple[str, str]]) -> None:
    """A number or short code, or a name where the country allows one; the stage's own for all others."""
    sms("Bedside", "", US="+18335550100", GB="MyHospital").send(phone, TEXT)
    found = attributes(sns.asked[0])
    assert {
        name: value for name, value in found.items() if "SMSType" not in name and "MaxPrice" not in name
    } == expected


def attributes(asked: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Give the message's attributes: type and value."""
    found: dict[str, tuple[str, str]] = {}
    number = 1
    while (name := asked.get(f"MessageAttributes.entry.{number}.Name")) is not None:
        value = f"MessageAttributes.entry.{number}.Value"
        found[name] = (asked[f"{value}.DataType"], asked[f"{value}.StringValue"])
        number += 1
    return found


def test_a_message_is_handed_over(sns: Topic) -> None:
    """To the number, as it is, as transactional, for no more than it may cost."""
    sms("", "").send("+64215550111", TEXT)
    [asked] = sns.asked
    assert (asked["Action"], asked["PhoneNumber"], asked["Message"]) == ("Publish", "+64215550111", TEXT)
    assert attributes(asked) == {
        "AWS.SNS.SMS.SMSType": ("String", "Transactional"),
        "AWS.SNS.SMS.MaxPrice": ("Number", "0.50"),
    }


def test_it_comes_from_whom_the_stack_says(sns: Topic) -> None:
    """A sender id and an origination number, where there are any."""
    sms("Bedside", "+6421000").send("+64215550111", TEXT)
    found = attributes(sns.asked[0])
    assert found["AWS.SNS.SMS.SenderID"] == ("String", "Bedside")
    assert found["AWS.MM.SMS.OriginationNumber"] == ("String", "+6421000")


@pytest.mark.parametrize("status", [400, 403, 429])
def test_a_refusal_is_told_and_not_repeated(sns: Topic, status: int) -> None:
    """It certainly did not leave; and the error says AWS's word for why, not what SNS repeats: the number."""
    sns.status = status
    with pytest.raises(NotSentError) as caught:
        sms("", "").send("+64215550111", TEXT)
    assert len(sns.asked) == 1
    error: Any = caught.value
    assert error.cause == "InvalidParameter"
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert "5550111" not in f"{error!r}{error.detail}"


def test_a_failure_of_sns_leaves_open_what_was_done(sns: Topic) -> None:
    """The message may be on its way: it is neither sent again nor taken for unsent."""
    sns.status = 500
    with pytest.raises(UnavailableError) as caught:
        sms("", "").send("+64215550111", TEXT)
    assert not isinstance(caught.value, NotSentError)
    assert len(sns.asked) == 1


def test_nobody_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, and it is certain that nothing was sent."""
    use(monkeypatch, refused())
    with pytest.raises(NotSentError):
        sms("", "").send("+64215550111", TEXT)


@pytest.mark.slow
def test_silence_is_waited_for_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One try of four seconds, after which nobody knows whether the message left."""
    connections = 0

    def counted(connection: Any, over: Any) -> None:
        nonlocal connections
        connections += 1
        silent(connection, over)

    with hostile(counted) as origin:
        use(monkeypatch, origin)
        started = time.monotonic()
        with pytest.raises(UnavailableError) as caught:
            sms("", "").send("+64215550111", TEXT)
        assert time.monotonic() - started < 15
    assert not isinstance(caught.value, NotSentError)
    assert caught.value.cause == "TimeoutError"
    assert connections == 1
