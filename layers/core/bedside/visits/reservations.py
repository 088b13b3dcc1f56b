"""Reservations of people's time in DynamoDB: however many calls run at once, nobody's time is given away twice.

One item per person and UTC day, changed only if its version is still the one on which a decision was based. The owner
of a reservation is written in the same transaction, so neither exists without the other. Everything that takes people's
time must reserve it here.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.kernel.errors import UnavailableError
from bedside.visits.busy_day import DAY_MS, BusyDay, Reservation

# Each failed try means that somebody else reserved time of the same person on the same day in these milliseconds.
_TRIES: Final = 20
# Days in the past are of no use.
_KEPT_S: Final = 30 * 24 * 3600

# Receives a person and the reservations that clash with the wanted one. Raises to refuse it, or returns those that have
# lost their owner and are to be removed.
type Judge = Callable[[str, Sequence[Reservation]], Sequence[Reservation]]


class Reservations:
    """Reservations by person. Methods raise UnavailableError."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def reserve(
        self,
        wanted: Mapping[str, Reservation],
        owner: Sequence[Change],
        judge: Judge,
        before: Mapping[str, Reservation] | None = None,
        also: Sequence[Change] = (),
    ) -> bool:
        """Reserve one owner's time of each person and write the owner, or do nothing; `judge` decides about clashes.

        `before` are the owner's reservations that the wanted ones replace, whose time is released. Returns False if a
        condition of the owner's writes is not met. Raises ConditionFailedError if one of the changes in `also` is not,
        and whatever `judge` raises.
        """
        for _ in range(_TRIES):
            changes = [*owner, *also]
            for person_id, one in wanted.items():
                days = [self.get(person_id, day) for day in one.days]
                changes += [_change(self._table, day, one, judge(person_id, day.clashes(one))) for day in days]
                dropped = set(before[person_id].days if before else ()) - set(one.days)
                left = [self.get(person_id, day) for day in dropped]
                changes += [_removal(self._table, day, one.owner) for day in left if one.owner in day.reservations]
            try:
                transact(*changes)
            except ConditionFailedError as error:
                if error.index < len(owner):
                    return False
                if error.index < len(owner) + len(also):
                    raise
                continue
            return True
        raise UnavailableError("Others are reserving time of the same people.")

    def give_up(self, reservations: Mapping[str, Reservation], also: Sequence[Change]) -> None:
        """Release the time of each person and make the changes in `also`, or do nothing.

        Raises ConditionFailedError if one of the changes cannot be made.
        """
        for _ in range(_TRIES):
            days = [self.get(person_id, day) for person_id, one in reservations.items() for day in one.days]
            [owner] = {one.owner for one in reservations.values()}
            try:
                transact(*also, *(_removal(self._table, day, owner) for day in days if owner in day.reservations))
            except ConditionFailedError as error:
                if error.index < len(also):
                    raise
                continue
            return
        raise UnavailableError("Others are reserving time of the same people.")

    def release(self, reservations: Mapping[str, Reservation]) -> None:
        """Release the time of each person; idempotent."""
        for person_id, reservation in reservations.items():
            for day in reservation.days:
                with suppress(ConditionFailedError):
                    self._table.update(
                        busy_key(person_id, day),
                        "SET #version = #version + :one REMOVE #reservations.#owner",
                        condition="attribute_exists(#reservations.#owner)",
                        values={"one": 1},
                        names={"owner": reservation.owner},
                    )

    def get(self, person_id: str, day: int) -> BusyDay:
        """Return a person's reservations on a UTC day, as last written."""
        return busy_day(person_id, day, self._table.get(busy_key(person_id, day)))


def busy_key(person_id: str, day: int) -> str:
    """Return the key of a person's reservations on a UTC day (counted from 1970)."""
    return f"busy#{person_id}#{day}"


def busy_day(person_id: str, day: int, item: Mapping[str, Any] | None) -> BusyDay:
    """Return the reservations that an item holds."""
    if item is None:
        return BusyDay(person_id, day, 0, {})
    reservations = {
        owner: Reservation(owner, one["facilityId"], one["start"], one["end"], one.get("heldUntil"))
        for owner, one in item["reservations"].items()
    }
    return BusyDay(person_id, day, int(item["version"]), reservations)


def _change(table: Table, day: BusyDay, wanted: Reservation, stale: Sequence[Reservation]) -> Change:
    """Return the write that adds a reservation to a day, and removes stale ones, if the day has not changed."""
    key, document = busy_key(day.person_id, day.day), _document(wanted)
    if day.version == 0:
        ttl = (day.day + 1) * DAY_MS // 1000 + _KEPT_S
        item = {"pk": key, "version": 1, "reservations": {wanted.owner: document}, "ttl": ttl}
        return table.put_change(item, condition="attribute_not_exists(#pk)")
    old = {f"old{number}": one.owner for number, one in enumerate(stale)}
    removed = f" REMOVE {', '.join(f'#reservations.#{alias}' for alias in old)}" if old else ""
    return table.update_change(
        key,
        f"SET #reservations.#owner = :wanted, #version = :next{removed}",
        condition="#version = :seen",
        values={"wanted": document, "seen": day.version, "next": day.version + 1},
        names={"owner": wanted.owner, **old},
    )


def _removal(table: Table, day: BusyDay, owner: str) -> Change:
    """Return the write that removes an owner's reservation from a day, if the day has not changed."""
    return table.update_change(
        busy_key(day.person_id, day.day),
        "SET #version = :next REMOVE #reservations.#owner",
        condition="#version = :seen",
        values={"seen": day.version, "next": day.version + 1},
        names={"owner": owner},
    )


def _document(reservation: Reservation) -> Mapping[str, Any]:
    document = {"facilityId": reservation.facility_id, "start": reservation.start, "end": reservation.end}
    return document if reservation.held_until is None else {**document, "heldUntil": reservation.held_until}
