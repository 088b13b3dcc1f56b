"""Records of FHIR and ALEX through their stand-ins, which validate what they take: stored once, whatever goes wrong."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from bedside.adapters.alex.record import AlexRecord
from bedside.adapters.fhir.terms import NHI
from bedside.kernel.errors import UnavailableError
from bedside.ports.launches import RecordLaunchError
from bedside.ports.records import (
    RecordBusyError,
    RecordDocument,
    RecordIdentifier,
    RecordMismatchError,
    RecordPatient,
    RecordRefusedError,
    RecordSearchError,
    RecordTarget,
    RecordUnknownError,
)
from local.ehr.faults import Faults
from tests.fakes.ehr import PATIENT, PEOPLE, PHOTO, RunningRecords

SCAN = replace(PHOTO, content_type="image/tiff", content=b"II*\x00 a scan")
ALL = ("r4", "r5", "alex", "r4-media")


@pytest.fixture(scope="module")
def served() -> Iterator[RunningRecords]:
    served = RunningRecords(time.time)
    yield served
    served.stop()


@pytest.fixture
def running(served: RunningRecords) -> RunningRecords:
    served.start()
    return served


def target_of(running: RunningRecords, name: str) -> tuple[RecordTarget, RecordDocument, str]:
    """Return our side, a document that it takes, and the stand-in's name."""
    kind = name.removesuffix("-media")
    return running.connect(kind, media=name != kind), SCAN if name == "alex" else PHOTO, kind


@pytest.mark.parametrize("name", ALL)
def test_a_document_is_stored_and_found(running: RunningRecords, name: str) -> None:
    """Under its identifier, by which a search finds the id that creating it returned."""
    target, document, kind = target_of(running, name)
    assert target.find(document.identifier, PATIENT) is None
    receipt = target.create(document)
    assert receipt.warnings == ()
    assert target.find(document.identifier, PATIENT) == receipt
    [stored] = running.record(kind).holding(document.identifier)
    assert stored["id"] == receipt.document_id


@pytest.mark.parametrize("name", ["r4", "r5"])
def test_a_document_at_another_patient_is_not_the_one(running: RunningRecords, name: str) -> None:
    """Whether the record knows the patient whom it should be about, or not."""
    target, document, kind = target_of(running, name)
    target.create(document)
    other = replace(PATIENT, external_id="pat-2", identifiers=(RecordIdentifier("nhi", "ZAA0083"),))
    with pytest.raises(RecordMismatchError):
        target.find(document.identifier, other)
    running.record(kind).add(
        {"resourceType": "Patient", "id": "pat-2", "identifier": [{"system": NHI, "value": "ZAA0083"}]}
    )
    with pytest.raises(RecordMismatchError):
        target.find(document.identifier, other)


# What a create ends with, and whether it is stored then.
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("fault", "error", "stored"),
    [
        ("cut-before", RecordUnknownError, False),
        ("cut-after", RecordUnknownError, True),
        ("500-before", RecordUnknownError, False),
        ("500-after", RecordUnknownError, True),
        ("429", RecordBusyError, False),
        ("503", RecordUnknownError, False),
        ("503-after", RecordUnknownError, True),
        ("408", RecordUnknownError, False),
        ("403", RecordRefusedError, False),
        ("409", RecordRefusedError, False),
        ("413", RecordRefusedError, False),
        ("422", RecordRefusedError, False),
        ("409-duplicate", RecordUnknownError, False),
        ("lie-foreign", RecordUnknownError, False),
        ("lie-nothing", RecordUnknownError, False),
        ("401", None, True),
        ("ok", None, True),
    ],
)
def test_faults_are_told_apart(
    running: RunningRecords,
    name: str,
    fault: str,
    error: type[Exception] | None,
    stored: bool,  # noqa: FBT001
) -> None:
    """After any of them a search tells whether to send again, and then the document is stored exactly once."""
    target, document, kind = target_of(running, name)
    record = running.failing(kind, fault)
    if error:
        with pytest.raises(error):
            target.create(document)
    else:
        target.create(document)
    assert len(record.holding(document.identifier)) == stored
    if not target.find(document.identifier, PATIENT):
        target.create(document)
    assert len(record.holding(document.identifier)) == 1


