"""A document's content as FHIR carries it: in the resource itself, so that one request stores all or nothing."""

import base64
import hashlib
from typing import Any

from bedside.adapters.fhir.terms import instant
from bedside.ports.records import RecordDocument

type Object = dict[str, Any]


def attachments(document: RecordDocument, *, long_sizes: bool) -> list[Object]:
    """Return the content, and for a text also the text itself; R5 writes sizes as text (`long_sizes`)."""
    found = [_attachment(document, document.content_type, document.content, long_sizes=long_sizes)]
    if document.kind != "photo" and document.notes:
        text = document.notes.encode()
        found.append(_attachment(document, "text/plain; charset=UTF-8", text, long_sizes=long_sizes))
    return found


def _attachment(document: RecordDocument, content_type: str, content: bytes, *, long_sizes: bool) -> Object:
    return {
        "contentType": content_type,
        "data": base64.b64encode(content).decode(),
        "size": str(len(content)) if long_sizes else len(content),
        # FHIR's Attachment.hash is of SHA-1, against accidents in storage.
        "hash": base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode(),
        "title": document.title,
        "creation": instant(document.made_at),
    }
