"""People as callers see them, with the name of their facility."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside.identity.facility_cache import FacilityCache
from bedside.identity.representation import SignInDocument, TokenPairDocument, UserDocument, user_document

if TYPE_CHECKING:
    from bedside.identity.person import Person
    from bedside.identity.sign_in import NewSignIn
    from bedside.identity.token_pair import TokenPair


@dataclass(frozen=True, slots=True)
class UserView:
    """Describes people and sign-ins; the name of a facility is at most a minute old."""

    facilities: FacilityCache

    def user(self, person: "Person", now_ms: int) -> UserDocument:
        """Return a person as a document."""
        return user_document(person, self.facilities.name(person.facility_id, now_ms), now_ms)

    def sign_in(self, sign_in: "NewSignIn", now_ms: int) -> SignInDocument:
        """Return a new sign-in as a document."""
        return {**self.token_pair(sign_in.pair, now_ms), "deviceToken": sign_in.device_token}

    def token_pair(self, pair: "TokenPair", now_ms: int) -> TokenPairDocument:
        """Return a sign-in as a document."""
        return {
            "accessToken": pair.access_token,
            "refreshToken": pair.refresh_token,
            "expiresIn": pair.expires_in,
            "user": self.user(pair.person, now_ms),
        }
