"""A practitioner's notes on a visit: changed only by whoever has read the latest version, and every version is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

from pydantic import StringConstraints

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table, transact
from bedside.identity.principal import Principal
from bedside.kernel.errors import (
    FieldFault,
    InvalidRequestError,
    PreconditionFailedError,
    PreconditionRequiredError,
    UnavailableError,
)
from bedside.kernel.instants import iso
from bedside.kernel.wire import PRINTABLE, Wire
from bedside.visits.access import practising
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import NotesDocument, NotesHistoryDocument

Note = Annotated[str, StringConstraints(max_length=10_000, pattern=PRINTABLE)]
_FIELDS: Final = ("chiefComplaint", "observations", "assessment", "plan")
_EMPTY: Final[Item] = {"version": 0, **dict.fromkeys(_FIELDS, "")}
# All versions of one visit, an item of DynamoDB each; nobody saves that often by hand.
_MAX_VERSIONS: Final = 100_000
_SHOWN: Final = 50
# An answer of Lambda's may have 6 MB.
_SHOWN_BYTES: Final = 4 * 1024 * 1024


class NotesRequest(Wire):
    chief_complaint: Note
    observations: Note
    assessment: Note
    plan: Note


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes by visit; their version counts from 0, when nothing was written yet."""

    repository: VisitRepository
    table: Table

    def read(self, who: Principal, visit_id: str) -> tuple[NotesDocument, int]:
        """Return the notes and their version; raises VisitNotFoundError, ForbiddenError, UnavailableError."""
        practising(self.repository.read(visit_id), who)
        item = self._latest(visit_id)
        return _document(item), int(item["version"])

    def write(
        self, who: Principal, visit_id: str, request: NotesRequest, seen: str | None, now_ms: int
    ) -> tuple[NotesDocument, int]:
        """Keep new notes if `seen`, the If-Match header, is the version that stands; return them and their version.

        The same notes again are no new version, so that a request whose answer was lost can be repeated. Raises
        VisitNotFoundError, ForbiddenError, PreconditionRequiredError, PreconditionFailedError, UnavailableError.
        """
        practising(self.repository.read(visit_id), who)
        version = _version(seen)
        texts = request.model_dump(by_alias=True)
        facts = {**texts, "version": version + 1, "savedAt": now_ms, "savedBy": who.user_id}
        kept = self.table.put_change(
            {"pk": f"notes#{visit_id}#{version + 1}", **facts}, condition="attribute_not_exists(#pk)"
        )
        latest = self.table.put_change(
            {"pk": f"notes#{visit_id}", **facts},
            condition="#version = :seen" if version else "attribute_not_exists(#pk)",
            values={"seen": version} if version else {},
        )
        try:
            transact(latest, kept)
        except ConditionFailedError as error:
            stands = self._latest(visit_id)
            mine = stands["version"] == version + 1 and stands["savedBy"] == who.user_id
            if not (mine and all(stands[name] == texts[name] for name in _FIELDS)):
                raise PreconditionFailedError("The notes were changed elsewhere.", int(stands["version"])) from error
            facts = stands
        return _document(facts), int(facts["version"])

    def history(self, who: Principal, visit_id: str) -> NotesHistoryDocument:
        """Return the latest fifty versions, or as many as fit into an answer, newest first; raises as `read` does."""
        practising(self.repository.read(visit_id), who)
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

    def _versions(self, visit_id: str) -> Iterator[Item]:
        latest, size = int(self._latest(visit_id)["version"]), 0
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


def _version(header: str | None) -> int:
    if header is None:
        raise PreconditionRequiredError("Read the notes first, and say in If-Match which version was read.")
    text = header.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) <= len("100000")):
        raise InvalidRequestError([FieldFault("If-Match", "This is not a version of ours.")])
    if int(text) >= _MAX_VERSIONS:
        raise UnavailableError("These notes have been changed too often.", cause="TooManyVersions")
    return int(text)
