"""Invitations: a text message that tells somebody that they were added, and where to sign in."""

from dataclasses import dataclass
from typing import Final

from bedside.identity.audit import Entry
from bedside.identity.errors import DeactivatedError, UserInUseError, UserNotFoundError
from bedside.identity.facility_cache import FacilityCache
from bedside.identity.person import Person
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Admin
from bedside.kernel.errors import Limit, LimitReachedError, UnavailableError
from bedside.ports.sms import SmsSender

_AGAIN: Final = Limit("invitation", 1, 600)
# Of a facility's name, so that the message stays one of two parts.
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Invitations:
    """Invites people who never signed in, each at most once in ten minutes."""

    people: PersonRepository
    facilities: FacilityCache
    sms: SmsSender

    def send(self, admin: Admin, user_id: str, origin: str, now_ms: int) -> Person:
        """Send an invitation to the pages of `origin`, and add an audit entry.

        The entry is written first: a message that is lost then costs ten minutes, and none is sent twice. Raises
        UserNotFoundError, UserInUseError, DeactivatedError, LimitReachedError, UnavailableError.
        """
        person = self.people.find(admin.scope, user_id)
        if person is None:
            raise UserNotFoundError("There is no such user.")
        if person.ever_signed_in:
            raise UserInUseError("This user has signed in already.")
        if not person.active:
            raise DeactivatedError("This user is deactivated.")
        allowed_at = (person.invited_at or 0) + _AGAIN.window_s * 1000
        if now_ms < allowed_at:
            raise LimitReachedError("They have just been invited.", _AGAIN, -((now_ms - allowed_at) // 1000))
        before = {"before": person.invited_at} if person.invited_at else {}
        entry = Entry("invite", admin.user_id, user_id, person.facility_id, admin.origin)
        condition = "#invitedAt = :before" if before else "attribute_not_exists(#invitedAt)"
        values = {"invited": now_ms, **before}
        if not self.people.change(person, "SET #invitedAt = :invited", values, entry, now_ms, condition):
            raise UnavailableError("The user is being changed by others.")
        self.sms.send(person.phone, _message(self.facilities.name(person.facility_id, now_ms), origin))
        return self.people.find(admin.scope, user_id) or person


def _message(facility: str | None, origin: str) -> str:
    by = f"{facility[:_LONGEST_NAME]} has added you to Bedside." if facility else "You have been added to Bedside."
    return f"{by} Sign in with this number: {origin}/sign-in"
