"""Reading and saving what is drawn on photos, protected by optimistic locking; all versions are kept."""

from dataclasses import dataclass, replace
from typing import Final

from bedside.capture.edit_repository import EditRepository, EditVersion
from bedside.capture.edits import Edits
from bedside.capture.errors import ImageNotFoundError
from bedside.capture.image import Image
from bedside.capture.live_messages import image_message
from bedside.capture.model import Session
from bedside.capture.object_keys import session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import ATTEMPTS, CONTENDED
from bedside.encounters.events import user
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Clinician, Scope
from bedside.kernel.errors import Limit, LimitReachedError, PreconditionFailedError, UnavailableError
from bedside.kernel.versions import version_seen

# Versions per photo; a page saves one when somebody is done with editing.
_MAX_VERSIONS: Final = 1_000
_CHANGED: Final = "This photo was edited elsewhere."
_VERSIONS: Final = Limit("edit-versions", _MAX_VERSIONS, 24 * 3600)

type NamedVersion = tuple[EditVersion, str | None]


@dataclass(frozen=True, slots=True)
class PhotoEdits:
    """Edits of the photos of a clinician's facility."""

    repository: EditRepository
    publisher: SessionPublisher
    people: PersonRepository
    pseudonym_key: bytes

    def get(self, clinician: Clinician, encounter_id: str, image_id: str) -> EditVersion:
        """Return the current edits. Raises SessionNotFoundError, ImageNotFoundError, UnavailableError."""
        return self.repository.get(*self._image(clinician, encounter_id, image_id))

    def list_versions(self, clinician: Clinician, encounter_id: str, image_id: str) -> list[NamedVersion]:
        """Return the latest fifty versions, newest first, each with its author's name; raises like `get`."""
        versions = list(self.repository.list_versions(*self._image(clinician, encounter_id, image_id)))
        scope = Scope(clinician.facility_id)
        authors = {author: self.people.find(scope, author) for author in {each.saved_by for each in versions}}
        names = {author: person.display_name for author, person in authors.items() if person}
        return [(each, names.get(each.saved_by)) for each in versions]

    def save(
        self, clinician: Clinician, encounter_id: str, image_id: str, edits: Edits, if_match: str | None, now_ms: int
    ) -> EditVersion:
        """Save edits if the If-Match header names the current version, and return the new version.

        A request that is repeated after a lost response saves nothing more. Raises SessionNotFoundError,
        ImageNotFoundError, ImageCommittedError, ImageCommittingError, InvalidRequestError, PreconditionRequiredError,
        PreconditionFailedError, LimitReachedError, UnavailableError.
        """
        for _ in range(ATTEMPTS):
            session, image = self._image(clinician, encounter_id, image_id)
            image.require_changeable()
            current = image.edits
            seen = version_seen(if_match, lambda: current, _CHANGED)  # noqa: B023  # it is called at once
            if seen >= _MAX_VERSIONS and current == seen:
                raise LimitReachedError(
                    "The edits of this photo were changed too often.", _VERSIONS, _VERSIONS.window_s
                )
            new = EditVersion(seen + 1, edits, now_ms, clinician.user_id)
            if current != seen:
                return self._saved_before(clinician, encounter_id, image_id, new)
            if self.repository.add(session, image, new, now_ms, user(clinician.user_id)):
                session, image = self._image(clinician, encounter_id, image_id)
                self.publisher.publish(session, image_message("image-updated", session, image, now_ms), now_ms)
                return new
        raise UnavailableError(CONTENDED)

    def _saved_before(self, clinician: Clinician, encounter_id: str, image_id: str, new: EditVersion) -> EditVersion:
        """Return the current version if it is `new`, saved by an earlier attempt. Raises PreconditionFailedError."""
        current = self.get(clinician, encounter_id, image_id)
        if replace(current, saved_at=new.saved_at) != new:
            raise PreconditionFailedError(_CHANGED, current.version)
        return current

    def _image(self, clinician: Clinician, encounter_id: str, image_id: str) -> tuple[Session, Image]:
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        session = self.repository.find_session(key)
        image = session.images.get(image_id)
        if image is None:
            raise ImageNotFoundError("The image is not in the session.")
        return session, image
