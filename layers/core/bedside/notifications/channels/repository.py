"""Contact points in DynamoDB: an item for each person, one for each browser's owner, and one for each dead mailbox."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.identity.person import Person
from bedside.kernel.errors import UnavailableError
from bedside.notifications.channels.contact_points import ContactPoints, from_record, record

Suppression = Literal["bounce", "complaint"]

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class ContactPointRepository:
    """Contact points by their owners. A browser belongs to one person at a time.

    Methods raise UnavailableError. `name_of` returns the pseudonym under which something is stored.
    """

    table: Table
    name_of: Callable[[str], str]

    def get(self, user_id: str) -> ContactPoints:
        """Return somebody's contact points, who may have none."""
        item = self.table.get(_key(user_id))
        return from_record(user_id, item) if item else ContactPoints(user_id)

    def change(self, user_id: str, changed: Callable[[ContactPoints], ContactPoints]) -> ContactPoints:
        """Store what `changed` makes of somebody's contact points, and return them.

        It is called again if they were changed concurrently; what it raises is raised.
        """
        for _ in range(_TRIES):
            before = self.get(user_id)
            after = changed(before)
            if after == before:
                return before
            after = replace(after, version=before.version + 1)
            try:
                transact(self._put(after))
            except ConditionFailedError:
                continue
            return after
        raise UnavailableError("The contact points are being changed by others as well.")

    def browser_id(self, endpoint: str) -> str:
        """Return the id of the browser that a push service knows by this address."""
        return self.name_of(f"endpoint\n{endpoint}")

    def add_browser(self, user_id: str, browser_id: str, changed: Callable[[ContactPoints], ContactPoints]) -> bool:
        """Store what `changed` makes of somebody's contact points, and that a browser is theirs alone.

        Returns whether it was new to them. Somebody else who used the same browser loses it.
        """
        for _ in range(_TRIES):
            owner_item = self.table.get(_browser_key(browser_id))
            owner = str(owner_item["owner"]) if owner_item else None
            before = self.get(user_id)
            after = changed(before)
            mine = owner == user_id and browser_id in before.browsers
            if mine and after == before:
                return False
            dropped = set(before.browsers) - set(after.browsers)
            changes = [
                self._put(replace(after, version=before.version + 1)),
                self._owned(browser_id, owner, user_id),
                *(self.table.delete_change(_browser_key(each)) for each in sorted(dropped)),
            ]
            if owner not in {None, user_id}:
                former = self.get(str(owner))
                changes.append(self._put(replace(former.without_browser(browser_id), version=former.version + 1)))
            try:
                transact(*changes)
            except ConditionFailedError:
                continue
            return not mine
        raise UnavailableError("The browser is being added by others as well.")

    def remove_browser(self, user_id: str, browser_id: str) -> None:
        """Forget a browser of somebody; again is the same."""
        for _ in range(_TRIES):
            before = self.get(user_id)
            if browser_id not in before.browsers:
                return
            after = replace(before.without_browser(browser_id), version=before.version + 1)
            mine = self.table.delete_change(
                _browser_key(browser_id),
                condition="attribute_not_exists(#owner) OR #owner = :owner",
                values={"owner": user_id},
            )
            try:
                transact(self._put(after), mine)
            except ConditionFailedError:
                continue
            return
        raise UnavailableError("The browser is being changed by others as well.")

    def forget_ended(self, person: Person) -> ContactPoints:
        """Forget the browsers whose sign-in was ended on purpose, and return what is left.

        A sign-in that ends by itself leaves its browser: it is its owner's still.
        """
        points = self.get(person.user_id)
        ended = [name for name, each in points.browsers.items() if person.was_ended(each.family_id, each.since)]
        for browser_id in ended:
            self.remove_browser(person.user_id, browser_id)
        return self.get(person.user_id) if ended else points

    def find_suppression(self, address: str) -> Suppression | None:
        """Return why an address gets no mail, or None if it does."""
        item = self.table.get(self._mailbox_key(address))
        return item["reason"] if item else None

    def suppress(self, address: str, reason: Suppression, now_ms: int) -> bool:
        """Send no more mail to an address; False if that was so already."""
        try:
            self.table.put(
                {"pk": self._mailbox_key(address), "reason": reason, "at": now_ms},
                condition="attribute_not_exists(#pk)",
                values={},
            )
        except ConditionFailedError:
            return False
        return True

    def allow(self, address: str) -> None:
        """Send mail to an address again, whose owner has shown that it works."""
        transact(self.table.delete_change(self._mailbox_key(address)))

    def _put(self, points: ContactPoints) -> Change:
        """Return the change that stores contact points as the version after the one that was read."""
        seen = points.version - 1
        return self.table.put_change(
            {"pk": _key(points.user_id), **record(points)},
            condition="#version = :seen" if seen else "attribute_not_exists(#pk)",
            values={"seen": seen} if seen else {},
        )

    def _owned(self, browser_id: str, owner: str | None, user_id: str) -> Change:
        return self.table.put_change(
            {"pk": _browser_key(browser_id), "owner": user_id},
            condition="#owner = :before" if owner else "attribute_not_exists(#pk)",
            values={"before": owner} if owner else {},
        )

    def _mailbox_key(self, address: str) -> str:
        # Whether letters of the local part differ in case is up to its host; to none known does it matter.
        return f"mailbox#{self.name_of(f'mailbox\n{address.lower()}')}"


def _key(user_id: str) -> str:
    return f"contacts#{user_id}"


def _browser_key(browser_id: str) -> str:
    return f"browser#{browser_id}"
