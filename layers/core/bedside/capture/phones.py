"""Phones of a session: each reports how many photos it still holds, and learns what has changed."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.adapters.redis.client import RedisError
from bedside.capture.consent import Consent
from bedside.capture.errors import SessionNotFoundError, WrongEncounterError
from bedside.capture.fast_path import FastPath
from bedside.capture.limits import SESSION_STATUS
from bedside.capture.model import UNSENT, Session
from bedside.capture.session_repository import SessionRepository
from bedside.identity.tokens import UploadCredential
from bedside.kernel.wire import Identifier, Wire
from bedside.platform.limits.algorithms import Count
from bedside.platform.limits.limiter import Limiter

# Of more phones the session does not store what they hold: an item has its limit.
_PHONES_STORED: Final = 20


class StatusRequest(Wire):
    """How many photos a phone holds that it has not sent; a phone chooses its own id and keeps it."""

    encounter_id: Identifier
    phone_id: Identifier
    unsent: int = Field(ge=0, le=100)


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """What a phone has to know of its session."""

    image_count: int
    committed_count: int
    consent: Consent | None
    count: Count


@dataclass(frozen=True, slots=True)
class Phones:
    """Answers phones that ask every few seconds, and stores how many unsent photos each holds.

    Nothing here extends a session's life: a phone that lies on a table must not keep it open.
    """

    repository: SessionRepository
    fast_path: FastPath
    limiter: Limiter

    def report(self, phone: UploadCredential, request: StatusRequest, now_ms: int) -> SessionStatus:
        """Store the phone's unsent photos, if their number changed, and return the session's status.

        One Redis request if nothing changed; DynamoDB otherwise, once a minute, and while Redis is down. Raises
        WrongEncounterError, SessionNotFoundError, LimitReachedError.
        """
        if request.encounter_id != phone.encounter_id:
            raise WrongEncounterError("The upload token is for another encounter.")
        check = self.limiter.prepare(SESSION_STATUS, phone.session_key, now_ms)
        try:
            reply, known = self.fast_path.status(
                phone.session_key, phone.session_started, request.phone_id, request.unsent, check, now_ms
            )
        except RedisError:
            count = self.limiter.check_locally(check, now_ms)
            session = self._from_record(phone, request, now_ms)
            return SessionStatus(session.sent_count, session.committed_count, session.consent, count)
        count = self.limiter.resolve(check, reply, now_ms)
        if known is None:
            session = self._from_record(phone, request, now_ms)
            with suppress(RedisError):  # the next report tries again
                self.fast_path.store(session, now_ms)
            known = session.sent_count, session.committed_count, session.consent
        return SessionStatus(*known, count)

    def _from_record(self, phone: UploadCredential, request: StatusRequest, now_ms: int) -> Session:
        session = self.repository.find(phone.session_key, now_ms)
        if session is None or session.started != phone.session_started:
            raise SessionNotFoundError("The session has ended.")
        known = session.unsent.get(request.phone_id, 0)
        if known == request.unsent or (not known and len(session.unsent) >= _PHONES_STORED):
            return session
        try:
            return self.repository.change(
                session.key,
                "SET #phone = :unsent" if request.unsent else "REMOVE #phone",
                condition="#started = :started",
                values={"started": session.started, **({"unsent": request.unsent} if request.unsent else {})},
                names={"phone": f"{UNSENT}{request.phone_id}"},
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            raise SessionNotFoundError("The session has ended.") from error
