"""The user directory of a facility, for administrators; slightly stale, because it is cached."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import StringConstraints

from bedside.identity.person import Person, user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.identity.principal import Admin, Scope
from bedside.identity.representation import UserDocument, UserListDocument
from bedside.identity.user_view import UserView
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError
from bedside.kernel.wire import Identifier, ShortText, Wire
from bedside.kernel.words import split
from bedside.platform.transient.cache import Cache

# An upper bound for the lag of the index by facility, which is usually far shorter.
_INDEX_LAG_MS: Final = 5000
# A search reads up to this many people at once, this often, unless it has found enough before.
_SEARCHED_AT_ONCE: Final = 500
_SEARCHED: Final = 4
_ENOUGH: Final = 50


class PageRequest(Wire):
    """A phone number to look up, as dialled within the facility's country; or a facility and a cursor.

    Of the facility's users, `q` finds those whose name has words that begin like its words.
    """

    phone: str | None = None
    q: ShortText | None = None
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
    default_country: str
    view: UserView

    def list_users(self, admin: Admin, request: PageRequest, now_ms: int) -> UserListDocument:
        """Return the user with a phone number, or a page of a facility's users.

        Raises ForbiddenError for another facility, InvalidRequestError.
        """
        wanted = request.facility_id or admin.facility_id
        if request.phone:
            country = self.view.facilities.country(wanted, now_ms) or self.default_country
            phone = parse_phone(request.phone, self.countries, country)
            found = self._found(admin.scope, user_id_of(self.pseudonym_key, phone), now_ms)
            return {"users": [found] if found else [], "cursor": None, "phone": phone}
        if wanted is None:
            raise InvalidRequestError([FieldFault("facilityId", "Say which facility's users you want.")])
        if not admin.scope.covers(wanted):
            raise ForbiddenError("The facility is not yours.")
        words = split(request.q or "")
        if words:
            return self._search(wanted, words, request.cursor, now_ms)
        if request.cursor:
            return self._read(wanted, request.cursor, now_ms)
        return self.cache.get(
            f"users\n{wanted}",
            [_of_facility(wanted)],
            lambda: self._read(wanted, None, now_ms),
            now_ms,
            index_lag_ms=_INDEX_LAG_MS,
        )

    def invalidate(self, user_id: str, facility_id: str | None, now_ms: int) -> None:
        """Invalidate cached lists that contain this user."""
        tags = [_of_user(user_id)]
        self.cache.invalidate([*tags, _of_facility(facility_id)] if facility_id else tags, now_ms)

    def invalidate_facility(self, facility_id: str, now_ms: int) -> None:
        """Invalidate the cached list of a facility, which has its name."""
        self.cache.invalidate([_of_facility(facility_id)], now_ms)

    def _found(self, scope: Scope, user_id: str, now_ms: int) -> UserDocument | None:
        def read() -> UserDocument | None:
            person = self.people.find(scope, user_id)
            return self.view.user(person, now_ms) if person else None

        # Cached separately for each facility, and for system administrators.
        name = f"user\n{'' if scope.everywhere else scope.facility_id}\n{user_id}"
        user = self.cache.get(name, [_of_user(user_id)], read, now_ms)
        return user if user and scope.covers(user["facilityId"]) else None

    def _search(self, facility_id: str, words: list[str], after: str | None, now_ms: int) -> UserListDocument:
        """Return a page of those whose name has words that begin like these.

        A page may be short, and even empty, although there are more: a large facility is read in several pages.
        """
        found: list[Person] = []
        for _ in range(_SEARCHED):
            people, after = self.people.list_by_facility(facility_id, after, limit=_SEARCHED_AT_ONCE)
            found += [person for person in people if _has(person.display_name or "", words)]
            if after is None or len(found) >= _ENOUGH:
                break
        return {"users": [self.view.user(person, now_ms) for person in found], "cursor": after}

    def _read(self, facility_id: str, after: str | None, now_ms: int) -> UserListDocument:
        people, cursor = self.people.list_by_facility(facility_id, after)
        return {"users": [self.view.user(person, now_ms) for person in people], "cursor": cursor}


def _has(name: str, words: list[str]) -> bool:
    """Return whether each of these words begins a word of the name."""
    named = split(name)
    return all(any(part.startswith(word) for part in named) for word in words)


def _of_user(user_id: str) -> str:
    return f"user\n{user_id}"


def _of_facility(facility_id: str) -> str:
    return f"facility\n{facility_id}"
