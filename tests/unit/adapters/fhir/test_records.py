"""Records of FHIR and ALEX through their stand-ins, which validate what they take: stored once, whatever goes wrong."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bedside.adapters.fhir.terms import NHI
from bedside.kernel.errors import UnavailableError
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
from tests.fakes.ehr import PATIENT, PHOTO, RunningRecords

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
        ("503", RecordBusyError, False),
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


@pytest.mark.parametrize("fault", ["429", "503"])
def test_a_busy_record_says_when(running: RunningRecords, fault: str) -> None:
    """In Retry-After."""
    running.failing("r4", fault, retry_after_s=7)
    with pytest.raises(RecordBusyError) as busy:
        running.connect("r4").create(PHOTO)
    assert busy.value.retry_after_ms == 7000


@pytest.mark.parametrize("name", ["r4", "alex"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("403", RecordSearchError),
        ("501", RecordSearchError),
        ("500", UnavailableError),
        ("cut", UnavailableError),
        ("everything", RecordSearchError),
    ],
)
def test_searches_that_tell_nothing_are_not_believed(
    running: RunningRecords, name: str, fault: str, error: type[Exception]
) -> None:
    """Neither a refusal nor everything that the record has means that the document is absent."""
    target, document, _ = target_of(running, name)
    target.create(replace(document, identifier="urn:uuid:00000000-0000-4000-8000-0000000000aa"))
    running.failing(name, search=fault)
    with pytest.raises(error) as raised:
        target.find(document.identifier, PATIENT)
    assert isinstance(raised.value, RecordSearchError) == (error is RecordSearchError)


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
        ({"identifiers": (RecordIdentifier("our own", "7"),), "birth_date": None}, None),
    ],
)
def test_a_document_lands_at_its_patient_only(
    running: RunningRecords, change: dict[str, Any], reason: str | None
) -> None:
    """By the record's id or a number; another number or birth date there means another person."""
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


def test_an_encounter_of_somebody_else_refuses_the_document(running: RunningRecords) -> None:
    """It shows that one of the two is wrong."""
    running.record("r4").add({"resourceType": "Encounter", "id": "enc-2", "subject": {"reference": "Patient/pat-7"}})
    with pytest.raises(RecordRefusedError) as refused:
        running.connect("r4").create(replace(PHOTO, encounter_id="enc-2"))
    assert refused.value.reason == "patient-mismatch"


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
