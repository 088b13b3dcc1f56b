"""Two facilities with people who work and are treated there, and what the first of them owns."""

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from tests.e2e.conftest import Clinician, Phone
from tests.e2e.people import Caller, Reception, SignedIn, new_facility

# Everybody who could make a call. Without a word before it: of the facility whose things are asked for.
PEOPLE: Final = (
    "clinician",
    "unverified clinician",
    "admin",
    "patient",
    "other clinician",
    "other admin",
    "other patient",
    "stranger",
    "system admin",
)
PHONES: Final = ("phone", "other encounter's phone", "other facility's phone")
CALLERS: Final = (*PEOPLE, *PHONES, "nobody")


class Facilities:
    """Two facilities that no other test knows, and their people, signed in."""

    def __init__(self, reception: Reception) -> None:
        self.reception = reception
        self.ours, self.theirs = new_facility(), new_facility()
        enrol = reception.enrol
        self.people: dict[str, SignedIn] = {
            "clinician": enrol(self.ours, "clinician"),
            "unverified clinician": enrol(self.ours, "clinician", verified=False),
            "admin": enrol(self.ours, "facilityAdmin"),
            "patient": enrol(self.ours, "patient"),
            "other clinician": enrol(self.theirs, "clinician"),
            "other admin": enrol(self.theirs, "facilityAdmin"),
            "other patient": enrol(self.theirs, "patient"),
        }
        self.person = reception.register(self.ours, "clinician", verified=False)

    def clinician(self, name: str) -> Clinician:
        """Return a clinician's capture calls."""
        person = self.people[name]
        assert person.token
        return Clinician(person.http, person.token)


@dataclass(frozen=True)
class Capture:
    """A session with one photo, and the phone that took it."""

    clinician: Clinician
    facility: str
    encounter: str

    @cached_property
    def opened(self) -> dict[str, Any]:
        return self.clinician.open(self.encounter, facilityId=self.facility)

    @cached_property
    def phone(self) -> Phone:
        return Phone.scan(self.clinician.http, self.opened["token"])

    @cached_property
    def photo(self) -> str:
        """The key of the photo `image-1`, which has arrived."""
        key = self.phone.upload("image-1")
        assert self.phone.notify(key, metadata={"notes": "scar"}).status_code in {200, 201}
        return key


class Estate:
    """What belongs to the first facility, made when it is first asked for, and everybody who may ask."""

    def __init__(self, facilities: Facilities) -> None:
        self.facilities = facilities

    @cached_property
    def capture(self) -> Capture:
        capture = Capture(self.facilities.clinician("clinician"), self.facilities.ours, _encounter())
        assert capture.photo
        return capture

    @property
    def encounter(self) -> str:
        return self.capture.encounter

    @property
    def person(self) -> dict[str, Any]:
        """A clinician of the first facility, to be decided about."""
        return self.facilities.person

    def caller(self, name: str) -> Caller:
        """Return somebody who calls; phones have scanned a code."""
        http = self.facilities.reception.http
        if name == "nobody":
            return Caller(http)
        if name == "system admin":
            return self.facilities.reception.system
        if name == "stranger":
            return self._stranger
        if name in PHONES:
            return Caller(http, self._phone(name).token)
        return self.facilities.people[name]

    def owners(self, name: str) -> set[str]:
        """Return whose things this caller may change: a facility's, or only their own."""
        if name == "stranger":
            return {self._stranger.user_id}
        return {self.facilities.theirs if name.startswith("other ") else self.facilities.ours}

    @property
    def strangers(self) -> set[str]:
        """The ids of those who belong to no facility, as far as they have come."""
        return {self._stranger.user_id} if "_stranger" in vars(self) else set()

    @cached_property
    def _stranger(self) -> SignedIn:
        """Somebody who signed in by themselves, and belongs to no facility."""
        reception = self.facilities.reception
        return reception.sign_in(f"+6422{secrets.randbelow(10**7):07}")

    def _phone(self, name: str) -> Phone:
        return {
            "phone": self.capture,
            "other encounter's phone": self._second,
            "other facility's phone": self._foreign,
        }[name].phone

    @cached_property
    def _second(self) -> Capture:
        return Capture(self.facilities.clinician("clinician"), self.facilities.ours, _encounter())

    @cached_property
    def _foreign(self) -> Capture:
        return Capture(self.facilities.clinician("other clinician"), self.facilities.theirs, _encounter())


def _encounter() -> str:
    return f"enc-{secrets.token_hex(6)}"
