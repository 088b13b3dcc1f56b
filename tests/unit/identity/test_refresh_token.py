"""Refresh tokens: only ours are read, each follows one other, none can be guessed from what is kept."""

import os

from hypothesis import given
from hypothesis import strategies as st

from bedside.identity.mac_keys import MacKeys
from bedside.identity.refresh_token import RefreshToken, first_token, next_token, read_token

KEYS, OTHER = MacKeys((b"identity key",)), MacKeys((b"another key",))
USER = "abcdefghijklmnopqrstuvwx"


def token(seed: int = 1) -> RefreshToken:
    return first_token(KEYS, USER, lambda count: bytes([seed]) * count)


def test_a_token_says_whose_it_is() -> None:
    """The user and the sign-in stand in it, so that one request finds it."""
    first = token()
    assert first.user_id == USER
    assert len(first.family_id) == 16
    assert read_token(KEYS, first.text) == first
    assert token(2).family_id != first.family_id


def test_every_successor_is_another_and_says_what_it_follows() -> None:
    """All of one family, all ours; of one token there are as many successors as are asked for."""
    chain = [token()]
    for _ in range(25):
        chain += [next_token(KEYS, chain[-1], os.urandom), next_token(KEYS, chain[-1], os.urandom)]
        assert {chain[-1].parent, chain[-2].parent} == {chain[-3].digest}
        assert read_token(KEYS, chain[-1].text) == chain[-1]
    assert len({each.text for each in chain}) == len({each.digest for each in chain}) == 51
    assert {(each.user_id, each.family_id) for each in chain} == {(USER, token().family_id)}
    assert token().parent == ""


def test_without_the_key_the_next_cannot_be_made() -> None:
    """Another key makes another token, which is not ours."""
    stranger = next_token(OTHER, token(), os.urandom)
    assert read_token(KEYS, stranger.text) is None
    assert read_token(OTHER, token().text) is None


def test_what_is_kept_is_no_token() -> None:
    """The hash is no part of the token, nor the token of it."""
    first = token()
    assert first.digest not in first.text
    assert read_token(KEYS, first.digest) is None


@given(
    following=st.booleans(),
    place=st.integers(0, 107),
    letter=st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_ .é"),
)
def test_a_changed_token_is_not_ours(following: bool, place: int, letter: str) -> None:  # noqa: FBT001  # hypothesis
    """Another letter anywhere: nobody can pass an invention for a stolen token."""
    text = (next_token(KEYS, token(), lambda count: b"n" * count) if following else token()).text
    assert len(text) == (108 if following else 84)
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    if changed != text:
        assert read_token(KEYS, changed) is None


@given(
    text=st.text(st.characters(), max_size=120)
    | st.from_regex(r"[a-z2-7]{40}[A-Za-z0-9_-]{44}([A-Za-z0-9_-]{24})?", fullmatch=True)
)
def test_any_other_text_is_not_ours(text: str) -> None:
    """Of whatever shape, and nothing is raised."""
    assert read_token(KEYS, text) is None


def test_nothing_stands_around_a_token() -> None:
    """No space, line or copy of it passes for it."""
    for text in (token().text, next_token(KEYS, token(), os.urandom).text):
        for other in (f" {text}", f"{text}\n", text * 2, text[:-1], text[1:], text[:62] + text[86:], text + text[-24:]):
            assert read_token(KEYS, other) is None
