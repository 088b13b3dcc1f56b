"""Codes and identifiers in the systems that records know."""

from datetime import UTC, datetime
from typing import Any, Final

from bedside.kernel.instants import iso
from bedside.ports.records import DocumentKind, RecordConsent, RecordDocument, RecordIdentifier, Term

SNOMED: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
# https://hl7.org/fhir/datatypes.html#Identifier: the system of values that are URIs themselves.
URIS: Final = "urn:ietf:rfc3986"
NHI: Final = "https://standards.digital.health.nz/ns/nhi-id"
# https://hl7.org/fhir/us/core/CodeSystem-us-core-documentreference-category.html
_CATEGORIES: Final = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
_SYSTEMS: Final = {"nhi": NHI}
_TYPES: Final[dict[DocumentKind, tuple[str, str]]] = {
    "photo": ("72170-4", "Photographic image"),
    "note": ("11506-3", "Progress note"),
    "summary": ("34133-9", "Summary of episode note"),
}
_MANNERS: Final = {
    "spoken": "spoken",
    "written": "written",
    "bestInterests": "photographed in the patient's best interests",
}

type Object = dict[str, Any]


def system_of(identifier: RecordIdentifier) -> str | None:
    """Return the URI of a patient's number, or None if it has none that another system would know."""
    if ":" in identifier.system:
        return identifier.system
    return _SYSTEMS.get(identifier.system)


def document_type(kind: DocumentKind) -> Object:
    """Return what a document is, in LOINC."""
    code, display = _TYPES[kind]
    return {"coding": [{"system": LOINC, "code": code, "display": display}], "text": display}


def categories(kind: DocumentKind) -> Object:
    """Return the element `category` of texts, by which records list notes; US Core has none for photos."""
    if kind == "photo":
        return {}
    coding = {"system": _CATEGORIES, "code": "clinical-note", "display": "Clinical Note"}
    return {"category": [{"coding": [coding]}]}


def own_identifier(identifier: str) -> Object:
    """Return our identifier of a document."""
    return {"use": "official", "system": URIS, "value": identifier}


def concept(term: Term, text: str = "") -> Object:
    """Return a term with its SNOMED CT code, or as text alone."""
    # Only what the system itself calls a code may stand beside it.
    named = {"display": term.preferred} if term.preferred else {}
    codings = [{"system": SNOMED, "code": term.snomed, **named}] if term.snomed else []
    return {**({"coding": codings} if codings else {}), "text": text or term.display}


def site_and_side(document: RecordDocument) -> str:
    """Return body site and side for people, such as "Forearm (left)"; "" for a document without a site."""
    if document.body_site is None:
        return ""
    side = document.laterality
    if side is None or side.code == "na":
        return document.body_site.display
    return f"{document.body_site.display} ({side.display.lower()})"


def modality(image_type: Term) -> Object:
    """Return how a photo was taken, as DICOM has it: by a camera, or through a dermatoscope."""
    code, display = ("DMS", "Dermoscopy") if image_type.code == "dermoscopy" else ("XC", "External-camera Photography")
    return {"coding": [{"system": DICOM, "code": code, "display": display}], "text": image_type.display}


def description(document: RecordDocument) -> str:
    """Return what people read of a document: what, where, notes, and the consent to a photo."""
    title = document.title.casefold()
    more = [site_and_side(document), document.image_type.display if document.image_type else ""]
    # Titles may already say where a photo was taken.
    what = [document.title, *(part for part in more if part.partition(" (")[0].casefold() not in title)]
    lines = [", ".join(part for part in what if part)]
    if document.kind == "photo" and document.notes:
        lines.append(document.notes)
    if document.consent:
        lines.append(_consent(document.consent))
    return "\n".join(lines)


def minute(ms: int) -> str:
    """Return an instant for people, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def instant(ms: int) -> str:
    """Return an instant as FHIR has it."""
    return iso(ms)


def _consent(consent: RecordConsent) -> str:
    given = f", given by the {consent.given_by}" if consent.given_by else ""
    return f"Consent: {_MANNERS[consent.manner]}{given}, recorded {minute(consent.at)}."
