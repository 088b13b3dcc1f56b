"""The user directory of a facility, for administrators; slightly stale, because it is cached."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import StringConstraints

from bedside.identity.person import user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.identity.principal import Admin, Scope
from bedside.identity.representation import UserDocument, UserListDocument, user_document
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError
from bedside.kernel.wire import Identifier, Wire
from bedside.platform.transient.cache import Cache

# An upper bound for the lag of the index by facility, which is usually far shorter.
_INDEX_LAG_MS: Final = 5000


class PageRequest(Wire):
    """Either a phone number to look up, or a facility and a cursor."""

    phone: str | None = None
    facility_id: Identifier | None = None
    cursor: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{24}$")] | None = None


@dataclass(frozen=True, slots=True)
class UserDirectory:
    """Lists users, cached for display only.

    Authorisation happens before the cache is read, and changes always read the person from DynamoDB.
    """

    people: PersonRepository
    cache: Cache
    pseudonym_key: bytes
    countries: Collection[str]

    def list_users(self, admin: Admin, request: PageRequest, now_ms: int) -> UserListDocument:
        """Return the user with a phone number, or a page of a facility's users.

        Raises ForbiddenError for another facility, InvalidRequestError.
        """
        if request.phone:
            user_id = user_id_of(self.pseudonym_key, parse_phone(request.phone, self.countries))
            found = self._found(admin.scope, user_id, now_ms)
            return {"users": [found] if found else [], "cursor": None}
        wanted = request.facility_id or admin.facility_id
        if wanted is None:
            raise InvalidRequestError([FieldFault("facilityId", "Say which facility's users you want.")])
        if not admin.scope.covers(wanted):
            raise ForbiddenError("The facility is not yours.")
        if request.cursor:
            return self._read(wanted, request.cursor)
        return self.cache.get(
            f"users\n{wanted}",
            [_of_facility(wanted)],
            lambda: self._read(wanted, None),
            now_ms,
            index_lag_ms=_INDEX_LAG_MS,
        )

    def invalidate(self, user_id: str, facility_id: str | None, now_ms: int) -> None:
        """Invalidate cached lists that contain this user."""
        tags = [_of_user(user_id)]
        self.cache.invalidate([*tags, _of_facility(facility_id)] if facility_id else tags, now_ms)

    def _found(self, scope: Scope, user_id: str, now_ms: int) -> UserDocument | None:
        def read() -> UserDocument | None:
            person = self.people.find(scope, user_id)
            return user_document(person) if person else None

        # Cached separately for each facility, and for system administrators.
        name = f"user\n{'' if scope.everywhere else scope.facility_id}\n{user_id}"
        user = self.cache.get(name, [_of_user(user_id)], read, now_ms)
        return user if user and scope.covers(user["facilityId"]) else None

    def _read(self, facility_id: str, after: str | None) -> UserListDocument:
        people, cursor = self.people.list_by_facility(facility_id, after)
        return {"users": [user_document(person) for person in people], "cursor": cursor}


def _of_user(user_id: str) -> str:
    return f"user\n{user_id}"


def _of_facility(facility_id: str) -> str:
    return f"facility\n{facility_id}"
