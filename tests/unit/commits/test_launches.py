"""Launches from a record: begun and completed once, in one browser, by whom the record and the facility name."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.adapters.fhir.app_launch import AppClient, AppLaunch
from bedside.commits.errors import LaunchRefusedError, LaunchUnknownPersonError
from bedside.commits.launches.launch import LAUNCH_LIFE_MS, launch_key
from bedside.commits.launches.launches import LaunchCaller, Launches
from bedside.commits.launches.repository import LaunchRepository, Ties
from bedside.commits.launches.requests import CompletionRequest, LaunchRequest, TiesRequest
from bedside.commits.launches.ties import TieAdmin
from bedside.commits.record_targets.repository import TargetRepository
from bedside.commits.record_targets.target import FhirSettings, Target
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.person import Person, newcomer
from bedside.identity.principal import Admin, Scope
from bedside.kernel.errors import ForbiddenError, InvalidRequestError, PreconditionFailedError, UnavailableError
from local.ehr.record import Record
from tests.fakes.ehr import RunningRecords
from tests.lives import Mortal, tables
from tests.tables import AUDIT, COMMITS

NOW: Final = 1_795_228_200_000
ORIGIN, APP, HERE = "https://bedside.example", "bedside-app", "FAC001"
CLINICIAN: Final = replace(newcomer("u" * 24, "+64215550111", ("clinician",), HERE), verification="verified")
CONTEXT: Final = {"practitioner": "prac-1", "patient": "pat-1", "encounter": "enc-1"}


@dataclass
class People:
    known: list[Person] = field(default_factory=lambda: [CLINICIAN])

    def find(self, scope: Scope, user_id: str) -> Person | None:
        return next((each for each in self.known if each.user_id == user_id and scope.covers(each.facility_id)), None)


@dataclass
class SignIns:
    signed_in: list[Person] = field(default_factory=list)

    def sign_in(self, person: Person, _now_ms: int, _user_agent: str = "") -> Any:
        self.signed_in.append(person)
        return person


@dataclass
class Desk:
    """A browser in front of a record that opens us."""

    record: Record
    launches: Launches
    ties: TieAdmin
    people: People
    sign_ins: SignIns
    noted: list[Entry]
    browser: str = ""

    def begin(self, facility: str = HERE, iss: str | None = None, launch: str = "") -> str:
        """Begin a launch; returns where the browser goes."""
        launch = launch or self.record.launches.begin(CONTEXT)
        request = LaunchRequest(facility_id=facility, iss=iss or self.record.base_url, launch=launch)
        found = self.launches.begin(request, ORIGIN, NOW)
        self.browser = found["browser"]
        return found["authorizeUrl"]

    def authorize(self, url: str) -> dict[str, str]:
        """Go to the record; returns what it sends the browser back with."""
        answer = self.record.launches.authorize(dict(parse_qsl(urlsplit(url).query)))
        assert answer.status == 302, answer
        back = urlsplit(answer.headers["location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == f"{ORIGIN}/launch"
        return dict(parse_qsl(back.query))

    def complete(self, back: dict[str, str], browser: str = "", now_ms: int = NOW) -> dict[str, Any]:
        request = CompletionRequest(state=back["state"], code=back["code"], browser=browser or self.browser)
        return dict(self.launches.complete(request, ORIGIN, now_ms, LaunchCaller("203.0.113.7", ""))[1])


@pytest.fixture(scope="module")
def served() -> Iterator[RunningRecords]:
    found = RunningRecords(time.time)
    yield found
    found.stop()


@pytest.fixture
def desk(served: RunningRecords) -> Iterator[Desk]:
    served.start()
    record = served.record("r4")
    record.launches.apps[APP] = {f"{ORIGIN}/launch"}
    record.add(
        {
            "resourceType": "Patient",
            "id": "pat-1",
            "name": [{"use": "usual", "text": "Annie"}, {"use": "official", "given": ["Ana"], "family": "Tane"}],
            "identifier": [{"system": "https://standards.digital.health.nz/ns/nhi-id", "value": "ZAA0067"}],
        }
    )
    settings = FhirSettings(record.base_url, "bedside", launch_client_id=APP)
    repository, targets = LaunchRepository(Table(COMMITS)), TargetRepository(Table(COMMITS))
    people, sign_ins = People(), SignIns()

    def connect(fhir: FhirSettings, origin: str) -> AppLaunch:
        client = AppClient(fhir.base_url, fhir.launch_client_id, f"{origin}/launch", fhir.token_url)
        return AppLaunch(client, served.hosts)

    made = iter(range(1000))
    audit = AuditTrail(Table(AUDIT), lambda count: next(made).to_bytes(count))
    with tables(Mortal()):
        assert targets.save(Target(HERE, "name", settings, "secret", 1, NOW, "a"))
        assert targets.save(Target("FAC002", "name", replace(settings, launch_client_id=""), "secret", 1, NOW, "a"))
        assert repository.save_ties(Ties(HERE, {"prac-1": CLINICIAN.user_id}, 1))
        noted: list[Entry] = []
        launches = Launches(
            repository, targets, people, lambda: sign_ins, lambda entry, _now: noted.append(entry), connect
        )
        yield Desk(record, launches, TieAdmin(repository, targets, people, audit), people, sign_ins, noted)


def test_a_launch_signs_in_and_brings_the_patient(desk: Desk) -> None:
    """With the name and the number that the record shows."""
    assert desk.complete(desk.authorize(desk.begin())) == {
        "facilityId": HERE,
        "encounterId": "enc-1",
        "patientId": "pat-1",
        "patientName": "Ana Tane",
        "patientNHI": "ZAA0067",
    }
    assert desk.sign_ins.signed_in == [CLINICIAN]
    [entry] = desk.noted
    assert (entry.act, entry.by, entry.origin, entry.after) == (
        "launch",
        CLINICIAN.user_id,
        "203.0.113.7",
        "Practitioner/prac-1",
    )


def test_what_is_asked_of_the_record(desk: Desk) -> None:
    """A code for this launch, tied to a verifier that never leaves us before, and to the record's own address."""
    query = dict(parse_qsl(urlsplit(desk.begin()).query))
    assert (query["response_type"], query["code_challenge_method"], query["aud"]) == (
        "code",
        "S256",
        desk.record.base_url,
    )
    assert {"launch", "openid", "fhirUser"} <= set(query["scope"].split())
    other = dict(parse_qsl(urlsplit(desk.begin()).query))
    assert all(query[name] != other[name] for name in ("state", "nonce", "code_challenge"))


