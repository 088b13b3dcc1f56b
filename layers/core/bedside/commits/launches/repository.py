"""Launches, and the practitioners of records whom facilities have tied to people, in DynamoDB."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.commits.launches.launch import Launch, TakenLaunch, hashed, launch_key, taken_launch


@dataclass(frozen=True, slots=True)
class Ties:
    """A facility's people by their practitioner's id in its record; `version` 0 is what does not exist.

    `record` is the name of that record, "" while there is none; ties of earlier releases have not noted it (None).
    """

    facility_id: str
    people: Mapping[str, str]
    version: int = 0
    record: str | None = None

    def of(self, record: str) -> "Ties":
        """Return what the ties say of a record: nothing if they were made for another, whose ids mean others there."""
        return self if self.record in {None, record} else replace(self, people={})

    def practitioner_of(self, user_id: str) -> str | None:
        """Return the practitioner who somebody is in the record."""
        return next((practitioner for practitioner, person in self.people.items() if person == user_id), None)


@dataclass(frozen=True, slots=True)
class LaunchRepository:
    """Launches and ties of all facilities. Methods raise UnavailableError."""

    table: Table

    def add(self, launch: Launch, state: str) -> None:
        """Add a launch."""
        self.table.put(launch.item(state), condition="attribute_not_exists(#pk)", values={})

    def take(self, state: str, browser: str, now_ms: int) -> TakenLaunch | None:
        """Return a launch, once, to the browser that began it; None otherwise."""
        try:
            item = self.table.update(
                launch_key(state),
                "SET #usedAt = :now",
                condition="attribute_not_exists(#usedAt) AND #expiresAt > :now AND #browser = :browser",
                values={"now": now_ms, "browser": hashed(browser)},
            )
        except ConditionFailedError:
            return None
        return taken_launch(item)

    def give_back(self, state: str) -> None:
        """Let a launch be taken again."""
        with suppress(ConditionFailedError):  # it has expired
            self.table.update(launch_key(state), "REMOVE #usedAt", condition="attribute_exists(#pk)", values={})

    def ties(self, facility_id: str) -> Ties:
        """Return a facility's ties."""
        item = self.table.get(_ties_key(facility_id))
        if item is None:
            return Ties(facility_id, {})
        return Ties(facility_id, dict(item["people"]), int(item["version"]), item.get("record"))

    def save_ties(self, ties: Ties, *changes: Change) -> bool:
        """Store the version that follows the stored one, with `changes`; False if the stored one is another."""
        item = {
            "pk": _ties_key(ties.facility_id),
            "facilityId": ties.facility_id,
            "people": dict(ties.people),
            "version": ties.version,
            **({} if ties.record is None else {"record": ties.record}),
        }
        condition = "#version = :seen" if ties.version > 1 else "attribute_not_exists(#pk)"
        values = {"seen": ties.version - 1} if ties.version > 1 else {}
        try:
            transact(self.table.put_change(item, condition=condition, values=values), *changes)
        except ConditionFailedError:
            return False
        return True


def _ties_key(facility_id: str) -> str:
    return f"ties#{facility_id}"
