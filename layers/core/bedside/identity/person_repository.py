"""People in DynamoDB, accessed within the scope of a facility."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, get_together, transact
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.otp_budget import STRANGER_S
from bedside.identity.person import PATIENT, Person, person_from_record
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import UnavailableError

PAGE: Final = 50
# As many items as one request reads.
_AT_ONCE: Final = 100
_INDEX: Final = "people-of-facility"
_USER_ID: Final = re.compile(r"[a-z2-7]{24}")


def is_user_id(text: str) -> bool:
    """Return whether `text` has the form of a user id; the table also contains items with other keys."""
    return _USER_ID.fullmatch(text) is not None


class PersonRepository:
    """Registered people. Access to other people requires a facility or a scope.

    `on_change` receives the user id and the facility of each person whose entry in lists has changed.
    """

    def __init__(
        self,
        table: Table,
        trail: AuditTrail,
        on_change: Callable[[str, str | None], None] = lambda _user_id, _facility_id: None,
    ) -> None:
        self._table = table
        self._trail = trail
        self._on_change = on_change

    def find_unscoped(self, user_id: str) -> Person | None:
        """Return the person with this id from any facility, or None; only for use on behalf of that person."""
        item = self._table.get(user_id) if is_user_id(user_id) else None
        return person_from_record(item) if item else None

    def find(self, scope: Scope, user_id: str) -> Person | None:
        """Return a registered person within `scope`, or None."""
        person = self.find_unscoped(user_id)
        return person if person and person.registered and scope.covers(person.facility_id) else None

    def find_all(self, scope: Scope, user_ids: Collection[str]) -> dict[str, Person]:
        """Return those of the registered people within `scope` who exist, by id."""
        wanted = [each for user_id in user_ids for each in self.wanted(user_id)]
        found = [get_together(some) for some in batched(wanted, _AT_ONCE, strict=False)]
        people = (self.found(scope, user_id, items) for user_id in user_ids for items in found)
        return {person.user_id: person for person in people if person}

    def wanted(self, user_id: str) -> list[tuple[Table, str]]:
        """Return the keys of the items that `found` needs, to be read together with others."""
        return [(self._table, user_id)] if is_user_id(user_id) else []

    def found(self, scope: Scope, user_id: str, items: Mapping[str, Item]) -> Person | None:
        """Return a registered person within `scope` from items by their keys, or None."""
        person = person_from_record(items[user_id]) if user_id in items else None
        return person if person and person.registered and scope.covers(person.facility_id) else None

    def list_by_facility(
        self, facility_id: str, after: str | None, limit: int = PAGE
    ) -> tuple[list[Person], str | None]:
        """Return up to `limit` people of a facility by id, after id `after`, and the `after` of the next page."""
        place = {"facilityId": facility_id, "pk": after} if after else None
        items, more = self._table.page(_INDEX, "facilityId", facility_id, limit=limit, after=place)
        return [person_from_record(item) for item in items], str(more["pk"]) if more else None

    def register(self, person: Person, entry: Entry, now_ms: int) -> Person | None:
        """Register a person, whose number stays locked if it is; None if they are already registered."""
        return self._place(person, (), "attribute_not_exists(#roles)", {}, entry, now_ms)

    def take_over(self, person: Person, entry: Entry, now_ms: int) -> Person | None:
        """Move a self-registered patient, who belongs to no facility, into one; None for anybody else.

        Their display name, registration date and sign-ins are not carried over, except that they signed in, as whoever
        registered themselves did. `person` may have another name.
        """
        condition = "#roles = :alone AND attribute_not_exists(#facilityId)"
        values = {"alone": [PATIENT], "yes": True}
        return self._place(person, ("#signedInBefore = :yes",), condition, values, entry, now_ms)

    def _place(
        self, person: Person, more: Sequence[str], condition: str, values: Mapping[str, Any], entry: Entry, now_ms: int
    ) -> Person | None:
        sets = [
            *more,
            "#phone = :phone",
            "#roles = :roles",
            "#verification = :verification",
            "#createdAt = :now",
            "#families = :none",
            "#sends = if_not_exists(#sends, :empty)",
            "#failures = if_not_exists(#failures, :zero)",
            "#devicesAfter = :now",
        ]
        values = {
            **values,
            "phone": person.phone,
            "roles": list(person.roles),
            "verification": person.verification,
            "now": now_ms,
            "none": {},
            "empty": [],
            "zero": 0,
        }
        if person.facility_id:
            sets.append("#facilityId = :facility")
            values["facility"] = person.facility_id
        removed = ["#ttl", "#lastSignInAt", "#codes", "#codesEndAt", "#devices"]
        if person.display_name:
            sets.append("#displayName = :name")
            values["name"] = person.display_name
        else:
            removed.append("#displayName")
        change = self._table.update_change(
            person.user_id,
            f"SET {', '.join(sets)} REMOVE {', '.join(removed)}",
            condition=condition,
            values=values,
        )
        try:
            with self._notifying(person.user_id, person.facility_id):
                transact(change, self._trail.add_change(entry, now_ms))
        except ConditionFailedError:
            return None
        return self.find_unscoped(person.user_id)

    def change(
        self,
        person: Person,
        expression: str,
        values: Mapping[str, Any],
        entry: Entry,
        now_ms: int,
        more: str = "",
    ) -> bool:
        """Change a person and add an audit entry; False if the person was changed since they were read.

        `more` is a condition beside that on roles, verification and facility.
        """
        condition, before = _unchanged(person)
        condition = f"{condition} AND {more}" if more else condition
        change = self._table.update_change(person.user_id, expression, condition=condition, values={**before, **values})
        return self._made(person, change, entry, now_ms)

    def release(self, person: Person, entry: Entry, now_ms: int) -> bool:
        """Remove a person who never signed in; False if they were changed, or signed in, since they were read.

        Their number is then like one that was sent a code: what limits need is kept for a while.
        """
        condition, before = _unchanged(person)
        change = self._table.update_change(
            person.user_id,
            "SET #ttl = :ttl, #families = :none REMOVE #roles, #facilityId, #verification, #createdAt, #displayName, "
            "#codes, #codesEndAt",
            condition=f"{condition} AND attribute_not_exists(#lastSignInAt) AND attribute_not_exists(#signedInBefore) "
            "AND #families = :none",
            values={**before, "ttl": now_ms // 1000 + STRANGER_S, "none": {}},
        )
        return self._made(person, change, entry, now_ms)

    def _made(self, person: Person, change: Change, entry: Entry, now_ms: int) -> bool:
        try:
            with self._notifying(person.user_id, person.facility_id):
                transact(change, self._trail.add_change(entry, now_ms))
        except ConditionFailedError:
            return False
        return True

    def update_display_name(self, principal: Principal, display_name: str | None) -> Person | None:
        """Set or remove the caller's display name; None if they are no longer signed in."""
        try:
            with self._notifying(principal.user_id, principal.facility_id):
                item = self._table.update(
                    principal.user_id,
                    "SET #displayName = :name" if display_name else "REMOVE #displayName",
                    condition="attribute_exists(#families.#family)",
                    values={"name": display_name} if display_name else {},
                    names={"family": principal.family_id},
                )
        except ConditionFailedError:
            return None
        return person_from_record(item)

    @contextmanager
    def _notifying(self, user_id: str, facility_id: str | None) -> Iterator[None]:
        """Report a change that was made, or may have been made if the response was lost."""
        try:
            yield
        except UnavailableError:
            self._on_change(user_id, facility_id)
            raise
        self._on_change(user_id, facility_id)


def _unchanged(person: Person) -> tuple[str, dict[str, Any]]:
    """Return the condition that a person's roles, verification and facility are as read, and its values."""
    conditions = ["#roles = :rolesBefore", "#verification = :verificationBefore"]
    values: dict[str, Any] = {"rolesBefore": list(person.roles), "verificationBefore": person.verification}
    if person.facility_id:
        conditions.append("#facilityId = :facility")
        values["facility"] = person.facility_id
    else:
        conditions.append("attribute_not_exists(#facilityId)")
    return " AND ".join(conditions), values
