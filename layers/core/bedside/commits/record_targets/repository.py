"""Facilities' targets in DynamoDB."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.commits.record_targets.items import check_item, target_from_item, target_item, target_key
from bedside.commits.record_targets.target import Check, Target
from bedside.commits.targets import FacilityTarget


@dataclass(frozen=True, slots=True)
class TargetRepository:
    """Targets of all facilities. Methods raise UnavailableError."""

    table: Table

    def find(self, facility_id: str) -> Target | None:
        """Return a facility's target, or None."""
        item = self.table.get(target_key(facility_id))
        return target_from_item(item) if item else None

    def save(self, target: Target, *changes: Change) -> bool:
        """Store the version that follows the stored one, with `changes` in the same transaction.

        False if the stored one is another: 0 is what does not exist.
        """
        condition = "#version = :seen" if target.version > 1 else "attribute_not_exists(#pk)"
        values = {"seen": target.version - 1} if target.version > 1 else {}
        try:
            transact(self.table.put_change(target_item(target), condition=condition, values=values), *changes)
        except ConditionFailedError:
            return False
        return True

    def save_check(self, target: Target, check: Check) -> bool:
        """Store a test of a target; False if its settings have changed meanwhile."""
        try:
            self.table.update(
                target_key(target.facility_id),
                "SET #check = :check",
                condition="#version = :version",
                values={"check": check_item(check), "version": target.version},
                names={"check": "check"},
            )
        except ConditionFailedError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class FacilityTargets:
    """What commits have to know of targets; `kept_days` is for how many days a facility's photos stay afterwards."""

    repository: TargetRepository
    kept_days: Callable[[str], int]

    def find(self, facility_id: str) -> FacilityTarget | None:
        """Return what everybody may know of a facility's target, or None. Raises UnavailableError."""
        target = self.repository.find(facility_id)
        return target.for_facility(self.kept_days(facility_id)) if target else None
