"""The guard against submitting the same thing twice: in Redis, or in this process while Redis is away."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from bedside.adapters.redis.client import Redis, RedisError
from bedside.kernel.errors import DuplicateSubmissionError
from bedside.kernel.pseudonym import pseudonym
from bedside.platform.transient.process_store import ProcessStore

LIFE_MS: Final = 5 * 60 * 1000


class Submissions:
    """Knows for five minutes what each caller has submitted, by a keyed hash of caller, call and body."""

    def __init__(self, redis: Redis, stage: str, key: bytes) -> None:
        self._redis = redis
        self._prefix = f"bedside:{stage}:submission:"
        self._key = key
        self._here: ProcessStore[bool] = ProcessStore()
        # Released, but Redis could not be told: it is asked to note these anew instead of whether it knows them.
        self._unsaid: ProcessStore[bool] = ProcessStore()

    @contextmanager
    def once(self, caller: str, call: str, body: Mapping[str, Any], now_ms: int) -> Iterator[None]:
        """Guard the work of a submission; raises DuplicateSubmissionError if the same one is known.

        Work that fails is forgotten, so that it can be tried again. One Redis request, and one more where it fails.
        """
        said = json.dumps([caller, call, body], sort_keys=True)
        place = self._prefix + pseudonym(self._key, f"submission\n{said}")
        if not self._note(place, now_ms):
            raise DuplicateSubmissionError("The very same was submitted within the last five minutes.")
        try:
            yield
        except BaseException:
            self._release(place, now_ms)
            raise

    def forget(self) -> None:
        """Drop what was noted here: Redis is back, and notes for everybody."""
        self._here.clear()

    def _note(self, place: str, now_ms: int) -> bool:
        """Note a submission, and tell whether it is new."""
        condition = () if self._unsaid.pop(place, now_ms) else ("NX",)
        try:
            # Whatever else Redis answers to this, it has not refused it.
            return self._redis.execute("SET", place, "1", "PX", LIFE_MS, *condition) is not None
        except RedisError:
            if self._here.get(place, now_ms):
                return False
            self._here.put(place, value=True, until_ms=now_ms + LIFE_MS, now_ms=now_ms)
            return True

    def _release(self, place: str, now_ms: int) -> None:
        self._here.pop(place, now_ms)
        try:
            self._redis.execute("DEL", place)
        except RedisError:
            self._unsaid.put(place, value=True, until_ms=now_ms + LIFE_MS, now_ms=now_ms)
