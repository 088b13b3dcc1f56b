"""What a webhook says of itself is read, whatever its shape; nothing that is sent breaks the reading."""

import base64
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bedside.webhooks.envelope import Envelope, data_of, envelope, find_object, payload
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
def test_any_value_is_read(kind: Kind, body: dict[str, Any]) -> None:
    """Its id can stand in a key and in a log, and is the same for the same event only."""
    headers = {"webhook-id": str(body.get("id", ""))}
    found = envelope(kind, delivery(headers, **body))
    assert 0 < len(found.event_id) <= 128
    assert found.event_id.isascii()
    assert found.event_id.isprintable()
    assert not {"#", "/", " "} & set(found.event_id)
    assert found == envelope(kind, delivery(headers, **body))
    assert found.kind == "" or found.kind.isprintable()
    found.kind.encode()


@given(body=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(body=b"data:;base64,/")
@example(body=b"data:;")
def test_any_bytes_are_an_object_or_nothing(body: bytes) -> None:
    """They have an id all the same, and are kept without a loss."""
    assert isinstance(find_object(body), dict | None)
    assert envelope("headers", Delivery({}, body)).event_id
    text, mark = payload(body), "data:;base64,"
    assert body == (base64.b64decode(text.removeprefix(mark)) if text.startswith(mark) else text.encode())


HALVES = st.recursive(
    st.text(st.characters(categories=["Cs", "L"]), max_size=3) | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=3), inner, max_size=3)
    ),
)


@given(data=HALVES)
def test_every_string_of_an_object_can_be_stored(data: Any) -> None:
    """Half of a surrogate pair, which JSON can write, would fail in every request to AWS."""
    found = find_object(json.dumps({"data": data}).encode())
    json.dumps(found, ensure_ascii=False).encode()


def test_what_is_no_half_stays_as_it_is() -> None:
    """A whole pair, also written with escapes, and text that only looks like an escape."""
    assert find_object(b'{"a": "\\ud83d\\ude00", "b": "\\\\ud800"}') == {"a": "\U0001f600", "b": "\\ud800"}
    assert find_object(b'{"a": "x\\ud800\\u0041"}') == {"a": "x?A"}


def test_ids_of_other_shapes_do_not_meet() -> None:
    """Nor can somebody state the hash of another's id."""
    odd = ["a b", "a  b", 7, "7 ", {"a": 1}, [1], None, "", False, "\ud800"]
    found = [envelope("headers", delivery(id=each)).event_id for each in odd]
    assert len(set(found)) == len(odd)
    assert envelope("headers", delivery(id=found[0])).event_id not in found


def test_an_event_is_about_its_data() -> None:
    """Or, without any, about all that it says."""
    assert data_of({"id": "e", "data": {"a": 1}}) == {"a": 1}
    assert data_of({"id": "e", "data": {"a": 1}, "account": "acct_1"}) == {"a": 1, "account": "acct_1"}
    assert data_of({"id": "e", "data": [1]}) == {"id": "e", "data": [1]}
    assert data_of({"id": "e"}) == {"id": "e"}
