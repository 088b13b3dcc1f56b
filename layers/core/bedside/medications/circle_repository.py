"""Circles of patients in DynamoDB: one item each, replaced as a whole by conditional writes.

- `circle#{patientId}` with the sort key `circle` is a patient's circle.
- `carer#{userId}` with the sort key `of#{patientId}` says that somebody is in a patient's circle, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.medications.circle import Care, Circle, Step

CIRCLE: Final = "circle"
_KEY: Final = "circle#"
_CARER: Final = "carer#"
_OF: Final = "of#"
# Sorts after every id.
_LAST: Final = "of#~"
# Circles that somebody is in; nobody looks after more people.
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class CircleRepository:
    """Circles of all patients; callers must check access to what they read. Methods raise UnavailableError."""

    table: Table

    def find(self, patient_id: str) -> Circle | None:
        """Return a patient's circle, or None."""
        item = self.table.get(circle_key(patient_id), CIRCLE)
        return circle_from_item(item) if item else None

    def list_by_carer(self, carer_id: str) -> list[Circle]:
        """Return the circles that somebody is or was in."""
        pointers, _ = self.table.query(f"{_CARER}{carer_id}", (_OF, _LAST), limit=_MOST)
        keys = [(circle_key(str(item["sk"]).removeprefix(_OF)), CIRCLE) for item in pointers]
        return [circle_from_item(item) for item in self.table.get_many(keys)] if keys else []

    def save(self, circle: Circle, care: Care, *also: Change) -> Circle | None:
        """Store a circle in which something has changed with a carer, with other changes; None if it is not current."""
        after = replace(circle, revision=circle.revision + 1)
        # Whether the pointer is there already does not matter.
        anyway = "attribute_not_exists(#pk) OR attribute_exists(#pk)"
        pointer = {
            "pk": f"{_CARER}{care.carer_id}",
            "sk": f"{_OF}{circle.patient_id}",
            "facilityId": circle.facility_id,
        }
        condition = "#revision = :seen" if circle.revision else "attribute_not_exists(#pk)"
        values = {"seen": circle.revision} if circle.revision else {}
        try:
            transact(
                self.table.put_change(circle_item(after), condition=condition, values=values),
                self.table.put_change(pointer, condition=anyway),
                *also,
            )
        except ConditionFailedError as error:
            if error.index == 0:
                return None
            raise
        return after


def circle_key(patient_id: str) -> str:
    """Return the partition of a patient's circle."""
    return f"{_KEY}{patient_id}"


def circle_item(circle: Circle) -> Item:
    """Return the item of a circle."""
    return {
        "pk": circle_key(circle.patient_id),
        "sk": CIRCLE,
        "circleOf": circle.patient_id,
        "facilityId": circle.facility_id,
        "patientName": circle.patient_name,
        "revision": circle.revision,
        "cares": [
            {
                "careId": care.care_id,
                "carerId": care.carer_id,
                "name": care.name,
                "version": care.version,
                "steps": [{"state": step.state, "by": step.by, "at": step.at} for step in care.steps],
            }
            for care in circle.cares
        ],
    }


def circle_from_item(item: Mapping[str, Any]) -> Circle:
    """Return the circle stored in an item."""
    cares = tuple(
        Care(
            one["careId"],
            one["carerId"],
            one["name"],
            tuple(Step(step["state"], step["by"], step["at"]) for step in one["steps"]),
            one["version"],
        )
        for one in item["cares"]
    )
    return Circle(item["circleOf"], item["facilityId"], item["patientName"], cares, item["revision"])
