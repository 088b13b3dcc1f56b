"""Recording of consent to photography, by a clinician or the phone. Photos never wait for it."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.adapters.redis.client import RedisError
from bedside.capture.consent import Consent, Giver, Manner
from bedside.capture.errors import SessionNotFoundError, WrongEncounterError
from bedside.capture.fast_path import FastPath
from bedside.capture.live_messages import session_message
from bedside.capture.model import Session
from bedside.capture.object_keys import session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository
from bedside.encounters.events import Actor, event, sender, user
from bedside.identity.principal import Clinician
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import FieldFault, InvalidRequestError, UnavailableError
from bedside.kernel.versions import require_unchanged
from bedside.kernel.wire import Wire

_ATTEMPTS: Final = 4
_CHANGED: Final = "Another consent was recorded in the meantime."


class PhotographyConsentRequest(Wire):
    """How consent was given, and by whom: `givenBy` is left out for `bestInterests`, and needed otherwise."""

    manner: Manner
    given_by: Giver | None = None


@dataclass(frozen=True, slots=True)
class ConsentRecording:
    """Records an encounter's consent in its session, which keeps it when it is opened again."""

    repository: SessionRepository
    fast_path: FastPath
    publisher: SessionPublisher
    pseudonym_key: bytes

    def record(
        self,
        caller: Clinician | UploadCredential,
        encounter_id: str,
        request: PhotographyConsentRequest,
        if_match: str | None,
        now_ms: int,
    ) -> Consent:
        """Record consent, or another one in place of it; idempotent. A clinician may after the session's end too.

        An If-Match header, if there is one, has to name the consent to be replaced: by its instant, or 0 for none.
        Raises InvalidRequestError, WrongEncounterError for a phone of another encounter, SessionNotFoundError,
        PreconditionFailedError, UnavailableError.
        """
        if (request.given_by is None) != (request.manner == "bestInterests"):
            message = "Say who has given consent, unless it is in the patient's best interests."
            raise InvalidRequestError([FieldFault("givenBy", message, "missing")])
        for _ in range(_ATTEMPTS):
            session, by = self._find(caller, encounter_id, now_ms)
            replaced = session.consent.at if session.consent else 0
            # The instant tells it apart from the one that it replaces.
            consent = Consent(request.manner, request.given_by, max(now_ms, replaced + 1))
            if session.consent and consent.says_the_same(session.consent):
                return session.consent
            require_unchanged(if_match, replaced, _CHANGED)
            try:
                self._publish(self._write(session, consent, by, now_ms), now_ms)
            except ConditionFailedError:
                continue  # it, or the consent, has changed meanwhile
            return consent
        raise UnavailableError("The session is being changed by others.")

    def _find(self, caller: Clinician | UploadCredential, encounter_id: str, now_ms: int) -> tuple[Session, Actor]:
        if isinstance(caller, UploadCredential):
            if encounter_id != caller.encounter_id:
                raise WrongEncounterError("The upload token is for another encounter.")
            session, by = self.repository.find(caller.session_key, now_ms), sender(caller.user_id)
            if session is None or session.started != caller.session_started:
                raise SessionNotFoundError("The session has ended.")
            return session, by
        session = self.repository.find_stored(session_key(self.pseudonym_key, caller.facility_id, encounter_id))
        if session is None:
            raise SessionNotFoundError("There is no session for this encounter.")
        return session, user(caller.user_id)

    def _write(self, session: Session, consent: Consent, by: Actor, now_ms: int) -> Session:
        details = {"manner": consent.manner, **({"givenBy": consent.given_by} if consent.given_by else {})}
        values = {"consent": consent.document(), "started": session.started, "open": session.open}
        unchanged = "attribute_not_exists(#consent)"
        if session.consent:
            unchanged, values["seen"] = "#consent.#at = :seen", session.consent.at
        return self.repository.change_stored(
            session.key,
            "SET #consent = :consent",
            condition=f"#started = :started AND #open = :open AND {unchanged}",
            values=values,
            names={},
            events=[event("consent-recorded", now_ms, by, **details)],
        )

    def _publish(self, session: Session, now_ms: int) -> None:
        """Tell phones, through Redis, and pages, which read the session anew."""
        if session.alive(now_ms):
            with suppress(RedisError):  # phones learn of it within a minute
                self.fast_path.store(session, now_ms)
        message = session_message("consent-recorded", session, now_ms)
        self.publisher.announce(session, message, f"consent-{now_ms}", now_ms)
