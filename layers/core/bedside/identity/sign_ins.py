"""A person's own sign-ins: where they are signed in, and how to end one of them."""

from dataclasses import dataclass

from bedside.identity.errors import SignInNotFoundError, UnauthorizedError
from bedside.identity.person_cache import PersonCache
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from bedside.identity.representation import SignInEntryDocument, SignInListDocument
from bedside.identity.token_family_repository import TokenFamilyRepository
from bedside.kernel.instants import iso


@dataclass(frozen=True, slots=True)
class SignIns:
    """Lists and ends the caller's sign-ins, which their item holds."""

    people: PersonRepository
    families: TokenFamilyRepository
    person_cache: PersonCache

    def list_own(self, principal: Principal, now_ms: int) -> SignInListDocument:
        """Return the caller's sign-ins that have not ended, those used last first. Raises UnauthorizedError."""
        person = principal.read or self.people.find_unscoped(principal.user_id)
        if person is None or principal.family_id not in person.families:
            raise UnauthorizedError("This sign-in has ended.")
        alive = [(name, family) for name, family in person.families.items() if family.ends_at > now_ms]
        alive.sort(key=lambda found: (found[0] == principal.family_id, found[1].rotated_at), reverse=True)
        return {
            "signIns": [
                SignInEntryDocument(
                    signInId=name,
                    device=family.device or None,
                    startedAt=iso(family.started_at) if family.started_at else None,
                    lastUsedAt=iso(family.rotated_at),
                    endsAt=iso(family.ends_at),
                    current=name == principal.family_id,
                )
                for name, family in alive
            ]
        }

    def end(self, principal: Principal, sign_in_id: str) -> None:
        """End one of the caller's sign-ins within five seconds. Raises SignInNotFoundError."""
        person = self.people.find_unscoped(principal.user_id)
        if person is None or sign_in_id not in person.families:
            raise SignInNotFoundError("You are not signed in there any more.")
        self.families.end_on_purpose(person, sign_in_id)
        self.person_cache.discard(principal.user_id)
