"""Handles are random, shown once, and only a hash of them is kept."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.capture.object_keys import session_key
from bedside.kernel.opaque_tokens import OpaqueToken, new_token, parse_token

KEY = session_key(b"key", "FAC001", "ENC-1")


@given(randomness=st.binary(min_size=32, max_size=32))
def test_a_handle_is_read_as_it_was_made(randomness: bytes) -> None:
    """Its text leads back to the session and the hash; the hash is not in the text."""
    text, handle = new_token(KEY, lambda size: randomness[:size])
    assert parse_token(text) == handle
    assert handle.key == KEY
    assert handle.digest not in text


def test_every_handle_is_another() -> None:
    """All 256 random bits matter."""
    assert len({new_token(KEY, os.urandom)[1].digest for _ in range(100)}) == 100


@given(text=st.text(max_size=90))
def test_any_text_is_a_handle_or_nothing(text: str) -> None:
    """Nothing that a URL can hold makes reading fail."""
    found = parse_token(text)
    assert found is None or isinstance(found, OpaqueToken)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "A", lambda t: t + "\n", str.upper, lambda _: ""])
def test_another_shape_is_no_handle(change: object) -> None:
    """Cut, longer, another case: not ours, so that nobody is asked about it."""
    text, _ = new_token(KEY, os.urandom)
    assert callable(change)
    assert parse_token(change(text)) is None
