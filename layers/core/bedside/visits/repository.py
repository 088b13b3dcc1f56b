"""Visits in DynamoDB: one item per visit, changed only by conditional writes that append to its history."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table
from bedside.encounters.events import Event
from bedside.encounters.outbox import next_events
from bedside.kernel.errors import UnavailableError
from bedside.platform.due_index import DueIndex
from bedside.visits.clashes import held_for, judge_of, reservations_of
from bedside.visits.errors import VisitNotFoundError
from bedside.visits.events import visit_events
from bedside.visits.facts import VisitFacts
from bedside.visits.model import Visit, with_facts
from bedside.visits.records import KIND, appointment_attributes, mutable_attributes, new_record, visit_from_record
from bedside.visits.reservations import Reservations
from bedside.visits.timeline import TimeLimits

# Both parties, the provider and a timer may write concurrently; each meets at most the others' writes.
_TRIES: Final = 8

_REMOVE_FROM_INDEX: Final = "REMOVE #dueAt, #waits"
PAGE: Final = 50
_ID_LENGTH: Final = 64

# The first and the last instant of a period, in Unix ms.
type Period = tuple[int, int]
# Returns a visit's updated facts, or raises to reject the update.
type FactsUpdate = Callable[[Visit], VisitFacts]


class VisitRepository:
    """Visits of all facilities; callers must check access to the visits they read."""

    def __init__(self, table: Table, rules: TimeLimits) -> None:
        self._table = table
        self._rules = rules
        self._reservations = Reservations(table)

    def create(
        self,
        visit: Visit,
        *,
        by: str,
        now_ms: int,
        allow_patient_clash: bool = False,
        also: Sequence[Change] = (),
    ) -> bool:
        """Create a visit, reserve both people's time and make the changes in `also`; False if its id already exists.

        Raises ClashError, PatientClashError unless it is allowed, ConditionFailedError if a change in `also` cannot be
        made, and UnavailableError.
        """
        record = new_record(visit, by, self._rules, now_ms)
        create = self._table.put_change(record, condition="attribute_not_exists(#pk)")
        judge = judge_of(visit, self._over_at(now_ms), allow_patient_clash=allow_patient_clash)
        return self._reservations.reserve(reservations_of(visit), [create], judge, also=also)

    def hold(self, visit: Visit, until: int, changes: Sequence[Change], now_ms: int) -> None:
        """Hold both people's time for a visit to be, and make the changes; or prolong that.

        Raises ClashError, PatientClashError, ConditionFailedError if a change cannot be made, and UnavailableError.
        """
        judge = judge_of(visit, self._over_at(now_ms), allow_patient_clash=False)
        self._reservations.reserve(held_for(visit, until), [], judge, also=changes)

    def give_up(self, visit: Visit, changes: Sequence[Change]) -> None:
        """Release the time that is held for a visit to be, and make the changes.

        Raises ConditionFailedError if a change cannot be made, and UnavailableError.
        """
        self._reservations.give_up(reservations_of(visit), changes)

    def reschedule(
        self,
        visit_id: str,
        change: Callable[[Visit], Visit],
        happened: Event,
        *,
        allow_patient_clash: bool = False,
        now_ms: int,
        also: Sequence[Change] = (),
    ) -> tuple[Visit, Visit]:
        """Move a visit and both people's reserved time in one transaction; return the visit before and after.

        Writes nothing if `change` changes nothing; `happened` goes to the visit's timeline. Raises VisitNotFoundError,
        ClashError, PatientClashError unless it is allowed, UnavailableError, ConditionFailedError if a change in `also`
        cannot be made, and whatever `change` raises.
        """
        for _ in range(_TRIES):
            before, revision, noted_at, number = self._read(visit_id)
            current = with_facts(before, before.facts, self._rules, now_ms)
            after = change(current)
            if after == current:
                return before, before
            events = [*visit_events(before, current), happened]
            values = self._changed(before, after, noted_at, number, events, now_ms) | appointment_attributes(after)
            moved = self._table.update_change(
                visit_id,
                f"SET {', '.join(f'#{name} = :{name}' for name in values)}, #revision = :next",
                condition="#revision = :seen",
                values={**values, "seen": revision, "next": revision + 1},
            )
            judge = judge_of(after, self._over_at(now_ms), allow_patient_clash=allow_patient_clash)
            if self._reservations.reserve(reservations_of(after), [moved], judge, reservations_of(before), also):
                return before, after
        raise UnavailableError("The visit is being changed by others.")

    def release(self, visit: Visit, now_ms: int) -> None:
        """Release the rest of both people's time if the visit ended early; idempotent. Raises UnavailableError."""
        reservations = reservations_of(visit)
        if now_ms < max(reservation.end for reservation in reservations.values()):
            self._reservations.release(reservations)

    def get(self, visit_id: str) -> Visit:
        """Return a visit as last written. Raises VisitNotFoundError."""
        return self._read(visit_id)[0]

    def update(self, visit_id: str, change: FactsUpdate, now_ms: int) -> tuple[Visit, Visit]:
        """Update a visit's facts, append the steps that follow, and return the visit before and after.

        Writes nothing if nothing changes. Raises VisitNotFoundError, UnavailableError, and whatever `change` raises.
        """
        for _ in range(_TRIES):
            before, revision, noted_at, number = self._read(visit_id)
            # Steps that are due by the clock come before the new facts.
            current = with_facts(before, before.facts, self._rules, now_ms)
            after = with_facts(current, change(current), self._rules, now_ms)
            if after == before:
                return before, after
            values = self._changed(before, after, noted_at, number, visit_events(before, after), now_ms)
            sets = ", ".join(f"#{name} = :{name}" for name in values)
            # Visits without anything pending must not be in the index of items that are due.
            removed = "" if "dueAt" in values else f" {_REMOVE_FROM_INDEX}"
            try:
                self._table.update(
                    visit_id,
                    f"SET {sets}, #revision = :next{removed}",
                    condition="#revision = :seen",
                    values={**values, "seen": revision, "next": revision + 1},
                )
            except ConditionFailedError:
                continue
            return before, after
        raise UnavailableError("The visit is being changed by others.")

    def mark_cleaned_up(self, visit_id: str) -> None:
        """Record that an ended visit has been cleaned up, and remove it from the index of items that are due."""
        # Safe without checking the revision, because a visit that is over has nothing else pending.
        with suppress(ConditionFailedError):
            self._table.update(
                visit_id,
                f"SET #unsettled = :no, #revision = #revision + :one {_REMOVE_FROM_INDEX}",
                condition="#unsettled = :yes",
                values={"no": False, "yes": True, "one": 1},
            )

    def claim(self, visit_id: str, joining: str) -> bool:
        """Claim the token of a joining, and return whether the caller is the first to claim it."""
        try:
            self._table.update(
                visit_id,
                "SET #claim = :yes",
                condition="attribute_exists(#pk) AND attribute_not_exists(#claim)",
                values={"yes": True},
                names={"claim": f"claim:{joining}"},
            )
        except ConditionFailedError:
            return False
        return True

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the ids of up to `limit` visits with a step or a cleanup that is due, longest due first."""
        return DueIndex(self._table, KIND).due(now_ms, limit)

    def list_by_facility(
        self, facility_id: str, period: Period | None, cursor: Item | None
    ) -> tuple[list[Visit], Item | None]:
        """Return a page of a facility's visits: a period's in chronological order, or all in reverse."""
        return self._page("visits-of-facility", "facilityId", facility_id, period, cursor)

    def list_by_patient(
        self, patient_id: str, period: Period | None, cursor: Item | None
    ) -> tuple[list[Visit], Item | None]:
        """Return a page of a patient's visits, in the same order as `list_by_facility`."""
        return self._page("visits-of-patient", "patientId", patient_id, period, cursor)

    def _changed(
        self, before: Visit, after: Visit, noted_at: list[int], number: int, events: Sequence[Event], now_ms: int
    ) -> dict[str, Any]:
        """Return the attributes that a change sets; `number` is that of the visit's events so far."""
        values = {
            **mutable_attributes(after, self._rules, now_ms),
            "notedAt": [*noted_at, *[now_ms] * (len(after.history) - len(before.history))],
            **next_events(number, events),
        }
        if number == 0 and events:  # booked by a release without timelines
            values["encounterId"] = after.visit_id
        return values

    def _over_at(self, now_ms: int) -> Callable[[str], bool]:
        """Return what tells whether a visit no longer needs its time: a release may have failed, or be to come."""

        def is_over(visit_id: str) -> bool:
            try:
                visit = self.get(visit_id)
            except VisitNotFoundError:
                return True
            return not with_facts(visit, visit.facts, self._rules, now_ms).ongoing

        return is_over

    def _page(
        self, index: str, key: str, value: str, period: Period | None, cursor: Item | None
    ) -> tuple[list[Visit], Item | None]:
        place = {key: value, **cursor} if cursor else None
        within = ("startsAt", *period) if period else None
        items, more = self._table.page(
            index, key, value, limit=PAGE, after=place, within=within, descending=period is None
        )
        rest = {name: more[name] for name in ("pk", "startsAt")} if more else None
        return [visit_from_record(item) for item in items], rest

    def _read(self, visit_id: str) -> tuple[Visit, int, list[int], int]:
        # The id comes from the caller, and the table contains other items too.
        item = self._table.get(visit_id) if len(visit_id) <= _ID_LENGTH else None
        if item is None or "startsAt" not in item:
            raise VisitNotFoundError("There is no such visit.")
        return visit_from_record(item), int(item["revision"]), list(item["notedAt"]), int(item.get("eventNumber", 0))
