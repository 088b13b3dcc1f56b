"""Patients in DynamoDB: the record, what is unique in a facility, and the words by which a patient is found."""

from typing import Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.kernel.errors import UnavailableError
from bedside.patients.errors import DuplicateIdentifierError
from bedside.patients.patient import Patient, from_record
from bedside.patients.records import (
    RECORD,
    external_key,
    person_key,
    record_item,
    record_key,
    unique_items,
    word_items,
)

_NEW: Final = "attribute_not_exists(#pk)"
_TAKEN: Final = {"identifier": "identifiers", "external": "externalId", "person": "userId"}
# Longer than any id, so that no key is too long for DynamoDB.
_ID_LENGTH: Final = 128


class PatientRepository:
    """Patients, each within a facility: nothing of another facility can be read or written."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, facility_id: str, patient_id: str) -> Patient | None:
        """Return the facility's patient of this id, or None."""
        item = self._table.get(record_key(facility_id, patient_id), RECORD) if _fits(patient_id) else None
        return from_record(item) if item else None

    def find_external(self, facility_id: str, external_id: str) -> Patient | None:
        """Return the facility's patient of this id in the EHR, or None."""
        return self._find_by(facility_id, external_key(facility_id, external_id)) if _fits(external_id) else None

    def find_person(self, facility_id: str, user_id: str) -> Patient | None:
        """Return the facility's patient who is tied to this person, or None."""
        return self._find_by(facility_id, person_key(facility_id, user_id)) if _fits(user_id) else None

    def create(self, patient: Patient) -> bool:
        """Add a patient; False if one of this id exists. Raises DuplicateIdentifierError."""
        unique = unique_items(patient)
        changes = [self._table.put_change(record_item(patient), condition=_NEW)]
        changes += [self._table.put_change(item, condition=_NEW) for item in unique.values()]
        changes += [self._table.put_change(item, condition=_NEW) for item in word_items(patient).values()]
        return self._apply(changes, list(unique), patient)

    def replace(self, before: Patient, after: Patient) -> bool:
        """Change a patient; False if they are no longer as in `before`. Raises DuplicateIdentifierError."""
        values = {"seen": before.version}
        old, new = unique_items(before), unique_items(after)
        added = [key for key in new if key not in old]
        changes = [self._table.put_change(record_item(after), condition="#version = :seen", values=values)]
        changes += [self._table.put_change(new[key], condition=_NEW) for key in added]
        mine = {"mine": after.patient_id}
        for key, item in old.items():
            if key not in new:
                changes.append(self._table.delete_change(key, RECORD, condition="#patientId = :mine", values=mine))
            elif item != new[key]:
                changes.append(self._table.put_change(new[key], condition="#patientId = :mine", values=mine))
        changes += self._word_changes(before, after)
        return self._apply(changes, added, after)

    def _word_changes(self, before: Patient, after: Patient) -> list[Change]:
        """Return the changes of all items that find the patient, since each repeats the record."""
        seen = {"seen": before.version}
        old, new = word_items(before), word_items(after)
        return [
            *(
                self._table.put_change(item, condition=f"{_NEW} OR #version = :seen", values=seen)
                for item in new.values()
            ),
            *(
                self._table.delete_change(*key, condition=f"{_NEW} OR #version = :seen", values=seen)
                for key in old
                if key not in new
            ),
        ]

    def _apply(self, changes: list[Change], unique: list[str], patient: Patient) -> bool:
        """Apply changes of which the first is to the record, and the next to these keys."""
        try:
            transact(*changes)
        except ConditionFailedError as error:
            if error.index == 0:
                return False
            if error.index <= len(unique):
                raise self._duplicate(unique[error.index - 1], error.item, patient.facility_id) from error
            raise UnavailableError("The patient is being changed by others.", cause="WordsChanged") from error
        return True

    def _duplicate(self, key: str, taken: Item | None, facility_id: str) -> DuplicateIdentifierError:
        other_id = str((taken or {}).get("patientId", ""))
        other = self.find(facility_id, other_id)
        return DuplicateIdentifierError(
            "Another patient of the facility has it.",
            _TAKEN[key.partition("#")[0]],
            other_id,
            other.name if other else "",
        )

    def _find_by(self, facility_id: str, key: str) -> Patient | None:
        item = self._table.get(key, RECORD)
        return self.find(facility_id, str(item["patientId"])) if item else None


def _fits(text: str) -> bool:
    return 0 < len(text) <= _ID_LENGTH
