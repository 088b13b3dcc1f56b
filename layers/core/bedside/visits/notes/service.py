"""A practitioner's notes on a visit: versioned, protected by optimistic locking, and locked by their signature."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import StringConstraints

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.encounters.events import EventKind, event, user
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from bedside.kernel.errors import PreconditionFailedError, UnavailableError
from bedside.kernel.versions import version_seen
from bedside.kernel.wire import Paragraphs, Wire
from bedside.visits.access import require_patient, require_practitioner
from bedside.visits.errors import NotesCopyNotFoundError, NotFinishedError
from bedside.visits.model import Visit, with_facts
from bedside.visits.notes.model import ADDENDUM_LENGTH, Addendum, Author, Notes, extended, released, saved, signed
from bedside.visits.notes.repository import NotesRepository
from bedside.visits.notes.representation import (
    NotesCopyDocument,
    NotesDocument,
    NotesHistoryDocument,
    copy_document,
    history_document,
    notes_document,
)
from bedside.visits.patient_names import PatientNames
from bedside.visits.repository import VisitRepository
from bedside.visits.timeline import TimeLimits

Note = Annotated[Paragraphs, StringConstraints(max_length=10_000)]
# Every failed attempt means that somebody else has changed the notes, which is the caller's last attempt.
_TRIES: Final = 2

_CHANGED: Final = "The notes were changed elsewhere."


class NotesRequest(Wire):
    chief_complaint: Note
    observations: Note
    assessment: Note
    plan: Note


class AddendumRequest(Wire):
    text: Annotated[Paragraphs, StringConstraints(min_length=1, max_length=ADDENDUM_LENGTH)]


@dataclass(frozen=True, slots=True)
class _Change:
    """A change by a user: `rule` returns the notes afterwards or raises; `repeated` tells whether it was the last."""

    kind: EventKind
    by: str
    rule: Callable[[Notes], Notes]
    repeated: Callable[[Notes], bool]


@dataclass(frozen=True, slots=True)
class NotesService:
    """Notes by visit, each with the version that is its entity tag.

    `if_match` is the header that names the version that a change is based on. A change that names the version before
    the current one, and is the one that made it, is a repetition after a lost response: it changes nothing.
    """

    visits: VisitRepository
    repository: NotesRepository
    people: PersonRepository
    names: PatientNames
    rules: TimeLimits

    def get(self, principal: Principal, visit_id: str) -> tuple[NotesDocument, int]:
        """Return the notes and their version. Raises VisitNotFoundError, ForbiddenError, UnavailableError."""
        require_practitioner(self.visits.get(visit_id), principal)
        return _answer(self.repository.get(visit_id))

    def save(
        self, principal: Principal, visit_id: str, request: NotesRequest, if_match: str | None, now_ms: int
    ) -> tuple[NotesDocument, int]:
        """Save the texts of notes that are not signed, and return the notes and their new version.

        Raises VisitNotFoundError, ForbiddenError, InvalidRequestError, PreconditionRequiredError,
        PreconditionFailedError, NotesSignedError, LimitReachedError, UnavailableError.
        """
        visit = require_practitioner(self.visits.get(visit_id), principal)
        texts, by = request.model_dump(by_alias=True), principal.user_id

        def repeated(notes: Notes) -> bool:
            return notes.saved_version == notes.version and notes.saved_by == by and notes.texts == texts

        def rule(notes: Notes) -> Notes:
            return saved(notes, texts, by, now_ms)

        return self._apply(visit, if_match, _Change("notes-saved", by, rule, repeated), now_ms)

    def sign(self, principal: Principal, visit_id: str, if_match: str | None, now_ms: int) -> tuple[NotesDocument, int]:
        """Sign the notes of a visit that is over, which locks them for ever.

        Raises like `save`, NotFinishedError, NotesEmptyError.
        """
        visit = require_practitioner(self.visits.get(visit_id), principal)
        if with_facts(visit, visit.facts, self.rules, now_ms).ongoing:
            raise NotFinishedError("Notes are signed after the visit.")
        author = self._author(principal)

        def repeated(notes: Notes) -> bool:
            signature = notes.signature
            return bool(signature and signature.by.user_id == author.user_id and not notes.addenda + notes.releases)

        def rule(notes: Notes) -> Notes:
            return signed(notes, author, now_ms)

        return self._apply(visit, if_match, _Change("notes-signed", author.user_id, rule, repeated), now_ms)

    def extend(
        self, principal: Principal, visit_id: str, request: AddendumRequest, if_match: str | None, now_ms: int
    ) -> tuple[NotesDocument, int]:
        """Add an addendum to signed notes. Raises like `save`, NotesNotSignedError, TooManyAddendaError."""
        visit = require_practitioner(self.visits.get(visit_id), principal)
        author = self._author(principal)

        def repeated(notes: Notes) -> bool:
            last = None if notes.released_whole or not notes.addenda else notes.addenda[-1]
            return bool(last and last.by.user_id == author.user_id and last.text == request.text)

        def rule(notes: Notes) -> Notes:
            return extended(notes, Addendum(now_ms, author, request.text))

        return self._apply(visit, if_match, _Change("notes-addendum", author.user_id, rule, repeated), now_ms)

    def release(
        self, principal: Principal, visit_id: str, if_match: str | None, now_ms: int
    ) -> tuple[NotesDocument, int]:
        """Give the patient a copy of signed notes with all their addenda.

        Releasing the same again changes nothing. Raises like `save`, NotesNotSignedError.
        """
        visit = require_practitioner(self.visits.get(visit_id), principal)
        author = self._author(principal)

        def repeated(notes: Notes) -> bool:
            return notes.released_whole

        def rule(notes: Notes) -> Notes:
            return released(notes, author, now_ms)

        return self._apply(visit, if_match, _Change("notes-released", author.user_id, rule, repeated), now_ms)

    def list_versions(self, principal: Principal, visit_id: str) -> NotesHistoryDocument:
        """Return what happened to the notes, with the latest versions of their texts; raises like `get`."""
        require_practitioner(self.visits.get(visit_id), principal)
        notes = self.repository.get(visit_id)
        return history_document(notes, list(self.repository.list_versions(visit_id, notes.saved_version)))

    def get_copy(self, principal: Principal, visit_id: str) -> NotesCopyDocument:
        """Return the copy that the visit's patient was given.

        Raises VisitNotFoundError, ForbiddenError, NotesCopyNotFoundError, UnavailableError.
        """
        visit = require_patient(self.visits.get(visit_id), principal)
        found = copy_document(self.repository.get(visit_id), self.names.named([visit])[0])
        if found is None:
            raise NotesCopyNotFoundError("The notes of this visit have not been released.")
        return found

    def _apply(self, visit: Visit, if_match: str | None, change: _Change, now_ms: int) -> tuple[NotesDocument, int]:
        for _ in range(_TRIES):
            before = self.repository.get(visit.visit_id)
            version = _version_seen(if_match, before)
            if version == before.version - 1 and change.repeated(before):
                return _answer(before)
            if version != before.version:
                if before.signature:
                    change.rule(before)  # that they are signed says more than that they were changed
                raise PreconditionFailedError(_CHANGED, before.version)
            after = change.rule(before)
            if after == before:
                return _answer(before)
            happened = event(change.kind, now_ms, user(change.by), version=after.version)
            try:
                self.repository.update(visit, before, after, [happened])
            except ConditionFailedError:
                continue
            return _answer(after)
        raise UnavailableError("The notes are being changed by others.")

    def _author(self, principal: Principal) -> Author:
        person = principal.read or self.people.find_unscoped(principal.user_id)
        return Author(principal.user_id, person.display_name if person else None)


def _version_seen(if_match: str | None, notes: Notes) -> int:
    return version_seen(if_match, lambda: notes.version, _CHANGED)


def _answer(notes: Notes) -> tuple[NotesDocument, int]:
    return notes_document(notes), notes.version
