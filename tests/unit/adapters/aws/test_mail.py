"""Mail by SES: what is asked of it, what becomes of its errors, and what a mail looks like."""

import json
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from bedside.adapters.aws.mail import Mail, tag_value
from bedside.adapters.aws.mail_content import html, plain_text
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.ports.channels import Channel, Delivery, DeliveryUnknownError, Message, PushSubscription
from tests.conftest import REGION
from tests.fakes.hostile import Behaviour, dripping, hostile, ok, refused, resetting, saying, silent
from tests.fakes.invocation import Invocation
from tests.fakes.serving import Handler, serving

SENDER, TO = "Ward 3 <no-reply@bedside.example>", "ana@clinic.example"
MESSAGE = Message(
    title="An appointment\nof yours",
    text="You have an appointment tomorrow at 10:00.\n\nBring <this> & that.",
    link="https://x/visit?id=1&lang=de",
    critical=False,
    message_id="person.visit-day.v1",
    unsubscribe="https://x/unsubscribe?token=t",
    unsubscribe_label="Turn off mail about appointments",
    language="en",
)


class Service:
    """An SES that keeps what it was asked, and answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.status, self.code = 200, ""
        self.body = b'{"MessageId": "0100-abc"}'


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    service = Service()

    class Ses(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            assert "AWS4-HMAC-SHA256" in self.headers["Authorization"]
            assert "/ses/aws4_request" in self.headers["Authorization"]
            service.asked.append((self.path, json.loads(self.body())))
            self.send_response(service.status)
            if service.code:
                self.send_header("x-amzn-ErrorType", service.code)
            self.send_header("Content-Length", str(len(service.body)))
            self.end_headers()
            self.wfile.write(service.body)

    with serving(Ses) as origin:
        use(monkeypatch, origin)
        yield service


def use(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    """Let a client of the test's own ask this SES."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL_SESV2": origin,
    }.items():
        monkeypatch.setenv(name, value)


def mail(configuration_set: str = "events") -> Channel:
    return Mail(SENDER, configuration_set, REGION)


def test_a_mail_is_handed_over(ses: Service) -> None:
    """From whom the stack says to one address, tagged, so that its events are known; anybody's absence stays silent."""
    assert mail().send(TO, MESSAGE) == Delivery("sent", "0100-abc")
    [(path, asked)] = ses.asked
    assert path == "/v2/email/outbound-emails"
    content = asked.pop("Content")["Simple"]
    assert asked == {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": [TO]},
        "EmailTags": [{"Name": "message", "Value": "person.visit-day.v1"}],
        "ConfigurationSetName": "events",
    }
    assert content["Subject"] == {"Data": "An appointment of yours", "Charset": "UTF-8"}
    assert content["Headers"] == [
        {"Name": "Auto-Submitted", "Value": "auto-generated"},
        {"Name": "List-Unsubscribe", "Value": "<https://x/unsubscribe?token=t>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
    assert set(content["Body"]) == {"Text", "Html"}


def test_nobody_unsubscribes_from_what_is_critical(ses: Service) -> None:
    """Neither by a header nor by a link; and without a configuration set there is none."""
    critical = replace(MESSAGE, critical=True)
    mail("").send(TO, critical)
    [(_, asked)] = ses.asked
    assert "ConfigurationSetName" not in asked
    assert "unsubscribe" not in json.dumps(asked).lower()


def test_the_text_is_plain() -> None:
    """Paragraphs, the link, and after the signature's line how to get no more of them."""
    assert plain_text(MESSAGE) == (
        "You have an appointment tomorrow at 10:00.\n\nBring <this> & that.\n\nhttps://x/visit?id=1&lang=de\n\n"
        "-- \nTurn off mail about appointments\nhttps://x/unsubscribe?token=t\n"
    )
    assert plain_text(replace(MESSAGE, text="A", link=None, unsubscribe=None)) == "A\n"


def test_html_says_the_same_and_loads_nothing() -> None:
    """It has links and no pictures, styles or scripts from elsewhere; what stands in a text is no markup."""
    tags, links, texts = list[str](), list[str](), list[str]()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            links.extend(value or "" for name, value in attrs if name in {"href", "src"})

        def handle_data(self, data: str) -> None:
            texts.append(data.strip())

    hostile_text = 'A <script>alert("x")</script>\nB {title}'
    Reader().feed(html(replace(MESSAGE, text=hostile_text, language="de")))
    assert set(tags) == {"html", "head", "meta", "title", "body", "div", "p", "br", "a"}
    assert links == ["https://x/visit?id=1&lang=de", "https://x/unsubscribe?token=t"]
    assert 'A <script>alert("x")</script>' in texts
    assert "B {title}" in texts
    assert "Turn off mail about appointments" in texts


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "MessageRejected", Delivery("refused")),
        (400, "BadRequestException:http://internal.amazon.com/coral/", Delivery("refused")),
        (429, "TooManyRequestsException", Delivery("throttled")),
        (400, "ThrottlingException", Delivery("throttled")),
    ],
)
def test_refusals_are_told_apart(ses: Service, status: int, code: str, expected: Delivery) -> None:
    """An address or a text that SES does not take, or too many mails at once; nothing is repeated here."""
    ses.status, ses.code, ses.body = status, code, b'{"message": "Address ana@clinic.example is not verified"}'
    assert mail().send(TO, MESSAGE) == expected
    assert len(ses.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "AccessDeniedException"),
        (400, "MailFromDomainNotVerifiedException"),
        (400, "SendingPausedException"),
        (404, "NotFoundException"),
    ],
)
def test_what_somebody_has_to_mend_waits(ses: Service, status: int, code: str) -> None:
    """Nothing was sent; the error says AWS's word for why, and not whom it was for."""
    ses.status, ses.code, ses.body = status, code, b'{"message": "ana@clinic.example"}'
    with pytest.raises(UnavailableError) as caught:
        mail().send(TO, MESSAGE)
    error: Any = caught.value
    assert not isinstance(error, DeliveryUnknownError)
    assert error.cause == code
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert "ana@" not in f"{error!r}{error.detail}"


