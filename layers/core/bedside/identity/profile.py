"""The caller's own profile."""

from dataclasses import dataclass

from bedside.identity.errors import UnauthorizedError
from bedside.identity.person import Person
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from bedside.kernel.wire import ShortText, Wire


class ProfileRequest(Wire):
    display_name: ShortText | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Reads and updates the caller's profile."""

    people: PersonRepository

    def get(self, principal: Principal) -> Person:
        """Return the caller as currently stored. Raises UnauthorizedError."""
        person = principal.read or self.people.find_unscoped(principal.user_id)
        if person is None or principal.family_id not in person.families:
            raise UnauthorizedError("This sign-in has ended.")
        return person

    def update(self, principal: Principal, request: ProfileRequest) -> Person:
        """Update the fields present in the request. Raises UnauthorizedError."""
        if "display_name" not in request.model_fields_set:
            return self.get(principal)
        person = self.people.update_display_name(principal, request.display_name)
        if person is None:
            raise UnauthorizedError("This sign-in has ended.")
        return person
