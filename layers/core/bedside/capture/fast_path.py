"""The fast path of capture sessions: everything that a hot call needs, in one Redis request.

Each session is one hash, which expires with the session. Fields: `s` start (distinguishes the generations of a session
that is opened again), `e` expiry, `d` patient facts (sealed), `t:{digest}` expiry of a QR token, `i:{imageId}` an
image's slot: `here`, `old` (sent to an earlier generation), `gone`, or the instant until which its place is held;
`p:{imageId}` once its preview has been passed on; `u:{phoneId}` how many unsent photos a phone holds; `a:{phoneId}` the
name of a phone that has joined (sealed); `c` the consent to photography (sealed); `r` how many photos are in the
patient's record; `over` once the session has ended; `b` the instant until which the hash is trusted; `n` the series of
its codes. `over` and `gone` are final, even if an older view is written later, and so is the end of earlier codes. If
Redis does not know a session, or its hash was not refreshed from DynamoDB for a minute, callers read DynamoDB. So a
change that Redis missed is noticed within a minute.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from bedside.adapters.redis.client import Redis, RedisError, Reply
from bedside.capture import fast_path_scripts as scripts
from bedside.capture.consent import Consent, consent_from_record
from bedside.capture.model import Session
from bedside.capture.patient import patient_facts
from bedside.capture.phone import numbered
from bedside.kernel.opaque_tokens import OpaqueToken
from bedside.platform.limits.limiter import PendingCheck
from bedside.platform.transient.counters import NO_COUNT, PendingCount

if TYPE_CHECKING:
    from bedside.adapters.seal import Seal  # the cipher library is loaded only when a value is sealed or opened
    from bedside.platform.transient.drafts import PendingDraft

# How long a hash is trusted without a refresh: the longest time for which Redis can miss a change in DynamoDB.
TRUSTED_MS: Final = 60_000

# "repeated": a preview of an image whose preview was passed on before, or which has arrived.
type ReservationOutcome = Literal["held", "repeated", "gone", "full", "unknown"]


@dataclass(frozen=True, slots=True)
class CachedSession:
    """The session that a QR token belongs to, and the phone that has scanned it and may join."""

    started: int
    expires_at: int
    facts: Mapping[str, Any]
    image_count: int
    phone_id: str
    phone_name: str
    consent: Consent | None


class FastPath:
    """Sessions in Redis. Every method raises RedisError if Redis is down or its reply is unusable."""

    def __init__(self, redis: Redis, seal: "Callable[[], Seal]", stage: str) -> None:
        self._redis = redis
        self._seal = seal
        self._prefix = f"bedside:{stage}:session:"

    def store(self, session: Session, now_ms: int, count: PendingCount = NO_COUNT) -> None:
        """Store a session as just read from DynamoDB, and count; only its tokens stay, and places held in Redis do."""
        fields: list[str | int] = []
        for digest, ends in session.tokens.items():
            fields += [f"t:{digest}", ends]
        for phone_id, unsent in session.unsent.items():
            fields += [f"u:{phone_id}", unsent]
        place = self._prefix + session.key
        for phone_id, name in numbered(session.phones.values()).items():
            if session.phones[phone_id].standing == "joined":
                fields += [f"a:{phone_id}", self._seal().close({"name": name}, f"{place} a:{phone_id}")]
        fields += ["r", session.committed_count]
        if session.consent:
            fields += ["c", self._seal().close(session.consent.document(), f"{place} c")]
        for image_id, slot in session.slots.items():
            fields += [f"i:{image_id}", _state(session, image_id) if slot > 0 else -slot]
        for image_id in session.deleted:
            fields += [f"i:{image_id}", "gone"]
        facts = patient_facts(session.facility_id, session.encounter_id, session.patient)
        sealed = self._seal().close(facts, place)
        written = (session.started, session.expires_at, sealed, now_ms + TRUSTED_MS)
        self._redis.run(scripts.STORE, [place, *count.keys], [*written, *count.args, session.code_series, *fields])

    def scan(
        self, token: OpaqueToken, phone_id: str, check: PendingCheck, now_ms: int
    ) -> tuple[Reply, CachedSession | None]:
        """Return the rate limit's count, and the QR token's session.

        None if Redis does not know the session, or that this phone has joined it.
        """
        place = self._prefix + token.key
        args = (now_ms, f"t:{token.digest}", *check.args, f"a:{phone_id}")
        reply = self._redis.run(scripts.SCAN, [place, check.key], args)
        match reply:
            case [count]:
                return count, None
            case [count, [str(started), str(expires_at), str(sealed), str(name), str(consent), int(images)]]:
                pass
            case _:
                raise RedisError("not an answer of this script")
        facts, phone = self._opened(sealed, place), self._opened(name, f"{place} a:{phone_id}")
        times = int(started), int(expires_at)
        return count, CachedSession(*times, facts, images, phone_id, phone["name"], self._consent(consent, place))

    def status(
        self, key: str, started: int, phone_id: str, unsent: int, check: PendingCheck, now_ms: int
    ) -> tuple[Reply, tuple[int, int, Consent | None] | None]:
        """Return the rate limit's count, and how many images the session holds and how many are in the record.

        Also the consent to photography; None if Redis does not know the session, or knows another number of unsent
        photos of this phone.
        """
        place = self._prefix + key
        keys = [place, check.key]
        reply = self._redis.run(scripts.STATUS, keys, [now_ms, started, f"u:{phone_id}", unsent, *check.args])
        match reply:
            case [count]:
                return count, None
            case [count, int(images), str(consent), str(committed)]:
                return count, (images, int(committed), self._consent(consent, place))
            case _:
                raise RedisError("not an answer of this script")

    def reserve(
        self,
        key: str,
        started: int,
        image_id: str,
        held_until: int,
        limit: int,
        check: PendingCheck | None,
        now_ms: int,
        draft: "PendingDraft | None" = None,
        *,
        preview: bool = False,
    ) -> tuple[Reply, ReservationOutcome, int]:
        """Hold a place for an image (idempotent), and store a draft of its metadata, or note that its preview came.

        Returns the rate limit's count, the outcome, and the session's expiry.
        """
        place = self._prefix + key
        counter, quota = (check.key, check.args) if check else (place, (0, 0))
        keys = [place, counter, draft.key] if draft else [place, counter]
        stored = (draft.sealed, draft.life_ms) if draft else ()
        noted = f"p:{image_id}" if preview else ""
        args = [now_ms, started, f"i:{image_id}", held_until, limit, *quota, noted, *stored]
        reply = self._redis.run(scripts.RESERVE, keys, args)
        match reply:
            case [count]:
                return count, "unknown", 0
            case [count, "held" | "repeated" | "gone" | "full" | "unknown" as outcome, str(expires_at)]:
                return count, outcome, int(expires_at)
            case _:
                raise RedisError("not an answer of this script")

    def holds_place(self, key: str, image_id: str) -> bool:
        """Return whether a place is held for an image that has not arrived."""
        slot = self._redis.execute("HGET", self._prefix + key, f"i:{image_id}")
        return isinstance(slot, str) and slot.isdigit()

    def mark(
        self, session: Session, image_id: str, *, here: bool, draft: str | None = None, count: PendingCount = NO_COUNT
    ) -> None:
        """Mark an image as arrived or deleted, delete the draft under this key, and count."""
        self._mark(session, f"i:{image_id}", _state(session, image_id) if here else "gone", draft, count)

    def free(self, session: Session, image_id: str) -> None:
        """Give up the place of an image that was not taken."""
        self._mark(session, f"i:{image_id}", 0, None, NO_COUNT)

    def extend(self, session: Session) -> None:
        """Extend a session's life."""
        self._mark(session, "e", session.expires_at, None, NO_COUNT)

    def end(self, session: Session) -> None:
        """Replace a session by a tombstone, so that it stays ended."""
        self._redis.run(scripts.END, [self._prefix + session.key], [session.started, session.expires_at])

    def _consent(self, sealed: str, place: str) -> Consent | None:
        return consent_from_record(self._opened(sealed, f"{place} c")) if sealed else None

    def _opened(self, sealed: str, place: str) -> Mapping[str, Any]:
        try:
            return self._seal().open(sealed, place)
        except ValueError as error:
            raise RedisError("sealed by an unknown key, or by an earlier release") from error

    def _mark(self, session: Session, field: str, value: str | int, draft: str | None, count: PendingCount) -> None:
        place = self._prefix + session.key
        args = (session.started, session.expires_at, field, value, *count.args)
        self._redis.run(scripts.MARK, [place, draft or place, *count.keys], args)


def _state(session: Session, image_id: str) -> str:
    image = session.images.get(image_id)
    return "old" if image and image.generation < session.started else "here"
