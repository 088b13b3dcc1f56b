"""Pairs of tokens: an access token and the refresh token that renews it."""

from dataclasses import dataclass

from bedside.identity.keyring import KeyRing
from bedside.identity.person import Person
from bedside.identity.refresh_token import RefreshToken
from bedside.identity.tokens import AccessClaims, issue_access_token


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The tokens of a sign-in; the access token expires in `expires_in` seconds."""

    person: Person
    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class TokenPairIssuer:
    """Issues pairs of tokens; `access_life_ms` is the lifetime of access tokens."""

    keys: KeyRing
    access_life_ms: int

    def issue(self, person: Person, refresh: RefreshToken, now_ms: int) -> TokenPair:
        """Return a new access token together with the given refresh token."""
        claims = AccessClaims(person.user_id, refresh.family_id)
        token = issue_access_token(self.keys, claims, now_ms + self.access_life_ms)
        return TokenPair(person, token, refresh.text, self.access_life_ms // 1000)
