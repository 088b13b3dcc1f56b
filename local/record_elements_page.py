"""`python -m local.record_elements_page`: write docs/record-elements.md from what the mappings write."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from local.cloud import ROOT

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.adapters.alex.inbox_scan import inbox_scan
from bedside.adapters.fhir import r4, r5
from bedside.adapters.fhir.references import References
from bedside.ports.records import RecordAuthor, RecordConsent, RecordDocument, RecordPatient, Term

PAGE = ROOT / "docs/record-elements.md"
_HEAD = """# What is written to records

Written by `make docs` from the mappings in `layers/core/bedside/adapters/fhir` and `adapters/alex`; do not edit. Tests
validate every resource with the package fhir.resources (R4B and R5) and, for R4, against HL7's JSON schema.
[0023](adr/0023-documents-in-records.md) has the reasons behind the mapping as a whole.

No element has the name, number or birth date of the patient, who is referred to; a page with a banner shows them. Notes
and summaries are written like photos, without what only photos have.
"""
# The parts of FHIR's data types that one reason covers.
_WHOLE = ({"coding", "text"}, {"reference", "display"}, {"use", "system", "value"}, {"start", "end"}, {"valueString"})
_WHY = {
    "identifier": "our own number of the document, fixed before it is first sent: by it a search finds the document",
    "masterIdentifier": "the same, as the number of this version: MHD requires it",
    "category": "of notes alone: a clinical note, in US Core's categories, by which records list notes",
    "status": "the document is valid",
    "docStatus": "it is finished: Bedside sends no drafts",
    "type": "what it is, in LOINC; every inbox scan of ALEX is a 72170-4",
    "subject": "the patient, once two identifiers have confirmed them; ALEX wants the reference absolute",
    "date": "when the clinician committed it; the same when it is sent again",
    "period": "when the photo was taken, or the text written",
    "context.period": "when the photo was taken, or the text written",
    "author": "the clinician: a reference if the facility has tied them to a practitioner, their name in any case",
    "description": "what people read in a list: title, site and side, type, notes, consent; in ALEX also who",
    "content.attachment.contentType": "JPEG, PDF or TIFF, as the target wants it",
    "content.attachment.data": "the content itself: one request stores all of the document, or nothing",
    "content.attachment.url": "the Binary of the same transaction, so that the content is stored once",
    "content.attachment.size": "lets readers see how large it is without loading it",
    "content.attachment.hash": "SHA-1, as FHIR defines it: against accidents in storage",
    "content.attachment.title": "the name under which viewers list the page",
    "content.attachment.creation": "when the photo was taken, or the text written",
    "context.encounter": "the encounter, if the record has it as this patient's",
    "context": "the encounter, if the record has it as this patient's",
    "encounter": "the encounter, if the record has it as this patient's",
    "context.related": "the Media that shows the same photo",
    "bodySite": "where on the body, in SNOMED CT, with site and side as text",
    "bodySite.concept": "where on the body, in SNOMED CT, with site and side as text",
    "bodySite.reference": "the contained BodyStructure, which has the side as a code",
    "extension[bodySite].concept": "as `bodySite` of R5, in HL7's draft of an extension (xver-r5.r4 0.0.1-snapshot-2)",
    "extension[bodySite].reference": "the contained BodyStructure, which has the side as a code",
    "extension[modality]": "as `modality` of R5, in an extension of the same draft",
    "modality": "a camera (XC) or a dermatoscope (DMS), in DICOM's codes; the text says how near the photo was taken",
    "contained[BodyStructure].id": "what the document refers to",
    "contained[BodyStructure].location": "the site of the structure",
    "contained[BodyStructure].locationQualifier": "its side",
    "contained[BodyStructure].includedStructure.structure": "the site of the structure",
    "contained[BodyStructure].includedStructure.laterality": "its side",
    "contained[BodyStructure].patient": "required by FHIR: whose structure it is",
    "createdDateTime": "when the photo was taken",
    "issued": "when the clinician committed it",
    "content.contentType": "the type of the image",
    "content.url": "the Binary of the same transaction",
    "content.size": "as in the DocumentReference",
    "content.hash": "as in the DocumentReference",
    "content.title": "as in the DocumentReference",
    "content.creation": "as in the DocumentReference",
    "contentType": "the type of the content",
    "data": "the content itself",
}
# Of elements that mean something else in this kind of resource.
_WHY_IN = {
    ("Media", "identifier"): "made of the document's, so that each has its own",
    ("Media", "status"): "the photo is taken",
    ("Media", "subject"): "the patient, once two identifiers have confirmed them",
    ("Media", "type"): "a still image, in HL7's codes of media types",
}


def sample() -> RecordDocument:
    """Return a document that has everything."""
    return RecordDocument(
        identifier="urn:uuid:6f1c9a52-7a0e-4c36-9d35-0d7d8a8c2b11",
        kind="photo",
        title="Photo",
        content=b"content",
        content_type="image/jpeg",
        made_at=1_772_841_600_000,
        committed_at=1_772_845_200_000,
        patient=RecordPatient("Ana Tane", external_id="pat-1"),
        author=RecordAuthor("Dr Sam Reid", "prac-1"),
        encounter_id="enc-1",
        body_site=Term("forearm", "Forearm", "14975008", "Forearm structure"),
        laterality=Term("left", "Left", "7771000", "Left"),
        image_type=Term("dermoscopy", "Dermoscopy"),
        notes="Two lesions",
        consent=RecordConsent("spoken", "patient", 1_772_841_000_000),
    )


def resources() -> dict[str, list[dict[str, Any]]]:
    """Return what is written for the sample, by kind of record."""
    document, references = sample(), References("Patient/pat-1", "Practitioner/prac-1", "Encounter/enc-1")
    note = replace(document, kind="note", body_site=None, laterality=None, image_type=None, consent=None)
    return {
        "R4": [r4.document_reference(each, references) for each in (document, note)],
        "R4 with Media": [each["resource"] for each in r4.transaction(document, references)["entry"]],
        "R5": [r5.document_reference(each, references) for each in (document, note)],
        "ALEX": [inbox_scan(document, "https://record.example/fhir/Patient/pat-1")],
    }


def elements(resource: dict[str, Any]) -> list[str]:
    """Return the paths of a resource's elements, each once."""
    return list(dict.fromkeys(_paths({name: value for name, value in resource.items() if name != "resourceType"}, "")))


