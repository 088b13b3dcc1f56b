"""Documents for records, and the stand-ins for records on a port of this machine."""

from collections.abc import Callable
from typing import Any, Final

from bedside.adapters.alex import connection as alex
from bedside.adapters.alex.client_credentials import SecretClient
from bedside.adapters.alex.record import AlexRecord
from bedside.adapters.allowed_hosts import AllowedHosts
from bedside.adapters.fhir import connection as fhir
from bedside.adapters.fhir.backend_services import BackendClient
from bedside.adapters.fhir.keys import new_key
from bedside.adapters.fhir.record import Dialect, FhirRecord
from bedside.adapters.fhir.terms import NHI
from bedside.ports.records import (
    RecordAuthor,
    RecordConsent,
    RecordDocument,
    RecordIdentifier,
    RecordPatient,
    Term,
)
from local.ehr.app import Ehr
from local.ehr.faults import Faults
from local.ehr.record import Record
from tests.web.serving import Serving

CLIENT: Final = "bedside"
SECRET: Final = "a-secret-of-the-facility"
PATIENT: Final = RecordPatient(
    "Ana Tane", external_id="pat-1", identifiers=(RecordIdentifier("nhi", "ZAA0067"),), birth_date="1984-02-29"
)
PHOTO: Final = RecordDocument(
    identifier="urn:uuid:6f1c9a52-7a0e-4c36-9d35-0d7d8a8c2b11",
    kind="photo",
    title="Photo of 7 March 2026",
    content=b"\xff\xd8\xff\xe0 a photo",
    content_type="image/jpeg",
    made_at=1_772_841_600_000,
    committed_at=1_772_845_200_000,
    patient=PATIENT,
    author=RecordAuthor("Dr Sam Reid", "Practitioner/prac-1"),
    encounter_id="enc-1",
    body_site=Term("forearm", "Forearm", "14975008", "Forearm structure"),
    laterality=Term("left", "Left", "7771000", "Left"),
    image_type=Term("close-up", "Close-up"),
    notes="Two lesions",
    consent=RecordConsent("spoken", "patient", 1_772_841_000_000),
)
# What the facility has of its own.
PEOPLE: Final[tuple[dict[str, Any], ...]] = (
    {
        "resourceType": "Patient",
        "id": "pat-1",
        "name": [{"use": "official", "family": "Tane", "given": ["Ana", "Maria"]}],
        "identifier": [{"system": NHI, "value": "ZAA0067"}],
        "birthDate": "1984-02-29",
    },
    {"resourceType": "Practitioner", "id": "prac-1"},
    {
        "resourceType": "Encounter",
        "id": "enc-1",
        "status": "in-progress",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/pat-1"},
    },
)


class RunningRecords:
    """The stand-ins, served; each record knows our client and the people above."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self.key = new_key("ES384")
        self.now_s = now_s
        self.ehr: Ehr | None = None

        async def answer(scope: Any, receive: Any, send: Any) -> None:
            assert self.ehr
            await self.ehr.for_functions()(scope, receive, send)

        self.server = Serving(answer)
        self.hosts = AllowedHosts([self.server.origin])
        self.start()

    def start(self) -> None:
        """Begin with empty records."""
        self.ehr = Ehr(self.server.origin)
        for record in self.ehr.records.values():
            record.now_s = self.now_s
            record.sign_in.now_s = self.now_s
            record.sign_in.register(CLIENT, jwks=[self.key.jwk()], secret=SECRET)
            for each in PEOPLE:
                record.add(each)

    def record(self, name: str) -> Record:
        """Return one of the stand-ins."""
        assert self.ehr
        return self.ehr.records[name]

    def failing(self, name: str, *creates: str, **more: Any) -> Record:
        """Return a stand-in where something goes wrong."""
        record = self.record(name)
        record.faults = Faults(creates=creates, **more)
        return record

    def connect(self, name: str, *, media: bool = False, **more: Any) -> FhirRecord | AlexRecord:
        """Return our side of a stand-in."""
        base_url = self.record(name).base_url
        if name == "alex":
            registration = SecretClient(f"{base_url}/token", CLIENT, SECRET, "api://alex/.default")
            assert self.ehr
            return alex.connect(alex.AlexClient(base_url, self.ehr.alex.facility, registration), self.hosts, self.now_s)
        dialect = Dialect("R5" if name == "r5" else "R4", media)
        client = BackendClient(base_url, CLIENT, self.key, media=media, **more)
        return fhir.connect(client, dialect, self.hosts, self.now_s)

    def stop(self) -> None:
        self.server.stop()