@pytest.mark.parametrize(
    "faults", [{"creates": ("429",)}, {"creates": ("503",)}, {"sign_in": "429"}], ids=["429", "503", "sign-in"]
)
def test_a_busy_record_says_when(running: RunningRecords, faults: dict[str, Any]) -> None:
    """In Retry-After, also at its sign-in."""
    running.record("r4").faults = Faults(retry_after_s=7, **faults)
    with pytest.raises((RecordBusyError, RecordUnknownError)) as busy:
        running.connect("r4").create(PHOTO)
    assert isinstance(busy.value, RecordBusyError) == (faults != {"creates": ("503",)})
    assert getattr(busy.value, "retry_after_ms", None) == 7000


@pytest.mark.parametrize("name", ["r4", "alex"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("403", RecordSearchError),
        ("501", RecordSearchError),
        ("404", UnavailableError),
        ("408", UnavailableError),
        ("500", UnavailableError),
        ("page", UnavailableError),
        ("cut", UnavailableError),
    ],
)
def test_searches_that_tell_nothing_are_not_believed(
    running: RunningRecords, name: str, fault: str, error: type[Exception]
) -> None:
    """Neither a refusal nor everything that the record has means that the document is absent.

    What passes is not taken for a record that cannot be searched.
    """
    target, document, _ = target_of(running, name)
    target.create(replace(document, identifier="urn:uuid:00000000-0000-4000-8000-0000000000aa"))
    running.failing(name, search=fault)
    with pytest.raises(error) as raised:
        target.find(document.identifier, PATIENT)
    assert isinstance(raised.value, RecordSearchError) == (error is RecordSearchError)


def test_everything_is_no_answer_to_an_identifier(running: RunningRecords) -> None:
    """The record has ignored it. ALEX is asked for all of the patient's documents instead, among which ours is not."""
    for name in ("r4", "alex"):
        target, document, _ = target_of(running, name)
        target.create(replace(document, identifier="urn:uuid:00000000-0000-4000-8000-0000000000aa"))
        running.failing(name, search="everything")
    with pytest.raises(RecordSearchError):
        running.connect("r4").find(PHOTO.identifier, PATIENT)
    assert running.connect("alex").find(SCAN.identifier, PATIENT) is None


def test_a_record_that_vouches_for_what_it_does_not_find(running: RunningRecords) -> None:
    """Only a person can tell."""
    running.failing("r4", "409-duplicate", search="empty")
    with pytest.raises(RecordUnknownError) as unknown:
        running.connect("r4").create(PHOTO)
    assert unknown.value.vouched


def test_a_duplicate_that_is_found_is_stored(running: RunningRecords) -> None:
    """409 after an attempt whose answer was lost."""
    record, target = running.failing("r4", "cut-after", "409-duplicate"), running.connect("r4")
    with pytest.raises(RecordUnknownError):
        target.create(PHOTO)
    assert target.create(PHOTO).document_id == record.holding(PHOTO.identifier)[0]["id"]


@pytest.mark.parametrize("name", ["r4", "alex"])
def test_a_revoked_token_is_replaced_once(running: RunningRecords, name: str) -> None:
    """Then the record does not let us in, and has stored nothing."""
    target, document, _ = target_of(running, name)
    record = running.failing(name, refuse_tokens=1)
    target.create(document)
    record.faults = replace(record.faults, refuse_tokens=2)
    with pytest.raises(RecordRefusedError) as refused:
        target.find(document.identifier, PATIENT)
    assert refused.value.reason == "sign-in-refused"


@pytest.mark.parametrize(
    ("fault", "error"), [("401", RecordRefusedError), ("429", RecordBusyError), ("500", UnavailableError)]
)
@pytest.mark.parametrize("name", ["r4", "alex"])
def test_a_sign_in_that_fails_stores_nothing(
    running: RunningRecords, name: str, fault: str, error: type[Exception]
) -> None:
    """Whether it is our registration's fault or passes."""
    target, document, _ = target_of(running, name)
    record = running.failing(name, sign_in=fault)
    with pytest.raises(error):
        target.create(document)
    assert record.arrived == []


