"""Instants as the contract spells them."""

from hypothesis import given
from hypothesis import strategies as st

from bedside.kernel.instants import iso


@given(ms=st.integers(0, 4_102_444_800_000))
def test_instants_are_utc_with_milliseconds(ms: int) -> None:
    """Written as JavaScript writes them, so that text order is time order."""
    text = iso(ms)
    assert len(text) == 24
    assert text.endswith("Z")
    assert iso(ms + 1) > text


def test_a_known_instant() -> None:
    """Against a value computed elsewhere."""
    assert iso(1_795_228_312_345) == "2026-11-21T02:31:52.345Z"
