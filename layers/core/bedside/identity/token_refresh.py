"""Renewing a sign-in: exchanging a refresh token for the next pair of tokens."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.identity.errors import UnauthorizedError
from bedside.identity.mac_keys import MacKeys
from bedside.identity.person_cache import PersonCache
from bedside.identity.refresh_token import next_token, read_token
from bedside.identity.token_family_repository import Refusal, TokenFamilyRepository
from bedside.identity.token_pair import TokenPair, TokenPairIssuer
from bedside.kernel.wire import Wire


class RefreshRequest(Wire):
    refresh_token: str


@dataclass(frozen=True, slots=True)
class TokenRefresh:
    """Renews sign-ins; `on_reuse` receives the user id behind a superseded refresh token that was used again."""

    families: TokenFamilyRepository
    person_cache: PersonCache
    pairs: TokenPairIssuer
    mac_keys: MacKeys
    randomness: Callable[[int], bytes]
    on_reuse: Callable[[str], None]

    def refresh(self, text: str, now_ms: int) -> TokenPair:
        """Return the next pair of tokens; the given refresh token is valid until the one returned is used.

        Using a superseded token ends its whole sign-in, because somebody must have copied it. Raises UnauthorizedError.
        """
        token = read_token(self.mac_keys, text)
        if token is None:
            raise UnauthorizedError("The refresh token is not valid.")
        person = self.families.use(token, now_ms)
        if person is Refusal.REUSED:
            self.on_reuse(token.user_id)
            self.families.end(token.user_id, token.family_id)
            self.person_cache.discard(token.user_id)
        if isinstance(person, Refusal):
            raise UnauthorizedError("This sign-in has ended.")
        return self.pairs.issue(person, next_token(self.mac_keys, token, self.randomness), now_ms)
