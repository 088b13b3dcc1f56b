"""Commits as clinicians make them: what is named is checked, held and queued in one step, or nothing is."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bedside.capture.commit_holds import CommitHolds
from bedside.capture.edit_erasure import drawn_on
from bedside.capture.errors import ImageNotFoundError, SessionNotFoundError
from bedside.capture.image import Image
from bedside.capture.model import Session
from bedside.capture.object_keys import session_key
from bedside.capture.session_repository import ATTEMPTS, CONTENDED, SessionRepository
from bedside.commits import trail
from bedside.commits.commit import Commit
from bedside.commits.errors import CommitNotFoundError, MetadataMissingError, NoRecordTargetError, NothingToCommitError
from bedside.commits.file import File, Order, Place, asked, retried
from bedside.commits.gate import confirmation, judged
from bedside.commits.messages import Messages
from bedside.commits.outcomes import Outcomes
from bedside.commits.repository import CommitRepository
from bedside.commits.representation import (
    CapabilitiesDocument,
    CommitDocument,
    capabilities_document,
    commit_document,
)
from bedside.commits.requests import CommitRequest
from bedside.commits.subjects import Subjects
from bedside.commits.targets import FacilityTarget, TargetDirectory
from bedside.identity.audit import AuditTrail
from bedside.identity.principal import Clinician
from bedside.kernel.errors import UnavailableError
from bedside.kernel.pseudonym import handle_name

# What says that somebody else is, or was, at it.
_TAKEN: Final = frozenset({"committing", "committed"})


@dataclass(frozen=True, slots=True)
class Commits:
    """Commits of the encounters of a clinician's facility; `new_uuid` makes the identifiers of documents."""

    repository: CommitRepository
    sessions: SessionRepository
    holds: CommitHolds
    subjects: Subjects
    targets: TargetDirectory
    outcomes: Outcomes
    messages: Messages
    audit: AuditTrail
    pseudonym_key: bytes
    new_uuid: Callable[[], uuid.UUID] = uuid.uuid4

    def capabilities(self, clinician: Clinician) -> CapabilitiesDocument:
        """Return what the facility's record takes. Raises UnavailableError."""
        return capabilities_document(self.targets.find(clinician.facility_id))

    def create(
        self, clinician: Clinician, encounter_id: str, request: CommitRequest, key: str | None, now_ms: int
    ) -> CommitDocument:
        """Commit photos; with the same Idempotency-Key `key`, once.

        Raises SessionNotFoundError, ImageNotFoundError, NoRecordTargetError, NothingToCommitError,
        MetadataMissingError, UnavailableError.
        """
        commit_id = self._commit_id(clinician, encounter_id, key)
        if key and (document := self._made_before(commit_id)):
            return document
        target = get_target(self.targets, clinician.facility_id)
        place = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        for _ in range(ATTEMPTS):
            session = get_session(self.sessions, place)
            self._judge(session, request)
            patient = self.subjects.of_session(session)
            order = Order(commit_id, clinician.user_id, target.name, now_ms, target.kept_days, patient)
            chosen = {each.image_id: session.images[each.image_id] for each in request.images}
            confirmed = {each.image_id: confirmation(chosen[each.image_id], each.wish()) for each in request.images}
            commit, files = self._made(session, order, chosen, confirmed)
            held = self.holds.prepare_take(session, list(chosen), commit_id, now_ms)
            noted = self.audit.add_change(trail.committed(clinician, encounter_id, list(chosen)), now_ms)
            if self.repository.create(commit, files, held, noted):
                for _before, file in files:
                    self.messages.send(file, now_ms)
                self.outcomes.tell_of(commit, replace(session, revision=session.revision + 1), now_ms)
                return commit_document(commit, [file for _before, file in files])
            if key and (document := self._made_before(commit_id)):
                return document
        raise UnavailableError(CONTENDED)

    def get(self, clinician: Clinician, encounter_id: str, commit_id: str) -> CommitDocument:
        """Return how far a commit has come. Raises CommitNotFoundError, UnavailableError."""
        commit = get_commit(self.repository, clinician, encounter_id, commit_id)
        return commit_document(commit, self._files(commit))

    def _commit_id(self, clinician: Clinician, encounter_id: str, key: str | None) -> str:
        seed = f"{clinician.user_id}\n{encounter_id}\n{key}" if key else str(self.new_uuid())
        return handle_name(self.pseudonym_key, f"commit\n{clinician.facility_id}\n{seed}")

    def _made_before(self, commit_id: str) -> CommitDocument | None:
        """Return a commit of an earlier request with the same key, whose answer was lost."""
        try:
            commit = self.repository.get(commit_id)
        except CommitNotFoundError:
            return None
        return commit_document(commit, self._files(commit))

    def _judge(self, session: Session, request: CommitRequest) -> None:
        """Raise an error unless all named photos may be committed."""
        if any(each.image_id not in session.images for each in request.images):
            raise ImageNotFoundError("One of the images is not in the session.")
        shown = request.patient.patient()
        missing = judged(session, [each.wish() for each in request.images], shown, request.check())
        taken = [name for name, codes in missing.items() if _TAKEN & set(codes)]
        if len(taken) == len(request.images):
            raise NothingToCommitError("All of these photos are in the patient's record, or on their way there.")
        if missing:
            raise MetadataMissingError("Nothing was sent. See what each photo needs.", missing)

    def _made(
        self, session: Session, order: Order, chosen: Mapping[str, Image], confirmed: Mapping[str, str]
    ) -> tuple[Commit, Sequence[tuple[File | None, File]]]:
        """Return a commit with its files, each with how it was before, if it was committed before in vain."""
        names = {image_id: photo_file(session, image) for image_id, image in chosen.items()}
        commit = Commit(order.commit_id, session.facility_id, session.encounter_id, order.author_id, order.at, names)
        known = self.repository.find_files(list(names.values()))
        files: list[tuple[File | None, File]] = []
        for image_id, image in chosen.items():
            before = known.get(names[image_id])
            if before:
                after = retried(before, order, image.edits)
            else:
                place = Place(session.facility_id, session.encounter_id, session.key, image_id)
                after = asked(names[image_id], f"urn:uuid:{self.new_uuid()}", place, order, image.edits)
            files.append((before, replace(after, confirmed=confirmed[image_id])))
        return commit, files

    def _files(self, commit: Commit) -> list[File]:
        known = self.repository.find_files(list(commit.files.values()))
        return [known[name] for name in commit.files.values() if name in known]


def photo_file(session: Session, image: Image) -> str:
    """Return the name of a photo's file, which it keeps, however often it is committed."""
    return f"{session.key}#{drawn_on(image)}"


def get_commit(repository: CommitRepository, clinician: Clinician, encounter_id: str, commit_id: str) -> Commit:
    """Return a commit of an encounter of the clinician's facility. Raises CommitNotFoundError, UnavailableError."""
    commit = repository.get(commit_id)
    if (commit.facility_id, commit.encounter_id) != (clinician.facility_id, encounter_id):
        raise CommitNotFoundError("There is no such commit.")
    return commit


def get_session(sessions: SessionRepository, key: str) -> Session:
    """Return a session, open or ended. Raises SessionNotFoundError, UnavailableError."""
    session = sessions.find_stored(key)
    if session is None:
        raise SessionNotFoundError("There is no session for this encounter.")
    return session


def get_target(targets: TargetDirectory, facility_id: str) -> FacilityTarget:
    """Return the facility's record. Raises NoRecordTargetError, UnavailableError."""
    target = targets.find(facility_id)
    if target is None:
        raise NoRecordTargetError("An administrator has to connect the facility to its record first.")
    return target