def test_a_sender_that_is_not_verified_waits(ses: Service) -> None:
    """It is nothing that the recipient could mend."""
    ses.status, ses.code = 400, "MessageRejected"
    ses.body = b'{"message": "Email address is not verified. These failed the check: no-reply@bedside.example"}'
    with pytest.raises(UnavailableError) as caught:
        mail().send(TO, MESSAGE)
    assert not isinstance(caught.value, DeliveryUnknownError)


@pytest.mark.parametrize(
    "behaviour",
    [
        silent,
        dripping,
        resetting,
        saying(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"),
        *(saying(ok(body)) for body in (b"", b"<html>", b"[]", b"{}", b"[" * 100_000)),
    ],
    ids=range(9),
)
def test_no_proper_answer_leaves_open_what_was_done(behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail may have left: it is neither taken for sent nor for unsent."""
    monkeypatch.setattr("bedside.adapters.aws.mail._TRY_S", 0.3)
    with hostile(behaviour) as origin:
        use(monkeypatch, origin)
        with pytest.raises(DeliveryUnknownError):
            mail().send(TO, MESSAGE)


def test_an_unreachable_ses_sends_nothing(ses: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens, or there is no time left; a browser is no mail address."""
    invocation.begin(Invocation(remaining_ms=10_000))
    try:
        with pytest.raises(UnavailableError, match="no time left"):
            mail().send(TO, MESSAGE)
    finally:
        invocation.begin(Invocation(remaining_ms=900_000))
    assert mail().send(PushSubscription("https://x", "", ""), MESSAGE) == Delivery("refused")
    assert not ses.asked
    use(monkeypatch, refused())
    with pytest.raises(UnavailableError) as caught:
        mail().send(TO, MESSAGE)
    assert not isinstance(caught.value, DeliveryUnknownError)


def test_a_tag_holds_every_id() -> None:
    """SES takes few characters; another id is hashed, always to the same."""
    assert tag_value("a.b-c_d@e") == "a.b-c_d@e"
    assert tag_value("a#b") == tag_value("a#b") != tag_value("a#c")
    assert len(tag_value("x" * 300)) == 64
