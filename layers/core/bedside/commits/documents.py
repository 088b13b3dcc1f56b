"""The documents that records get: a rendered photo, or notes, with what is known of patient and author."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.s3 import Bucket
from bedside.capture.image import Image
from bedside.capture.session_repository import SessionRepository
from bedside.capture.snomed import with_snomed
from bedside.commits.file import File
from bedside.commits.notes.text import text_of
from bedside.commits.subjects import Subjects, contradicts
from bedside.commits.terms import term_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import EVERYWHERE
from bedside.kernel.errors import UnavailableError
from bedside.ports.records import (
    RecordAuthor,
    RecordConsent,
    RecordDocument,
)
from bedside.visits.notes.repository import NotesRepository

# Of clinicians who have not said their name: no record takes an empty one.
_NAMELESS: Final = "Clinician"
# Larger than what any record takes.
MOST_BYTES: Final = 32 * 1024 * 1024


class NotReadableError(Exception):
    """What is to be sent is not there any more, or not as it was rendered."""


class PatientChangedError(Exception):
    """The patient was corrected since the file was committed, so a person has to commit it again."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Composes documents of files that are rendered.

    `practitioner_of` returns the id in a facility's record, of a name, that the facility has tied to a person, or None.
    """

    sessions: SessionRepository
    subjects: Subjects
    people: PersonRepository
    notes: NotesRepository
    bucket: Bucket
    practitioner_of: Callable[[str, str, str], str | None]

    def of(self, file: File) -> RecordDocument:
        """Return a file's document, the same whenever it is asked for. Raises NotReadableError, UnavailableError."""
        return self._photo(file) if file.kind == "photo" else self._note(file)

    def patient_changed(self, file: File) -> bool:
        """Return whether the patient is said to be somebody else since the file was committed.

        Raises NotReadableError, UnavailableError.
        """
        if file.patient is None:
            return False
        if file.kind != "photo":
            return contradicts(file.patient, self.subjects.find(file.facility_id, file.patient_record_id))
        session = self.sessions.find_stored(file.session_key)
        if session is None:
            raise NotReadableError
        return contradicts(file.patient, self.subjects.of_session(session))

    def discard(self, file: File) -> None:
        """Delete what was rendered of a file that has ended; if that fails, a lifecycle rule deletes it in a week."""
        if file.rendered:
            with suppress(UnavailableError):
                self.bucket.delete([file.rendered])

    def _photo(self, file: File) -> RecordDocument:
        session = self.sessions.find_stored(file.session_key)
        image = session.images.get(file.image_id) if session else None
        if session is None or image is None or file.content_type is None:
            raise NotReadableError
        metadata, consent = with_snomed(image.metadata), session.consent
        terms = {name: term_of(metadata.get(name)) for name in ("bodySite", "laterality", "imageType")}
        return RecordDocument(
            identifier=file.identifier,
            kind="photo",
            title=title(image),
            content=self._content(file),
            content_type=file.content_type,
            made_at=image.taken_at,
            committed_at=file.committed_at,
            patient=file.patient or self.subjects.of_session(session),
            author=self._author(file),
            encounter_id=session.encounter_id,
            body_site=terms["bodySite"],
            laterality=terms["laterality"],
            image_type=terms["imageType"],
            notes=str(metadata.get("notes", "")),
            consent=RecordConsent(consent.manner, consent.given_by, consent.at) if consent else None,
        )

    def _note(self, file: File) -> RecordDocument:
        """Return the document of a visit's notes. The record does not know our visits, so it names no encounter."""
        text = text_of(self.notes.get(file.encounter_id), file.edits)
        patient = file.patient or self.subjects.find(file.facility_id, file.patient_record_id)
        if text is None or patient is None or file.content_type is None:
            raise NotReadableError
        return RecordDocument(
            identifier=file.identifier,
            kind=file.kind,
            title=text.title,
            content=self._content(file),
            content_type=file.content_type,
            made_at=text.written_at,
            committed_at=file.committed_at,
            patient=patient,
            author=self._author(file),
            notes=text.text,
        )

    def _content(self, file: File) -> bytes:
        stored = self.bucket.read_start(file.rendered, MOST_BYTES)
        if stored is None or hashlib.sha256(stored.content).hexdigest() != file.digest:
            raise NotReadableError
        return stored.content

    def _author(self, file: File) -> RecordAuthor:
        person = self.people.find(EVERYWHERE, file.author_id)
        name = (person.display_name if person else None) or _NAMELESS
        return RecordAuthor(name, self.practitioner_of(file.facility_id, file.author_id, file.target))


def title(image: Image) -> str:
    """Return what a photo is called in the record, such as "Clinical photo: Forearm, left, close-up"."""
    terms = [term_of(image.metadata.get(name)) for name in ("bodySite", "laterality", "imageType")]
    words = [each.display for each in terms if each]
    return f"Clinical photo: {', '.join(words)}" if words else "Clinical photo"
