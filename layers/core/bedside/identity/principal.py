"""Who is calling, once that is certain, and whose records they may reach."""

from dataclasses import dataclass, field
from typing import Final

from bedside.identity.person import FACILITY_ADMIN, SYSTEM_ADMIN, Person


@dataclass(frozen=True, slots=True)
class Scope:
    """The facility whose people a caller may reach; only the system's administrators reach everybody's."""

    facility_id: str | None
    everywhere: bool = False

    def covers(self, facility_id: str | None) -> bool:
        return self.everywhere or (facility_id is not None and self.facility_id == facility_id)


EVERYWHERE: Final = Scope(None, everywhere=True)


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person, as the record knew them at most five seconds ago; `family_id` is this sign-in.

    `read` is the record itself where it was read for this very call, and None where it was remembered.
    """

    user_id: str
    family_id: str
    facility_id: str | None
    roles: tuple[str, ...]
    verified_clinician: bool = False
    read: Person | None = field(default=None, repr=False, compare=False)

    @property
    def is_system_admin(self) -> bool:
        return SYSTEM_ADMIN in self.roles

    @property
    def is_admin(self) -> bool:
        return self.is_system_admin or (FACILITY_ADMIN in self.roles and self.facility_id is not None)


@dataclass(frozen=True, slots=True)
class Clinician:
    """A signed-in clinician whom their facility has verified."""

    user_id: str
    family_id: str
    facility_id: str


@dataclass(frozen=True, slots=True)
class Admin:
    """A signed-in administrator of one facility, or of the system; `origin` is where they call from."""

    user_id: str
    facility_id: str | None
    everywhere: bool
    origin: str

    @property
    def scope(self) -> Scope:
        return EVERYWHERE if self.everywhere else Scope(self.facility_id)
