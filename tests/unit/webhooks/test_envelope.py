"""What a webhook says of itself is read, or the webhook refused; nothing that is sent breaks the reading."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.kernel.errors import MalformedWebhookError
from bedside.webhooks.envelope import Envelope, data_of, envelope, read_object
from bedside.webhooks.sources import Kind
from bedside.webhooks.verification import Delivery

AT = 1_795_228_311_406
KINDS: tuple[Kind, ...] = ("headers", "stripe", "standard")


def delivery(headers: dict[str, str] | None = None, **body: Any) -> Delivery:
    return Delivery(headers or {}, json.dumps(body).encode())


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-11-21T02:31:51.406Z",
        "2026-11-21T02:31:51.406386Z",
        "2026-11-21T02:31:51.406386123Z",
        "2026-11-21T02:31:51.406",
        "2026-11-21T15:31:51.406+13:00",
    ],
)
def test_100ms_tells_the_time_in_iso(stamp: str) -> None:
    """To whatever fraction, in UTC where it does not say."""
    assert envelope("headers", delivery(id="e-1", type="peer.join.success", timestamp=stamp)) == Envelope(
        "e-1", "peer.join.success", AT
    )


def test_stripe_tells_it_in_seconds() -> None:
    """As a number."""
    found = envelope("stripe", delivery(id="evt_1", type="checkout.session.expired", created=1_795_228_311))
    assert found == Envelope("evt_1", "checkout.session.expired", 1_795_228_311_000)


def test_the_standard_tells_it_in_headers() -> None:
    """The id too; of the body only the type matters, if there is one."""
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1795228311"}
    assert envelope("standard", delivery(headers, id="other")) == Envelope("msg_1", "", 1_795_228_311_000)
    assert envelope("standard", delivery(headers, type="a.b")).kind == "a.b"


@pytest.mark.parametrize("stamp", ["", "-1", "१७९५२२८३१२", "9" * 5000, "1.5", "99999999999"])
def test_a_time_that_is_none(stamp: str) -> None:
    """Is left out."""
    assert envelope("standard", delivery({"webhook-id": "m", "webhook-timestamp": stamp})).at is None


ANY: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=150)
    | st.lists(st.integers(), max_size=2)
)


@given(
    kind=st.sampled_from(KINDS),
    body=st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "type", "timestamp", "created"), ANY)),
)
def test_any_value_is_read_or_refused(kind: Kind, body: dict[str, Any]) -> None:
    """An id that is accepted can stand in a key and in a log."""
    headers = {"webhook-id": str(body.get("id", ""))}
    with contextlib.suppress(MalformedWebhookError):
        found = envelope(kind, delivery(headers, **body))
        assert 0 < len(found.event_id) <= 128
        assert found.event_id.isascii()
        assert found.event_id.isprintable()
        assert not {"#", "/", " "} & set(found.event_id)


@given(body=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_an_object_or_refused(body: bytes) -> None:
    """With one error."""
    with contextlib.suppress(MalformedWebhookError):
        assert isinstance(read_object(body), dict)


def test_a_refusal_quotes_nothing() -> None:
    """Neither in its words nor by what it was raised from."""
    with pytest.raises(MalformedWebhookError) as caught:
        read_object(b'{"name": "Aroha')
    assert caught.value.detail == "The body is not a JSON object."
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_an_event_is_about_its_data() -> None:
    """Or, without any, about all that it says."""
    assert data_of({"id": "e", "data": {"a": 1}}) == {"a": 1}
    assert data_of({"id": "e", "data": [1]}) == {"id": "e", "data": [1]}
    assert data_of({"id": "e"}) == {"id": "e"}
