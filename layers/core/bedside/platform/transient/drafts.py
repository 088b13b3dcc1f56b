"""Drafts: encrypted short-lived documents in Redis, or in this process while Redis is down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bedside.adapters.redis.client import Redis, RedisError, Reply
from bedside.kernel.pseudonym import pseudonym
from bedside.platform.transient.process_store import ProcessStore

if TYPE_CHECKING:
    from bedside.adapters.seal import Seal  # the cipher library is loaded only when a draft is stored or read


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of draft, stored for `life_s` seconds; single-use drafts can only be taken, once."""

    name: str
    life_s: int
    single_use: bool = False


# Details of a photo that a phone is about to upload.
PHOTO_DETAILS: Final = Kind("photo-details", 3600)
SETUP_PROGRESS: Final = Kind("setup-progress", 3600)
OAUTH_STATE: Final = Kind("oauth-state", 900, single_use=True)
VERIFICATION_TOKEN: Final = Kind("verification-token", 3600, single_use=True)
# A token for a room at the video provider.
RTC_TOKEN: Final = Kind("rtc-token", 60, single_use=True)

# A patient's id at the payment provider.
PAYMENT_CUSTOMER: Final = Kind("payment-customer", 24 * 3600)

KINDS: Final = (PHOTO_DETAILS, SETUP_PROGRESS, OAUTH_STATE, VERIFICATION_TOKEN, RTC_TOKEN, PAYMENT_CUSTOMER)


@dataclass(frozen=True, slots=True)
class PendingDraft:
    """A draft to be stored by another script in the same Redis request: key, sealed document, lifetime in ms."""

    key: str
    sealed: str
    life_ms: int


class Drafts:
    """Stores JSON documents by kind and name.

    Documents are encrypted, and their keys are keyed hashes of their names. While Redis is down, each process stores
    its own drafts. A malformed reply counts as a missing draft.
    """

    def __init__(self, redis: Redis, seal: "Callable[[], Seal]", stage: str, key: bytes) -> None:
        self._redis = redis
        self._seal = seal
        self._prefix = f"bedside:{stage}:draft:"
        self._key = key
        self._here: ProcessStore[Mapping[str, Any]] = ProcessStore()

    def put(self, kind: Kind, name: str, document: Mapping[str, Any], now_ms: int) -> bool:
        """Store a draft, replacing an earlier one, and return whether it is stored.

        A single-use draft is not stored locally if Redis may have stored it without confirming it: with two copies, it
        could be used twice. The caller then has to create it anew.
        """
        pending, before = self.prepare(kind, name, document, now_ms), self._redis.requests
        try:
            self._redis.execute("SET", pending.key, pending.sealed, "PX", pending.life_ms)
        except RedisError:
            if kind.single_use and self._redis.requests != before:
                return False
            self._here.put(pending.key, dict(document), now_ms + pending.life_ms, now_ms)
        return True

    def get(self, kind: Kind, name: str, now_ms: int) -> Mapping[str, Any] | None:
        """Return a draft, or None. Raises ValueError for single-use kinds."""
        if kind.single_use:
            raise ValueError("a draft of single use is taken")
        place = self.key_of(kind, name)
        try:
            reply = self._redis.execute("GET", place)
        except RedisError:
            return self._here.get(place, now_ms)
        return self._opened(reply, place, now_ms)

    def take(self, kind: Kind, name: str, now_ms: int) -> Mapping[str, Any] | None:
        """Return a draft and delete it, or None; of several concurrent callers, one gets it.

        If the reply is lost, so is the draft.
        """
        place = self.key_of(kind, name)
        try:
            reply = self._redis.execute("GETDEL", place)
        except RedisError:
            return self._here.pop(place, now_ms)
        return self._opened(reply, place, now_ms)

    def key_of(self, kind: Kind, name: str) -> str:
        """Return the draft's key in Redis."""
        return f"{self._prefix}{kind.name}:{pseudonym(self._key, f'draft\n{kind.name}\n{name}')}"

    def prepare(self, kind: Kind, name: str, document: Mapping[str, Any], now_ms: int) -> PendingDraft:
        """Return a draft for another script to store."""
        place, life_ms = self.key_of(kind, name), kind.life_s * 1000
        # Expiry is sealed with the draft and checked on reading, so that it does not depend on Redis's clock.
        return PendingDraft(
            place, self._seal().close({"until": now_ms + life_ms, "draft": dict(document)}, place), life_ms
        )

    def discard_local(self) -> None:
        """Discard local drafts, because Redis is back."""
        self._here.clear()

    def _opened(self, reply: Reply, place: str, now_ms: int) -> Mapping[str, Any] | None:
        if not isinstance(reply, str):
            return None
        try:
            match self._seal().open(reply, place):
                case {"until": int(until), "draft": dict(document)} if until > now_ms:
                    return document
        except ValueError:
            return None
        return None
