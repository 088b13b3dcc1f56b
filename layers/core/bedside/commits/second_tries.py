"""What people do about files that did not arrive: they try them again, or say what they have found in the record."""

from dataclasses import dataclass

from bedside.capture.commit_holds import CommitHolds
from bedside.capture.errors import ImageNotFoundError
from bedside.capture.session_repository import ATTEMPTS, CONTENDED, SessionRepository
from bedside.commits import trail
from bedside.commits.commits import get_commit, get_session, get_target
from bedside.commits.errors import MetadataMissingError
from bedside.commits.file import File, Order, resolved, retried
from bedside.commits.gate import Wish, judged, still_confirmed
from bedside.commits.messages import Messages
from bedside.commits.outcomes import Outcomes
from bedside.commits.repository import CommitRepository
from bedside.commits.representation import FileDocument, file_document, status_of
from bedside.commits.requests import ResolveRequest
from bedside.commits.subjects import Subjects
from bedside.commits.targets import TargetDirectory
from bedside.encounters.events import user
from bedside.identity.audit import AuditTrail
from bedside.identity.principal import Clinician
from bedside.kernel.errors import UnavailableError, WrongStateError


@dataclass(frozen=True, slots=True)
class FilePath:
    """A file, as the address of a call names it."""

    encounter_id: str
    commit_id: str
    image_id: str


@dataclass(frozen=True, slots=True)
class SecondTries:
    """Tries files again, and resolves those that nobody knows of."""

    repository: CommitRepository
    sessions: SessionRepository
    holds: CommitHolds
    subjects: Subjects
    targets: TargetDirectory
    outcomes: Outcomes
    messages: Messages
    audit: AuditTrail

    def retry(self, clinician: Clinician, path: FilePath, now_ms: int) -> FileDocument:
        """Try a photo again that is not in the record, as it is now.

        Raises CommitNotFoundError, ImageNotFoundError, WrongStateError, SessionNotFoundError, NoRecordTargetError,
        MetadataMissingError, UnavailableError.
        """
        for _ in range(ATTEMPTS):
            file = self._file(clinician, path)
            if file.state != "failed":
                raise WrongStateError("Only what has failed can be tried again.", status_of(file))
            target = get_target(self.targets, clinician.facility_id)
            session = get_session(self.sessions, file.session_key)
            image = session.images.get(path.image_id)
            if image is None:
                raise ImageNotFoundError("The photo is not there any more.")
            confirmed = still_confirmed(image, file.confirmed)
            missing = judged(session, [Wish(path.image_id, image.revision, confirmed)])
            if missing:
                raise MetadataMissingError("Nothing was sent. See what the photo needs.", missing)
            patient = self.subjects.of_session(session)
            order = Order(path.commit_id, clinician.user_id, target.name, now_ms, target.kept_days, patient)
            again = retried(file, order, image.edits)
            held = self.holds.prepare_take(session, [path.image_id], path.commit_id, now_ms)
            entry = trail.retried(clinician, path.encounter_id, path.image_id, file.problem)
            if self.repository.save(file, again, held, self.audit.add_change(entry, now_ms)):
                self.messages.send(again, now_ms)
                return file_document(again)
        raise UnavailableError(CONTENDED)

    def resolve(self, clinician: Clinician, path: FilePath, request: ResolveRequest, now_ms: int) -> FileDocument:
        """Note what a person has found in the record; the same again changes nothing.

        Raises CommitNotFoundError, ImageNotFoundError, WrongStateError, UnavailableError.
        """
        for _ in range(ATTEMPTS):
            file = self._file(clinician, path)
            if file.resolved_by and says(file, request):
                return file_document(file)
            if file.state != "unknown":
                raise WrongStateError("Only a photo of which nobody knows has to be resolved.", status_of(file))
            after = resolved(file, request.document_id, clinician.user_id, now_ms)
            entry = trail.resolved(clinician, path.encounter_id, path.image_id, request.document_id)
            noted = self.audit.add_change(entry, now_ms)
            settled = self.outcomes.settle(file, after, now_ms, user(clinician.user_id), noted)
            if settled:
                return file_document(settled)
        raise UnavailableError(CONTENDED)

    def _file(self, clinician: Clinician, path: FilePath) -> File:
        commit = get_commit(self.repository, clinician, path.encounter_id, path.commit_id)
        name = commit.files.get(path.image_id)
        file = self.repository.find_file(name) if name else None
        if file is None:
            raise ImageNotFoundError("The photo is not part of this commit.")
        return file


def says(file: File, request: ResolveRequest) -> bool:
    """Return whether a person has already said the same of a file."""
    if request.document_id is None:
        return file.state == "failed"
    return file.state == "committed" and file.document_id == request.document_id
