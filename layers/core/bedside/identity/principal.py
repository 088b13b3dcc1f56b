"""Authenticated callers, and the scope of the data that they may access."""

from dataclasses import dataclass, field
from typing import Final

from bedside.identity.person import FACILITY_ADMIN, SYSTEM_ADMIN, Person


@dataclass(frozen=True, slots=True)
class Scope:
    """The facility whose people a caller may access; system administrators may access all facilities."""

    facility_id: str | None
    everywhere: bool = False

    def covers(self, facility_id: str | None) -> bool:
        return self.everywhere or (facility_id is not None and self.facility_id == facility_id)


EVERYWHERE: Final = Scope(None, everywhere=True)


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person, as of at most five seconds ago; `family_id` identifies the sign-in.

    `read` is the stored person if they were read from the database for this call, or None if they were cached.
    `origin` is their IP address, where the audit trail wants it.
    """

    user_id: str
    family_id: str
    facility_id: str | None
    roles: tuple[str, ...]
    verified_clinician: bool = False
    read: Person | None = field(default=None, repr=False, compare=False)
    origin: str = field(default="", compare=False)

    @property
    def is_system_admin(self) -> bool:
        return SYSTEM_ADMIN in self.roles

    @property
    def is_admin(self) -> bool:
        return self.is_system_admin or (FACILITY_ADMIN in self.roles and self.facility_id is not None)


@dataclass(frozen=True, slots=True)
class Clinician:
    """A signed-in clinician who has been verified by their facility; `origin` as of a principal."""

    user_id: str
    family_id: str
    facility_id: str
    origin: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Admin:
    """A signed-in administrator of a facility, or of the system; `origin` is their IP address."""

    user_id: str
    facility_id: str | None
    everywhere: bool
    origin: str

    @property
    def scope(self) -> Scope:
        return EVERYWHERE if self.everywhere else Scope(self.facility_id)
