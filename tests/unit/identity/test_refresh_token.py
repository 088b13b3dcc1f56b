"""Refresh tokens: only ours are read, each is followed by one other, none can be guessed from what is kept."""

from hypothesis import given
from hypothesis import strategies as st

from bedside.identity.refresh_token import RefreshToken, first_token, next_token, read_token

KEY, OTHER = b"pseudonym key", b"another key"
USER = "abcdefghijklmnopqrstuvwx"


def token(seed: int = 1) -> RefreshToken:
    return first_token(KEY, USER, lambda count: bytes([seed]) * count)


def test_a_token_says_whose_it_is() -> None:
    """The user and the sign-in stand in it, so that one request finds it."""
    first = token()
    assert first.user_id == USER
    assert len(first.family_id) == 16
    assert read_token(KEY, first.text) == first
    assert token(2).family_id != first.family_id


def test_a_chain_never_repeats_and_stays_in_its_family() -> None:
    """Every token is followed by the same one each time, all different, all ours."""
    chain = [token()]
    for _ in range(50):
        chain.append(next_token(KEY, chain[-1]))
        assert next_token(KEY, chain[-2]) == chain[-1]
        assert read_token(KEY, chain[-1].text) == chain[-1]
    assert len({each.text for each in chain}) == len({each.digest for each in chain}) == 51
    assert {(each.user_id, each.family_id) for each in chain} == {(USER, token().family_id)}


def test_without_the_key_the_next_cannot_be_made() -> None:
    """Another key makes another token, which is not ours."""
    stranger = next_token(OTHER, token())
    assert stranger != next_token(KEY, token())
    assert read_token(KEY, stranger.text) is None
    assert read_token(OTHER, token().text) is None


def test_what_is_kept_is_no_token() -> None:
    """The hash is no part of the token, nor the token of it."""
    first = token()
    assert first.digest not in first.text
    assert read_token(KEY, first.digest) is None


@given(place=st.integers(0, 83), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_ .é"))
def test_a_changed_token_is_not_ours(place: int, letter: str) -> None:
    """Another letter anywhere: nobody can pass an invention for a stolen token."""
    text = token().text
    assert len(text) == 84
    changed = text[:place] + letter + text[place + 1 :]
    if changed != text:
        assert read_token(KEY, changed) is None


@given(text=st.text(st.characters(), max_size=120) | st.from_regex(r"[a-z2-7]{40}[A-Za-z0-9_-]{44}", fullmatch=True))
def test_any_other_text_is_not_ours(text: str) -> None:
    """Of whatever shape, and nothing is raised."""
    assert read_token(KEY, text) is None


def test_nothing_stands_around_a_token() -> None:
    """No space, line or copy of it passes for it."""
    text = token().text
    for other in (f" {text}", f"{text}\n", text * 2, text[:-1], text[1:]):
        assert read_token(KEY, other) is None
