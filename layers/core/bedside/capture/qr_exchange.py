"""Exchange of a scanned QR token for an upload credential, by a phone that may join the token's session."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bedside.adapters.redis.client import RedisError
from bedside.capture.consent import Consent
from bedside.capture.errors import SessionNotFoundError, TokenExpiredOrInvalidError
from bedside.capture.fast_path import CachedSession, FastPath
from bedside.capture.limits import TOKEN_VALIDATE
from bedside.capture.patient import patient_facts
from bedside.capture.phone import numbered, phone_id_of, words_of
from bedside.identity.keyring import KeyRing
from bedside.identity.tokens import UploadCredential, issue_upload_token
from bedside.kernel.opaque_tokens import OpaqueToken, parse_token
from bedside.kernel.wire import Identifier, Wire
from bedside.platform.limits.algorithms import Count
from bedside.platform.limits.limiter import Limiter

if TYPE_CHECKING:
    from bedside.capture.pairing import Pairing


class ExchangeRequest(Wire):
    """A phone chooses its own id and keeps it; without one it can only be the first of a session, and once."""

    phone_id: Identifier | None = None


@dataclass(frozen=True, slots=True)
class KnownPhone:
    """A phone as both screens show it."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class AskingPhone:
    """A phone that has to wait until a clinician lets it in."""

    phone: KnownPhone
    count: Count


@dataclass(frozen=True, slots=True)
class ExchangedToken:
    """The phone's credential, and the session that it belongs to."""

    facts: Mapping[str, Any]
    phone: KnownPhone
    consent: Consent | None
    upload_token: str
    image_count: int
    expires_at: int
    count: Count


@dataclass(frozen=True, slots=True)
class QrExchange:
    """Exchanges QR tokens for upload credentials, which are valid for `credential_life_ms`."""

    fast_path: FastPath
    limiter: Limiter
    keys: KeyRing
    pseudonym_key: bytes
    randomness: Callable[[int], bytes]
    pairing: "Callable[[], Pairing]"
    credential_life_ms: int

    def exchange(
        self, text: str, device: str | None, name: str, address: str, now_ms: int
    ) -> ExchangedToken | AskingPhone:
        """Return the session of a QR token, with an upload token for it, or that the phone has to wait.

        One Redis request if the phone has joined. Otherwise, if Redis does not know the session, or if it is down, a
        request to DynamoDB follows. Raises TokenExpiredOrInvalidError, PhoneRefusedError, PhonesFullError,
        LimitReachedError for an address with too many attempts.
        """
        token = parse_token(text)
        if token is None:
            self.limiter.check(TOKEN_VALIDATE, address, now_ms)
            raise TokenExpiredOrInvalidError("Ask for a new code and scan it.")
        found, count = self._find(token, device, name, address, now_ms)
        if isinstance(found, KnownPhone):
            return AskingPhone(found, count)
        credential = UploadCredential(
            session_key=token.key,
            session_started=found.started,
            facility_id=found.facts["facilityId"],
            encounter_id=found.facts["encounterId"],
            expires_at=now_ms + self.credential_life_ms,
        )
        upload_token = issue_upload_token(self.keys, credential)
        phone = KnownPhone(found.phone_name, words_of(found.phone_id))
        return ExchangedToken(
            found.facts, phone, found.consent, upload_token, found.image_count, found.expires_at, count
        )

    def _find(
        self, token: OpaqueToken, device: str | None, name: str, address: str, now_ms: int
    ) -> tuple[CachedSession | KnownPhone, Count]:
        # Nobody knows whether two calls without an id are of one phone, so each is of a phone of its own.
        own, may_ask = device or self.randomness(16).hex(), device is not None
        phone_id = phone_id_of(self.pseudonym_key, token.key, own)
        check = self.limiter.prepare(TOKEN_VALIDATE, address, now_ms)
        try:
            reply, known = self.fast_path.scan(token, phone_id, check, now_ms)
        except RedisError:
            count = self.limiter.check_locally(check, now_ms)
            return self._join(token, own, name, now_ms, may_ask=may_ask, restore=False), count
        count = self.limiter.resolve(check, reply, now_ms)
        return known or self._join(token, own, name, now_ms, may_ask=may_ask, restore=True), count

    def _join(
        self, token: OpaqueToken, device: str, name: str, now_ms: int, *, may_ask: bool, restore: bool
    ) -> CachedSession | KnownPhone:
        """Return the session that the phone has joined, or the phone if it has to wait."""
        try:
            session, phone = self.pairing().join(token, device, name, now_ms, may_ask=may_ask)
        except SessionNotFoundError as error:
            raise TokenExpiredOrInvalidError("Ask for a new code and scan it.") from error
        if restore:
            with suppress(RedisError):  # the next scan tries again
                self.fast_path.store(session, now_ms)
        name = numbered(session.phones.values())[phone.phone_id]
        if phone.standing == "asking":
            return KnownPhone(name, phone.words)
        facts = patient_facts(session.facility_id, session.encounter_id, session.patient)
        return CachedSession(
            session.started, session.expires_at, facts, session.sent_count, phone.phone_id, name, session.consent
        )
