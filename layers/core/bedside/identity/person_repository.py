"""The people in the record: found, listed and changed within one facility."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table, transact
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.person import PATIENT, Person, person_from_record
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import UnavailableError

PAGE: Final = 50
_INDEX: Final = "people-of-facility"
_USER_ID: Final = re.compile(r"[a-z2-7]{24}")


def is_user_id(text: str) -> bool:
    """Tell whether `text` could be a user's id; nothing else is asked of the record, which keeps other items too."""
    return _USER_ID.fullmatch(text) is not None


class PersonRepository:
    """Registered people. Whoever reads or changes another person says for which facility: there is no way without.

    `changed` hears whose entry in a list is another now, and of which facility they are.
    """

    def __init__(
        self,
        table: Table,
        trail: AuditTrail,
        changed: Callable[[str, str | None], None] = lambda _user_id, _facility_id: None,
    ) -> None:
        self._table = table
        self._trail = trail
        self._changed = changed

    def own(self, user_id: str) -> Person | None:
        """Return the person with this id, for themselves: to sign in, or to tell what their token is worth."""
        item = self._table.get(user_id) if is_user_id(user_id) else None
        return person_from_record(item) if item else None

    def find(self, scope: Scope, user_id: str) -> Person | None:
        """Return a registered person of the caller's facility, None for anybody else."""
        person = self.own(user_id)
        return person if person and person.registered and scope.covers(person.facility_id) else None

    def page(self, facility_id: str, after: str | None) -> tuple[list[Person], str | None]:
        """Return up to 50 people of a facility, by id, after the one with id `after`; and after whom to go on."""
        place = {"facilityId": facility_id, "pk": after} if after else None
        items, more = self._table.page(_INDEX, "facilityId", facility_id, limit=PAGE, after=place)
        return [person_from_record(item) for item in items], str(more["pk"]) if more else None

    def register(self, person: Person, entry: Entry, now_ms: int) -> Person | None:
        """Give somebody who is not registered a place; None where they are."""
        return self._place(person, "attribute_not_exists(#roles)", {}, entry, now_ms)

    def take_over(self, person: Person, entry: Entry, now_ms: int) -> Person | None:
        """Give somebody a place who signed in by themselves, as a patient of no facility; None where they have one.

        What they had entered, when they came, and their sign-ins are theirs, and do not come along.
        """
        condition = "#roles = :alone AND attribute_not_exists(#facilityId)"
        return self._place(person, condition, {"alone": [PATIENT]}, entry, now_ms)

    def _place(
        self, person: Person, condition: str, values: Mapping[str, Any], entry: Entry, now_ms: int
    ) -> Person | None:
        sets = [
            "#phone = :phone",
            "#roles = :roles",
            "#verification = :verification",
            "#createdAt = :now",
            "#families = :none",
            "#sends = if_not_exists(#sends, :empty)",
            "#failures = :zero",
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
        change = self._table.update_change(
            person.user_id,
            f"SET {', '.join(sets)} REMOVE #ttl, #displayName, #lastSignInAt, #code",
            condition=condition,
            values=values,
        )
        try:
            with self._telling(person.user_id, person.facility_id):
                transact(change, self._trail.adding(entry, now_ms))
        except ConditionFailedError:
            return None
        return self.own(person.user_id)

    def change(self, person: Person, expression: str, values: Mapping[str, Any], entry: Entry, now_ms: int) -> bool:
        """Change somebody and tell the audit trail, if they are still as they were read; False where they are not."""
        conditions = ["#roles = :rolesBefore", "#verification = :verificationBefore"]
        before: dict[str, Any] = {"rolesBefore": list(person.roles), "verificationBefore": person.verification}
        if person.facility_id:
            conditions.append("#facilityId = :facility")
            before["facility"] = person.facility_id
        else:
            conditions.append("attribute_not_exists(#facilityId)")
        change = self._table.update_change(
            person.user_id, expression, condition=" AND ".join(conditions), values={**before, **values}
        )
        try:
            with self._telling(person.user_id, person.facility_id):
                transact(change, self._trail.adding(entry, now_ms))
        except ConditionFailedError:
            return False
        return True

    def describe_self(self, who: Principal, display_name: str | None) -> Person | None:
        """Set one's own display name, or remove it; None where one is no longer signed in."""
        try:
            with self._telling(who.user_id, who.facility_id):
                item = self._table.update(
                    who.user_id,
                    "SET #displayName = :name" if display_name else "REMOVE #displayName",
                    condition="attribute_exists(#families.#family)",
                    values={"name": display_name} if display_name else {},
                    names={"family": who.family_id},
                )
        except ConditionFailedError:
            return None
        return person_from_record(item)

    @contextmanager
    def _telling(self, user_id: str, facility_id: str | None) -> Iterator[None]:
        """Tell of a change that was made, or may have been: where its answer was lost nobody knows."""
        try:
            yield
        except UnavailableError:
            self._changed(user_id, facility_id)
            raise
        self._changed(user_id, facility_id)
