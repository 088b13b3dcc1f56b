"""A document as FHIR R5 has it: https://hl7.org/fhir/R5/documentreference.html, with body site and modality.

The side is in a contained BodyStructure. docs/record-elements.md lists every element.
"""

from typing import Any, Final

from bedside.adapters.fhir.attachments import attachments
from bedside.adapters.fhir.r4 import author
from bedside.adapters.fhir.references import References
from bedside.adapters.fhir.terms import (
    categories,
    concept,
    description,
    document_type,
    instant,
    modality,
    own_identifier,
    site_and_side,
)
from bedside.ports.records import RecordDocument

type Object = dict[str, Any]

_SITE: Final = "body-site"


def document_reference(document: RecordDocument, references: References) -> Object:
    """Return the DocumentReference with its content."""
    found: Object = {
        "resourceType": "DocumentReference",
        **({"contained": [_body_structure(document, references)]} if document.body_site else {}),
        "identifier": [own_identifier(document.identifier)],
        "status": "current",
        "docStatus": "final",
        "type": document_type(document.kind),
        **categories(document.kind),
        "subject": {"reference": references.patient},
        "period": {"start": instant(document.made_at), "end": instant(document.made_at)},
        "date": instant(document.committed_at),
        "author": [author(document, references)],
        "description": description(document),
        "content": [{"attachment": each} for each in attachments(document, long_sizes=True)],
    }
    if references.encounter:
        found["context"] = [{"reference": references.encounter}]
    if document.image_type:
        found["modality"] = [modality(document.image_type)]
    if document.body_site:
        site = concept(document.body_site, site_and_side(document))
        found["bodySite"] = [{"concept": site, "reference": {"reference": f"#{_SITE}"}}]
    return found


def _body_structure(document: RecordDocument, references: References) -> Object:
    site, side = document.body_site, document.laterality
    structure: Object = {"structure": concept(site)} if site else {}
    if side and side.code != "na":
        structure["laterality"] = concept(side)
    return {
        "resourceType": "BodyStructure",
        "id": _SITE,
        "includedStructure": [structure],
        "patient": {"reference": references.patient},
    }
