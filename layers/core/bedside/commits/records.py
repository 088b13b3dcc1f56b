"""Commits and their files as stored in DynamoDB. No I/O."""

from collections.abc import Mapping
from typing import Any, Final

from bedside.commits.commit import Commit
from bedside.commits.file import File
from bedside.commits.subjects import subject_from_item, subject_item
from bedside.platform.due_index import shard_of

# Files in the index of items that are due.
KIND: Final = "file"
_FILE: Final = "file#"
_COMMIT: Final = "commit#"
# Longer than any photo stays, so that it is known where it went as long as it is here.
_LIFE_S: Final = 400 * 24 * 3600


def file_key(name: str) -> str:
    """Return the key of a file's item."""
    return f"{_FILE}{name}"


def file_name(key: str) -> str:
    """Return the name of the file with this key."""
    return key.removeprefix(_FILE)


def commit_key(commit_id: str) -> str:
    """Return the key of a commit's item."""
    return f"{_COMMIT}{commit_id}"


def file_item(file: File) -> dict[str, Any]:
    """Return a file's item, with its place in the index of items that are due."""
    key = file_key(file.key)
    due: dict[str, Any] = {} if file.due_at is None else {"waits": shard_of(KIND, key), "dueAt": file.due_at}
    # Notes stay, and whoever commits them again after years must not send them twice.
    if file.kind == "photo" and file.state in {"committed", "failed"}:
        due["ttl"] = file.changed_at // 1000 + _LIFE_S
    return {
        "pk": key,
        "identifier": file.identifier,
        "facilityId": file.facility_id,
        "encounterId": file.encounter_id,
        "sessionKey": file.session_key,
        "imageId": file.image_id,
        "commitId": file.commit_id,
        "authorId": file.author_id,
        "committedAt": file.committed_at,
        "target": file.target,
        "keptDays": file.kept_days,
        "kind": file.kind,
        "edits": file.edits,
        "state": file.state,
        "notBefore": file.not_before,
        "tries": file.tries,
        "renderings": file.renderings,
        "rendered": file.rendered,
        "contentType": file.content_type,
        "digest": file.digest,
        "documentId": file.document_id,
        "warnings": list(file.warnings),
        "problem": file.problem,
        "changedAt": file.changed_at,
        "version": file.version,
        "resolvedBy": file.resolved_by,
        "patientRecordId": file.patient_record_id,
        "confirmed": file.confirmed,
        **({"patient": subject_item(file.patient)} if file.patient else {}),
        **due,
    }


def file_from_item(item: Mapping[str, Any]) -> File:
    """Return the file stored in an item."""
    return File(
        key=file_name(item["pk"]),
        identifier=item["identifier"],
        facility_id=item["facilityId"],
        encounter_id=item["encounterId"],
        session_key=item["sessionKey"],
        image_id=item["imageId"],
        commit_id=item["commitId"],
        author_id=item["authorId"],
        committed_at=int(item["committedAt"]),
        target=item["target"],
        kept_days=int(item["keptDays"]),
        kind=item["kind"],
        edits=int(item["edits"]),
        state=item["state"],
        due_at=int(item["dueAt"]) if "dueAt" in item else None,
        not_before=int(item["notBefore"]),
        tries=int(item["tries"]),
        renderings=int(item["renderings"]),
        rendered=item["rendered"],
        content_type=item["contentType"],
        digest=item["digest"],
        document_id=item["documentId"],
        warnings=tuple(item["warnings"]),
        problem=item["problem"],
        changed_at=int(item["changedAt"]),
        version=int(item["version"]),
        resolved_by=item["resolvedBy"],
        # Files of photos from before notes were committed have none.
        patient_record_id=item.get("patientRecordId", ""),
        # Nor have those of earlier releases what was confirmed.
        confirmed=item.get("confirmed", ""),
        # Files of earlier releases have none: theirs is the directory's.
        patient=subject_from_item(item["patient"]) if "patient" in item else None,
    )


def commit_item(commit: Commit) -> dict[str, Any]:
    """Return a commit's item."""
    return {
        "pk": commit_key(commit.commit_id),
        "facilityId": commit.facility_id,
        "encounterId": commit.encounter_id,
        "authorId": commit.author_id,
        "committedAt": commit.committed_at,
        "files": dict(commit.files),
        "ttl": commit.committed_at // 1000 + _LIFE_S,
    }


def commit_from_item(item: Mapping[str, Any]) -> Commit:
    """Return the commit stored in an item."""
    return Commit(
        commit_id=str(item["pk"]).removeprefix(_COMMIT),
        facility_id=item["facilityId"],
        encounter_id=item["encounterId"],
        author_id=item["authorId"],
        committed_at=int(item["committedAt"]),
        files=dict(item["files"]),
    )
