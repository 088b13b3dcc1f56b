"""A document as FHIR R4 has it (https://hl7.org/fhir/R4/documentreference.html), which knows no body site of one.

It is in the extension for elements of R5, in the form that profiles for images read (0.0.1-snapshot-2 of the package
hl7.fhir.uv.xver-r5.r4; what has been published since is for Media alone), with the side in a contained BodyStructure;
or, where a facility wants Media, also in `Media.bodySite`. docs/record-elements.md lists every element.
"""

import uuid
from typing import Any, Final

from bedside.adapters.fhir.attachments import attachments
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

# https://hl7.org/fhir/versions.html#extensions: elements of R5, in resources of R4.
_R5: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-DocumentReference"
_MEDIA_TYPE: Final = "http://terminology.hl7.org/CodeSystem/media-type"
_SITE: Final = "body-site"


def document_reference(document: RecordDocument, references: References) -> Object:
    """Return the DocumentReference with its content."""
    found: Object = {
        "resourceType": "DocumentReference",
        **({"contained": [_body_structure(document, references)]} if document.body_site else {}),
        **({"extension": extensions} if (extensions := _extensions(document)) else {}),
        "masterIdentifier": own_identifier(document.identifier),
        "identifier": [own_identifier(document.identifier)],
        "status": "current",
        "docStatus": "final",
        "type": document_type(document.kind),
        **categories(document.kind),
        "subject": {"reference": references.patient},
        "date": instant(document.committed_at),
        "author": [author(document, references)],
        "description": description(document),
        "content": [{"attachment": each} for each in attachments(document, long_sizes=False)],
        "context": {"period": {"start": instant(document.made_at), "end": instant(document.made_at)}},
    }
    if references.encounter:
        found["context"]["encounter"] = [{"reference": references.encounter}]
    return found


def transaction(document: RecordDocument, references: References) -> Object:
    """Return a transaction that stores the content once, and a Media and a DocumentReference that point to it."""
    names = {kind: str(uuid.uuid5(uuid.UUID(document.identifier), kind)) for kind in ("Binary", "Media")}
    binary, media = (f"urn:uuid:{names[kind]}" for kind in ("Binary", "Media"))
    listed = document_reference(document, references)
    content = listed["content"][0]["attachment"]
    data = content.pop("data")
    content["url"] = binary
    listed["context"]["related"] = [{"reference": media}]
    shown = {name: value for name, value in content.items() if name != "data"}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            _entry(binary, {"resourceType": "Binary", "contentType": document.content_type, "data": data}),
            _entry(media, _media(document, references, shown, media)),
            _entry(f"urn:uuid:{uuid.uuid5(uuid.UUID(document.identifier), 'DocumentReference')}", listed),
        ],
    }


def author(document: RecordDocument, references: References) -> Object:
    """Return the author, by name alone if the record does not know them."""
    named = {"display": document.author.name}
    return {"reference": references.author, **named} if references.author else named


def _media(document: RecordDocument, references: References, content: Object, name: str) -> Object:
    found: Object = {
        "resourceType": "Media",
        "identifier": [own_identifier(name)],
        "status": "completed",
        "type": {"coding": [{"system": _MEDIA_TYPE, "code": "image", "display": "Image"}]},
        "subject": {"reference": references.patient},
        "createdDateTime": instant(document.made_at),
        "issued": instant(document.committed_at),
        "content": content,
    }
    if references.encounter:
        found["encounter"] = {"reference": references.encounter}
    if document.image_type:
        found["modality"] = modality(document.image_type)
    if document.body_site:
        found["bodySite"] = concept(document.body_site, site_and_side(document))
    return found


def _extensions(document: RecordDocument) -> list[Object]:
    found: list[Object] = []
    if document.body_site:
        site = concept(document.body_site, site_and_side(document))
        parts: list[Object] = [
            {"url": "concept", "valueCodeableConcept": site},
            {"url": "reference", "valueReference": {"reference": f"#{_SITE}"}},
        ]
        found.append({"url": f"{_R5}.bodySite", "extension": parts})
    if document.image_type:
        found.append({"url": f"{_R5}.modality", "valueCodeableConcept": modality(document.image_type)})
    return found


def _body_structure(document: RecordDocument, references: References) -> Object:
    site, side = document.body_site, document.laterality
    found: Object = {
        "resourceType": "BodyStructure",
        "id": _SITE,
        **({"location": concept(site)} if site else {}),
        "patient": {"reference": references.patient},
    }
    if side and side.code != "na":
        found["locationQualifier"] = [concept(side)]
    return found


def _entry(full_url: str, resource: Object) -> Object:
    return {
        "fullUrl": full_url,
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"]},
    }
