"""Protection against duplicate submissions: in Redis, or in this process while Redis is down."""

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
    """Remembers submissions for five minutes, by a keyed hash of caller, call and body."""

    def __init__(self, redis: Redis, stage: str, key: bytes) -> None:
        self._redis = redis
        self._prefix = f"bedside:{stage}:submission:"
        self._key = key
        self._here: ProcessStore[bool] = ProcessStore()
        # Released while Redis was down. Redis may still know these as duplicates, so they are overwritten if repeated.
        self._unreleased: ProcessStore[bool] = ProcessStore()

    @contextmanager
    def once(self, caller: str, call: str, body: Mapping[str, Any], now_ms: int) -> Iterator[None]:
        """Guard a submission with a context manager. Raises DuplicateSubmissionError if it was already submitted.

        If the guarded block fails, the submission is released and may be repeated. One Redis request, two on failure.
        """
        text = json.dumps([caller, call, body], sort_keys=True)
        place = self._prefix + pseudonym(self._key, f"submission\n{text}")
        if not self._note(place, now_ms):
            raise DuplicateSubmissionError("The same request was submitted within the last five minutes.")
        try:
            yield
        except BaseException:
            self._release(place, now_ms)
            raise

    def discard_local(self) -> None:
        """Discard local submissions, because Redis is back."""
        self._here.clear()

    def _note(self, place: str, now_ms: int) -> bool:
        """Remember a submission, and return whether it is new."""
        condition = () if self._unreleased.pop(place, now_ms) else ("NX",)
        try:
            # Redis returns null only for a duplicate.
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
            self._unreleased.put(place, value=True, until_ms=now_ms + LIFE_MS, now_ms=now_ms)
