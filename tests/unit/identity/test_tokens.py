"""Tokens say what we signed, for as long as we said, for the one purpose."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.identity.errors import UnauthorizedError
from bedside.identity.keyring import KeyRing
from bedside.identity.tokens import (
    AccessClaims,
    UploadCredential,
    issue_access_token,
    issue_upload_token,
    read_access_token,
    read_upload_token,
)

OLD, NEW = {"1": b"o" * 32}, {"2": b"n" * 32}
NOW = 1_795_228_312_345
CLAIMS = AccessClaims("u" * 24, "f" * 16)
CREDENTIAL = UploadCredential("k" * 24, NOW - 5, "FAC001", "ENC-1", NOW + 1000)


def ring(keys: dict[str, bytes]) -> KeyRing:
    """Keys that are the same whenever they are read."""
    return KeyRing(keys, lambda: keys)


def access(keys: dict[str, bytes], life_ms: int = 60_000) -> str:
    return issue_access_token(ring(keys), CLAIMS, NOW + life_ms)


def test_an_access_token_says_who_someone_is() -> None:
    """What was issued is what is read; it begins with the id of its key."""
    assert read_access_token(ring(OLD), access(OLD), NOW) == CLAIMS
    assert access(OLD).startswith("1.")


def test_an_upload_token_says_what_a_phone_or_a_user_may_do() -> None:
    """What was issued is what is read."""
    for credential in (CREDENTIAL, replace(CREDENTIAL, user_id="u1")):
        assert read_upload_token(ring(OLD), issue_upload_token(ring(OLD), credential), NOW) == credential


def test_keys_can_be_rotated() -> None:
    """Tokens of the older key hold while it is known; new ones are signed by the newest; a dropped key's are dead."""
    both = OLD | NEW
    assert read_access_token(ring(both), access(OLD), NOW)
    assert read_access_token(ring(NEW), access(both), NOW)
    with pytest.raises(UnauthorizedError):
        read_access_token(ring(OLD), access(both), NOW)
    with pytest.raises(UnauthorizedError):
        read_access_token(ring(NEW), access(OLD), NOW)


def test_a_token_is_of_the_key_that_it_names() -> None:
    """Another key's id before the same signature is refused, though both keys are known."""
    token = access(OLD)
    with pytest.raises(UnauthorizedError):
        read_access_token(ring(OLD | NEW), f"2.{token.partition('.')[2]}", NOW)


def test_one_kind_of_token_is_not_another() -> None:
    """A phone's credential does not sign anybody in, and a clinician's token uploads nothing."""
    with pytest.raises(UnauthorizedError):
        read_access_token(ring(OLD), issue_upload_token(ring(OLD), CREDENTIAL), NOW)
    with pytest.raises(UnauthorizedError):
        read_upload_token(ring(OLD), access(OLD), NOW)


def test_a_token_expires_to_the_millisecond() -> None:
    """It holds until the last millisecond of its life and not in the next."""
    token = access(OLD, 60_000)
    assert read_access_token(ring(OLD), token, NOW + 59_999)
    with pytest.raises(UnauthorizedError, match="expired"):
        read_access_token(ring(OLD), token, NOW + 60_000)
    with pytest.raises(UnauthorizedError):
        read_upload_token(ring(OLD), issue_upload_token(ring(OLD), CREDENTIAL), CREDENTIAL.expires_at)


@given(position=st.integers(0, 10_000), letter=st.sampled_from(string.ascii_letters + string.digits + "-_."))
def test_a_changed_token_is_refused(position: int, letter: str) -> None:
    """Another character anywhere makes it invalid."""
    token = access(OLD)
    place = position % len(token)
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token or (place == len(token) - 1 and letter != "."):
        return  # the last character of base64 holds bits that nobody reads
    with pytest.raises(UnauthorizedError):
        read_access_token(ring(OLD), changed, NOW)


@pytest.mark.parametrize(
    "text", ["", ".", "1", "1.", "1..", "\ud800", "a.\udfff", "1.\udfff", "\x00", "💉" * 100, "1." + "A" * 100_000]
)
def test_nonsense_is_no_token(text: str) -> None:
    """Whatever else a header holds is answered as unauthorized."""
    with pytest.raises(UnauthorizedError):
        read_access_token(ring(OLD), text, NOW)
    with pytest.raises(UnauthorizedError):
        read_upload_token(ring(OLD), text, NOW)


@given(text=st.text(st.characters(), max_size=80), kid=st.sampled_from(["", "1.", "2."]))
def test_any_text_is_no_token(text: str, kid: str) -> None:
    """No text that we did not sign is a token."""
    with pytest.raises(UnauthorizedError):
        read_access_token(ring(OLD), kid + text, NOW)
