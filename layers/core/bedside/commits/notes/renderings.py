"""Sets notes as the pages that records get."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.commits.file import File
from bedside.commits.notes.text import text_of
from bedside.commits.subjects import Subjects, nhi_of
from bedside.ports.rendering import Banner, RenderingError, Typesetter
from bedside.visits.notes.repository import NotesRepository


@dataclass(frozen=True, slots=True)
class NoteRenderings:
    """Sets notes as PDF; `time_zone` returns that of a facility."""

    notes: NotesRepository
    subjects: Subjects
    time_zone: Callable[[str], str]
    typesetter: Callable[[], Typesetter]

    def set_text(self, file: File, max_bytes: int) -> bytes | None:
        """Return the notes of a file as PDF; None if they, or their patient, are not there any more.

        Raises RenderingError, UnavailableError.
        """
        text = text_of(self.notes.get(file.encounter_id), file.edits)
        patient = file.patient or self.subjects.find(file.facility_id, file.patient_record_id)
        if text is None or patient is None:
            return None
        banner = Banner(
            patient=patient.name,
            number=nhi_of(patient),
            taken_at=text.written_at,
            born=patient.birth_date or "",
            time_zone=self.time_zone(file.facility_id),
        )
        typesetter = self.typesetter()
        if typesetter.lacks_letters(text.written):
            raise RenderingError("letters-missing")
        return typesetter.set_text(text.title, text.text, banner, max_bytes)
