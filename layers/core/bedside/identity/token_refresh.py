"""A sign-in goes on, or ends: here, or everywhere at once."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.identity.audit import Entry
from bedside.identity.person import SYSTEM_ADMIN, Person
from bedside.identity.person_cache import PersonCache
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import EVERYWHERE, Principal, Scope
from bedside.identity.refresh_token import next_token, read_token
from bedside.identity.sign_in import TokenPair, TokenPairIssuer
from bedside.identity.token_family_repository import Refusal, TokenFamilyRepository
from bedside.kernel.errors import ForbiddenError, UnauthorizedError
from bedside.kernel.wire import ShortText, Wire


class RefreshRequest(Wire):
    refresh_token: str


class KillRequest(Wire):
    user_id: str | None = None


class ProfileRequest(Wire):
    display_name: ShortText | None = None


@dataclass(frozen=True, slots=True)
class TokenRefresh:
    """Renews and ends sign-ins; `on_reuse` hears whose refresh token was used although it was dead."""

    people: PersonRepository
    families: TokenFamilyRepository
    person_cache: PersonCache
    pairs: TokenPairIssuer
    pseudonym_key: bytes
    on_reuse: Callable[[str], None]

    def refresh(self, text: str, now_ms: int) -> TokenPair:
        """Return the next pair of tokens; the one that is given is dead from now on.

        Raises UnauthorizedError; a token that was dead already ends its sign-in for whoever holds it.
        """
        token = read_token(self.pseudonym_key, text)
        if token is None:
            raise UnauthorizedError("The refresh token is not valid.")
        following = next_token(self.pseudonym_key, token)
        person = self.families.rotate(token, following, now_ms)
        if person is Refusal.REUSED:
            self.on_reuse(token.user_id)
            self._end(token.user_id, token.family_id)
        if isinstance(person, Refusal):
            raise UnauthorizedError("This sign-in has ended.")
        return self.pairs.pair(person, following, now_ms)

    def self_of(self, who: Principal) -> Person:
        """Return the caller as the record has them now, read once; raises UnauthorizedError."""
        person = who.read or self.people.own(who.user_id)
        if person is None or who.family_id not in person.families:
            raise UnauthorizedError("This sign-in has ended.")
        return person

    def describe(self, who: Principal, request: ProfileRequest) -> Person:
        """Change what the caller said of themselves; raises UnauthorizedError."""
        if "display_name" not in request.model_fields_set:
            return self.self_of(who)
        person = self.people.describe_self(who, request.display_name)
        if person is None:
            raise UnauthorizedError("This sign-in has ended.")
        return person

    def log_out(self, who: Principal) -> None:
        """End the sign-in that is calling."""
        self._end(who.user_id, who.family_id)

    def kill(self, who: Principal, user_id: str | None, origin: str, now_ms: int) -> None:
        """End every sign-in of the caller, or of somebody whom they administer; raises ForbiddenError."""
        whom = who.user_id if user_id is None else user_id
        if whom == who.user_id:
            person = self.people.own(whom)
        else:
            scope = EVERYWHERE if who.is_system_admin else Scope(who.facility_id)
            person = self.people.find(scope, whom) if who.is_admin else None
            if person and SYSTEM_ADMIN in person.roles and not who.is_system_admin:
                person = None
        entry = person and Entry("kill-switch", who.user_id, whom, person.facility_id, origin)
        if not entry or not self.families.end_all(entry, now_ms):
            raise ForbiddenError("You may do this for yourself and for those whom you administer.")
        self.person_cache.forget(whom)

    def _end(self, user_id: str, family_id: str) -> None:
        self.families.end(user_id, family_id)
        self.person_cache.forget(user_id)
