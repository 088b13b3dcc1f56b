"""ALEX as a target of documents."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from bedside.adapters.alex.inbox_scan import CONTENT_TYPES, MOST_BYTES, inbox_scan
from bedside.adapters.fhir.checks import findings
from bedside.adapters.fhir.client import FhirClient
from bedside.adapters.fhir.confirmation import Confirmation
from bedside.adapters.fhir.people import People, name_of, number_of
from bedside.adapters.fhir.search import Query, find_document, token
from bedside.adapters.fhir.terms import NHI, URIS, system_of
from bedside.ports.launches import OpenPatient, RecordLaunchError
from bedside.ports.records import Finding, Receipt, RecordDocument, RecordPatient, RecordRefusedError

# NHI numbers that begin with Z are for tests.
_NOBODYS: Final = "ZZZ0008"
_LAUNCHES: Final = "/vendorforms/api/getlaunchcontextstring"
# Longer than a sign-in takes: the link stays in histories, and opens nobody's patient later on.
_LAUNCH_LIFE: Final = timedelta(minutes=10)


class AlexRecord:
    """The record of one facility: documents go into its inbox, where clinicians see them.

    `base_url` is what references begin with, because ALEX wants them absolute; `forms` is beside its FHIR interface.
    """

    def __init__(self, client: FhirClient, forms: FhirClient, base_url: str, facility: str) -> None:
        self._client = client
        self._forms = forms
        self._facility = facility
        self._base_url = base_url.rstrip("/")
        self._people = People(client)
        self._confirmation = Confirmation(client, self.find)

    def find(self, identifier: str, patient: RecordPatient) -> Receipt | None:
        """Return the document with our identifier, or None; a patient without a number cannot be searched for."""
        return find_document(self._client, identifier, _queries(identifier, patient))

    def create(self, document: RecordDocument) -> Receipt:
        """Store a document in the inbox, once its patient is confirmed."""
        if document.content_type not in CONTENT_TYPES:
            raise RecordRefusedError("ALEX takes TIFF and PDF only.", "not-accepted", document.content_type)
        if len(document.content) >= MOST_BYTES:
            raise RecordRefusedError("ALEX takes less than 8 MB.", "too-large")
        patient = self._people.patient(document.patient)
        scan = inbox_scan(document, f"{self._base_url}/{patient}")
        return Receipt(self._confirmation.post("/DocumentReference", scan, document))

    def read_launch(self, context: str, signature: str) -> OpenPatient:
        """Return who is open in the record that launched us. Raises RecordLaunchError, UnavailableError."""
        if {context, signature} & {".", ".."}:
            raise RecordLaunchError("The record does not know this launch.")
        answer = self._forms.get(f"{_LAUNCHES}/{quote(context, safe='')}/{quote(signature, safe='')}")
        try:
            found = json.loads(answer.body) if answer.status == 200 else None  # noqa: PLR2004  # HTTP OK
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or found.get("facilityCode") != self._facility:
            raise RecordLaunchError("The record does not know this launch.")
        if _is_old(found.get("createdTime")):
            raise RecordLaunchError("The launch is too old.")
        patient_id = found.get("patientId")
        if not isinstance(patient_id, str) or not patient_id:
            return OpenPatient(None)
        shown = self._people.find(patient_id)
        return OpenPatient(patient_id, name_of(shown), number_of(shown, NHI)) if shown else OpenPatient(None)

    def check(self) -> Sequence[Finding]:
        """Sign in, and search for a patient who does not exist."""
        return findings(
            ("sign-in", self._client.sign_in),
            ("search", lambda: self._people.count(NHI, _NOBODYS)),
        )


def _is_old(created: object) -> bool:
    """Return whether a launch was made too long ago; one that does not say when is not."""
    try:
        made = datetime.fromisoformat(str(created))
    except ValueError:
        return False
    # Without a zone it may be New Zealand's time, which is ahead of UTC: then the launch counts as younger than it is.
    return datetime.now(UTC) - (made if made.tzinfo else made.replace(tzinfo=UTC)) > _LAUNCH_LIFE


def _queries(identifier: str, patient: RecordPatient) -> list[Query]:
    """Return the searches that ALEX answers: `patient.identifier=`, not `patient=`, which it forbids."""
    numbers = [token(system, each.value) for each in patient.identifiers if (system := system_of(each))]
    if not numbers:
        return []
    of_patient = f"patient.identifier={numbers[0]}"
    return [Query(f"{of_patient}&identifier={token(URIS, identifier)}"), Query(of_patient, exact=False)]
