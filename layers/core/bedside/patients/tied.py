"""The patients to whom people are tied, for calls that know only who signs in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from bedside.adapters.aws.dynamodb import Table
from bedside.patients.records import RECORD, person_key

# As many as DynamoDB reads at once.
MOST: Final = 100

# A facility's id, and the id of a person who signs in.
type PersonOfFacility = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TiedPatient:
    """The patient of a facility for whom somebody signs in."""

    patient_id: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TiedPatients:
    """Finds patients by who signs in for them: one request to DynamoDB for up to a hundred people."""

    table: Table

    def find(self, people: Collection[PersonOfFacility]) -> Mapping[PersonOfFacility, TiedPatient]:
        """Return the patients of those who are tied to one; at most a hundred people. Raises UnavailableError."""
        keys = {person_key(*person): person for person in people}
        items = self.table.get_many([(key, RECORD) for key in keys]) if keys else []
        return {keys[item["pk"]]: TiedPatient(item["patientId"], item["name"]) for item in items}
