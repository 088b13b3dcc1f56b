"""Commits of visits' signed notes: each state of them goes to the record once, however often it is committed."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from bedside.capture.session_repository import ATTEMPTS, CONTENDED
from bedside.commits import trail
from bedside.commits.commits import get_target
from bedside.commits.errors import CommitNotFoundError, NotesOfAnotherPatientError, PatientUnknownError
from bedside.commits.file import File, Order, Place, asked, resolved, retried
from bedside.commits.messages import Messages
from bedside.commits.notes.representation import NotesFileDocument, NotesFilesDocument, notes_file_document
from bedside.commits.notes.requests import ResolveNotesRequest
from bedside.commits.outcomes import Outcomes
from bedside.commits.repository import CommitRepository
from bedside.commits.representation import status_of
from bedside.commits.second_tries import says
from bedside.commits.subjects import Subjects
from bedside.commits.targets import TargetDirectory
from bedside.encounters.events import user
from bedside.identity.audit import AuditTrail
from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError, WrongStateError
from bedside.patients.tied import TiedPatients
from bedside.visits.access import require_practitioner
from bedside.visits.errors import NotesNotSignedError
from bedside.visits.model import Visit
from bedside.visits.notes.repository import NotesRepository
from bedside.visits.repository import VisitRepository


@dataclass(frozen=True, slots=True)
class NoteCommits:
    """Commits notes of visits, as their practitioners wish; `new_uuid` makes the identifiers of documents.

    Signed texts never change, so a file is named by its visit and by how many addenda it has. All files of a visit go
    to one patient, whoever is tied to the person by then.
    """

    repository: CommitRepository
    visits: VisitRepository
    notes: NotesRepository
    tied: TiedPatients
    subjects: Subjects
    targets: TargetDirectory
    outcomes: Outcomes
    messages: Messages
    audit: AuditTrail
    new_uuid: Callable[[], uuid.UUID] = uuid.uuid4

    def create(self, principal: Principal, visit_id: str, now_ms: int) -> NotesFileDocument:
        """Commit the notes with all their addenda. The same again changes nothing, unless they failed to arrive.

        Raises VisitNotFoundError, ForbiddenError, NotesNotSignedError, NoRecordTargetError, PatientUnknownError,
        NotesOfAnotherPatientError, UnavailableError.
        """
        visit = require_practitioner(self.visits.get(visit_id), principal)
        notes = self.notes.get(visit_id)
        if not notes.signature:
            raise NotesNotSignedError("Sign the notes first: then they stay as the record gets them.")
        name = _name(visit_id, len(notes.addenda))
        for _ in range(ATTEMPTS):
            before = self.repository.find_file(name)
            if before and before.state != "failed":
                return notes_file_document(before)
            after = self._asked(visit, name, before, principal, len(notes.addenda), now_ms)
            addenda = str(len(notes.addenda))
            entry = (
                trail.retried(principal, visit_id, f"notes {addenda}", before.problem)
                if before
                else trail.committed(principal, visit_id, [f"notes {addenda}"])
            )
            if self.repository.save(before, after, self.audit.add_change(entry, now_ms)):
                self.messages.send(after, now_ms)
                return notes_file_document(after)
        raise UnavailableError(CONTENDED)

    def list_files(self, principal: Principal, visit_id: str) -> NotesFilesDocument:
        """Return what of the notes has been committed. Raises VisitNotFoundError, ForbiddenError, UnavailableError."""
        require_practitioner(self.visits.get(visit_id), principal)
        names = _names(visit_id, len(self.notes.get(visit_id).addenda))
        return {"files": [notes_file_document(file) for file in self._files(names)]}

    def resolve(
        self, principal: Principal, visit_id: str, request: ResolveNotesRequest, now_ms: int
    ) -> NotesFileDocument:
        """Note what a person has found in the record; the same again changes nothing.

        Raises VisitNotFoundError, ForbiddenError, CommitNotFoundError, WrongStateError, UnavailableError.
        """
        require_practitioner(self.visits.get(visit_id), principal)
        for _ in range(ATTEMPTS):
            file = self.repository.find_file(_name(visit_id, request.addenda))
            if file is None:
                raise CommitNotFoundError("These notes have not been committed.")
            if file.resolved_by and says(file, request):
                return notes_file_document(file)
            if file.state != "unknown":
                raise WrongStateError("Only notes of which nobody knows have to be resolved.", status_of(file))
            after = resolved(file, request.document_id, principal.user_id, now_ms)
            entry = trail.resolved(principal, visit_id, f"notes {request.addenda}", request.document_id)
            noted = self.audit.add_change(entry, now_ms)
            settled = self.outcomes.settle(file, after, now_ms, user(principal.user_id), noted)
            if settled:
                return notes_file_document(settled)
        raise UnavailableError(CONTENDED)

    def _files(self, names: list[str]) -> list[File]:
        known = self.repository.find_files(names)
        return [known[name] for name in names if name in known]

    def _asked(
        self, visit: Visit, name: str, before: File | None, principal: Principal, addenda: int, now_ms: int
    ) -> File:
        """Return the file of notes that are committed, for the first time or again."""
        target = get_target(self.targets, visit.facility_id)
        person = (visit.facility_id, visit.patient_id)
        tied = self.tied.find([person]).get(person)
        patient = self.subjects.find(visit.facility_id, tied.patient_id) if tied else None
        if tied is None or patient is None:
            raise PatientUnknownError("Add the patient to your facility's directory first, with their phone.")
        # What has failed is in no record, and may have failed because the wrong patient was tied.
        earlier = self._files(_names(visit.visit_id, addenda))
        if any(each.patient_record_id != tied.patient_id for each in earlier if each.state != "failed"):
            raise NotesOfAnotherPatientError(
                "Notes of this visit went to another patient's record. Tie that patient to the person again first."
            )
        order = Order(name, principal.user_id, target.name, now_ms, target.kept_days, patient)
        if before:
            return replace(retried(before, order, addenda), patient_record_id=tied.patient_id)
        place = Place(visit.facility_id, visit.visit_id, "", "")
        file = asked(name, f"urn:uuid:{self.new_uuid()}", place, order, addenda)
        return replace(file, kind="note", patient_record_id=tied.patient_id)


def _names(visit_id: str, addenda: int) -> list[str]:
    """Return the names of all files that a visit's notes with so many addenda may have, the first of them first."""
    return [_name(visit_id, number) for number in range(addenda + 1)]


def _name(visit_id: str, addenda: int) -> str:
    return f"notes#{visit_id}#{addenda}"
