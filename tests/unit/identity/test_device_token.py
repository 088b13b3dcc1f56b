"""Device tokens: only ours count, each for one number, and none says which."""

import os

from hypothesis import given
from hypothesis import strategies as st

from bedside.identity.device_token import device_token, find_device, new_device
from bedside.identity.mac_keys import MacKeys

KEYS, OTHER = MacKeys((b"identity key",)), MacKeys((b"another key",))
NOW = 1_795_228_312_345
USER, ANOTHER = "a" * 24, "b" * 24
YEAR_MS = 365 * 86_400_000
DEVICE = new_device(USER, NOW, lambda count: b"x" * count)
TEXT = device_token(KEYS, DEVICE)


def test_a_token_is_for_one_number() -> None:
    """Among those of everybody who uses a browser the one for this number is found; it says nothing of it."""
    others = [device_token(KEYS, new_device(ANOTHER, NOW, os.urandom)) for _ in range(9)]
    assert find_device(KEYS, USER, [*others, TEXT], NOW) == DEVICE
    assert find_device(KEYS, USER, others, NOW) is None
    assert find_device(KEYS, ANOTHER, [TEXT], NOW) is None
    assert USER not in TEXT
    assert DEVICE.key.startswith(f"device#{USER}#")


def test_the_newest_counts() -> None:
    """A browser that lost its storage, or was signed in to twice at once, may hold several."""
    newer = new_device(USER, NOW + 1, os.urandom)
    tokens = [device_token(KEYS, newer), TEXT]
    assert find_device(KEYS, USER, tokens, NOW + 1) == find_device(KEYS, USER, tokens[::-1], NOW + 1) == newer


def test_one_that_is_not_trusted_hides_no_older_one() -> None:
    """Of the tokens of one number the newest that the person trusts counts."""
    newer = new_device(USER, NOW + 1, os.urandom)
    tokens = [device_token(KEYS, newer), TEXT]
    assert find_device(KEYS, USER, tokens, NOW + 1, lambda device: device != newer) == DEVICE
    assert find_device(KEYS, USER, tokens, NOW + 1, lambda _device: False) is None


def test_a_token_ages() -> None:
    """After more than a year without a sign-in it counts for nothing."""
    assert find_device(KEYS, USER, [TEXT], NOW + YEAR_MS) == DEVICE
    assert find_device(KEYS, USER, [TEXT], NOW + 400 * 86_400_000) is None


@given(place=st.integers(0, 48), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_ .é"))
def test_a_changed_token_is_not_ours(place: int, letter: str) -> None:
    """Another letter anywhere: neither its age nor its device can be chosen."""
    assert len(TEXT) == 49
    changed = TEXT[:place] + letter + TEXT[place + 1 :]
    if changed != TEXT:
        assert find_device(KEYS, USER, [changed], NOW) is None


@given(texts=st.lists(st.text(max_size=100) | st.from_regex(r"[a-z2-7]{16}[0-9a-f]{11}[A-Za-z0-9_-]{22}"), max_size=9))
def test_any_other_text_is_ignored(texts: list[str]) -> None:
    """Of whatever shape, and nothing is raised; ours beside it counts."""
    assert find_device(KEYS, USER, texts, NOW) is None
    assert find_device(KEYS, USER, [*texts, TEXT], NOW) == DEVICE
    assert find_device(OTHER, USER, [TEXT], NOW) is None
