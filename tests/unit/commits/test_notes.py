"""Signed notes arrive in the record once, or a person knows of it; each state of them is a document of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, override

import pytest

from bedside.commits.errors import CommitNotFoundError, NotesOfAnotherPatientError, PatientUnknownError
from bedside.commits.file import File
from bedside.commits.notes.requests import ResolveNotesRequest
from bedside.commits.notes.service import NoteCommits
from bedside.commits.notes.text import text_of
from bedside.commits.records import file_from_item, file_item
from bedside.identity.principal import Principal
from bedside.kernel.errors import WrongStateError
from bedside.patients.tied import TiedPatient
from bedside.visits.facts import VisitFacts
from bedside.visits.model import Visit
from bedside.visits.notes.model import FIELDS, Addendum, Author, Notes
from tests.lives import Mortal, deaths
from tests.unit.commits.desk import CLINICIAN, NOW, VISIT, Desk
from tests.unit.commits.test_lives import LIVES, Life

PRACTITIONER: Final = Principal(CLINICIAN.user_id, "f", "FAC001", ("clinician",), verified_clinician=True)
HOUR: Final = 3_600_000


class _Visits:
    def get(self, visit_id: str) -> Visit:
        return Visit(visit_id, "FAC001", "person", PRACTITIONER.user_id, 30, VisitFacts(NOW))


class _Tied:
    def __init__(self) -> None:
        self.patient_id = "PAT-1"

    def find(self, people: list[tuple[str, str]]) -> dict[tuple[str, str], TiedPatient]:
        return dict.fromkeys(people, TiedPatient(self.patient_id, "Mere Pāki"))


class NoteDesk(Desk):
    """A desk at which the notes of a visit are committed."""

    def __init__(self, mortal: Mortal) -> None:
        super().__init__(mortal)
        visits: Any = _Visits()
        notes: Any = self.notes
        self.tied = _Tied()
        tied: Any = self.tied
        self.note_commits = NoteCommits(
            self.repository,
            visits,
            notes,
            tied,
            self.subjects,
            self.facility,
            self.outcomes,
            self.messages,
            self.audit,
            self._uuid,
        )

    @override
    def commit(self, *image_ids: str, key: str | None = None) -> str:
        return str(self.lived(lambda: self.note_commits.create(PRACTITIONER, VISIT, self.now))["status"])

    @override
    def file(self, image_id: str = "") -> File:
        found = self.repository.find_file(f"notes#{VISIT}#{len(self.notes.kept.addenda)}")
        assert found
        return found

    @override
    def resolve(self, document_id: str | None = None, image_id: str = "") -> None:
        request = ResolveNotesRequest(addenda=0, document_id=document_id, absent=document_id is None)
        self.lived(lambda: self.note_commits.resolve(PRACTITIONER, VISIT, request, self.now))

    def add(self, text: str) -> None:
        kept, by = self.notes.kept, Author(CLINICIAN.user_id, None)
        self.notes.kept = replace(kept, addenda=(*kept.addenda, Addendum(NOW + HOUR, by, text)))

    def listed(self) -> list[tuple[int, str]]:
        files = self.note_commits.list_files(PRACTITIONER, VISIT)["files"]
        return [(each["addenda"], each["status"]) for each in files]


@contextmanager
def _lived(life: Life, mortal: Mortal | None = None) -> Iterator[NoteDesk]:
    with NoteDesk.opened(mortal=mortal) as desk:
        desk.record.create_faults, desk.record.find_faults = list(life.faults), list(life.find_faults)
        desk.record.searchable = life.searchable
        desk.commit()
        desk.settle()
        identifiers = [one.identifier for one in desk.record.documents]
        assert identifiers in ([], [desk.file().identifier])
        yield desk


_SOME: Final = ("nothing", "answer lost", "refuses", "lies", "answer lost, and cannot be searched")


@pytest.mark.parametrize("life", [LIVES[name] for name in _SOME], ids=_SOME)
def test_notes_arrive_once_or_a_person_knows(life: Life) -> None:
    """Whatever the record does, and whoever dies over it."""
    with _lived(life) as desk:
        file = desk.file()
        assert (file.state, len(desk.record.documents), file.problem) == (life.state, life.stored, life.problem)
        assert [one.state for one in desk.outcomes_seen] == [life.state]
    for mortal in deaths(after=True):
        with _lived(life, mortal) as desk:
            where = f"killed at step {mortal.dies_at}"
            if life.state == "committed":
                assert (desk.file().state, len(desk.record.documents)) == ("committed", 1), where


def test_what_the_record_gets() -> None:
    """The words with who signed them, as PDF and as text; the patient as the directory has them, and no encounter."""
    with _lived(LIVES["nothing"]) as desk:
        [document] = desk.record.documents
        assert (document.kind, document.content_type, document.title) == (
            "note",
            "application/pdf",
            "Notes of a video visit",
        )
        assert document.notes == "Plan\nRest.\n\nSigned by Dr Ngaio Marsh, 2026-11-21T02:30:00.000Z"
        assert document.content.decode() == f"Mere Pāki\n{document.title}\n{document.notes}"
        assert (document.patient.external_id, document.encounter_id, document.made_at) == ("ext-1", None, NOW)
        assert not desk.nobody.told


def test_an_addendum_makes_another_document() -> None:
    """The same again makes none; what is on its way is not changed by what is added meanwhile."""
    with NoteDesk.opened() as desk:
        assert [desk.commit(), desk.commit()] == ["committing", "committing"]
        desk.add("Healed.")
        assert desk.listed() == [(0, "committing")]
        for _ in range(3):
            desk.work()
        assert [desk.commit(), desk.listed()] == ["committing", [(0, "committed"), (1, "committing")]]
        assert desk.settle().state == "committed"
        assert desk.commit() == "committed"
        first, second = desk.record.documents
        assert "Healed." not in first.notes
        assert second.notes == f"{first.notes}\n\nAddendum 2026-11-21T03:30:00.000Z\nHealed."
        assert (second.title, second.made_at) == ("Notes of a video visit, with 1 addendum", NOW + HOUR)


def test_a_person_resolves_what_nobody_knows() -> None:
    """What is absent can be committed again, under the same identifier; the same word twice changes nothing."""
    with _lived(LIVES["request lost, and cannot be searched"]) as desk:
        before = desk.file()
        assert (before.state, desk.commit()) == ("unknown", "unknown")
        desk.resolve()
        desk.resolve()
        assert (desk.file().state, desk.file().problem) == ("failed", "not-found-by-a-person")
        with pytest.raises(WrongStateError):
            desk.resolve("doc-0")
        assert desk.commit() == "committing"
        assert desk.settle().state == "committed"
        assert [one.identifier for one in desk.record.documents] == [before.identifier]
        desk.add("Healed.")
        request = ResolveNotesRequest(addenda=1, absent=True)
        with pytest.raises(CommitNotFoundError):
            desk.note_commits.resolve(PRACTITIONER, VISIT, request, NOW)


def test_a_patient_who_is_gone_gets_nothing_sent() -> None:
    """Nor are notes sent that the record would not take."""
    with NoteDesk.opened() as desk:
        desk.directory.patient = None
        with pytest.raises(PatientUnknownError):
            desk.commit()
    with NoteDesk.opened() as desk:
        desk.facility.rendition = replace(desk.facility.rendition, max_bytes=10)
        desk.commit()
        assert (desk.settle().state, desk.file().problem) == ("failed", "too-large")
    with NoteDesk.opened() as desk:
        desk.commit()
        desk.renderings.render(desk.file().key)
        desk.directory.patient = None
        assert (desk.settle().state, desk.file().problem) == ("failed", "patient-changed")
        assert not desk.record.documents


def test_notes_of_a_visit_stay_with_one_patient() -> None:
    """Whoever is tied to the person by the time of an addendum; but what has failed is in no record."""
    with NoteDesk.opened() as desk:
        desk.commit()
        desk.settle()
        desk.add("Healed.")
        desk.directory.also = ("PAT-2",)
        desk.tied.patient_id = "PAT-2"
        with pytest.raises(NotesOfAnotherPatientError):
            desk.commit()
        assert desk.listed() == [(0, "committed")]
        desk.tied.patient_id = "PAT-1"
        desk.commit()
        assert desk.settle().patient_record_id == "PAT-1"
    with NoteDesk.opened() as desk:
        desk.record.create_faults = ["refused"]
        desk.commit()
        desk.settle()
        desk.directory.also = ("PAT-2",)
        desk.tied.patient_id = "PAT-2"
        desk.commit()
        assert desk.settle().patient_record_id == "PAT-2"


def test_the_answer_names_the_patient() -> None:
    """As they were when the notes were committed."""
    with NoteDesk.opened() as desk:
        desk.commit()
        assert desk.directory.patient
        desk.directory.patient = replace(desk.directory.patient, name="Somebody Else")
        [shown] = desk.note_commits.list_files(PRACTITIONER, VISIT)["files"]
        assert shown.get("patient") == {"recordId": "PAT-1", "name": "Mere Pāki"}


def test_notes_are_not_sent_without_some_of_their_letters() -> None:
    """In what the authors wrote, not in their names."""
    with NoteDesk.opened() as desk:
        desk.notes.kept = replace(desk.notes.kept, texts={**desk.notes.kept.texts, "plan": "患者"})
        desk.commit()
        assert (desk.settle().state, desk.file().problem) == ("failed", "letters-missing")
    with NoteDesk.opened() as desk:
        signature = desk.notes.kept.signature
        assert signature
        named = replace(signature, by=Author(CLINICIAN.user_id, "患"))
        desk.notes.kept = replace(desk.notes.kept, signature=named)
        desk.commit()
        assert desk.settle().state == "committed"


def test_only_signed_notes_have_a_text() -> None:
    """With all four parts that somebody wrote, in order."""
    with NoteDesk.opened() as desk:
        signed = replace(desk.notes.kept, texts={**dict.fromkeys(FIELDS, "x"), "observations": " "})
    text = text_of(signed, 0)
    assert text
    assert [part.splitlines()[0] for part in text.text.split("\n\n")][:-1] == ["Chief complaint", "Assessment", "Plan"]
    assert text_of(signed, 1) is None
    assert text_of(Notes(), 0) is None


def test_files_of_notes_stay() -> None:
    """As long as the notes do, so that nobody sends them twice."""
    with _lived(LIVES["nothing"]) as desk:
        item = file_item(desk.file())
        assert "ttl" not in item
        assert file_from_item(item) == desk.file()