def test_a_search_is_not_answered_from_memory(running: RunningRecords) -> None:
    """A server that remembers that it found nothing would get the document twice."""
    running.failing("r4", search="remembered")
    target = running.connect("r4")
    assert target.find(PHOTO.identifier, PATIENT) is None
    receipt = target.create(PHOTO)
    assert target.find(PHOTO.identifier, PATIENT) == receipt


NUMBERLESS: Final = {"identifiers": (), "birth_date": None}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"external_id": "pat-2"}, None),
        ({"external_id": "not an id of theirs"}, None),
        ({"external_id": None}, None),
        ({"external_id": None, "identifiers": ()}, "patient-not-found"),
        ({"external_id": "pat-9", "identifiers": (RecordIdentifier("nhi", "ZZZ0008"),)}, "patient-not-found"),
        ({"identifiers": (RecordIdentifier("nhi", "ZZZ0008"),)}, "patient-mismatch"),
        ({"birth_date": "1985-02-28"}, "patient-mismatch"),
        ({"name": "Wiremu Parata"}, "patient-mismatch"),
        ({"external_id": None, "name": "Wiremu Parata"}, "patient-mismatch"),
        (NUMBERLESS, None),
        (NUMBERLESS | {"identifiers": (RecordIdentifier("our own", "7"),)}, None),
        (NUMBERLESS | {"name": "TANE, Āna"}, None),
        (NUMBERLESS | {"name": "Ana"}, "patient-mismatch"),
        (NUMBERLESS | {"name": "Ana Ngata"}, "patient-mismatch"),
        (NUMBERLESS | {"name": ""}, "patient-mismatch"),
        ({"identifiers": (), "name": ""}, None),
        ({"identifiers": (), "name": "Ana Ngata"}, None),
    ],
)
def test_a_document_lands_at_its_patient_only(
    running: RunningRecords, change: dict[str, Any], reason: str | None
) -> None:
    """Whom a number confirms, or name or birth date beside the record's id, and whom nothing contradicts."""
    document = replace(PHOTO, patient=replace(PATIENT, **change))
    target = running.connect("r4")
    if reason is None:
        target.create(document)
        assert running.record("r4").arrived[0]["subject"] == {"reference": "Patient/pat-1"}
        return
    with pytest.raises(RecordRefusedError) as refused:
        target.create(document)
    assert refused.value.reason == reason
    assert running.record("r4").arrived == []


INTO: Final = {**PEOPLE[0], "id": "pat-2"}


@pytest.mark.parametrize("external_id", ["pat-1", None])
def test_a_merged_patients_document_goes_to_whom_they_were_merged_into(
    running: RunningRecords, external_id: str | None
) -> None:
    """By id and by number: nobody looks at the other one any more."""
    record = running.record("r4")
    link = {"type": "replaced-by", "other": {"reference": f"{record.base_url}/Patient/pat-2"}}
    record.add({**PEOPLE[0], "active": False, "link": [link]})
    record.add(INTO)
    running.connect("r4").create(replace(PHOTO, patient=replace(PATIENT, external_id=external_id)))
    assert record.arrived[0]["subject"] == {"reference": "Patient/pat-2"}


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ([{**PEOPLE[0], "active": False}], "patient-not-found"),
        ([{**PEOPLE[0], "link": [{"type": "replaced-by", "other": {"display": "Ana"}}]}], "patient-mismatch"),
        (
            [{**PEOPLE[0], "link": [{"type": "replaced-by", "other": {"reference": "Patient/pat-1"}}]}],
            "patient-mismatch",
        ),
        ([{**INTO, "id": "pat-3"}, INTO, {**INTO, "id": "pat-1", "active": False}], "patient-mismatch"),
    ],
    ids=["retired", "merged into nobody", "merged into themselves", "several"],
)
def test_a_patient_who_is_not_in_use_gets_no_document(
    running: RunningRecords, people: list[dict[str, Any]], reason: str
) -> None:
    """Nor does one of several."""
    for each in people:
        running.record("r4").add(each)
    with pytest.raises(RecordRefusedError) as refused:
        running.connect("r4").create(PHOTO)
    assert refused.value.reason == reason
    assert running.record("r4").arrived == []


