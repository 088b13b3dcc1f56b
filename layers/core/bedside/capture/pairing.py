"""Pairing of phones: the first joins its session, another asks, and a clinician lets it in or refuses it."""

from dataclasses import dataclass, replace
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.capture.errors import (
    PhoneJoinedError,
    PhoneNotFoundError,
    PhoneRefusedError,
    PhonesFullError,
    SessionNotFoundError,
)
from bedside.capture.live_messages import session_message
from bedside.capture.model import CLAIM, PHONE, PHONE_COUNT, Session
from bedside.capture.object_keys import session_key
from bedside.capture.phone import MAX_PHONES, Phone, Standing, free_id, numbered, phone_id_of, phone_ids_of
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository, session_in_conflict
from bedside.encounters import events
from bedside.identity.principal import Clinician
from bedside.kernel.errors import UnavailableError
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

    def join(
        self, token: OpaqueToken, device: str, name: str, now_ms: int, *, may_ask: bool = True
    ) -> tuple[Session, Phone]:
        """Return a QR token's session, and the phone with its standing.

        The first phone joins, later ones ask; one that is known stays what it is. One request to DynamoDB, and another
        for a phone that asks for the first time. Raises SessionNotFoundError if the token is not valid,
        PhoneRefusedError, PhonesFullError.
        """
        phone = Phone(phone_id_of(self.pseudonym_key, token.key, device), name, now_ms, "joined")
        try:
            return self._announced(self._claim(token, phone, now_ms), phone, now_ms), phone
        except ConditionFailedError as error:
            session = session_in_conflict(error, None, now_ms)
        for _ in range(_ATTEMPTS):
            if session.tokens.get(token.digest, 0) <= now_ms:
                raise SessionNotFoundError("The code has expired.")
            if not may_ask:
                raise PhoneRefusedError("Another phone was first. Send a phoneId to ask to be let in.")
            ids = tuple(phone_ids_of(self.pseudonym_key, token.key, device))
            known = next((session.phones[each] for each in ids if each in session.phones), None)
            if known and known.standing == "refused":
                raise PhoneRefusedError("Ask the clinician for help.")
            if known:
                return session, known
            free = free_id(ids, session.phones)
            if free is None or len(session.phones) >= MAX_PHONES:
                raise PhonesFullError(f"{MAX_PHONES} phones have asked. End the session and open it again.")
            asking = replace(phone, phone_id=free, standing="asking")
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
            f"SET #entry = :phone, #{CLAIM} = :claim, #{PHONE_COUNT} = :one",
            condition=f"#tokens.#token > :now AND attribute_not_exists(#{CLAIM})",
            values={"phone": phone.record(), "claim": phone.phone_id, "one": 1},
            names={"entry": f"{PHONE}{phone.phone_id}", "token": token.digest},
            events=[events.event("phone-joined", now_ms, events.PHONE, phone=phone.name)],
            now_ms=now_ms,
        )

    def _ask(self, session: Session, phone: Phone, now_ms: int) -> Session:
        """Store that a phone asks, if no other has come since the session was read. Raises ConditionFailedError."""
        # A session that had phones before they were counted has no count yet.
        return self.repository.change(
            session.key,
            f"SET #entry = :phone, #{PHONE_COUNT} = :next",
            condition=f"#started = :started AND attribute_not_exists(#entry)"
            f" AND (attribute_not_exists(#{PHONE_COUNT}) OR #{PHONE_COUNT} = :seen)",
            values={
                "started": session.started,
                "phone": phone.record(),
                "seen": len(session.phones),
                "next": len(session.phones) + 1,
            },
            names={"entry": f"{PHONE}{phone.phone_id}"},
            now_ms=now_ms,
        )

    def _announced(self, session: Session, phone: Phone, now_ms: int) -> Session:
        """Tell pages that they have to read the session's phones anew."""
        message = session_message("phones-changed", session, now_ms)
        self.publisher.announce(session, message, f"phone-{phone.phone_id}-{phone.standing}", now_ms)
        return session
