"""JSON becomes typed values, or an error that repeats nothing of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bedside.capture.arrival_report import NotifyRequest
from bedside.capture.gallery import DescribeRequest
from bedside.capture.sessions import OpenRequest, TicketRequest
from bedside.capture.uploads import UploadRequest
from bedside.kernel.wire import Wire

MODELS: list[type[Wire]] = [OpenRequest, TicketRequest, UploadRequest, NotifyRequest, DescribeRequest]
SECRET = "Aroha-Ngata-ZZZ0016"
_names = st.sampled_from(
    ["encounterId", "patientId", "facilityId", "imageId", "contentType", "contentLength", "sha256", "s3Key", "metadata"]
)
_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names | st.text(max_size=5), inner, max_size=6),
    max_leaves=10,
)


@given(raw=st.binary(max_size=100) | _json.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_request_or_a_quiet_error(raw: bytes) -> None:
    """Parsing ends in a model or a ValidationError whose text repeats nothing that was sent."""
    for model in MODELS:
        try:
            assert isinstance(model.model_validate_json(raw), model)
        except ValidationError as error:
            assert SECRET not in str(error)  # noqa: PT017  # either outcome is right


@pytest.mark.parametrize(
    "value",
    ["", ".", "..", "../a", "a/b", "a b", "a\n", "\na", "a\x00", "ä", "a" * 65, "%2e%2e", "\uff11", "a\u200b"],
)
def test_what_is_no_identifier_is_refused(value: str) -> None:
    """Ids are short, of plain characters, and cannot climb out of a folder."""
    with pytest.raises(ValidationError):
        TicketRequest.model_validate_json(json.dumps({"encounterId": value}))


@pytest.mark.parametrize(
    "value",
    ["a", "A9", "a.b", "-a", ".a", "a..b", "...", "a~b", "a-b_c", "0f3c2d1e-1111-4222-8333-444455556666", "a" * 64],
)
def test_identifiers_are_taken_as_they_are(value: str) -> None:
    """What FHIR allows is accepted, and what was accepted before."""
    assert TicketRequest.model_validate_json(json.dumps({"encounterId": value})).encounter_id == value


@pytest.mark.parametrize("value", [1, 1.0, True, None, ["a"], {"a": 1}])
def test_types_are_not_guessed(value: Any) -> None:
    """A number is no text."""
    with pytest.raises(ValidationError):
        TicketRequest.model_validate_json(json.dumps({"encounterId": value}))


def test_unknown_fields_are_ignored() -> None:
    """A newer caller may send more."""
    assert TicketRequest.model_validate_json('{"encounterId":"a","more":[1]}') == TicketRequest(encounter_id="a")
