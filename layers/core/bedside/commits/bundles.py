"""Links to photos' bundles, for facilities that take documents over to their record by hand."""

from dataclasses import dataclass

from bedside.adapters.aws.record_bundle import bundle_files
from bedside.adapters.aws.s3 import Bucket, Links
from bedside.capture.errors import ImageNotFoundError
from bedside.capture.object_keys import session_key
from bedside.capture.session_repository import SessionRepository
from bedside.commits.commits import get_session, photo_file
from bedside.commits.errors import CommitNotFoundError
from bedside.commits.repository import CommitRepository
from bedside.commits.representation import BundleDocument
from bedside.identity.principal import Clinician


@dataclass(frozen=True, slots=True)
class Bundles:
    """Bundles of the encounters of a clinician's facility; links live for `life_s` at most."""

    repository: CommitRepository
    sessions: SessionRepository
    bucket: Bucket
    links: Links
    pseudonym_key: bytes
    life_s: int

    def get(self, clinician: Clinician, encounter_id: str, image_id: str, now_ms: int) -> BundleDocument:
        """Return links to the files of a photo's bundle.

        Raises SessionNotFoundError, ImageNotFoundError, CommitNotFoundError, UnavailableError.
        """
        session = get_session(self.sessions, session_key(self.pseudonym_key, clinician.facility_id, encounter_id))
        image = session.images.get(image_id)
        if image is None:
            raise ImageNotFoundError("There is no such image.")
        file = self.repository.find_file(photo_file(session, image))
        stored = file is not None and file.state == "committed"
        found = bundle_files(self.bucket, file.facility_id, file.identifier) if file and stored else {}
        if not found:
            raise CommitNotFoundError("There is no bundle of this photo.")
        life_s = self.links.life_s(self.life_s, now_ms)
        return {
            "files": [
                {"name": name, "url": self.links.download(key, now_ms=now_ms, life_s=life_s, save_as=name)}
                for name, key in found.items()
            ],
            "expiresAt": now_ms + life_s * 1000,
        }
