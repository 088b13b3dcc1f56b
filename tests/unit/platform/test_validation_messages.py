"""What people read about invalid fields: sentences of our own."""

import json
import re
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core._pydantic_core import list_all_errors
from pydantic_core.core_schema import ErrorType

from bedside import domains
from bedside.kernel.errors import FaultCode, FieldFault, InvalidRequestError
from bedside.platform.contract import Domain, Route
from bedside.platform.http import read_body, read_query
from bedside.platform.validation_messages import fault_of
from tests.examples import examples

ROUTES = [(domain, route) for domain in domains.manifests() for route in domain.routes if route.body or route.query]
KEYS = [f"{domain.name} {route.key}" for domain, route in ROUTES]
# Quoted names, patterns and pydantic's own words.
FOREIGN = re.compile(r"String should|Input should|Value |Field required|Extra inputs|[\^$\\{}\[\]'\"]")
_values: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just("x" * 5_000)
    | st.lists(st.text(max_size=3), max_size=5) | st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2)
)  # fmt: skip


def test_every_error_of_pydantic_has_a_sentence() -> None:
    """One that is not in the table reads as not valid; none shows pydantic's text, and each has a code for programs."""
    assert set(get_args(ErrorType)) == {error["type"] for error in list_all_errors()}
    for error in list_all_errors():
        context = error["example_context"] or {}
        told = fault_of(
            {"type": error["type"], "loc": ("name",), "msg": error["example_message_python"], "ctx": context}
        )
        assert told.message.endswith(".")
        assert not FOREIGN.search(told.message), error["type"]
        assert told.code in get_args(FaultCode.__value__)


@pytest.mark.parametrize(("domain", "route"), ROUTES, ids=KEYS)
@settings(max_examples=examples(10))
@given(data=st.data())
def test_every_call_explains_itself(domain: Domain, route: Route, data: st.DataObject) -> None:
    """Whatever is sent to any call's fields: a request, or plain sentences."""
    model = domain.resolve(route.body or route.query)
    names = [field.alias or name for name, field in model.model_fields.items()]
    sent = data.draw(st.dictionaries(st.sampled_from(names), _values))
    try:
        if route.body:
            read_body({"body": json.dumps(sent)}, model)
        else:
            read_query({"queryStringParameters": {name: str(value) for name, value in sent.items()}}, model)
    except InvalidRequestError as error:
        for fault in error.faults:
            assert fault.message.endswith(".")
            assert not FOREIGN.search(fault.message)
            assert fault.code in get_args(FaultCode.__value__)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "This is missing."),
        ({"encounterId": "a b"}, "Use up to 64 letters, digits, dots and hyphens."),
        ({"encounterId": ".."}, "Use up to 64 letters, digits, dots and hyphens."),
        ({"encounterId": 1}, "This must be text."),
    ],
)
def test_an_identifier_says_what_it_may_be(sent: dict[str, Any], message: str) -> None:
    """Rather than its pattern."""
    capture = next(domain for domain, _ in ROUTES if domain.name == "capture")
    with pytest.raises(InvalidRequestError) as caught:
        read_body({"body": json.dumps(sent)}, capture.resolve("sessions.TicketRequest"))
    assert [fault.message for fault in caught.value.faults] == [message]


def test_lengths_are_told_in_characters_and_entries() -> None:
    """Texts have characters, lists have entries."""
    domain = next(domain for domain, _ in ROUTES if domain.name == "identity")
    sent = {"userId": "u", "reason": "\u202d "}
    with pytest.raises(InvalidRequestError) as caught:
        read_body({"body": json.dumps(sent)}, domain.resolve("user_requests.ForceRequest"))
    assert caught.value.faults == (FieldFault("reason", "This must not be empty.", "empty"),)
    sent["reason"] = "x" * 501
    with pytest.raises(InvalidRequestError) as caught:
        read_body({"body": json.dumps(sent)}, domain.resolve("user_requests.ForceRequest"))
    assert caught.value.faults == (FieldFault("reason", "This may have at most 500 characters.", "too-long", 500),)
    with pytest.raises(InvalidRequestError) as caught:
        read_body({"body": json.dumps({"roles": ["patient"] * 5})}, domain.resolve("user_requests.RolesRequest"))
    assert caught.value.faults == (FieldFault("roles", "This may have at most 4 entries.", "too-many", 4),)
