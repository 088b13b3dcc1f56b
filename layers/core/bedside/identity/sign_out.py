"""Signing out: of the current sign-in, or of all of a person's sign-ins."""

from dataclasses import dataclass
from typing import Literal

from bedside.identity.audit import Entry
from bedside.identity.person import SYSTEM_ADMIN
from bedside.identity.person_cache import PersonCache
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import EVERYWHERE, Principal, Scope
from bedside.identity.token_family_repository import TokenFamilyRepository
from bedside.kernel.errors import ForbiddenError
from bedside.kernel.wire import Wire


class LogOutRequest(Wire):
    """`idle`: nobody asked for it, but nobody has used the page for long. Its browser still gets messages."""

    reason: Literal["self", "idle"] = "self"


class KillRequest(Wire):
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignOut:
    """Ends sign-ins; their tokens stop working within five seconds."""

    people: PersonRepository
    families: TokenFamilyRepository
    person_cache: PersonCache

    def log_out(self, principal: Principal, *, idle: bool) -> None:
        """End the caller's current sign-in; on purpose, unless it was `idle`."""
        person = None if idle else principal.read or self.people.find_unscoped(principal.user_id)
        if person:
            self.families.end_on_purpose(person, principal.family_id)
        else:
            self.families.end(principal.user_id, principal.family_id)
        self.person_cache.discard(principal.user_id)

    def kill(self, principal: Principal, user_id: str | None, origin: str, now_ms: int) -> None:
        """End all sign-ins of the caller, or of a person whom they administer. Raises ForbiddenError."""
        target_id = principal.user_id if user_id is None else user_id
        if target_id == principal.user_id:
            person = self.people.find_unscoped(target_id)
        else:
            scope = EVERYWHERE if principal.is_system_admin else Scope(principal.facility_id)
            person = self.people.find(scope, target_id) if principal.is_admin else None
            if person and SYSTEM_ADMIN in person.roles and not principal.is_system_admin:
                person = None
        entry = person and Entry("kill-switch", principal.user_id, target_id, person.facility_id, origin)
        if not entry or not self.families.end_all(entry, now_ms):
            raise ForbiddenError("You may do this for yourself and for those whom you administer.")
        self.person_cache.discard(target_id)
