"""Visits in DynamoDB: one item per visit, changed only by conditional writes that append to its history."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.encounters.outbox import next_events
from bedside.kernel.errors import ClashError, PatientClashError, UnavailableError, VisitNotFoundError
from bedside.platform.due_index import DueIndex
from bedside.visits.busy_day import Reservation
from bedside.visits.events import visit_events
from bedside.visits.facts import VisitFacts
from bedside.visits.model import Visit, with_facts
from bedside.visits.records import KIND, mutable_attributes, new_record, visit_from_record
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

    def create(self, visit: Visit, *, by: str, now_ms: int, allow_patient_clash: bool = False) -> bool:
        """Create a visit and reserve both people's time; False if its id already exists.

        Raises ClashError, PatientClashError unless it is allowed, and UnavailableError.
        """

        def judge(person_id: str, clashes: Sequence[Reservation]) -> Sequence[Reservation]:
            over = [one for one in clashes if self._is_over(one.owner, now_ms)]
            found = next((one for one in clashes if one not in over), None)
            if found is not None:
                visit_id = found.owner if found.facility_id == visit.facility_id else None
                if person_id == visit.practitioner_id:
                    raise ClashError("The practitioner has another visit at this time.", visit_id)
                if not allow_patient_clash:
                    raise PatientClashError("The patient has another visit at this time.", visit_id)
            return over

        record = new_record(visit, by, self._rules, now_ms)
        create = self._table.put_change(record, condition="attribute_not_exists(#pk)")
        return self._reservations.reserve(_reservation(visit), _people(visit), create, judge)

    def release(self, visit: Visit, now_ms: int) -> None:
        """Release the rest of both people's time if the visit ended early; idempotent. Raises UnavailableError."""
        reservation = _reservation(visit)
        if now_ms < reservation.end:
            self._reservations.release(reservation, _people(visit))

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
            added = [now_ms] * (len(after.history) - len(before.history))
            values = {
                **mutable_attributes(after, self._rules, now_ms),
                "notedAt": [*noted_at, *added],
                **next_events(number, visit_events(before, after)),
            }
            if number == 0 and "events" in values:  # booked by a release without timelines
                values["encounterId"] = visit_id
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

    def _is_over(self, visit_id: str, now_ms: int) -> bool:
        """Return whether a visit no longer needs its time: the release may have failed, or still be to come."""
        try:
            visit = self.get(visit_id)
        except VisitNotFoundError:
            return True
        return not with_facts(visit, visit.facts, self._rules, now_ms).ongoing

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


def _reservation(visit: Visit) -> Reservation:
    start = visit.facts.starts_at
    return Reservation(visit.visit_id, visit.facility_id, start, start + visit.duration_minutes * 60_000)


def _people(visit: Visit) -> tuple[str, str]:
    """Return whose time a visit takes; the practitioner first, whose clashes count for more."""
    return visit.practitioner_id, visit.patient_id
