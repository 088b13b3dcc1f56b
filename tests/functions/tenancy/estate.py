"""Two facilities with people who work and are treated there, and what the first of them owns."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any, Final, Protocol

from tests.e2e.people import Caller, Clinician, Phone, Reception, SignedIn, new_facility
from tests.functions.tenancy import inventory
from tests.waiting import until

# Everybody who could make a call. Without a word before it: of the facility whose things are asked for.
PEOPLE: Final = (
    "clinician",
    "colleague",
    "unverified clinician",
    "admin",
    "patient",
    "fellow patient",
    "other clinician",
    "other admin",
    "other patient",
    "stranger",
    "system admin",
)
PHONES: Final = ("phone", "other encounter's phone", "other facility's phone")
NOTES: Final = {"chiefComplaint": "A rash.", "observations": "Red.", "assessment": "Eczema.", "plan": "A cream."}
FACILITY: Final = {"name": "Our Hospital", "country": "NZ", "timeZone": "Pacific/Auckland"}
_TIMES: Final = count()
CALLERS: Final = (*PEOPLE, *PHONES, "nobody")


class World(Protocol):
    """A product that answers calls, and what is behind it."""

    @property
    def reception(self) -> Reception: ...

    @property
    def kept(self) -> inventory.Kept: ...

    def enrol(self, facility: str, *roles: str, verified: bool = True) -> SignedIn:
        """Add somebody to a facility, a clinician with or without a review, and sign them in."""
        ...

    def recording_begins(self, visit_id: str) -> None:
        """Let the video provider tell that a visit is recorded, if it does not do so by itself."""
        ...

    def pay(self, checkout_url: str) -> None:
        """Let a patient pay on the payment provider's page; its webhook may follow later."""
        ...

    def settled(self, take: Callable[[], inventory.Inventory]) -> inventory.Inventory:
        """Return what is kept once the provider has told all that there is to tell."""
        ...


class Facilities:
    """Two facilities that no other test knows, and their people, signed in."""

    def __init__(self, world: World) -> None:
        reception = world.reception
        self.world = world
        self.reception = reception
        self.ours, self.theirs = new_facility(), new_facility()
        enrol = world.enrol
        self.people: dict[str, SignedIn] = {
            "clinician": enrol(self.ours, "clinician"),
            "colleague": enrol(self.ours, "clinician"),
            "unverified clinician": enrol(self.ours, "clinician", verified=False),
            "admin": enrol(self.ours, "facilityAdmin"),
            "patient": enrol(self.ours, "patient"),
            "fellow patient": enrol(self.ours, "patient"),
            "other clinician": enrol(self.theirs, "clinician"),
            "other admin": enrol(self.theirs, "facilityAdmin"),
            "other patient": enrol(self.theirs, "patient"),
        }
        self.person = reception.register(self.ours, "clinician", verified=False)
        # Of which the provider may still be telling when the next call is tried.
        self.visits: set[str] = set()

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


