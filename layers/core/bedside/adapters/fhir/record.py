"""A facility's record behind FHIR R4 or R5, as a target of documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bedside.adapters.fhir import r4, r5
from bedside.adapters.fhir.checks import findings
from bedside.adapters.fhir.client import FhirClient
from bedside.adapters.fhir.confirmation import Confirmation
from bedside.adapters.fhir.people import People
from bedside.adapters.fhir.search import Query, find_document, token
from bedside.adapters.fhir.terms import URIS
from bedside.ports.records import Finding, Receipt, RecordDocument, RecordPatient, RecordRefusedError


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a record takes photos: its version of FHIR, and in R4 whether as Media, too."""

    version: Literal["R4", "R5"] = "R4"
    media: bool = False


class FhirRecord:
    """A record of FHIR. A document is one DocumentReference, or one transaction: all of it is stored, or nothing."""

    def __init__(self, client: FhirClient, dialect: Dialect, discover: Callable[[], object]) -> None:
        self._client = client
        self._people = People(client)
        self._confirmation = Confirmation(client, self.find)
        self._dialect = dialect
        self._discover = discover

    def find(self, identifier: str, patient: RecordPatient) -> Receipt | None:
        """Return the document with our identifier, or None."""
        return find_document(
            self._client, identifier, _queries(identifier), lambda reference: self._is(reference, patient)
        )

    def _is(self, reference: str, patient: RecordPatient) -> bool:
        """Return whether a reference is to a patient as the record has them now."""
        try:
            return f"/{reference}".endswith(f"/{self._people.patient(patient)}")
        except RecordRefusedError as error:
            if error.reason in {"patient-mismatch", "patient-not-found"}:
                return False
            raise

    def create(self, document: RecordDocument) -> Receipt:
        """Store a document, once everything that it refers to is confirmed."""
        references = self._people.references(document)
        if self._dialect.version == "R5":
            path, resource = "/DocumentReference", r5.document_reference(document, references)
        elif self._dialect.media and document.kind == "photo":
            path, resource = "", r4.transaction(document, references)
        else:
            path, resource = "/DocumentReference", r4.document_reference(document, references)
        return Receipt(self._confirmation.post(path, resource, document), references.warnings)

    def check(self) -> Sequence[Finding]:
        """Look up the sign-in, sign in, and search for a document that nobody has."""
        return findings(
            ("discovery", self._discover),
            ("sign-in", self._client.sign_in),
            ("search", lambda: find_document(self._client, _NOBODYS, _queries(_NOBODYS))),
        )


_NOBODYS = "urn:uuid:00000000-0000-4000-8000-000000000000"


def _queries(identifier: str) -> tuple[Query, Query]:
    """Return the search without contents if the record can leave them out, and the plain one."""
    plain = f"identifier={token(URIS, identifier)}"
    return Query(f"{plain}&_elements=identifier,status,subject"), Query(plain)
