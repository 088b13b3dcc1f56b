"""Planning: makes the records of what people should be told of a subject, and withdraws those of what they should not.

It compares the state that is wanted with the one that was planned last. So it does not matter how often, in which order
or how late it is told of a change.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bedside.kernel.errors import UnavailableError
from bedside.notifications.attempts import RETURNED
from bedside.notifications.outlet import Outlet
from bedside.notifications.record import Record, planned, record_id_of
from bedside.notifications.repository import RecordRepository
from bedside.notifications.subjects import Subject, SubjectRepository
from bedside.ports.notices import Notice, NoticeSource

# Nobody is told of what is older: it is of no use any more, and a new release must not tell of the past.
_OLDEST_MS: Final = 7 * 24 * 3_600_000
# Two changes of a subject rarely meet.
_TRIES: Final = 6
_NOT_WANTED: Final = "notWanted"


@dataclass(frozen=True, slots=True)
class Planning:
    """Plans notices. `sources` are those of all domains, by their kinds of subjects."""

    sources: Mapping[str, Callable[[], NoticeSource]]
    subjects: SubjectRepository
    records: RecordRepository
    outlet: Outlet

    def reconcile(self, kind: str, subject_id: str, now_ms: int) -> int:
        """Plan what people should be told of a subject now; return the number of records that changed.

        Repeating it is harmless. Raises UnavailableError.
        """
        touched: set[str] = set()
        for _ in range(_TRIES):
            # Read first: if another change is planned meanwhile, what is wanted may be old, and `save` refuses.
            subject = self.subjects.find(kind, subject_id)
            wanted = self._wanted(kind, subject_id, now_ms)
            changed = {
                name: notice
                for name, notice in wanted.items()
                if subject.known.get(name) != notice.send_at or name in touched
            }
            gone = (subject.known.keys() | touched) - wanted.keys()
            if not changed and not gone:
                return 0
            for notice in changed.values():
                self._plan(notice, now_ms)
            for record_id in gone:
                self._withdraw(record_id, now_ms)
            # Last, so that whoever dies before does it all again.
            known = {name: notice.send_at for name, notice in wanted.items()}
            if self.subjects.save(kind, subject_id, Subject(known, subject.version), now_ms):
                return len(changed) + len(gone)
            # Whoever saved does not know what was just done to these.
            touched |= changed.keys() | gone
        raise UnavailableError("The subject is being changed by others.")

    def _wanted(self, kind: str, subject_id: str, now_ms: int) -> dict[str, Notice]:
        notices = self.sources[kind]().wanted(subject_id)
        return {
            record_id_of(notice): notice
            for notice in notices
            if notice.send_at > now_ms - _OLDEST_MS and (notice.until is None or notice.until > now_ms)
        }

    def _plan(self, notice: Notice, now_ms: int) -> None:
        record = planned(notice, now_ms)
        if not self.records.create(record):
            stored = self.records.find(record.record_id)
            if stored is not None and stored.state == "withdrawn" and stored.reason == _NOT_WANTED:
                # The inbox has it, and its message was on the way: that goes on where it ended.
                stored = self.records.save(replace(stored, state="planned", reason=RETURNED, due_at=record.due_at))
                if stored is None:
                    raise UnavailableError("The notice is being changed by others.")
            if stored is None or stored.state != "planned":
                return
            if stored.send_at != record.send_at:
                moved = replace(stored, send_at=record.send_at, due_at=record.due_at)
                if self.records.save(moved) is None:
                    raise UnavailableError("The notice is being told.")
            else:
                record = stored  # whoever stored it may not have come to the next line
        self.outlet.put(record.record_id, record.due_at or now_ms, now_ms)

    def _withdraw(self, record_id: str, now_ms: int) -> None:
        for _ in range(_TRIES):
            record = self.records.find(record_id)
            # What is being sent is asked about by the dispatcher itself.
            if record is None or record.state != "planned":
                return
            if self.records.save(withdrawn(record, _NOT_WANTED)):
                self.outlet.remove(record_id, record.due_at or now_ms, now_ms)
                return
        raise UnavailableError("The notice is being changed by others.")


def withdrawn(record: Record, reason: str) -> Record:
    """Return a record of what nobody has to be told any more."""
    return replace(record, state="withdrawn", due_at=None, reason=reason)
