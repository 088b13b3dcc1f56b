"""A file goes to the patient whom it was committed for, and nobody else, whoever corrects the directory meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, override

import pytest

from bedside.commits.records import file_from_item, file_item
from bedside.commits.subjects import contradicts
from bedside.patients.patient import PatientIdentifier
from bedside.ports.records import RecordIdentifier, RecordPatient
from bedside.ports.rendering import Banner
from tests.fakes.faulty_record import PassingRenderer
from tests.unit.commits.desk import NOW, Desk

NUMBERS: Final = (RecordIdentifier("nhi", "ZAA0067"), RecordIdentifier("ward", "7"))
THEN: Final = RecordPatient("Mere Pāki", "ext-1", NUMBERS, "1984-02-29")


@contextmanager
def _known() -> Iterator[Desk]:
    """Give a desk whose patient is in the directory."""
    with Desk.opened() as desk:
        desk.sessions.change(desk.session_key, "SET #patientRecordId = :id", values={"id": "PAT-1"}, now_ms=NOW)
        yield desk


def _correct(desk: Desk, **changes: Any) -> None:
    assert desk.directory.patient
    desk.directory.patient = replace(desk.directory.patient, **changes)


def test_who_is_corrected_after_the_commit_gets_nothing_sent() -> None:
    """A clinician looks again, and tries again: then it goes to whom they have seen."""
    with _known() as desk:
        desk.commit()
        desk.renderings.render(desk.file().key)
        _correct(desk, external_id="ext-2")
        assert (desk.settle().state, desk.file().problem) == ("failed", "patient-changed")
        assert not desk.record.requests
        desk.retry()
        assert desk.settle().state == "committed"
        assert [one.patient.external_id for one in desk.record.documents] == ["ext-2"]


@pytest.mark.parametrize("by_patient", [False, True])
def test_a_lost_answer_is_searched_for_at_the_patient_of_the_commit(*, by_patient: bool) -> None:
    """Whoever is corrected while it is on its way: one document, which is told with a warning."""
    with _known() as desk:
        desk.record.by_patient = by_patient
        desk.record.create_faults = ["answer-lost"]
        desk.commit()
        desk.work()
        desk.work()
        assert desk.file().state == "committing"
        _correct(desk, external_id="ext-2", identifiers=(PatientIdentifier("nhi", "ZAA0083"),))
        assert desk.settle().state == "committed"
        assert desk.file().warnings == ("patient-changed",)
        assert [one.patient.external_id for one in desk.record.documents] == ["ext-1"]


def test_what_certainly_did_not_arrive_is_not_sent_to_somebody_else() -> None:
    """Nor under the old number."""
    with _known() as desk:
        desk.record.create_faults = ["lost"]
        desk.commit()
        desk.work()
        desk.work()
        _correct(desk, name="Mere Parata")
        assert (desk.settle().state, desk.file().problem) == ("failed", "patient-changed")
        assert not desk.record.documents


def test_a_document_at_another_patient_is_left_to_a_person() -> None:
    """The record had it after all, when somebody tries again for the patient as corrected."""
    with _known() as desk:
        desk.record.create_faults = ["answer-lost"]
        desk.record.searchable = False
        desk.commit()
        assert desk.settle().state == "unknown"
        desk.resolve()  # they have not found it
        desk.record.searchable = True
        _correct(desk, external_id="ext-2")
        desk.retry()
        assert (desk.settle().state, desk.file().problem) == ("unknown", "patient-mismatch")
        assert len(desk.record.documents) == 1


def test_the_page_says_who_it_was_committed_for() -> None:
    """Not who is in the directory by the time it is drawn."""
    with _known() as desk:
        banners: list[Banner] = []

        class Watching(PassingRenderer):
            @override
            def render(self, original: bytes, *more: object) -> bytes:
                banners.extend(each for each in more if isinstance(each, Banner))
                return super().render(original, *more)

        desk.renderings = replace(desk.renderings, renderer=Watching)
        desk.commit()
        _correct(desk, name="Somebody Else", born="1950-01-01")
        desk.renderings.render(desk.file().key)
        assert [(each.patient, each.born) for each in banners] == [("Mere Pāki", "")]


def test_files_of_earlier_releases_are_sent() -> None:
    """They have no patient of their own: theirs is the directory's."""
    with _known() as desk:
        desk.commit()
        before = desk.file()
        item = {name: value for name, value in file_item(before).items() if name != "patient"}
        old = file_from_item(item)
        assert old == replace(before, patient=None)
        desk.repository.save(before, replace(old, version=before.version + 1))
        assert desk.settle().state == "committed"
        assert [one.patient.external_id for one in desk.record.documents] == ["ext-1"]


@pytest.mark.parametrize(
    "now",
    [
        None,
        replace(THEN, name="Mere Parata"),
        replace(THEN, external_id="ext-2"),
        replace(THEN, external_id=None),
        replace(THEN, birth_date="1985-02-28"),
        replace(THEN, birth_date=None),
        replace(THEN, identifiers=NUMBERS[1:]),
        replace(THEN, identifiers=(RecordIdentifier("nhi", "ZAA0083"), NUMBERS[1])),
    ],
)
def test_a_correction_contradicts(now: RecordPatient | None) -> None:
    """Also what was taken away, or whoever is gone from the directory."""
    assert contradicts(THEN, now)


def test_what_is_added_contradicts_nothing() -> None:
    """A number of another system, or what was not known before."""
    assert not contradicts(THEN, THEN)
    assert not contradicts(THEN, replace(THEN, identifiers=(*NUMBERS, RecordIdentifier("aih", "1"))))
    assert not contradicts(RecordPatient("Mere Pāki"), THEN)


def test_a_patient_is_stored_with_their_file() -> None:
    """Whole, or with the gaps that they have."""
    with _known() as desk:
        desk.commit()
        for patient in (THEN, RecordPatient("Mere Pāki")):
            file = replace(desk.file(), patient=patient)
            assert file_from_item(file_item(file)) == file
