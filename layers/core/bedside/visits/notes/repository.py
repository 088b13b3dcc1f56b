"""Notes in DynamoDB: one item per visit, changed only by conditional writes, and one for every version of the texts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, Table, transact
from bedside.encounters.events import Event
from bedside.encounters.outbox import with_events
from bedside.visits.model import Visit
from bedside.visits.notes.model import FIELDS, Addendum, Author, Notes, Release, Signature

_SHOWN: Final = 50
# A Lambda response may have at most 6 MB, of which signed notes with all addenda take less than half of one.
_SHOWN_BYTES: Final = 4 * 1024 * 1024


class NotesRepository:
    """Notes of all facilities, in the table of visits; callers must have checked access to the visit."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, visit_id: str) -> Notes:
        """Return a visit's notes; version 0 means that nothing has been written yet."""
        item = self._table.get(_key(visit_id))
        return Notes() if item is None else _from_record(item)

    def update(self, visit: Visit, before: Notes, after: Notes, events: Sequence[Event]) -> None:
        """Write a change of a visit's notes, in one transaction with what the visit itself says about them.

        Writes only what differs, so that texts are never written again once they are signed. Raises
        ConditionFailedError if the notes are no longer what they were before.
        """
        known = _record(before)
        changed = {name: value for name, value in _record(after).items() if name not in known or value != known[name]}
        # Notes that were last saved before notes could be signed do not have `savedVersion`.
        values = {
            **changed,
            "savedVersion": after.saved_version,
            "encounterId": visit.visit_id,
            "facilityId": visit.facility_id,
        }
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        expression, extended = with_events(f"SET {sets}", values, events)
        changes = [
            self._table.update_change(
                _key(visit.visit_id),
                expression,
                condition="#version = :seen" if before.version else "attribute_not_exists(#pk)",
                values={**extended, "seen": before.version} if before.version else extended,
            )
        ]
        if after.saved_version != before.saved_version:
            archived = {"pk": _key(visit.visit_id, after.saved_version), **_saved(after), "version": after.version}
            changes.append(self._table.put_change(archived, condition="attribute_not_exists(#pk)"))
        if visit.notes_state != after.state:
            # Lists tell it without a request for each visit. Nothing else writes this attribute.
            changes.append(
                self._table.update_change(
                    visit.visit_id,
                    "SET #notesState = :state",
                    condition="attribute_exists(#pk)",
                    values={"state": after.state},
                )
            )
        transact(*changes)

    def prepare_event(self, visit_id: str, happened: Event) -> Change:
        """Return the change that tells the visit's timeline of something that happened to its notes elsewhere."""
        expression, values = with_events("SET #toldAt = :at", {"at": happened["at"]}, [happened])
        return self._table.update_change(_key(visit_id), expression, condition="attribute_exists(#pk)", values=values)

    def list_versions(self, visit_id: str, latest: int) -> Iterator[Item]:
        """Yield the latest fifty versions of the texts, or as many as fit into a response, newest first."""
        size = 0
        for number in range(latest, max(0, latest - _SHOWN), -1):
            item = self._table.get(_key(visit_id, number))
            if item:
                size += sum(len(item[name].encode()) for name in FIELDS)
                if size > _SHOWN_BYTES:
                    return
                yield item


def _key(visit_id: str, version: int | None = None) -> str:
    return f"notes#{visit_id}" if version is None else f"notes#{visit_id}#{version}"


def _saved(notes: Notes) -> dict[str, Any]:
    return {**notes.texts, "savedAt": notes.saved_at, "savedBy": notes.saved_by}


def _record(notes: Notes) -> dict[str, Any]:
    """Return the attributes of notes, without those that they do not have yet."""
    if not notes.version:
        return {}
    record = {**_saved(notes), "version": notes.version, "savedVersion": notes.saved_version}
    if notes.signature:
        record["signature"] = {"at": notes.signature.at, "by": _author(notes.signature.by)}
    if notes.addenda:
        record["addenda"] = [{"at": one.at, "by": _author(one.by), "text": one.text} for one in notes.addenda]
    if notes.releases:
        record["releases"] = [{"at": one.at, "by": _author(one.by), "addenda": one.addenda} for one in notes.releases]
    return record


def _from_record(item: Mapping[str, Any]) -> Notes:
    signature = item.get("signature")
    version = int(item["version"])
    return Notes(
        version=version,
        texts={name: item[name] for name in FIELDS},
        saved_version=int(item.get("savedVersion", version)),
        saved_at=int(item["savedAt"]),
        saved_by=item["savedBy"],
        signature=signature and Signature(signature["at"], _author_from(signature["by"])),
        addenda=tuple(Addendum(one["at"], _author_from(one["by"]), one["text"]) for one in item.get("addenda", ())),
        releases=tuple(Release(one["at"], _author_from(one["by"]), one["addenda"]) for one in item.get("releases", ())),
    )


def _author(author: Author) -> dict[str, Any]:
    return {"userId": author.user_id, "name": author.name}


def _author_from(item: Mapping[str, Any]) -> Author:
    return Author(item["userId"], item["name"])
