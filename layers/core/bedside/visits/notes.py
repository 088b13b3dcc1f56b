"""A practitioner's notes on a visit, versioned and protected by optimistic locking; all versions are kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

from pydantic import StringConstraints

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table, transact
from bedside.encounters.events import event, user
from bedside.encounters.outbox import with_events
from bedside.identity.principal import Principal
from bedside.kernel.errors import Limit, LimitReachedError, PreconditionFailedError
from bedside.kernel.instants import iso
from bedside.kernel.versions import version_seen
from bedside.kernel.wire import Paragraphs, Wire
from bedside.visits.access import require_practitioner
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import NotesDocument, NotesHistoryDocument

Note = Annotated[Paragraphs, StringConstraints(max_length=10_000)]
_FIELDS: Final = ("chiefComplaint", "observations", "assessment", "plan")
_EMPTY: Final[Item] = {"version": 0, **dict.fromkeys(_FIELDS, "")}
# Versions per visit, each a DynamoDB item; no human saves this often.
_MAX_VERSIONS: Final = 100_000
_VERSIONS: Final = Limit("notes-versions", _MAX_VERSIONS, 3600)
_SHOWN: Final = 50
# A Lambda response may have at most 6 MB.
_SHOWN_BYTES: Final = 4 * 1024 * 1024


class NotesRequest(Wire):
    chief_complaint: Note
    observations: Note
    assessment: Note
    plan: Note


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes by visit; version 0 means that nothing has been written yet."""

    repository: VisitRepository
    table: Table

    def get(self, principal: Principal, visit_id: str) -> tuple[NotesDocument, int]:
        """Return the notes and their version. Raises VisitNotFoundError, ForbiddenError, UnavailableError."""
        require_practitioner(self.repository.get(visit_id), principal)
        item = self._latest(visit_id)
        return _document(item), int(item["version"])

    def save(
        self, principal: Principal, visit_id: str, request: NotesRequest, seen: str | None, now_ms: int
    ) -> tuple[NotesDocument, int]:
        """Save notes if the If-Match header `seen` names the current version; return the notes and their new version.

        Saving the same notes again creates no new version, so that a request can be repeated after a lost response.
        Raises VisitNotFoundError, ForbiddenError, InvalidRequestError, PreconditionRequiredError,
        PreconditionFailedError, LimitReachedError, UnavailableError.
        """
        visit = require_practitioner(self.repository.get(visit_id), principal)
        version = self._seen(visit_id, seen)
        texts = request.model_dump(by_alias=True)
        item = {**texts, "version": version + 1, "savedAt": now_ms, "savedBy": principal.user_id}
        archived = self.table.put_change(
            {"pk": f"notes#{visit_id}#{version + 1}", **item}, condition="attribute_not_exists(#pk)"
        )
        current_item = {**item, "encounterId": visit_id, "facilityId": visit.facility_id}
        saved = event("notes-saved", now_ms, user(principal.user_id), version=version + 1)
        expression, values = with_events(
            f"SET {', '.join(f'#{name} = :{name}' for name in current_item)}", current_item, [saved]
        )
        latest = self.table.update_change(
            f"notes#{visit_id}",
            expression,
            condition="#version = :seen" if version else "attribute_not_exists(#pk)",
            values={**values, "seen": version} if version else values,
        )
        try:
            transact(latest, archived)
        except ConditionFailedError as error:
            current = self._latest(visit_id)
            own = current["version"] == version + 1 and current["savedBy"] == principal.user_id
            if not (own and all(current[name] == texts[name] for name in _FIELDS)):
                raise PreconditionFailedError("The notes were changed elsewhere.", int(current["version"])) from error
            item = current
        return _document(item), int(item["version"])

    def list_versions(self, principal: Principal, visit_id: str) -> NotesHistoryDocument:
        """Return the latest fifty versions, or as many as fit into a response, newest first; raises like `get`."""
        require_practitioner(self.repository.get(visit_id), principal)
        return {
            "versions": [
                {
                    "version": int(item["version"]),
                    "savedAt": iso(int(item["savedAt"])),
                    "savedBy": item["savedBy"],
                    **_document(item),
                }
                for item in self._versions(visit_id)
            ]
        }

    def _seen(self, visit_id: str, if_match: str | None) -> int:
        """Return the version that a request is based on. Raises as `version_seen` does, and LimitReachedError."""
        changed = "The notes were changed elsewhere."
        version = version_seen(if_match, lambda: self._version(visit_id), changed)
        if version >= _MAX_VERSIONS:
            current = self._version(visit_id)
            if version != current:
                raise PreconditionFailedError(changed, current)
            raise LimitReachedError("These notes were changed too often.", _VERSIONS, _VERSIONS.window_s)
        return version

    def _version(self, visit_id: str) -> int:
        return int(self._latest(visit_id)["version"])

    def _versions(self, visit_id: str) -> Iterator[Item]:
        latest, size = self._version(visit_id), 0
        for number in range(latest, max(0, latest - _SHOWN), -1):
            item = self.table.get(f"notes#{visit_id}#{number}")
            if item:
                size += sum(len(item[name].encode()) for name in _FIELDS)
                if size > _SHOWN_BYTES:
                    return
                yield item

    def _latest(self, visit_id: str) -> Item:
        return self.table.get(f"notes#{visit_id}") or _EMPTY


def _document(item: Mapping[str, Any]) -> NotesDocument:
    return cast("NotesDocument", {name: item[name] for name in _FIELDS})
