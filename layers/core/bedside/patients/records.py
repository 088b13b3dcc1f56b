"""The items of a patient in DynamoDB, all written in one transaction. No I/O.

- `patient#{facilityId}#{patientId}` is the record.
- `identifier#{facilityId}#{system}#{value}`, `external#{facilityId}#{externalId}` and `person#{facilityId}#{userId}`
  exist at most once, so that no two patients of a facility share one.
- `words#{facilityId}#{bucket}` with the sort key `{word}#{patientId}` finds the patient by a word. It repeats all
  words, so that one query finds patients by several, and the record, so that nothing else needs to be read. The bucket
  "" lists patients by name.

The keys begin with the facility: whoever asks for another facility's patient finds no item.
"""

from collections.abc import Iterator
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.kernel.words import fold, split
from bedside.patients.patient import Patient, to_record
from bedside.patients.words import bucket

RECORD: Final = "record"
# Separates a word from what follows; sorts before every letter and digit, so that whole words come first.
_END: Final = "#"
_LAST: Final = "\U0010ffff"
# Letters of a name by which patients are listed: a key has at most 1024 bytes.
_LISTED: Final = 200


def record_key(facility_id: str, patient_id: str) -> str:
    """Return the key of a patient's record."""
    return f"patient#{facility_id}#{patient_id}"


def identifier_key(facility_id: str, system: str, value: str) -> str:
    """Return the key of an identifier; case and separators do not make another one of it."""
    return f"identifier#{facility_id}#{system}#{''.join(split(value))}"


def external_key(facility_id: str, external_id: str) -> str:
    """Return the key of a patient's id in the EHR."""
    return f"external#{facility_id}#{external_id}"


def person_key(facility_id: str, user_id: str) -> str:
    """Return the key of the person who signs in for a patient."""
    return f"person#{facility_id}#{user_id}"


def words_key(facility_id: str, start: str) -> str:
    """Return the partition of the words that begin as `start` does."""
    return f"words#{facility_id}#{bucket(start)}"


def starting(text: str) -> tuple[str, str]:
    """Return the first and the last sort key of the words that start with `text`."""
    return text or " ", f"{text}{_LAST}"


def listed(name: str) -> str:
    """Return the beginning of a name, or of what somebody types, as patients are listed by it."""
    return fold(name)[:_LISTED]


def record_item(patient: Patient) -> Item:
    """Return the item of a patient's record."""
    return {"pk": record_key(patient.facility_id, patient.patient_id), "sk": RECORD, **to_record(patient)}


def unique_items(patient: Patient) -> dict[str, Item]:
    """Return the items of which a facility has only one, by their keys."""
    facility_id = patient.facility_id
    keys = [identifier_key(facility_id, each.system, each.value) for each in patient.identifiers]
    if patient.external_id:
        keys.append(external_key(facility_id, patient.external_id))
    found: dict[str, Item] = {
        key: {"pk": key, "sk": RECORD, "facilityId": facility_id, "patientId": patient.patient_id} for key in keys
    }
    if patient.user_id:
        key = person_key(facility_id, patient.user_id)
        found[key] = {
            "pk": key,
            "sk": RECORD,
            "facilityId": facility_id,
            "patientId": patient.patient_id,
            "name": patient.name,
        }
    return found


def word_items(patient: Patient) -> dict[tuple[str, str], Item]:
    """Return the items by which a patient is found, by their keys."""
    words = patient.words
    joined = searchable(words)
    record: dict[str, Any] = to_record(patient)
    return {
        (pk, sk): {
            "pk": pk,
            "sk": sk,
            "facilityId": patient.facility_id,
            "words": joined,
            "version": patient.version,
            "patient": record,
        }
        for pk, sk in _word_keys(patient, words)
    }


def searchable(words: tuple[str, ...]) -> str:
    """Return words as one text, in which a space before a text means that a word starts with it."""
    return "".join(f" {word}" for word in words)


def _word_keys(patient: Patient, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield words_key(patient.facility_id, ""), f"{listed(patient.name)}{_END}{patient.patient_id}"
    for word in words:
        yield words_key(patient.facility_id, word), f"{word}{_END}{patient.patient_id}"
