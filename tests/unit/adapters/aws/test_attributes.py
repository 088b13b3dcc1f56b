"""Attribute values are DynamoDB's, as its SDK writes and reads them."""

from decimal import Decimal

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from bedside.adapters.aws.attributes import from_attribute, from_attributes, to_attribute, to_attributes

LEAVES = st.none() | st.booleans() | st.text() | st.integers(-(10**37), 10**37)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner), max_leaves=20
)


@given(VALUES)
def test_values_are_written_as_the_sdk_writes_them(value: object) -> None:
    """Texts, numbers, truths, nothing, lists and maps, in any depth; and they come back as they were."""
    written = to_attribute(value)
    assert written == TypeSerializer().serialize(value)
    assert from_attribute(written) == value
    assert from_attribute(written) == TypeDeserializer().deserialize(written)


def test_sets_and_bytes_come_back() -> None:
    """As JSON carries them: bytes in base64, a set in some order."""
    assert to_attribute(b"\x00\xff") == {"B": "AP8="}
    assert from_attribute({"B": "AP8="}) == b"\x00\xff"
    assert to_attribute({"b", "a"}) == {"SS": ["a", "b"]}
    assert from_attribute({"SS": ["b", "a"]}) == {"a", "b"}


def test_whole_numbers_are_int_and_others_exact() -> None:
    """A count is a count; nothing is rounded."""
    found = from_attribute({"N": "7"})
    assert (found, type(found)) == (7, int)
    assert from_attribute({"N": "0.1"}) == Decimal("0.1")
    assert to_attribute(Decimal("0.1")) == {"N": "0.1"}


def test_items_are_maps_of_attributes() -> None:
    """Names stay as they are."""
    assert to_attributes({"pk": "a", "n": 1}) == {"pk": {"S": "a"}, "n": {"N": "1"}}
    assert from_attributes({"pk": {"S": "a"}, "n": {"N": "1"}}) == {"pk": "a", "n": 1}


def test_what_no_item_of_ours_has_is_refused() -> None:
    """A float would be rounded, and a set of numbers is nowhere."""
    with pytest.raises(TypeError, match="float"):
        to_attribute(0.1)
    with pytest.raises(TypeError, match="NS"):
        from_attribute({"NS": ["1"]})
