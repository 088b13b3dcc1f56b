"""Tokens say what we signed, for as long as we said, for the one purpose."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import UnauthorizedError
from bedside.identity.tokens import (
    Principal,
    UploadCredential,
    issue_access_token,
    issue_upload_token,
    read_access_token,
    read_upload_token,
)

OLD, NEW = {"1": b"o" * 32}, {"2": b"n" * 32}
NOW = 1_795_228_312_345
CREDENTIAL = UploadCredential("k" * 24, NOW - 5, "FAC001", "ENC-1", NOW + 1000)


def access(keys: dict[str, bytes], ttl_seconds: int = 60) -> str:
    return issue_access_token(
        keys, user_id="u-1", facility_id="FAC001", roles=["clinician"], now_ms=NOW, ttl_seconds=ttl_seconds
    )


def test_an_access_token_says_who_someone_is() -> None:
    """What was issued is what is read."""
    assert read_access_token(OLD, access(OLD), NOW) == Principal("u-1", "FAC001", ("clinician",))


def test_an_upload_token_says_what_a_phone_may_do() -> None:
    """What was issued is what is read."""
    assert read_upload_token(OLD, issue_upload_token(OLD, CREDENTIAL), NOW) == CREDENTIAL


def test_keys_can_be_rotated() -> None:
    """Tokens of the older key hold while it is known; new ones are signed by the newest; a dropped key's are dead."""
    both = OLD | NEW
    assert read_access_token(both, access(OLD), NOW)
    assert read_access_token(NEW, access(both), NOW)
    with pytest.raises(UnauthorizedError):
        read_access_token(OLD, access(both), NOW)
    with pytest.raises(UnauthorizedError):
        read_access_token(NEW, access(OLD), NOW)


def test_one_kind_of_token_is_not_another() -> None:
    """A phone's credential does not sign anybody in, and a clinician's token uploads nothing."""
    with pytest.raises(UnauthorizedError):
        read_access_token(OLD, issue_upload_token(OLD, CREDENTIAL), NOW)
    with pytest.raises(UnauthorizedError):
        read_upload_token(OLD, access(OLD), NOW)


def test_a_token_expires_to_the_millisecond() -> None:
    """It holds until the last millisecond of its life and not in the next."""
    token = access(OLD, 60)
    assert read_access_token(OLD, token, NOW + 59_999)
    with pytest.raises(UnauthorizedError, match="expired"):
        read_access_token(OLD, token, NOW + 60_000)
    with pytest.raises(UnauthorizedError):
        read_upload_token(OLD, issue_upload_token(OLD, CREDENTIAL), CREDENTIAL.expires_at)


@given(position=st.integers(0, 10_000), letter=st.sampled_from(string.ascii_letters + string.digits + "-_."))
def test_a_changed_token_is_refused(position: int, letter: str) -> None:
    """Another character anywhere makes it invalid."""
    token = access(OLD)
    place = position % len(token)
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token or (place == len(token) - 1 and letter != "."):
        return  # the last character of base64 holds bits that nobody reads
    with pytest.raises(UnauthorizedError):
        read_access_token(OLD, changed, NOW)


@pytest.mark.parametrize("text", ["", ".", "\ud800", "a.\udfff", "\x00", "💉" * 100, "eyJ9." + "A" * 100_000])
def test_nonsense_is_no_token(text: str) -> None:
    """Whatever else a header holds is answered as unauthorized."""
    with pytest.raises(UnauthorizedError):
        read_access_token(OLD, text, NOW)
    with pytest.raises(UnauthorizedError):
        read_upload_token(OLD, text, NOW)


@given(text=st.text(st.characters(), max_size=80))
def test_any_text_is_no_token(text: str) -> None:
    """No text that we did not sign is a token."""
    with pytest.raises(UnauthorizedError):
        read_access_token(OLD, text, NOW)
