"""What the audit trail tells of commits: who sent what to the record, tried it again, or said what is there. No I/O."""

from collections.abc import Collection

from bedside.identity.audit import Entry
from bedside.identity.principal import Clinician, Principal


def committed(by: Clinician | Principal, encounter_id: str, names: Collection[str]) -> Entry:
    """Return the entry of a commit; photos are named by their ids, notes by how many addenda they have."""
    return _entry("commit-to-record", by, encounter_id, after=", ".join(names))


def retried(by: Clinician | Principal, encounter_id: str, name: str, problem: str) -> Entry:
    """Return the entry of another try of what has failed because of a problem."""
    return _entry("retry-commit", by, encounter_id, before=f"{name}: {problem}", after=name)


def resolved(by: Clinician | Principal, encounter_id: str, name: str, document_id: str | None) -> Entry:
    """Return the entry of what a person has found in the record: a document's id there, or nothing."""
    found = "absent" if document_id is None else document_id
    return _entry("resolve-commit", by, encounter_id, before=f"{name}: unknown", after=f"{name}: {found}")


def _entry(act: str, by: Clinician | Principal, encounter_id: str, before: str = "", after: str = "") -> Entry:
    return Entry(act, by.user_id, encounter_id, by.facility_id, by.origin, before, after)