@pytest.mark.parametrize("subject", [{"subject": {"reference": "Patient/pat-7"}}, {}])
def test_an_encounter_of_somebody_else_is_left_out(running: RunningRecords, subject: dict[str, Any]) -> None:
    """Our id of it may be another one's there by chance; the patient is confirmed without it."""
    encounter = {key: value for key, value in PEOPLE[2].items() if key != "subject"}
    running.record("r4").add({**encounter, "id": "enc-2", **subject})
    receipt = running.connect("r4").create(replace(PHOTO, encounter_id="enc-2"))
    assert receipt.warnings == ("encounter-left-out",)
    assert "encounter" not in running.record("r4").arrived[0]["context"]


def test_what_the_record_does_not_know_is_left_out(running: RunningRecords) -> None:
    """With a warning: encounters of ours, and authors whom nobody has tied to a practitioner of the record."""
    author = replace(PHOTO.author, external_id="prac-9")
    receipt = running.connect("r4").create(replace(PHOTO, encounter_id="ours-1", author=author))
    assert receipt.warnings == ("encounter-left-out", "author-left-out")
    [stored] = running.record("r4").arrived
    assert stored["author"] == [{"display": "Dr Sam Reid"}]
    assert "encounter" not in stored["context"]


@pytest.mark.parametrize("name", ["r4", "r5", "alex"])
def test_a_connection_is_tested_without_writing(running: RunningRecords, name: str) -> None:
    """Step by step, up to the first that fails."""
    target, _, _ = target_of(running, name)
    steps = [each.step for each in target.check()]
    assert steps == (["sign-in", "search"] if name == "alex" else ["discovery", "sign-in", "search"])
    assert all(each.ok for each in target.check())
    running.failing(name, sign_in="401")
    fresh = target_of(running, name)[0]
    failed = fresh.check()[-1]
    assert (failed.step, failed.ok, failed.detail) == ("sign-in", False, "invalid_client")
    assert running.record(name).arrived == []
    assert all(method == "GET" or path == "/token" for method, path in running.record(name).requests)


def test_alex_takes_scans_only(running: RunningRecords) -> None:
    """TIFF and PDF below 8 MB: others are refused before they are sent."""
    target = running.connect("alex")
    for wrong, reason in ((PHOTO, "not-accepted"), (replace(SCAN, content=bytes(8_000_000)), "too-large")):
        with pytest.raises(RecordRefusedError) as refused:
            target.create(wrong)
        assert refused.value.reason == reason
    assert running.record("alex").requests == []


def test_alex_cannot_be_searched_without_a_number(running: RunningRecords) -> None:
    """The patient's id alone is a query that it forbids."""
    with pytest.raises(RecordSearchError):
        running.connect("alex").find(SCAN.identifier, RecordPatient("Ana Tane", external_id="pat-1"))


def test_an_old_launch_of_alex_opens_nobody(running: RunningRecords) -> None:
    """Its link is still in the history; and no path leads elsewhere."""
    assert running.ehr
    record, (context, signature) = running.connect("alex"), running.ehr.alex.launch("pat-1", "prac-1")
    assert isinstance(record, AlexRecord)
    assert record.read_launch(context, signature).patient_id == "pat-1"
    running.ehr.alex.contexts[f"{context}/{signature}"]["createdTime"] = "2026-01-01T00:00:00Z"
    before = len(running.ehr.alex.requests)
    for wrong in ((context, signature), ("..", signature), (context, ".")):
        with pytest.raises(RecordLaunchError):
            record.read_launch(*wrong)
    assert len(running.ehr.alex.requests) == before + 1
