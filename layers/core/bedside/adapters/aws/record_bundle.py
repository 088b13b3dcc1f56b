"""Signed bundles for facilities without a record that we can reach: a document, its FHIR resource, and a manifest.

Everything of a document is in one folder of the bucket, named after its identifier. The manifest comes last, in one
object together with its signature (JWS, RFC 7515, 7.2.2), so that a bundle with a manifest is complete.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any, Final

import jwt

from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.fhir import r4
from bedside.adapters.fhir.keys import ClientKey
from bedside.adapters.fhir.references import References
from bedside.adapters.fhir.terms import system_of
from bedside.kernel.instants import iso
from bedside.ports.records import Finding, Receipt, RecordDocument, RecordPatient

type Object = dict[str, Any]

FOLDER: Final = "records"
MANIFEST: Final = "manifest.jws.json"
_ENDINGS: Final = {"image/jpeg": "jpg", "image/tiff": "tif", "application/pdf": "pdf"}
_MOST_MANIFEST_BYTES: Final = 64 * 1024


class RecordBundles:
    """The bundles of one facility. Storing one again leaves it as it is."""

    def __init__(self, bucket: Bucket, facility_id: str, key: ClientKey) -> None:
        self._bucket = bucket
        self._facility_id = facility_id
        self._key = key

    def find(self, identifier: str, patient: RecordPatient) -> Receipt | None:  # noqa: ARG002  # the port's
        """Return the bundle of a document, if it is complete."""
        name = _name(identifier)
        manifest = self._bucket.read_start(f"{self._folder(name)}/{MANIFEST}", _MOST_MANIFEST_BYTES)
        return Receipt(name) if manifest else None

    def create(self, document: RecordDocument) -> Receipt:
        """Store a document's bundle. Raises UnavailableError, after which it is not complete."""
        name = _name(document.identifier)
        folder = self._folder(name)
        # Named after their contents, so that attempts which render differently do not mix.
        picture = f"{_digest(document.content)[:16]}.{_ENDINGS[document.content_type]}"
        resource = json.dumps(described(document, picture), ensure_ascii=False, indent=2).encode()
        described_in = f"{_digest(resource)[:16]}.fhir.json"
        self._bucket.create(f"{folder}/{picture}", document.content, document.content_type)
        self._bucket.create(f"{folder}/{described_in}", resource, "application/fhir+json")
        manifest = {
            "identifier": document.identifier,
            "facilityId": self._facility_id,
            "committedAt": iso(document.committed_at),
            "files": [_entry(picture, document.content), _entry(described_in, resource)],
        }
        self._bucket.create(f"{folder}/{MANIFEST}", signed(manifest, self._key), "application/jose+json")
        return Receipt(name)

    def check(self) -> Sequence[Finding]:
        """Look for a bundle that nobody has."""
        self.find("urn:uuid:00000000-0000-4000-8000-000000000000", RecordPatient(""))
        return [Finding("storage", ok=True)]

    def _folder(self, name: str) -> str:
        return f"{FOLDER}/{self._facility_id}/{name}"


def bundle_files(bucket: Bucket, facility_id: str, identifier: str) -> dict[str, str]:
    """Return the keys of a complete bundle's files by their names, the manifest last; none if there is no such bundle.

    Raises UnavailableError.
    """
    folder = f"{FOLDER}/{facility_id}/{_name(identifier)}"
    stored = bucket.read_start(f"{folder}/{MANIFEST}", _MOST_MANIFEST_BYTES)
    if stored is None:
        return {}
    names = [str(each["name"]) for each in json.loads(stored.content)["manifest"]["files"]]
    return {name: f"{folder}/{name}" for name in (*names, MANIFEST)}


def described(document: RecordDocument, url: str) -> Object:
    """Return a document's DocumentReference (R4), with the patient by name and numbers, and the content at `url`."""
    found = r4.document_reference(document, References(""))
    patient: Object = {"display": document.patient.name}
    numbers = [(system, each.value) for each in document.patient.identifiers if (system := system_of(each))]
    if numbers:
        patient["identifier"] = {"system": numbers[0][0], "value": numbers[0][1]}
    found["subject"] = patient
    for each in found.get("contained", []):
        each["patient"] = patient
    content = found["content"][0]["attachment"]
    del content["data"]
    content["url"] = url
    return found


def signed(manifest: Object, key: ClientKey) -> bytes:
    """Return a manifest with its signature, and readable beside it."""
    payload = json.dumps(manifest, ensure_ascii=False).encode()
    compact = jwt.PyJWS().encode(payload, key.private_key, algorithm=key.algorithm, headers={"kid": key.key_id})
    protected, text, signature = compact.split(".")
    return json.dumps(
        {"manifest": manifest, "protected": protected, "payload": text, "signature": signature}, indent=2
    ).encode()


def _name(identifier: str) -> str:
    return str(uuid.UUID(identifier))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _entry(name: str, content: bytes) -> Object:
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return {"name": name, "size": len(content), "sha256": digest}
