"""A signed-in person reads and changes their own entry."""

from dataclasses import dataclass

from bedside.identity.person import Person
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from bedside.kernel.errors import UnauthorizedError
from bedside.kernel.wire import ShortText, Wire


class ProfileRequest(Wire):
    display_name: ShortText | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """People's own entries."""

    people: PersonRepository

    def get(self, who: Principal) -> Person:
        """Return the caller as the record has them now, read once per call; raises UnauthorizedError."""
        person = who.read or self.people.own(who.user_id)
        if person is None or who.family_id not in person.families:
            raise UnauthorizedError("This sign-in has ended.")
        return person

    def update(self, who: Principal, request: ProfileRequest) -> Person:
        """Change the fields that the request names; raises UnauthorizedError."""
        if "display_name" not in request.model_fields_set:
            return self.get(who)
        person = self.people.describe_self(who, request.display_name)
        if person is None:
            raise UnauthorizedError("This sign-in has ended.")
        return person