@dataclass(frozen=True)
class Appointment:
    """A visit of one facility, as far as its two have come with it."""

    world: World
    patient: SignedIn
    practitioner: SignedIn

    @property
    def booking(self) -> dict[str, Any]:
        # Each at another time, because nobody is booked twice at one time.
        starts_at = datetime.now(UTC) + timedelta(minutes=2 + 20 * next(_TIMES))
        return {
            "patientId": self.patient.user_id,
            "practitionerId": self.practitioner.user_id,
            "startsAt": starts_at.isoformat(),
            "durationMinutes": 20,
        }

    @cached_property
    def booked(self) -> str:
        """The visit's path."""
        answer = self.practitioner.call("POST", "/visits", self.booking)
        assert answer.status_code == 201, answer.text
        return f"/visits/{answer.json()['visitId']}"

    @property
    def visit_id(self) -> str:
        return self.booked.rpartition("/")[2]

    @cached_property
    def token_path(self) -> str:
        """Where the patient, who waits, fetches the token for the room."""
        path: str = self._done(self.patient, "POST", "join")["tokenUrl"]
        return path

    @cached_property
    def under_way(self) -> str:
        """The visit's path once both are there, and the practitioner has written something."""
        assert self.token_path
        self._done(self.practitioner, "POST", "join")
        answer = self.practitioner.call("PUT", f"{self.booked}/notes", NOTES, headers={"if-match": '"0"'})
        assert answer.status_code == 200, answer.text
        return self.booked

    @cached_property
    def asked_for_consent(self) -> str:
        """The visit's path once its patient has been asked whether it may be recorded."""
        assert self.under_way
        self._done(self.practitioner, "POST", "recording/start")
        return self.booked

    @cached_property
    def recorded(self) -> str:
        """The visit's path while it is recorded."""
        assert self.asked_for_consent
        self._done(self.patient, "POST", "recording/consent", {"given": True})
        self.world.recording_begins(self.visit_id)
        # The provider tells a moment later that it has begun, which nobody may be blamed for.
        until(lambda: self._recording["state"] != "starting", lambda: self._recording)
        return self.booked

    @property
    def _recording(self) -> dict[str, Any]:
        return self._done(self.practitioner, "GET", "recording")

    @cached_property
    def over(self) -> str:
        """The visit's path after its end."""
        assert self.under_way
        self._done(self.practitioner, "POST", "end")
        return self.booked

    @cached_property
    def signed(self) -> str:
        """The visit's path once its notes are signed."""
        assert self.over
        self._done(self.practitioner, "POST", "notes/sign", headers={"if-match": '"1"'})
        return self.booked

    @cached_property
    def released(self) -> str:
        """The visit's path once its patient has a copy of the notes."""
        assert self.signed
        self._done(self.practitioner, "POST", "notes/release", headers={"if-match": '"2"'})
        return self.booked

    def _done(
        self, who: SignedIn, method: str, what: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        answer = who.call(method, f"{self.booked}/{what}", None if method == "GET" else body or {}, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


class Estate:
    """What belongs to the first facility, made when it is first asked for, and everybody who may ask."""

    def __init__(self, facilities: Facilities) -> None:
        self.facilities = facilities
        self.earlier = frozenset(facilities.visits)

    @cached_property
    def capture(self) -> Capture:
        capture = Capture(self.facilities.clinician("clinician"), self.facilities.ours, _encounter())
        assert capture.photo
        return capture

    @cached_property
    def patient(self) -> str:
        """The path of somebody in the first facility's directory."""
        body = {"name": f"Mere Paki {self.patient_word}", "phone": self._patients_phone}
        answer = self.facilities.people["clinician"].call("POST", "/patients", body)
        assert answer.status_code == 201, answer.text
        return f"/patients/{answer.json()['patientId']}"

    @cached_property
    def patient_word(self) -> str:
        """A word by which only this patient is found."""
        return f"w{secrets.token_hex(6)}"

    @property
    def _patients_phone(self) -> str:
        """The number of somebody who can sign in, and is nobody else in the directory."""
        somebody = self.facilities.world.enrol(self.facilities.ours, "patient")
        phone: str = somebody.call("GET", "/auth/me").json()["phone"]
        return phone

    @property
    def patient_version(self) -> str:
        """The entity tag of the patient as they are now."""
        etag: str = self.facilities.people["clinician"].call("GET", self.patient).headers["etag"]
        return etag

    @property
    def schedule(self) -> str:
        """The path of when the first facility's clinician can be booked."""
        return f"/practitioners/{self.facilities.people['clinician'].user_id}"

    @property
    def service_request(self) -> dict[str, Any]:
        clinician = self.facilities.people["clinician"].user_id
        price = {"amount": 0, "currency": "NZD"}
        return {"name": "Skin check", "practitionerId": clinician, "durationMinutes": 30, "price": price}

    @cached_property
    def service(self) -> str:
        """The path of a service of the first facility."""
        answer = self.facilities.people["admin"].call("POST", "/services", self.service_request)
        assert answer.status_code == 201, answer.text
        return f"/services/{answer.json()['serviceId']}"

    @cached_property
    def offered(self) -> str:
        """The id of a service that can be booked at any time of the next year."""
        path = f"{self.schedule}/availability"
        clinician = self.facilities.people["clinician"]
        hours = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(1, 8)]
        opening = {"timeZone": "UTC", "hours": hours, "minimumNotice": 0, "windowDays": 365}
        seen = {"if-match": clinician.call("GET", path).headers["etag"]}
        assert clinician.call("PUT", path, opening, headers=seen).status_code == 200
        return self.service.rpartition("/")[2]

    @property
    def booking_request(self) -> dict[str, Any]:
        # Each at another time, far from the visits that are booked by hand.
        day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=200)
        starts_at = day + timedelta(minutes=30 * next(_TIMES))
        return {"serviceId": self.offered, "startsAt": starts_at.isoformat(), "price": self.service_request["price"]}

    @cached_property
    def booking(self) -> str:
        """The path of a booking of the first facility's patient."""
        return self._book()

    @cached_property
    def given_up(self) -> str:
        """The path of another one, which they cancel."""
        return self._book()

    def _book(self) -> str:
        answer = self.facilities.people["patient"].call("POST", "/bookings", self.booking_request)
        assert answer.status_code == 201, answer.text
        self.facilities.visits.add(answer.json()["visitId"])
        return f"/bookings/{answer.json()['bookingId']}"

    @cached_property
    def offered_pack(self) -> dict[str, Any]:
        """What buys a pack of visits of the first facility."""
        price = {"amount": 9000, "currency": "NZD"}
        service = {**self.service_request, "price": price, "packs": [{"visits": 3, "amount": 24000}]}
        answer = self.facilities.people["admin"].call("POST", "/services", service)
        assert answer.status_code == 201, answer.text
        return {"serviceId": answer.json()["serviceId"], "visits": 3, "price": {**price, "amount": 24000}}

    @cached_property
    def pack(self) -> str:
        """The path of a pack that the first facility's patient has bought and paid."""
        buyer = self.facilities.people["patient"]
        answer = buyer.call("POST", "/packs", self.offered_pack)
        assert answer.status_code == 201, answer.text
        path = f"/packs/{answer.json()['packId']}"
        self.facilities.world.pay(answer.json()["checkoutUrl"])

        def state() -> str:
            return str(buyer.call("GET", path).json()["state"])

        until(lambda: state() == "active", lambda: f"the pack is {state()}")
        return path

    @property
    def plan_request(self) -> dict[str, Any]:
        """A plan of the first facility's patient, of which a dose is due now."""
        rule = {"kind": "interval", "everyHours": 8, "startsOn": "2026-01-01"}
        patient = self.facilities.people["patient"].user_id
        return {"patientId": patient, "medicine": "Amoxicillin", "dose": "500 mg", "timeZone": "UTC", "rule": rule}

    @cached_property
    def in_directory(self) -> bool:
        """Whether the first facility's patient is in its directory; they are put there."""
        clinician, patient = self.facilities.people["clinician"], self.facilities.people["patient"]
        phone = patient.call("GET", "/auth/me").json()["phone"]
        answer = clinician.call("POST", "/patients", {"name": "Mere Paki", "phone": phone})
        assert answer.status_code == 201, answer.text
        path = f"/patients/{answer.json()['patientId']}/person"
        return clinician.call("PUT", path, headers={"if-match": '"1"'}).status_code in {200, 409}

    @cached_property
    def _planned(self) -> dict[str, Any]:
        answer = self.facilities.people["patient"].call("POST", "/plans", self.plan_request)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @property
    def plan(self) -> str:
        """The path of a plan of the first facility's patient."""
        return f"/plans/{self._planned['planId']}"

    @property
    def known_plan(self) -> bool:
        """Whether there is a plan of a patient whom the directory knows."""
        return self.in_directory and bool(self._planned)

    @property
    def dose(self) -> str:
        """The path of a dose that they may answer."""
        return f"/doses/{self._planned['next']['doseId']}"

    @cached_property
    def carers_phone(self) -> str:
        """The number of somebody of the first facility."""
        phone: str = self.facilities.people["fellow patient"].call("GET", "/auth/me").json()["phone"]
        return phone

    @cached_property
    def care(self) -> str:
        """The path of what stands between the first facility's patient and a carer whom they asked."""
        body = {"phone": self.carers_phone, "name": "Ana"}
        answer = self.facilities.people["patient"].call("POST", "/carers", body)
        assert answer.status_code == 201, answer.text
        return f"/carers/{answer.json()['careId']}"

    @cached_property
    def appointment(self) -> Appointment:
        people = self.facilities.people
        found = Appointment(self.facilities.world, people["patient"], people["clinician"])
        self.facilities.visits.add(found.visit_id)
        return found

    @cached_property
    def facility(self) -> str:
        """The path of the first facility, which has its name and settings."""
        path = f"/admin/facilities/{self.facilities.ours}"
        system = self.facilities.reception.system
        answer = system.call("PUT", path, FACILITY, headers={"if-match": '"0"'})
        assert answer.status_code in {200, 412}, answer.text
        return path

    @cached_property
    def templates(self) -> str:
        """Where the clinician has a template for notes."""
        put = self.facilities.people["clinician"].call
        template = {"templates": [{"name": "Rash", "plan": "A cream."}]}
        answer = put("PUT", "/note-templates", template, headers={"if-match": '"0"'})
        assert answer.status_code in {200, 412}, answer.text
        return "/note-templates"

    @cached_property
    def neighbours(self) -> Appointment:
        """A visit of the other facility."""
        people = self.facilities.people
        found = Appointment(self.facilities.world, people["other patient"], people["other clinician"])
        assert found.booked
        return found

    @cached_property
    def channel(self) -> str:
        """The channel of those who hear of the first facility's visits."""
        answer = self.facilities.people["clinician"].call("POST", "/visits/live-ticket", {})
        return self.channel_of(answer.json())

    def channel_of(self, invitation: dict[str, Any]) -> str:
        """Return the channel that a ticket for visits opens, as it is kept: a name by which nobody is known."""
        key = invitation["ticket"].removeprefix("v-")[:24]
        kept = self.facilities.world.kept.everything("visits")
        [channel] = [str(item["channel"]["S"]) for item in kept if item["pk"]["S"] == f"subscription#{key}"]
        return channel

    def reader_of(self, invitation: dict[str, Any]) -> str:
        """Return whose inbox a ticket opens."""
        key = invitation["ticket"].removeprefix("n-")[:24]
        kept = self.facilities.world.kept.everything("notifications")
        [reader] = [str(item["user"]["S"]) for item in kept if item["pk"]["S"] == f"subscription#{key}"]
        return reader

    @property
    def encounter(self) -> str:
        return self.capture.encounter

    @cached_property
    def told(self) -> str:
        """The path of the encounter, once its timeline tells of the photo."""
        path = f"/encounters/{self.capture.encounter}"
        clinician = self.facilities.people["clinician"]

        def arrived() -> bool:
            answer = clinician.call("GET", path)
            return answer.status_code == 200 and answer.json()["encounter"]["photoCount"] == 1  # as HTTP has it

        until(arrived, lambda: clinician.call("GET", path).text)
        return path

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
