"""The patient, encounter and practitioner that a document is about, as the record has them."""

import re
from typing import Any, Final
from urllib.parse import quote

from bedside.adapters.fhir.bundles import identifiers, is_ours, resources
from bedside.adapters.fhir.client import FhirClient, issue, resource_of
from bedside.adapters.fhir.identity import confirms, contradicts, replaced, successor
from bedside.adapters.fhir.references import References
from bedside.adapters.fhir.terms import system_of
from bedside.kernel.errors import UnavailableError
from bedside.ports.records import RecordDocument, RecordPatient, RecordRefusedError, RecordWarning

type Object = dict[str, Any]

# https://hl7.org/fhir/datatypes.html#id
FHIR_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_GONE: Final = frozenset({400, 403, 404, 410})


class People:
    """Confirms references before a document is sent: it must not land at another patient."""

    def __init__(self, client: FhirClient) -> None:
        self._client = client

    def references(self, document: RecordDocument) -> References:
        """Return a document's references. Raises RecordRefusedError, RecordBusyError, UnavailableError."""
        patient = self.patient(document.patient)
        warnings: list[RecordWarning] = []
        encounter = self._encounter(document.encounter_id, patient)
        if document.encounter_id and encounter is None:
            warnings.append("encounter-left-out")
        author = self._author(document.author.external_id)
        if document.author.external_id and author is None:
            warnings.append("author-left-out")
        return References(patient, author, encounter, tuple(warnings))

    def patient(self, patient: RecordPatient) -> str:
        """Return a reference to the patient, whom the record and we know by two identifiers at least.

        Raises RecordRefusedError, RecordBusyError, UnavailableError.
        """
        named = self._read("Patient", patient.external_id or "")
        found = self._in_use(named) if named else None
        by_id = found is not None
        if found is None:
            found = self._search(patient)
        if found is None:
            raise RecordRefusedError("The record does not know the patient.", "patient-not-found")
        if contradicts(found, patient):
            raise RecordRefusedError("The record's patient is another one.", "patient-mismatch")
        if not confirms(found, patient, by_id=by_id):
            raise RecordRefusedError(
                "Nothing but an id says that the record's patient is this one.", "patient-mismatch", "nothing in common"
            )
        return f"Patient/{_id(found)}"

    def find(self, external_id: str) -> Object | None:
        """Return a patient by the record's id, or None. Raises RecordRefusedError, UnavailableError."""
        return self._read("Patient", external_id)

    def _search(self, patient: RecordPatient) -> Object | None:
        """Return the only patient with one of our numbers."""
        for identifier in patient.identifiers:
            if system := system_of(identifier):
                known = [self._in_use(each) for each in self._with_number(system, identifier.value)]
                found = {_id(each): each for each in known if each}
                if len(found) > 1:
                    raise RecordRefusedError("The record has several such patients.", "patient-mismatch", "several")
                if found:
                    return next(iter(found.values()))
        return None

    def _in_use(self, found: Object) -> Object | None:
        """Return a patient, or whom they were merged into; None for a patient who is not in use any more.

        Raises RecordRefusedError, UnavailableError.
        """
        if replaced(found):
            after = self._read("Patient", successor(found) or "")
            if after is None or replaced(after):
                raise RecordRefusedError("The record's patient was merged with another.", "patient-mismatch", "merged")
            found = after
        return found if found.get("active") is not False else None

    def count(self, system: str, value: str) -> int:
        """Return how many patients have a number. Raises RecordRefusedError, UnavailableError."""
        return len(self._with_number(system, value))

    def _with_number(self, system: str, value: str) -> list[Object]:
        number = quote(f"{system}|{value}", safe="")
        answer = self._client.get(f"/Patient?identifier={number}")
        bundle = resource_of(answer, "Bundle")
        if answer.status != 200 or bundle is None:  # noqa: PLR2004  # HTTP OK
            raise RecordRefusedError("The record does not let us search for patients.", "not-allowed", issue(answer))
        return [each for each in resources(bundle, "Patient") if is_ours(each, system, value)]

    def _encounter(self, encounter_id: str | None, patient: str) -> str | None:
        """Return a reference to an encounter of the patient; None if the record has none with this id.

        Our encounters' ids may come from elsewhere, and be somebody else's here by chance.
        """
        found = self._read("Encounter", encounter_id or "")
        subject = found.get("subject") if found else None
        of = subject.get("reference") if isinstance(subject, dict) else None
        if found is None or not isinstance(of, str) or not f"/{of}".endswith(f"/{patient}"):
            return None
        return f"Encounter/{_id(found)}"

    def _author(self, external_id: str | None) -> str | None:
        found = self._read("Practitioner", (external_id or "").removeprefix("Practitioner/"))
        return f"Practitioner/{_id(found)}" if found else None

    def _read(self, kind: str, name: str) -> Object | None:
        """Return a resource by its id; None if that is none of the record's, or none that we may read."""
        if not FHIR_ID.fullmatch(name):
            return None
        answer = self._client.get(f"/{kind}/{name}")
        if answer.status in _GONE:
            return None
        found = resource_of(answer, kind)
        if answer.status != 200 or found is None or found.get("id") != name:  # noqa: PLR2004  # HTTP OK
            raise UnavailableError("The record does not answer as expected.", f"{kind}: HTTP {answer.status}")
        return found


def name_of(patient: Object) -> str | None:
    """Return a patient's official name, or else their first."""
    names = patient.get("name")
    known = [each for each in names if isinstance(each, dict)] if isinstance(names, list) else []
    known.sort(key=lambda each: each.get("use") != "official")
    for each in known:
        if isinstance(each.get("text"), str):
            return str(each["text"])
        given = each.get("given")
        parts = [*(given if isinstance(given, list) else []), each.get("family")]
        if words := [part for part in parts if isinstance(part, str) and part]:
            return " ".join(words)
    return None


def number_of(patient: Object, wanted: str) -> str | None:
    """Return a patient's number in a system, or None."""
    return next((value for system, value in identifiers(patient) if system == wanted), None)


def _id(resource: Object) -> str:
    name = resource.get("id")
    if not isinstance(name, str) or not FHIR_ID.fullmatch(name):
        raise UnavailableError("The record does not answer as expected.", "a resource without an id")
    return name
