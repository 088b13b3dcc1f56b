"""Sealed values open only in their place, unchanged, with a key that is known."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.adapters.seal import Seal, SealError

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
FACTS = {"patientName": "Aroha Ngata", "patientNHI": "ZZZ0016"}


@given(document=st.dictionaries(st.text(), st.none() | st.integers() | st.text(), max_size=5), place=st.text())
def test_what_was_sealed_opens(document: dict[str, Any], place: str) -> None:
    """Any document comes back as it was."""
    if not all(text.isprintable() for text in (place, *document)):
        place = place.encode("ascii", "ignore").decode()
    seal = Seal({"k": NEW})
    assert seal.open(seal.close(document, place), place) == document


def test_nothing_can_be_read_from_outside() -> None:
    """Sealing the same twice gives two values, neither with a trace of what is inside."""
    seal = Seal({"k": NEW})
    first, second = seal.close(FACTS, "place"), seal.close(FACTS, "place")
    assert first != second
    assert b"Aroha" not in base64.b64decode(first)


def test_older_keys_open_and_the_newest_seals() -> None:
    """After a rotation both values open; one key alone opens its own only."""
    before, after = Seal({"1": OLD}), Seal({"1": OLD, "2": NEW})
    assert after.open(before.close(FACTS, "p"), "p") == FACTS
    sealed = after.close(FACTS, "p")
    assert Seal({"2": NEW}).open(sealed, "p") == FACTS
    with pytest.raises(SealError):
        before.open(sealed, "p")


def test_a_value_is_bound_to_its_place() -> None:
    """A value moved to another key does not open there."""
    seal = Seal({"k": NEW})
    with pytest.raises(SealError):
        seal.open(seal.close(FACTS, "session:a"), "session:b")


@given(position=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_changed_value_does_not_open(position: int, flip: int) -> None:
    """One changed byte anywhere is noticed."""
    seal = Seal({"k": NEW})
    raw = bytearray(base64.b64decode(seal.close(FACTS, "p")))
    raw[position % len(raw)] ^= flip
    with pytest.raises(SealError):
        seal.open(base64.b64encode(raw).decode(), "p")


@given(text=st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.b64encode(raw).decode()))
def test_anything_else_does_not_open(text: str) -> None:
    """Whatever Redis holds instead is a SealError, also what is too short or no base64."""
    with pytest.raises(SealError):
        Seal({"k": OTHER}).open(text, "p")
