"""When people are busy: reservations of their time, by UTC day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Reservation:
    """Time reserved for one thing, such as a visit, which is its `owner`: from `start` until before `end` (Unix ms).

    With `held_until`, the visit is yet to be paid: only whoever holds the time gives it up, probably not later than
    then.
    """

    owner: str
    facility_id: str
    start: int
    end: int
    held_until: int | None = None

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("A reservation must end after it starts.")

    @property
    def days(self) -> range:
        """The UTC days that it touches, counted from 1970."""
        return range(self.start // DAY_MS, (self.end - 1) // DAY_MS + 1)

    def overlaps(self, other: "Reservation") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class BusyDay:
    """The reservations of a person that touch a UTC day, by owner; version 0 has never been stored."""

    person_id: str
    day: int
    version: int
    reservations: Mapping[str, Reservation]

    def clashes(self, wanted: Reservation) -> list[Reservation]:
        """Return the reservations of others that overlap with the wanted one, in chronological order."""
        found = [one for one in self.reservations.values() if one.owner != wanted.owner and one.overlaps(wanted)]
        return sorted(found, key=lambda one: (one.start, one.owner))
