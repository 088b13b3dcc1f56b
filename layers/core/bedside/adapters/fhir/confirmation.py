"""What a record's answer to a new document is worth: nothing before the record shows the document itself."""

import re
from collections.abc import Callable
from typing import Any, Final

from bedside.adapters.fhir.bundles import is_ours
from bedside.adapters.fhir.client import DuplicateError, FhirClient, resource_of
from bedside.adapters.fhir.terms import URIS
from bedside.adapters.rest import Answer
from bedside.kernel.errors import UnavailableError
from bedside.ports.records import (
    Receipt,
    RecordDocument,
    RecordPatient,
    RecordRefusedError,
    RecordSearchError,
    RecordUnknownError,
)

type Object = dict[str, Any]

_LOCATION: Final = re.compile(r"(?:^|/)DocumentReference/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?$")


class Confirmation:
    """Posts a document and returns its id; `find` searches the record for an identifier of ours.

    A success alone is not believed, and no conditional create is relied on: servers answer with another's document.
    """

    def __init__(self, client: FhirClient, find: Callable[[str, RecordPatient], Receipt | None]) -> None:
        self._client = client
        self._find = find

    def post(self, path: str, resource: Object, document: RecordDocument) -> str:
        """Store a document. Raises RecordRefusedError, RecordBusyError, RecordUnknownError, UnavailableError."""
        try:
            answer = self._client.post(path, resource)
        except RecordRefusedError as refusal:
            if refusal.reason != "conflict":
                raise
            return self._already_there(document, refusal)
        return self._confirmed(answer, document)

    def _already_there(self, document: RecordDocument, refusal: RecordRefusedError) -> str:
        """Return the id of a document that the record already has; raises the refusal if it has not.

        Raises RecordUnknownError if it says that it has it, and does not find it.
        """
        vouched = isinstance(refusal, DuplicateError)
        found = self._searched(document, vouched=vouched)
        if found:
            return found
        if vouched:
            raise RecordUnknownError("The record has the document, and does not find it.", "duplicate", vouched=True)
        raise refusal

    def _confirmed(self, answer: Answer, document: RecordDocument) -> str:
        """Return the id of the stored document. Raises RecordUnknownError unless the record shows it.

        A record that stores documents and shows none, perhaps because we may not read there, would get one with every
        attempt: so its word counts, and a person has to look.
        """
        name = _created_id(answer)
        if name and is_ours(resource_of(answer, "DocumentReference") or {}, URIS, document.identifier):
            return name
        if name and self._holds(name, document):
            return name
        if found := self._searched(document, vouched=True):
            return found
        raise RecordUnknownError(
            "The record says that it stored the document, and does not show it.", f"HTTP {answer.status}", vouched=True
        )

    def _holds(self, name: str, document: RecordDocument) -> bool:
        """Return whether the record shows our document under this id; if it does not answer, a search will tell."""
        try:
            answer = self._client.get(f"/DocumentReference/{name}")
        except UnavailableError:
            return False
        return is_ours(resource_of(answer, "DocumentReference") or {}, URIS, document.identifier)

    def _searched(self, document: RecordDocument, *, vouched: bool) -> str:
        """Return the id that a search finds, or "". Raises RecordUnknownError."""
        try:
            found = self._find(document.identifier, document.patient)
        except RecordSearchError as error:
            raise RecordUnknownError("The record cannot be searched.", error.cause, vouched=vouched) from error
        except UnavailableError as error:
            raise RecordUnknownError("The record does not answer.", error.cause) from error
        return found.document_id if found else ""


def _created_id(answer: Answer) -> str:
    """Return the id that an answer says was created, of a transaction the DocumentReference's; "" if it says none."""
    locations = [answer.headers.get("location", "").split("?")[0]]
    bundle, shown = resource_of(answer, "Bundle") or {}, resource_of(answer, "DocumentReference") or {}
    entries = bundle.get("entry")
    for each in entries if isinstance(entries, list) else []:
        response = each.get("response") if isinstance(each, dict) else None
        locations.append(str(response.get("location", "")) if isinstance(response, dict) else "")
    locations.append(f"DocumentReference/{shown.get('id', '')}")
    return next((found[1] for each in locations if (found := _LOCATION.search(each))), "")