def test_a_launch_is_completed_once_in_its_browser_in_time(desk: Desk) -> None:
    """Then not again, not elsewhere, not later."""
    back = desk.authorize(desk.begin())
    for browser, now_ms in (("x" * 43, NOW), ("", NOW + LAUNCH_LIFE_MS)):
        with pytest.raises(LaunchRefusedError):
            desk.complete(back, browser, now_ms)
    desk.complete(back)
    with pytest.raises(LaunchRefusedError):
        desk.complete(back)
    with pytest.raises(LaunchRefusedError):
        desk.complete({**back, "state": "s" * 43})
    assert len(desk.sign_ins.signed_in) == 1


def test_another_launchs_code_is_worth_nothing(desk: Desk) -> None:
    """It lacks the verifier."""
    stolen = desk.authorize(desk.begin())["code"]
    own = desk.authorize(desk.begin())
    with pytest.raises(LaunchRefusedError):
        desk.complete({**own, "code": stolen})
    assert desk.sign_ins.signed_in == []


@pytest.mark.parametrize(("facility", "iss"), [(HERE, "https://evil.example/fhir"), ("FAC002", None), ("FAC009", None)])
def test_only_the_facilitys_record_opens_us(desk: Desk, facility: str, iss: str | None) -> None:
    """And only if it has been set up for it: no other address is asked anything."""
    before = len(desk.record.requests)
    with pytest.raises(LaunchRefusedError):
        desk.begin(facility, iss)
    assert len(desk.record.requests) == before


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another-app"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"fhirUser": "https://evil.example/Practitioner/prac-1"},
        {"fhirUser": "Patient/pat-1"},
        {"fhirUser": ""},
        # People may edit theirs.
        {"fhirUser": "", "profile": "Practitioner/prac-1"},
    ],
)
def test_an_id_token_has_to_fit(desk: Desk, claims: dict[str, Any]) -> None:
    """In every claim; a signature of somebody else's does not either."""
    desk.record.launches.wrong_claims = claims
    with pytest.raises(LaunchRefusedError):
        desk.complete(desk.authorize(desk.begin()))
    assert desk.sign_ins.signed_in == []


def test_a_foreign_signature_is_refused(desk: Desk, served: RunningRecords) -> None:
    """Keys come from the record's own address."""
    url = desk.begin()
    back = desk.authorize(url)
    desk.record.launches.jwks = served.record("r5").launches.jwks  # type: ignore[method-assign]  # another key
    with pytest.raises(LaunchRefusedError):
        desk.complete(back)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_endpoints_are_at_the_record(desk: Desk, name: str) -> None:
    """Discovery cannot send us, or the browser, elsewhere."""
    told = desk.record.launches.configuration() | {name: "https://evil.example/x"}
    desk.record._configuration = lambda: {"token_endpoint": f"{desk.record.base_url}/token", **told}  # type: ignore[method-assign]  # noqa: SLF001  # what it says of itself
    with pytest.raises(LaunchRefusedError):
        desk.complete(desk.authorize(desk.begin()))


@pytest.mark.parametrize(
    "people",
    [
        [],
        [replace(CLINICIAN, facility_id="FAC002")],
        [replace(CLINICIAN, verification="pending")],
        [replace(CLINICIAN, roles=("patient",))],
        [replace(CLINICIAN, deactivated_at=NOW)],
    ],
)
def test_a_stranger_is_not_signed_in(desk: Desk, people: list[Person]) -> None:
    """Nor is somebody who left, or is not verified: their administrator has to know which practitioner they are."""
    desk.people.known = people
    with pytest.raises(LaunchUnknownPersonError) as unknown:
        desk.complete(desk.authorize(desk.begin()))
    assert unknown.value.extensions() == {"practitionerId": "prac-1"}
    assert desk.noted == []
    assert desk.sign_ins.signed_in == []


