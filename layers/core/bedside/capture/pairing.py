"""Pairing of phones: the first joins its session, another asks, and a clinician lets it in or refuses it."""

from dataclasses import dataclass, replace
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.capture.live_messages import session_message
from bedside.capture.model import CLAIM, PHONE, Session
from bedside.capture.object_keys import session_key
from bedside.capture.phone import MAX_PHONES, Phone, Standing, numbered, superseded
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository, session_in_conflict
from bedside.encounters import events
from bedside.identity.principal import Clinician
from bedside.kernel.errors import (
    PhoneJoinedError,
    PhoneNotFoundError,
    PhoneRefusedError,
    SessionNotFoundError,
    UnavailableError,
)
from bedside.kernel.opaque_tokens import OpaqueToken
from bedside.kernel.wire import Wire

_ATTEMPTS: Final = 4


class AdmissionRequest(Wire):
    """Whether to let a phone in."""

    admitted: bool


@dataclass(frozen=True, slots=True)
class Pairing:
    """Decides which phones take photos for a session. All of it is in the session's item."""

    repository: SessionRepository
    publisher: SessionPublisher
    pseudonym_key: bytes

    def join(self, token: OpaqueToken, phone: Phone, now_ms: int) -> tuple[Session, Phone]:
        """Return a QR token's session, and the phone with its standing.

        The first phone joins, later ones ask; one that is known stays what it is. One request to DynamoDB, and another
        for a phone that asks for the first time. Raises SessionNotFoundError if the token is not valid,
        PhoneRefusedError.
        """
        try:
            return self._announced(self._claim(token, phone, now_ms), phone, now_ms), phone
        except ConditionFailedError as error:
            session = session_in_conflict(error, None, now_ms)
        for _ in range(_ATTEMPTS):
            if session.tokens.get(token.digest, 0) <= now_ms:
                raise SessionNotFoundError("The code has expired.")
            known = session.phones.get(phone.phone_id)
            if known and known.standing == "refused":
                raise PhoneRefusedError("Ask the clinician for help.")
            if known:
                return session, known
            asking = replace(phone, standing="asking")
            try:
                return self._announced(self._ask(session, asking, now_ms), asking, now_ms), asking
            except ConditionFailedError as error:
                session = session_in_conflict(error, session.started, now_ms)
        raise UnavailableError("The session is being changed by others.")

    def decide(self, clinician: Clinician, encounter_id: str, phone_id: str, now_ms: int, *, admitted: bool) -> Session:
        """Let a phone in, or refuse it; idempotent.

        Raises SessionNotFoundError, PhoneNotFoundError, PhoneJoinedError for the refusal of a phone that has joined.
        """
        session = self.repository.find(session_key(self.pseudonym_key, clinician.facility_id, encounter_id), now_ms)
        standing: Standing = "joined" if admitted else "refused"
        for _ in range(_ATTEMPTS):
            if session is None:
                break
            phone = session.phones.get(phone_id)
            if phone is None:
                raise PhoneNotFoundError("No such phone has scanned a code of this session.")
            if phone.standing == standing:
                return session
            if phone.standing == "joined":
                raise PhoneJoinedError("The phone has joined already.")
            decided = replace(phone, standing=standing)
            name = numbered(session.phones.values())[phone_id]
            by = events.user(clinician.user_id)
            joined = [events.event("phone-joined", now_ms, by, phone=name)] if admitted else []
            try:
                written = self.repository.change(
                    session.key,
                    "SET #entry.#standing = :standing",
                    condition="#started = :started AND #entry.#standing = :before",
                    values={"started": session.started, "standing": standing, "before": phone.standing},
                    names={"entry": f"{PHONE}{phone_id}"},
                    events=joined,
                    now_ms=now_ms,
                )
            except ConditionFailedError as error:
                session = session_in_conflict(error, session.started, now_ms)
                continue
            return self._announced(written, decided, now_ms)
        raise SessionNotFoundError("There is no open session for this encounter.")

    def _claim(self, token: OpaqueToken, phone: Phone, now_ms: int) -> Session:
        """Let a phone in, if the token is valid and no other has joined. Raises ConditionFailedError."""
        return self.repository.change(
            token.key,
            f"SET #entry = :phone, #{CLAIM} = :claim",
            condition=f"#tokens.#token > :now AND attribute_not_exists(#{CLAIM})",
            values={"phone": phone.record(), "claim": phone.phone_id},
            names={"entry": f"{PHONE}{phone.phone_id}", "token": token.digest},
            events=[events.event("phone-joined", now_ms, events.PHONE, phone=phone.name)],
            now_ms=now_ms,
        )

    def _ask(self, session: Session, phone: Phone, now_ms: int) -> Session:
        """Store that a phone asks, if it is still unknown. Raises ConditionFailedError, PhoneRefusedError."""
        expression, names = "SET #entry = :phone", {"entry": f"{PHONE}{phone.phone_id}"}
        if len(session.phones) >= MAX_PHONES:
            leaves = superseded(session.phones)
            if leaves is None:
                raise PhoneRefusedError(f"The session has {MAX_PHONES} phones, which are as many as it may have.")
            names["leaves"] = f"{PHONE}{leaves}"
            expression += " REMOVE #leaves"
        return self.repository.change(
            session.key,
            expression,
            condition="#started = :started AND attribute_not_exists(#entry)",
            values={"started": session.started, "phone": phone.record()},
            names=names,
            now_ms=now_ms,
        )

    def _announced(self, session: Session, phone: Phone, now_ms: int) -> Session:
        """Tell pages that they have to read the session's phones anew."""
        message = session_message("phones-changed", session, now_ms)
        self.publisher.announce(session, message, f"phone-{phone.phone_id}-{phone.standing}", now_ms)
        return session
