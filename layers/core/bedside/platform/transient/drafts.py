"""Drafts: what somebody has begun and not finished, sealed in Redis, or in this process while Redis is away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bedside.adapters.redis.client import Redis, RedisError, Reply
from bedside.kernel.pseudonym import pseudonym
from bedside.platform.transient.process_store import ProcessStore

if TYPE_CHECKING:
    from bedside.adapters.seal import Seal  # the cipher library is loaded only by those who keep or read a draft


@dataclass(frozen=True, slots=True)
class Kind:
    """Drafts of one sort, each kept for `life_s` seconds; those of single use are taken once and never looked at."""

    name: str
    life_s: int
    single_use: bool = False


# What a phone has said of a photo that it is about to upload.
PHOTO_DETAILS: Final = Kind("photo-details", 3600)
SETUP_PROGRESS: Final = Kind("setup-progress", 3600)
OAUTH_STATE: Final = Kind("oauth-state", 900, single_use=True)
VERIFICATION_TOKEN: Final = Kind("verification-token", 3600, single_use=True)
# What lets somebody into a room at the video provider.
RTC_TOKEN: Final = Kind("rtc-token", 60, single_use=True)

KINDS: Final = (PHOTO_DETAILS, SETUP_PROGRESS, OAUTH_STATE, VERIFICATION_TOKEN, RTC_TOKEN)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A draft that rides in another's Redis request: where to keep it, sealed, and for how many ms."""

    key: str
    sealed: str
    life_ms: int


class Drafts:
    """Keeps JSON documents by kind and name.

    Redis knows a draft by a keyed hash of its name and cannot read it. While Redis is away each process keeps its own.
    Whatever Redis says that is no draft of this name counts as none.
    """

    def __init__(self, redis: Redis, seal: "Callable[[], Seal]", stage: str, key: bytes) -> None:
        self._redis = redis
        self._seal = seal
        self._prefix = f"bedside:{stage}:draft:"
        self._key = key
        self._here: ProcessStore[Mapping[str, Any]] = ProcessStore()

    def put(self, kind: Kind, name: str, document: Mapping[str, Any], now_ms: int) -> bool:
        """Keep a draft in place of an earlier one, and tell whether it is kept.

        It is not where Redis may have it without saying so and it can be used only once: kept here too, it could be
        used twice. Then it has to be made anew.
        """
        parcel, before = self.parcel(kind, name, document, now_ms), self._redis.requests
        try:
            self._redis.execute("SET", parcel.key, parcel.sealed, "PX", parcel.life_ms)
        except RedisError:
            if kind.single_use and self._redis.requests != before:
                return False
            self._here.put(parcel.key, dict(document), now_ms + parcel.life_ms, now_ms)
        return True

    def get(self, kind: Kind, name: str, now_ms: int) -> Mapping[str, Any] | None:
        """Return a draft, or None; raises ValueError for a kind of single use."""
        if kind.single_use:
            raise ValueError("a draft of single use is taken")
        place = self.place(kind, name)
        try:
            reply = self._redis.execute("GET", place)
        except RedisError:
            return self._here.get(place, now_ms)
        return self._opened(reply, place, now_ms)

    def take(self, kind: Kind, name: str, now_ms: int) -> Mapping[str, Any] | None:
        """Return a draft and forget it, or None: of many who try at once one gets it.

        If Redis's answer is lost, so is the draft.
        """
        place = self.place(kind, name)
        try:
            reply = self._redis.execute("GETDEL", place)
        except RedisError:
            return self._here.pop(place, now_ms)
        return self._opened(reply, place, now_ms)

    def place(self, kind: Kind, name: str) -> str:
        """Return the key in Redis."""
        return f"{self._prefix}{kind.name}:{pseudonym(self._key, f'draft\n{kind.name}\n{name}')}"

    def parcel(self, kind: Kind, name: str, document: Mapping[str, Any], now_ms: int) -> Parcel:
        """Return a draft for another script to keep."""
        place, life_ms = self.place(kind, name), kind.life_s * 1000
        # Its end is sealed with it: expiry is checked on reading, not left to Redis's clock.
        return Parcel(place, self._seal().close({"until": now_ms + life_ms, "draft": dict(document)}, place), life_ms)

    def forget(self) -> None:
        """Drop what was kept here: Redis is back, and keeps for everybody."""
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
