"""How administrators set facilities' records up: secrets go one way, and to no other address than they are for."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

import jwt
import pytest
from pydantic import ValidationError

from bedside.adapters.allowed_hosts import AllowedHosts
from bedside.adapters.aws.dynamodb import Table
from bedside.adapters.aws.record_bundle import RecordBundles
from bedside.adapters.aws.s3 import Bucket, Part
from bedside.commits.errors import NoRecordTargetError
from bedside.commits.record_targets.admin import TargetAdmin
from bedside.commits.record_targets.checks import Checks
from bedside.commits.record_targets.connections import Connections
from bedside.commits.record_targets.repository import FacilityTargets, TargetRepository
from bedside.commits.record_targets.requests import TargetRequest
from bedside.commits.record_targets.target import CHECK_LIFE_MS
from bedside.identity.audit import AuditTrail
from bedside.identity.principal import Admin
from bedside.kernel.errors import (
    ForbiddenError,
    InvalidRequestError,
    PreconditionFailedError,
    PreconditionRequiredError,
)
from bedside.ports.records import RecordTarget
from tests.fakes.delay_queue import DelayedMessages
from tests.fakes.ehr import CLIENT, PATIENT, PHOTO, SECRET, RunningRecords
from tests.fakes.record_secrets import RecordSecretsInMemory
from tests.lives import Mortal, tables
from tests.tables import AUDIT, COMMITS

NOW: Final = 1_795_228_200_000
ADMIN: Final = Admin("a" * 24, None, everywhere=True, origin="203.0.113.7")
FHIR: Final = {"baseUrl": "https://fhir.hospital.example/r4", "clientId": "bedside"}
ALEX: Final = {
    "baseUrl": "https://relay.example/alex",
    "tokenUrl": "https://login.example/token",
    "clientId": "bedside",
    "scope": "api://alex/.default",
    "facility": "F2N060-C",
    "clientSecret": "a secret of the facility".replace(" ", "-"),
}


@dataclass
class Objects:
    """A bucket, where an object that exists is not replaced."""

    content: dict[str, bytes] = field(default_factory=dict)

    def create(self, key: str, content: bytes, _content_type: str) -> bool:
        return self.content.setdefault(key, content) is content

    def read_start(self, key: str, most: int) -> Part | None:
        found = self.content.get(key)
        return None if found is None else Part(len(found), found[:most])


@dataclass
class Office:
    """Where records are set up."""

    admin: TargetAdmin
    secrets: RecordSecretsInMemory
    repository: TargetRepository
    queue: DelayedMessages
    connections: Connections
    objects: Objects

    def save(self, kind: str, settings: dict[str, Any] | None = None, version: int = 0) -> dict[str, Any]:
        body = {"kind": kind, **({kind: settings} if settings else {})}
        request = TargetRequest.model_validate(body)
        document, saved = self.admin.save(ADMIN, "FAC001", request, f'"{version}"', NOW)
        assert saved == version + 1
        assert not any(secret in json.dumps(document) for secret in self.secrets.stored.values())
        found: Any = document["target"]
        return found  # type: ignore[no-any-return]  # JSON

    @property
    def name(self) -> str:
        found = FacilityTargets(self.repository, lambda _: 7).find("FAC001")
        assert found
        assert found.kept_days == (180 if found.kind == "download" else 7)
        return found.name

    def connected(self) -> RecordTarget:
        found = self.connections.connect("FAC001", self.name)
        assert found
        return found

    def check(self) -> dict[str, Any]:
        Checks(self.repository, self.connections, lambda: NOW + 1).run("FAC001")
        found: Any = self.admin.get(ADMIN, "FAC001", NOW + 1)[0]["target"]
        return dict(found["check"])


@pytest.fixture
def office() -> Iterator[Office]:
    hosts, secrets, queue, objects = (
        AllowedHosts(["*"]),
        RecordSecretsInMemory(),
        DelayedMessages(lambda: NOW),
        Objects(),
    )
    repository = TargetRepository(Table(COMMITS))
    made = iter(range(1000))
    with tables(Mortal()):
        admin = TargetAdmin(
            repository=repository,
            secrets=secrets,
            hosts=hosts,
            audit=AuditTrail(Table(AUDIT), lambda count: next(made).to_bytes(count)),
            queue=queue,
        )
        connections = Connections(repository, secrets, hosts, lambda: cast("Bucket", objects))
        yield Office(admin, secrets, repository, queue, connections, objects)


def test_a_facility_has_no_record_at_first(office: Office) -> None:
    """Version 0 creates it."""
    assert office.admin.get(ADMIN, "FAC001", NOW) == ({"facilityId": "FAC001", "target": None}, 0)
    assert FacilityTargets(office.repository, lambda _: 7).find("FAC001") is None
    assert office.connections.connect("FAC001", "any") is None
    with pytest.raises(NoRecordTargetError):
        office.admin.test(ADMIN, "FAC001", NOW)


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_key_of_ours_proves_us_at_a_fhir_server(office: Office, algorithm: str) -> None:
    """Only its public half is shown; it stays until another is asked for, or the registration is another one."""
    first = office.save("fhir", {**FHIR, "algorithm": algorithm})
    assert first["publicKey"]["alg"] == algorithm
    assert "d" not in first["publicKey"]
    [secret] = office.secrets.stored.values()
    assert "PRIVATE KEY" in secret
    same = office.save("fhir", {**FHIR, "algorithm": algorithm, "format": "pdf"}, 1)
    assert same["publicKey"] == first["publicKey"]
    new = office.save("fhir", {**FHIR, "algorithm": algorithm, "newKey": True}, 2)
    assert new["publicKey"] != first["publicKey"]
    moved = office.save("fhir", {**FHIR, "algorithm": algorithm, "baseUrl": "https://other.example/r4"}, 3)
    assert moved["publicKey"]["kid"] not in {first["publicKey"]["kid"], new["publicKey"]["kid"]}
    assert len(office.secrets.stored) == 1


def test_a_secret_stays_only_where_it_was_entered_for(office: Office) -> None:
    """Else somebody could have it sent to an address of theirs."""
    office.save("alex", ALEX)
    [stored] = office.secrets.stored.items()
    without = {name: value for name, value in ALEX.items() if name != "clientSecret"}
    office.save("alex", {**without, "format": "pdf", "facility": "F9"}, 1)
    assert dict([stored]) == office.secrets.stored
    for change in ({"baseUrl": "https://evil.example/"}, {"tokenUrl": "https://evil.example/"}, {"clientId": "other"}):
        with pytest.raises(InvalidRequestError):
            office.save("alex", {**without, **change}, 2)
    assert dict([stored]) == office.secrets.stored
    office.save("alex", {**ALEX, "clientSecret": "another-secret"}, 2)
    assert [json.loads(each) for each in office.secrets.stored.values()] == [{"clientSecret": "another-secret"}]


def test_its_name_is_that_of_a_place(office: Office) -> None:
    """Files that may have arrived at one place are looked for nowhere else."""
    office.save("fhir", FHIR)
    name = office.name
    office.save("fhir", {**FHIR, "format": "pdf", "photos": "media"}, 1)
    assert office.name == name
    office.save("fhir", {**FHIR, "baseUrl": "https://fhir.hospital.example/r5", "version": "R5"}, 2)
    assert office.name != name
    assert office.connections.connect("FAC001", name) is None


def test_of_two_changes_one_wins(office: Office) -> None:
    """And leaves no secret of the other behind."""
    office.save("alex", ALEX)
    before = dict(office.secrets.stored)
    for version in ("0", "2", "7"):
        with pytest.raises(PreconditionFailedError):
            office.admin.save(ADMIN, "FAC001", TargetRequest.model_validate({"kind": "download"}), version, NOW)
    with pytest.raises(PreconditionRequiredError):
        office.admin.save(ADMIN, "FAC001", TargetRequest.model_validate({"kind": "download"}), None, NOW)
    assert office.secrets.stored == before
    office.save("download", None, 1)
    assert len(office.secrets.stored) == 1


def test_an_old_secret_that_stays_does_not_hide_the_new_key(office: Office) -> None:
    """The settings have changed by then, and the new public key is in this answer."""
    office.save("fhir", FHIR)
    office.secrets.keeps = True
    document = office.save("fhir", {**FHIR, "newKey": True}, 1)
    assert document["publicKey"]
    assert len(office.secrets.stored) == 2


@pytest.mark.parametrize(
    "address",
    [
        "http://fhir.hospital.example/r4",
        "https://fhir.hospital.example:8443/r4",
        "https://us:er@fhir.hospital.example/",
        "https://fhir.hospital.example/?x=1",
        "ftp://fhir.hospital.example/",
        "https://",
        "nothing",
    ],
)
def test_addresses_are_https_of_allowed_hosts(office: Office, address: str) -> None:
    """On the usual port, without anything that could hide where they lead."""
    with pytest.raises((ValidationError, InvalidRequestError)):
        office.save("fhir", {**FHIR, "baseUrl": address})
    assert office.secrets.stored == {}


def test_an_address_that_is_not_allowed_is_a_fault_of_its_field(office: Office) -> None:
    """Nothing is stored."""
    with pytest.raises(InvalidRequestError) as refused:
        office.save("fhir", {**FHIR, "tokenUrl": "http://login.example/token"})
    assert [fault.field for fault in refused.value.faults] == ["fhir.tokenUrl"]
    assert office.secrets.stored == {}


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "fhir"},
        {"kind": "download", "alex": ALEX},
        {"kind": "alex", "alex": ALEX, "fhir": FHIR},
        {"kind": "fhir", "fhir": {**FHIR, "version": "R5", "photos": "media"}},
        {"kind": "alex", "alex": {**ALEX, "clientSecret": "with a space"}},
        {"kind": "alex", "alex": {**ALEX, "facility": "a\r\nb"}},
    ],
)
def test_settings_are_of_one_kind(body: dict[str, Any]) -> None:
    """Whole, and without what could become another header."""
    with pytest.raises(ValidationError):
        TargetRequest.model_validate(body)


def test_administrators_of_the_system_only(office: Office) -> None:
    """And what can be a facility."""
    other = Admin("b" * 24, "FAC001", everywhere=False, origin="203.0.113.7")
    for act in (
        lambda admin, facility: office.admin.get(admin, facility, NOW),
        lambda admin, facility: office.admin.test(admin, facility, NOW),
        lambda admin, facility: office.admin.save(
            admin, facility, TargetRequest.model_validate({"kind": "download"}), "0", NOW
        ),
    ):
        with pytest.raises(ForbiddenError):
            act(other, "FAC001")
        with pytest.raises(InvalidRequestError):
            act(ADMIN, "no id")
    assert office.secrets.stored == {}


def test_a_test_is_asked_for_once(office: Office) -> None:
    """While it is under way; one that nobody answers has failed after two minutes, and a change ends it."""
    office.save("fhir", FHIR)
    for _ in range(2):
        office.admin.test(ADMIN, "FAC001", NOW)
    assert office.queue.due() == [{"check": "FAC001"}]
    for later, state in ((0, "running"), (CHECK_LIFE_MS, "failed")):
        found: Any = office.admin.get(ADMIN, "FAC001", NOW + later)[0]
        assert found["target"]["check"]["state"] == state
    office.save("fhir", {**FHIR, "format": "pdf"}, 1)
    assert Checks(office.repository, office.connections, lambda: NOW).run("FAC001") is None


@pytest.mark.parametrize("secret", ["", "[]", "{}", '{"privateKey": 7}', '{"privateKey": "none"}'])
def test_a_damaged_secret_is_a_finding(office: Office, secret: str) -> None:
    """Not a crash of the function that tests or sends; and nobody reads it in the finding."""
    office.save("fhir", FHIR)
    office.secrets.stored = dict.fromkeys(office.secrets.stored, secret)
    office.admin.test(ADMIN, "FAC001", NOW)
    check = office.check()
    assert check["state"] == "failed"
    assert [each["step"] for each in check["findings"]] == ["connection"]


def test_bundles_are_signed(office: Office) -> None:
    """With a key whose public half is shown; storing one again changes nothing."""
    shown = office.save("download")
    target = office.connected()
    assert target.find(PHOTO.identifier, PATIENT) is None
    receipt = target.create(PHOTO)
    assert target.create(PHOTO) == target.find(PHOTO.identifier, PATIENT) == receipt
    assert isinstance(target, RecordBundles)
    folder = f"records/FAC001/{receipt.document_id}"
    sealed = json.loads(office.objects.content[f"{folder}/manifest.jws.json"])
    key = jwt.PyJWK(shown["publicKey"])
    compact = f"{sealed['protected']}.{sealed['payload']}.{sealed['signature']}"
    manifest = json.loads(jwt.PyJWS().decode(compact, key, algorithms=["ES384"]))
    assert manifest == sealed["manifest"]
    assert {f"{folder}/{each['name']}" for each in manifest["files"]} | {f"{folder}/manifest.jws.json"} == set(
        office.objects.content
    )
    for each in manifest["files"]:
        content = office.objects.content[f"{folder}/{each['name']}"]
        assert base64.b64decode(each["sha256"]) == hashlib.sha256(content).digest()
    office.admin.test(ADMIN, "FAC001", NOW)
    assert office.check()["state"] == "passed"


@pytest.fixture(scope="module")
def running() -> Iterator[RunningRecords]:
    found = RunningRecords(time.time)
    yield found
    found.stop()


@pytest.mark.parametrize("kind", ["fhir", "alex"])
def test_a_record_is_connected_and_tested(office: Office, running: RunningRecords, kind: str) -> None:
    """By what is stored: the key that the facility has registered, or the secret that it was given."""
    running.start()
    name = "alex" if kind == "alex" else "r5"
    object.__setattr__(office.admin, "hosts", running.hosts)
    object.__setattr__(office.connections, "hosts", running.hosts)
    record = running.record(name)
    settings: dict[str, Any] = {"baseUrl": record.base_url, "clientId": CLIENT}
    if kind == "alex":
        more = {"tokenUrl": f"{record.base_url}/token", "scope": "x", "facility": "F2N060-C", "clientSecret": SECRET}
        settings |= more
    else:
        settings["version"] = "R5"
    document = replace(PHOTO, content_type="application/pdf")
    shown = office.save(kind, settings)
    office.admin.test(ADMIN, "FAC001", NOW)
    if kind == "fhir":
        failed = office.check()
        assert (failed["state"], failed["findings"][-1]["step"]) == ("failed", "sign-in")
        record.sign_in.register(CLIENT, jwks=[shown["publicKey"]])
        office.admin.test(ADMIN, "FAC001", NOW + 2)
    passed = office.check()
    assert passed["state"] == "passed", passed
    assert record.arrived == []
    office.connected().create(document)
    assert len(record.holding(document.identifier)) == 1
