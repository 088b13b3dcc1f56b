"""Bodies in, answers and problems out."""

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.capture.sessions import TicketRequest
from bedside.identity.errors import TooManyCodesError, UnauthorizedError
from bedside.identity.user_directory import PageRequest
from bedside.kernel.errors import BodyTooLargeError, FieldFault, InvalidRequestError, Limit, UnavailableError
from bedside.operations.domain import DOMAIN as OPERATIONS
from bedside.platform import api
from bedside.platform.contract import MAX_BODY_BYTES
from bedside.platform.http import Answer, behind_cdn, caller_address, header, problem, read_body, read_query
from bedside.platform.observability import metrics
from tests.fakes.invocation import Invocation


def read(body: str | None, *, encoded: bool = False) -> TicketRequest:
    return read_body({"body": body, "isBase64Encoded": encoded}, TicketRequest)


@given(raw=st.binary(max_size=200), encoded=st.booleans())
def test_any_bytes_are_a_body_or_a_refusal(raw: bytes, encoded: bool) -> None:  # noqa: FBT001  # drawn
    """Bytes in base64 or as text: a request, or an error that names the body or a field."""
    body = base64.b64encode(raw).decode() if encoded else raw.decode(errors="surrogateescape")
    try:
        assert isinstance(read(body, encoded=encoded), TicketRequest)
    except InvalidRequestError as error:
        assert {fault.field for fault in error.faults} <= {"body", "encounterId"}  # noqa: PT017  # either is right


def test_the_limit_is_64_kb_to_the_byte() -> None:
    """Measured in bytes after base64 is undone."""
    frame = '{"encounterId":"a","x":""}'
    fitting = frame.replace('""', '"' + "x" * (MAX_BODY_BYTES - len(frame)) + '"')
    assert len(fitting) == MAX_BODY_BYTES
    assert read(fitting).encounter_id == "a"
    assert read(base64.b64encode(fitting.encode()).decode(), encoded=True).encounter_id == "a"
    for over in (fitting + " ", fitting.replace("xx", "é", 1) + " "):
        with pytest.raises(BodyTooLargeError):
            read(over)
        with pytest.raises(BodyTooLargeError):
            read(base64.b64encode(over.encode()).decode(), encoded=True)


@pytest.mark.parametrize("body", [None, ""])
def test_no_body_is_an_invalid_one(body: str | None) -> None:
    """It is named as such."""
    with pytest.raises(InvalidRequestError) as caught:
        read(body)
    assert [fault.field for fault in caught.value.faults] == ["body"]


def test_a_problem_is_rfc_9457() -> None:
    """Type, title, status, detail and the request's id; faults and Retry-After where they belong."""
    answer = problem(UnauthorizedError("A bearer token is needed."), "r-1").result("r-1")
    assert json.loads(answer["body"]) == {
        "type": "https://bedside.example/problems/unauthorized",
        "title": "Sign in or scan again",
        "status": 401,
        "detail": "A bearer token is needed.",
        "requestId": "r-1",
    }
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert "retry-after" not in answer["headers"]
    assert problem(UnavailableError(), "r").headers["retry-after"] == "1"
    refused = problem(InvalidRequestError([FieldFault("a", "b"), FieldFault("c", "d", "too-long", 5)]), "r").body
    assert refused
    assert refused["errors"] == [
        {"field": "a", "message": "b", "code": "invalid"},
        {"field": "c", "message": "d", "code": "too-long", "limit": 5},
    ]


def test_an_answer_is_not_kept() -> None:
    """Patient data is in no cache; 204 has no body; text is sent as it is."""
    answer = Answer(200, {"name": "Ngāti"}).result("r")
    assert (answer["headers"]["cache-control"], answer["headers"]["x-request-id"]) == ("no-store", "r")
    assert answer["body"] == '{"name":"Ngāti"}'
    empty = Answer(204).result("r")
    assert (empty["statusCode"], empty["body"], empty["headers"].get("content-type")) == (204, "", None)


