"""Searches for a document by our identifier, whose answers are not believed blindly.

Servers have been seen to ignore parameters and return everything, and to forbid some queries but not others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from bedside.adapters.fhir.bundles import is_ours, resources
from bedside.adapters.fhir.client import FhirClient, issue, resource_of
from bedside.adapters.fhir.people import FHIR_ID
from bedside.adapters.fhir.terms import URIS
from bedside.kernel.errors import UnavailableError
from bedside.ports.records import Receipt, RecordMismatchError, RecordSearchError

type Object = dict[str, Any]

# The query is not understood, not allowed, or not implemented.
_IMPOSSIBLE: Final = frozenset({400, 403, 405, 501})


@dataclass(frozen=True, slots=True)
class Query:
    """A search's parameters; one that is not `exact` finds documents of others, too, among which ours may be."""

    parameters: str
    exact: bool = True


def find_document(
    client: FhirClient, identifier: str, queries: Sequence[Query], is_patient: Callable[[str], bool] | None = None
) -> Receipt | None:
    """Return the document with an identifier, by the first of several queries that the record answers.

    `is_patient` says whether a reference is to the patient whom it should be about. Raises RecordSearchError if the
    record forbids or does not know all of them, or answers in a way that tells nothing; RecordMismatchError,
    RecordRefusedError, UnavailableError.
    """
    refusal = "no query"
    for query in queries:
        answer = client.get(f"/DocumentReference?{query.parameters}")
        if answer.status in _IMPOSSIBLE:
            refusal = issue(answer)
            continue
        bundle = resource_of(answer, "Bundle")
        if answer.status != 200 or bundle is None:  # noqa: PLR2004  # HTTP OK
            # Of a proxy, perhaps, or while the record is being changed: it says nothing about searches.
            raise UnavailableError("The record does not answer as expected.", issue(answer))
        found, why = _receipt(bundle, identifier, is_patient, exact=query.exact)
        if found or not why:
            return found
        refusal = why
    raise RecordSearchError("The record cannot be searched.", refusal)


def token(system: str, value: str) -> str:
    """Return an identifier as a search parameter's value."""
    return quote(f"{system}|{value}", safe="")


def _receipt(
    bundle: Object, identifier: str, is_patient: Callable[[str], bool] | None, *, exact: bool
) -> tuple[Receipt | None, str]:
    """Return what a search found, and why its finding nothing tells nothing, or ""."""
    found = resources(bundle, "DocumentReference")
    for each in found:
        name = each.get("id")
        if is_ours(each, URIS, identifier) and isinstance(name, str) and FHIR_ID.fullmatch(name):
            subject = each.get("subject")
            of = subject.get("reference") if isinstance(subject, dict) else None
            if is_patient and isinstance(of, str) and not is_patient(of):
                raise RecordMismatchError("The record has the document at another patient.", "another subject")
            return Receipt(name), ""
    if exact and (found or bundle.get("total")):
        return None, "foreign matches"
    return None, "more pages" if _has_more(bundle) else ""


def _has_more(bundle: Object) -> bool:
    links = bundle.get("link")
    return any(isinstance(each, dict) and each.get("relation") == "next" for each in links or [])
