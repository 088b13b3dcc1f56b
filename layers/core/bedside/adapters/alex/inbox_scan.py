"""A document as ALEX's inbox takes it: what clinicians see of it, unlike of a Media.

docs/record-elements.md lists every element.
"""

import base64
from typing import Any, Final

from bedside.adapters.fhir.terms import LOINC, description, instant, own_identifier
from bedside.ports.records import RecordDocument

type Object = dict[str, Any]

# "Photographic image": the type of every inbox scan, whatever its content.
_TYPE: Final = {"coding": [{"system": LOINC, "code": "72170-4", "display": "Photographic image"}]}
MOST_BYTES: Final = 8_000_000
CONTENT_TYPES: Final = frozenset({"image/tiff", "application/pdf"})


def inbox_scan(document: RecordDocument, patient: str) -> Object:
    """Return the DocumentReference; `patient` is an absolute reference."""
    return {
        "resourceType": "DocumentReference",
        "identifier": [own_identifier(document.identifier)],
        "status": "current",
        "type": _TYPE,
        "subject": {"reference": patient},
        "date": instant(document.committed_at),
        "description": f"{description(document)}\n{document.author.name}",
        "content": [
            {
                "attachment": {
                    "contentType": document.content_type,
                    "data": base64.b64encode(document.content).decode(),
                    "title": document.title,
                    "creation": instant(document.made_at),
                }
            }
        ],
    }
