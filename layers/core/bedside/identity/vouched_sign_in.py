"""Signing in without a code, because somebody whom the person's facility trusts has said who they are."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bedside.identity.device_name import device_name
from bedside.identity.errors import DeactivatedError
from bedside.identity.mac_keys import MacKeys
from bedside.identity.person import Family, Person
from bedside.identity.refresh_token import first_token
from bedside.identity.token_family_repository import TokenFamilyRepository
from bedside.identity.token_pair import TokenPair, TokenPairIssuer


@dataclass(frozen=True, slots=True)
class VouchedSignIn:
    """Begins sign-ins of clinicians; the browser is not trusted for the next code."""

    families: TokenFamilyRepository
    pairs: TokenPairIssuer
    mac_keys: MacKeys
    life_ms: int
    randomness: Callable[[int], bytes]
    on_signed_in: Callable[[str | None, int], None]

    def sign_in(self, person: Person, now_ms: int, user_agent: str = "") -> TokenPair:
        """Return the tokens of a new sign-in. Raises DeactivatedError, UnavailableError."""
        refresh = first_token(self.mac_keys, person.user_id, self.randomness)
        family = Family(refresh.digest, now_ms, now_ms + self.life_ms, now_ms, device_name(user_agent))
        if not self.families.begin(person, refresh.family_id, family, now_ms):
            raise DeactivatedError("Your account is deactivated. An administrator of your facility can reactivate it.")
        self.on_signed_in(person.facility_id, now_ms)
        return self.pairs.issue(replace(person, last_sign_in_at=now_ms), refresh, now_ms)