def page() -> str:
    """Return the page. Raises KeyError for an element without a reason."""
    found: dict[str, dict[str, list[str]]] = {}
    for record, written in resources().items():
        for resource in written:
            of_kind = found.setdefault(resource["resourceType"], {})
            for path in elements(resource):
                records = of_kind.setdefault(path, [])
                records += [] if record in records else [record]
    parts = [_HEAD]
    for kind in sorted(found, key=lambda each: each != "DocumentReference"):
        rows = [
            f"| `{path}` | {', '.join(records)} | {_WHY_IN.get((kind, path), _WHY[path])} |"
            for path, records in sorted(found[kind].items())
        ]
        parts.append("\n".join([f"\n## {kind}\n", "| element | written to | why |", "|---|---|---|", *rows, ""]))
    return "".join(parts)


def reasons() -> set[str]:
    """Return the elements that have a reason."""
    return set(_WHY)


def _paths(value: Any, within: str) -> Iterator[str]:  # noqa: ANN401 (JSON of any kind)
    if isinstance(value, list):
        for each in value:
            yield from _paths(each, within)
    elif not isinstance(value, dict) or any(set(value) <= whole for whole in _WHOLE):
        yield within
    else:
        kind = value.get("resourceType")
        name = f"{within}[{kind}]" if kind else within
        for each in value.get("extension", []):
            yield from _extension(each, name)
        for key in value.keys() - {"resourceType", "extension"}:
            yield from _paths(value[key], f"{name}.{key}" if name else key)


def _extension(value: dict[str, Any], within: str) -> Iterator[str]:
    """Yield an extension by the last part of its URL, and its parts, if it has some."""
    last = value["url"].rpartition(".")[2]
    name = f"{within}.{last}" if within else f"extension[{last}]"
    if "extension" not in value:
        yield name
    for each in value.get("extension", []):
        yield from _extension(each, name)


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    main()
