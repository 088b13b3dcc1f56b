"""Exchange of a scanned QR token for an upload credential."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bedside.adapters.redis.client import RedisError
from bedside.capture.fast_path import CachedSession, FastPath
from bedside.capture.limits import TOKEN_VALIDATE
from bedside.capture.patient import patient_facts
from bedside.capture.session_repository import SessionRepository
from bedside.identity.keyring import KeyRing
from bedside.identity.tokens import UploadCredential, issue_upload_token
from bedside.kernel.errors import TokenExpiredOrInvalidError
from bedside.kernel.opaque_tokens import OpaqueToken, parse_token
from bedside.platform.limits.algorithms import Count
from bedside.platform.limits.limiter import Limiter


@dataclass(frozen=True, slots=True)
class ExchangedToken:
    """The phone's credential, and the session that it belongs to."""

    facts: Mapping[str, Any]
    upload_token: str
    image_count: int
    expires_at: int
    count: Count


@dataclass(frozen=True, slots=True)
class QrExchange:
    """Exchanges QR tokens for upload credentials, which are valid for `credential_life_ms`."""

    repository: SessionRepository
    fast_path: FastPath
    limiter: Limiter
    keys: KeyRing
    credential_life_ms: int

    def exchange(self, text: str, address: str, now_ms: int) -> ExchangedToken:
        """Return the session of a QR token, with an upload token for it.

        One Redis request, followed by one to DynamoDB if Redis does not know the token or is down. Raises
        TokenExpiredOrInvalidError, LimitReachedError for an address with too many attempts.
        """
        token = parse_token(text)
        if token is None:
            self.limiter.check(TOKEN_VALIDATE, address, now_ms)
            raise TokenExpiredOrInvalidError("Ask for a new code and scan it.")
        found, count = self._find(token, address, now_ms)
        if found is None:
            raise TokenExpiredOrInvalidError("Ask for a new code and scan it.")
        credential = UploadCredential(
            session_key=token.key,
            session_started=found.started,
            facility_id=found.facts["facilityId"],
            encounter_id=found.facts["encounterId"],
            expires_at=now_ms + self.credential_life_ms,
        )
        upload_token = issue_upload_token(self.keys, credential)
        return ExchangedToken(found.facts, upload_token, found.image_count, found.expires_at, count)

    def _find(self, token: OpaqueToken, address: str, now_ms: int) -> tuple[CachedSession | None, Count]:
        check = self.limiter.prepare(TOKEN_VALIDATE, address, now_ms)
        try:
            reply, known = self.fast_path.scan(token, check, now_ms)
        except RedisError:
            count = self.limiter.check_locally(check, now_ms)
            return self._from_record(token, now_ms, restore=False), count
        count = self.limiter.resolve(check, reply, now_ms)
        return known or self._from_record(token, now_ms, restore=True), count

    def _from_record(self, token: OpaqueToken, now_ms: int, *, restore: bool) -> CachedSession | None:
        session = self.repository.find(token.key, now_ms)
        if session is None or session.tokens.get(token.digest, 0) <= now_ms:
            return None
        if restore:
            with suppress(RedisError):  # the next scan tries again
                self.fast_path.store(session, now_ms)
        facts = patient_facts(session.facility_id, session.encounter_id, session.patient)
        return CachedSession(session.started, session.expires_at, facts, session.sent_count)