def test_a_record_that_is_away_can_be_asked_again(desk: Desk) -> None:
    """At the beginning and at the end: a clinician need not go back to the record for it."""
    well, away = desk.record.faults, replace(desk.record.faults, api_down=int(time.time() * 1000) + 60_000)
    desk.record.faults = away
    with pytest.raises(UnavailableError, match="does not answer as expected"):
        desk.begin()
    desk.record.faults = well
    back = desk.authorize(desk.begin())
    desk.record.faults = away
    with pytest.raises(UnavailableError, match="does not answer as expected"):
        desk.complete(back)
    desk.record.faults = well
    assert desk.complete(back)["patientId"] == "pat-1"
    with pytest.raises(LaunchRefusedError):
        desk.complete(back)


@pytest.mark.parametrize("keys", [{"keys": ["x"]}, {"keys": "x"}, {}])
def test_keys_that_are_none_refuse_the_launch(desk: Desk, keys: dict[str, Any]) -> None:
    """Whatever the record lists instead."""
    back = desk.authorize(desk.begin())
    desk.record.launches.jwks = lambda: keys  # type: ignore[method-assign]  # what it publishes
    with pytest.raises(LaunchRefusedError):
        desk.complete(back)


def test_administrators_say_who_is_who(desk: Desk) -> None:
    """Verified clinicians of their facility, each once, on the version that they have seen."""
    admin = Admin("a" * 24, HERE, everywhere=False, origin="203.0.113.7")
    shown, version = desk.ties.get(admin, HERE)
    assert (shown["people"], version) == ([{"practitionerId": "prac-1", "userId": CLINICIAN.user_id}], 1)
    other = replace(CLINICIAN, user_id="v" * 24)
    desk.people.known.append(other)

    def save(*pairs: tuple[str, str], seen: str = '"1"', who: Admin = admin) -> int:
        people = [{"practitionerId": practitioner, "userId": user_id} for practitioner, user_id in pairs]
        return desk.ties.save(who, HERE, TiesRequest.model_validate({"people": people}), seen, NOW)[1]

    with pytest.raises(PreconditionFailedError):
        save(seen='"0"')
    for wrong in (
        (("prac-1", CLINICIAN.user_id), ("prac-1", other.user_id)),
        (("prac-1", CLINICIAN.user_id), ("prac-2", CLINICIAN.user_id)),
        (("prac-1", "w" * 24),),
    ):
        with pytest.raises(InvalidRequestError):
            save(*wrong)
    with pytest.raises(ForbiddenError):
        save(who=replace(admin, facility_id="FAC002"))
    assert save(("prac-2", CLINICIAN.user_id), ("prac-1", other.user_id)) == 2
    assert desk.launches.repository.ties(HERE).practitioner_of(CLINICIAN.user_id) == "prac-2"
    desk.complete(desk.authorize(desk.begin()))
    assert desk.sign_ins.signed_in == [other]


def test_ties_are_of_one_record(desk: Desk) -> None:
    """The same id is somebody else in another record: they are not signed in, nor is a document by them."""
    admin, targets = Admin("a" * 24, HERE, everywhere=False, origin="203.0.113.7"), desk.launches.targets
    people = [{"practitionerId": "prac-1", "userId": CLINICIAN.user_id}]
    desk.ties.save(admin, HERE, TiesRequest.model_validate({"people": people}), '"1"', NOW)
    desk.complete(desk.authorize(desk.begin()))
    before = targets.find(HERE)
    assert before
    assert targets.save(replace(before, name="another", version=before.version + 1))
    shown, version = desk.ties.get(admin, HERE)
    assert (shown["people"], version) == ([], 2)
    with pytest.raises(LaunchUnknownPersonError):
        desk.complete(desk.authorize(desk.begin()))
    ties = desk.launches.repository.ties(HERE)
    assert ties.of("name").practitioner_of(CLINICIAN.user_id) == "prac-1"
    assert ties.of("another").practitioner_of(CLINICIAN.user_id) is None
    desk.ties.save(admin, HERE, TiesRequest.model_validate({"people": people}), '"2"', NOW)
    desk.complete(desk.authorize(desk.begin()))
    assert desk.sign_ins.signed_in == [CLINICIAN, CLINICIAN]


def test_the_launchs_secrets_are_kept_as_hashes(desk: Desk) -> None:
    """State and browser: whoever reads the table can complete nothing with the verifier and the nonce alone."""
    back = desk.authorize(desk.begin())
    item = cast("Any", desk.launches.repository.table).get(launch_key(back["state"]))
    assert item["verifier"]
    text = json.dumps(item, default=str)
    assert desk.browser not in text
    assert back["state"] not in text
