"""Renders files for their records: what was drawn is on the picture, and nothing else comes along in the file."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.s3 import Bucket
from bedside.capture.edit_repository import EditRepository
from bedside.capture.image import KEPT
from bedside.capture.session_repository import SessionRepository
from bedside.commits.banners import Banners
from bedside.commits.file import MOST_RENDERINGS, File, Problem, ended, given_up, rendered, rendering
from bedside.commits.messages import Messages
from bedside.commits.notes.renderings import NoteRenderings
from bedside.commits.outcomes import Outcomes
from bedside.commits.repository import CommitRepository
from bedside.commits.subjects import Subjects
from bedside.commits.targets import TargetDirectory
from bedside.ports.records import Format, Rendition
from bedside.ports.rendering import ContentType, Renderer, RenderingError

CONTENT_TYPES: Final[dict[Format, ContentType]] = {
    "jpeg": "image/jpeg",
    "pdf": "application/pdf",
    "tiff": "image/tiff",
}
# Larger than any photo that is accepted.
_MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Renderings:
    """Renders files; `now` returns the time (Unix ms)."""

    repository: CommitRepository
    sessions: SessionRepository
    edits: EditRepository
    targets: TargetDirectory
    bucket: Bucket
    subjects: Subjects
    banners: Banners
    renderer: Callable[[], Renderer]
    notes: NoteRenderings
    outcomes: Outcomes
    messages: Messages
    now: Callable[[], int]

    def render(self, name: str) -> File | None:
        """Render a file that waits for it, and return it; None if nothing has to happen.

        Raises UnavailableError, after which a later message goes on.
        """
        file, now_ms = self.repository.find_file(name), self.now()
        if file is None or file.state not in {"pending", "rendering"}:
            return None
        if file.not_before > now_ms:
            return None  # a message for that time is on its way
        if file.renderings >= MOST_RENDERINGS:
            return self.outcomes.settle(file, given_up(file, now_ms), now_ms)
        claimed = rendering(file, now_ms)
        if not self.repository.save(file, claimed):
            return None
        settled = self.outcomes.settle(claimed, self._rendered(claimed), self.now())
        if settled and settled.under_way:
            self.messages.send(settled, self.now())
        return settled

    def _rendered(self, file: File) -> File:
        def unrenderable(problem: Problem) -> File:
            return ended(file, "unrenderable", problem, self.now())

        target = self.targets.find(file.facility_id)
        if target is None or target.name != file.target:
            return unrenderable("record-changed")
        wanted, photo = target.rendition, file.kind == "photo"
        try:
            content = self._photo(file, wanted) if photo else self.notes.set_text(file, wanted.max_bytes)
        except RenderingError as error:
            return unrenderable(error.problem)
        if content is None:
            return unrenderable("photo-unreadable" if photo else "rendering-failed")
        ending: Format = wanted.format if photo else "pdf"
        # A name of its own for every rendering: a function that lost its lease overwrites nothing.
        key = f"renderings/{file.facility_id}/{file.identifier.removeprefix('urn:uuid:')}-{file.version}.{ending}"
        content_type = CONTENT_TYPES[ending]
        self.bucket.create(key, content, content_type)
        return rendered(file, key, content_type, hashlib.sha256(content).hexdigest(), self.now())

    def _photo(self, file: File, wanted: Rendition) -> bytes | None:
        """Return a photo as the record wants it; None if it is not there any more. Raises RenderingError."""
        session = self.sessions.find_stored(file.session_key)
        image = session.images.get(file.image_id) if session else None
        original = self.bucket.read_start(image.key, _MOST_BYTES) if image else None
        if session is None or image is None or original is None:
            return None
        # No lifecycle rule may delete what a person has to look at first. The sweeper deletes by the record.
        self.bucket.tag(image.key, KEPT)
        edits = self.edits.get(session, image).edits
        banner = self.banners.of(session, image, file.patient or self.subjects.of_session(session))
        return self.renderer().render(original.content, edits.text(), wanted, banner)
