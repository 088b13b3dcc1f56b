"""Ends sign-ins: the one that calls, or every one of a person at once."""

from dataclasses import dataclass

from bedside.identity.audit import Entry
from bedside.identity.person import SYSTEM_ADMIN
from bedside.identity.person_cache import PersonCache
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import EVERYWHERE, Principal, Scope
from bedside.identity.token_family_repository import TokenFamilyRepository
from bedside.kernel.errors import ForbiddenError
from bedside.kernel.wire import Wire


class KillRequest(Wire):
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignOut:
    """Ends sign-ins; every token of an ended one stops working within five seconds."""

    people: PersonRepository
    families: TokenFamilyRepository
    person_cache: PersonCache

    def log_out(self, who: Principal) -> None:
        """End the sign-in that is calling."""
        self.families.end(who.user_id, who.family_id)
        self.person_cache.forget(who.user_id)

    def kill(self, who: Principal, user_id: str | None, origin: str, now_ms: int) -> None:
        """End every sign-in of the caller, or of a person whom they administer; raises ForbiddenError."""
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
