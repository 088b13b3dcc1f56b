"""Names that say nothing."""

import base64
import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from bedside.kernel.pseudonym import handle_name, pseudonym


@given(st.binary(min_size=1), st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 64))
def test_a_name_is_a_keyed_hash(key: bytes, text: str, length: int) -> None:
    """What is stored under such names must be found again by every later version."""
    digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
    assert pseudonym(key, text, length) == digest.hex()[:length]
    assert handle_name(key, text) == base64.b32encode(digest[:15]).decode().lower()


def test_names_are_of_one_key() -> None:
    """Another key gives other names, and the same one the same."""
    assert pseudonym(b"a", "text") != pseudonym(b"b", "text")
    assert len(pseudonym(b"a", "text")) == 32
    assert len(handle_name(b"a", "text")) == 24