def test_unforeseen_errors_are_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The message of an error nobody foresaw reaches neither the caller nor the log."""
    secret: Any = "Aroha Ngata"
    error = api.unexpected(RuntimeError(secret))
    assert secret not in error.detail
    assert secret not in capsys.readouterr().out
    metrics.clear_metrics()


def test_a_limit_says_when_it_ends() -> None:
    """429 with Retry-After and the RateLimit fields (draft-ietf-httpapi-ratelimit-headers), a second at least."""
    answer = problem(TooManyCodesError("Wait.", Limit("otp-send", 5, 3600), 1234), "r")
    assert answer.body
    assert (answer.status, answer.body["type"]) == (429, "https://bedside.example/problems/too-many-codes")
    assert answer.headers["retry-after"] == "1234"
    assert answer.headers["ratelimit-policy"] == '"otp-send";q=5;w=3600'
    assert answer.headers["ratelimit"] == '"otp-send";r=0;t=1234'
    now = problem(TooManyCodesError("Wait.", Limit("otp-send", 5, 3600), 0), "r")
    assert (now.headers["retry-after"], now.headers["ratelimit"]) == ("1", '"otp-send";r=0;t=1')
    assert "ratelimit" not in problem(UnavailableError("Later."), "r").headers


def test_a_query_is_read_as_a_body_is() -> None:
    """Under the contract's names; what does not fit is named and not repeated."""
    event = {"queryStringParameters": {"facilityId": "FAC001", "other": "x"}}
    assert read_query(event, PageRequest).facility_id == "FAC001"
    assert read_query({}, PageRequest) == PageRequest()
    with pytest.raises(InvalidRequestError) as caught:
        read_query({"queryStringParameters": {"cursor": "Aroha"}}, PageRequest)
    [fault] = caught.value.faults
    assert fault.field == "cursor"
    assert "Aroha" not in fault.message


def test_the_callers_address_is_the_gateways_word() -> None:
    """Not a header that anybody can write."""
    event = {"requestContext": {"http": {"sourceIp": "203.0.113.7"}}, "headers": {"x-forwarded-for": "198.51.100.1"}}
    assert caller_address(event) == "203.0.113.7"


SAID = {"x-bedside-cdn": "s" * 48, "x-bedside-caller": "2001:db8::7"}


@pytest.mark.parametrize(
    ("headers", "secret", "address"),
    [
        (SAID, "s" * 48, "2001:db8::7"),
        (SAID, "another", "203.0.113.7"),
        (SAID, "", "203.0.113.7"),
        (SAID | {"x-bedside-cdn": ""}, "", "203.0.113.7"),
        (SAID | {"x-bedside-cdn": "é"}, "s" * 48, "203.0.113.7"),
        (SAID | {"x-bedside-cdn": "\ud800"}, "s" * 48, "203.0.113.7"),
        (SAID | {"x-bedside-cdn": "\ud800"}, "?", "203.0.113.7"),
        ({"x-bedside-caller": "2001:db8::7"}, "s" * 48, "203.0.113.7"),
        ({"x-bedside-cdn": "s" * 48}, "s" * 48, "203.0.113.7"),
    ],
)
def test_only_cloudfront_tells_another_address(headers: dict[str, str], secret: str, address: str) -> None:
    """Whoever does not know the secret has the address that API Gateway sees; nothing else of the event changes."""
    event = {
        "requestContext": {"http": {"sourceIp": "203.0.113.7", "method": "GET"}, "requestId": "r"},
        "headers": headers,
    }
    found = behind_cdn(event, secret)
    assert caller_address(found) == address
    assert found["requestContext"]["http"]["method"] == "GET"
    assert event["requestContext"] == {"http": {"sourceIp": "203.0.113.7", "method": "GET"}, "requestId": "r"}


def test_a_header_is_found_in_any_case() -> None:
    """API Gateway gives names in lower case; an emulator may not."""
    assert header({"headers": {"authorization": "a"}}, "authorization") == "a"
    assert header({"headers": {"Authorization": "b"}}, "authorization") == "b"
    assert header({}, "authorization") is None


def test_a_document_that_is_no_json_is_our_error(caplog: pytest.LogCaptureFixture) -> None:
    """The caller gets a problem with the request's id, and the log says where."""
    platform: Any = SimpleNamespace(now_ms=lambda: 0)
    served = api.Api(OPERATIONS, lambda: platform, api.no_authentication)
    served.serves("GET /health")(lambda _call: Answer(200, {"odd": object()}))
    event = {"routeKey": "GET /health", "requestContext": {"requestId": "r-9", "http": {"sourceIp": "192.0.2.1"}}}
    context: Any = Invocation()
    answered = served.handler()(event, context)
    assert (answered["statusCode"], answered["headers"]["x-request-id"]) == (500, "r-9")
    assert json.loads(answered["body"])["type"].endswith("/internal-error")
    assert "unexpected error" in caplog.text
