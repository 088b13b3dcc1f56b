"""People as callers see them, with the name and the time zone of their facility."""

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
    """Describes people and sign-ins; what is known of a facility is at most a minute old."""

    facilities: FacilityCache

    def user(self, person: "Person", now_ms: int) -> UserDocument:
        """Return a person as a document."""
        facility = self.facilities.find(person.facility_id, now_ms)
        if facility is None:
            return user_document(person, None, now_ms)
        return user_document(person, facility.settings.name, now_ms, facility.settings.time_zone)

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
