"""Shapes of the answers about commits."""

from typing import Literal, NotRequired, TypedDict

from bedside.capture.snomed import BODY_SITES, LATERALITIES
from bedside.commits.commit import Commit
from bedside.commits.file import File
from bedside.commits.sides import SIDED
from bedside.commits.targets import FacilityTarget
from bedside.commits.terms import IMAGE_TYPES
from bedside.kernel.instants import iso

Status = Literal["committing", "committed", "failed", "unknown"]


class FileDocument(TypedDict):
    """How far a photo has come: `documentId` is the record's, `warnings` what it was not told.

    `error` says why the photo is not in the record, or why nobody knows whether it is.
    """

    imageId: str
    status: Status
    documentId: NotRequired[str]
    warnings: list[str]
    error: NotRequired[str]


class BundleFileDocument(TypedDict):
    name: str
    url: str


class BundleDocument(TypedDict):
    """A photo's signed bundle: the photo, its description in FHIR, and the manifest, under the names that it has."""

    files: list[BundleFileDocument]
    expiresAt: int


class CommitDocument(TypedDict):
    """A commit, with its photos in the order in which they were named."""

    commitId: str
    committedAt: str
    files: list[FileDocument]


class CodedSiteDocument(TypedDict):
    """A body site with its SNOMED CT code; of those with `sides`, one has to be given."""

    code: str
    snomed: str
    sides: bool


class CodedSideDocument(TypedDict):
    code: str
    snomed: str


class CapabilitiesDocument(TypedDict):
    """What the facility's record takes: `target` is null while there is none; `views` are none beside the types.

    Other body sites are taken too, by their names.
    """

    target: Literal["fhir", "alex", "download"] | None
    bodySites: list[CodedSiteDocument]
    lateralities: list[CodedSideDocument]
    types: list[str]
    views: list[str]
    lateralityRequired: bool
    consentRequired: bool


def status_of(file: File) -> Status:
    """Return a file's state, as far as it matters to clinicians."""
    return file.state if file.state in {"committed", "failed", "unknown"} else "committing"


def error_of(file: File) -> str:
    """Return why a file did not arrive, or why nobody knows whether it did; "" for any other."""
    if file.state not in {"failed", "unknown"}:
        return ""
    return file.problem or "cannot-be-searched"


def file_document(file: File) -> FileDocument:
    """Return how far a photo has come."""
    document: FileDocument = {"imageId": file.image_id, "status": status_of(file), "warnings": list(file.warnings)}
    if file.document_id:
        document["documentId"] = file.document_id
    if error := error_of(file):
        document["error"] = error
    return document


def commit_document(commit: Commit, files: list[File]) -> CommitDocument:
    """Return a commit with its files."""
    return {
        "commitId": commit.commit_id,
        "committedAt": iso(commit.committed_at),
        "files": [file_document(file) for file in files],
    }


def capabilities_document(target: FacilityTarget | None) -> CapabilitiesDocument:
    """Return what a facility's record takes."""
    return {
        "target": target.kind if target else None,
        "bodySites": [{"code": code, "snomed": snomed, "sides": code in SIDED} for code, snomed in BODY_SITES.items()],
        "lateralities": [{"code": code, "snomed": snomed} for code, snomed in LATERALITIES.items()],
        "types": list(IMAGE_TYPES),
        "views": [],
        "lateralityRequired": True,
        "consentRequired": True,
    }
