"""Upload tokens for clinicians who add photos to a session from their desktop."""

from dataclasses import dataclass
from typing import Final

from bedside.capture.errors import SessionNotFoundError
from bedside.capture.object_keys import session_key
from bedside.capture.session_repository import SessionRepository
from bedside.identity.keyring import KeyRing
from bedside.identity.principal import Clinician
from bedside.identity.tokens import UploadCredential, issue_upload_token
from bedside.kernel.wire import Identifier, Wire

# Nobody asks the record of people while photos are sent, so a token must not outlive somebody's rights for long.
_CREDENTIAL_LIFE_MS: Final = 10 * 60 * 1000


class UploadTokenRequest(Wire):
    encounter_id: Identifier


@dataclass(frozen=True, slots=True)
class DeskToken:
    """An upload token, valid until `expires_at` (Unix ms), and how many photos were sent to its session."""

    upload_token: str
    expires_at: int
    image_count: int


@dataclass(frozen=True, slots=True)
class DeskUploads:
    """Gives clinicians the credential that phones get for a scanned code, but for a short time and in their name."""

    repository: SessionRepository
    keys: KeyRing
    pseudonym_key: bytes

    def issue(self, clinician: Clinician, encounter_id: str, now_ms: int) -> DeskToken:
        """Return a token for the encounter's open session. Raises SessionNotFoundError."""
        session = self.repository.find(session_key(self.pseudonym_key, clinician.facility_id, encounter_id), now_ms)
        if session is None:
            raise SessionNotFoundError("There is no open session for this encounter.")
        credential = UploadCredential(
            session_key=session.key,
            session_started=session.started,
            facility_id=session.facility_id,
            encounter_id=session.encounter_id,
            expires_at=now_ms + _CREDENTIAL_LIFE_MS,
            user_id=clinician.user_id,
        )
        return DeskToken(issue_upload_token(self.keys, credential), credential.expires_at, session.sent_count)
