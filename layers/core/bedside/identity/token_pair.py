"""Pairs of tokens: an access token and the refresh token that renews it."""

from dataclasses import dataclass

from bedside.identity.keyring import KeyRing
from bedside.identity.person import Person
from bedside.identity.refresh_token import RefreshToken
from bedside.identity.tokens import AccessClaims, issue_access_token


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a browser keeps of a sign-in; the access token lives `expires_in` seconds."""

    person: Person
    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class TokenPairIssuer:
    """Makes pairs of tokens; `access_life_ms` is how long the first of a pair lives."""

    keys: KeyRing
    access_life_ms: int

    def pair(self, person: Person, refresh: RefreshToken, now_ms: int) -> TokenPair:
        """Return a new access token, beside the refresh token that is given."""
        claims = AccessClaims(person.user_id, refresh.family_id)
        token = issue_access_token(self.keys, claims, now_ms + self.access_life_ms)
        return TokenPair(person, token, refresh.text, self.access_life_ms // 1000)
