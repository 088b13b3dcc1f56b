"""The composition that every domain builds on: clock, settings, secrets and Redis, each created on first use."""

import os
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from bedside.adapters.aws.secrets import Secrets, read_secrets
from bedside.adapters.redis.circuit_breaker import CircuitBreaker, StateChange
from bedside.adapters.redis.client import Redis
from bedside.kernel import invocation
from bedside.kernel.invocation import remaining_s
from bedside.platform.limits.limiter import Limiter
from bedside.platform.observability import (
    cache_looked_up,
    call_limited,
    limiter_away,
    redis_called,
    redis_changed,
    redis_failed,
    redis_refused,
)
from bedside.platform.settings import PlatformSettings

if TYPE_CHECKING:
    from pydantic import BaseModel

    from bedside.adapters.aws.idempotency import Idempotency
    from bedside.adapters.seal import Seal
    from bedside.platform.transient.cache import Cache
    from bedside.platform.transient.counters import Counters
    from bedside.platform.transient.drafts import Drafts
    from bedside.platform.transient.submissions import Submissions


class Platform:
    """The shared parts of one function, and one wiring per domain that it uses.

    Imports are local, because a cold start pays for each of them.
    """

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        self.env = env
        self._domains: dict[Callable[[Platform], Any], Any] = {}
        # Discard state that was held in this process while Redis was down.
        self._on_redis_back: list[Callable[[], None]] = []

    def domain[Wiring](self, kind: Callable[["Platform"], Wiring]) -> Wiring:
        """Return the function's single wiring of a domain, through which domains share state."""
        if kind not in self._domains:
            self._domains[kind] = kind(self)
        return cast("Wiring", self._domains[kind])

    def _redis_changed(self, change: StateChange) -> None:
        redis_changed(change)
        if change.after == "up":
            for discard in self._on_redis_back:
                discard()

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    @cached_property
    def settings(self) -> PlatformSettings:
        return PlatformSettings.from_env(self.env)

    def read_secrets(self) -> Secrets:
        """Read the secrets again; `secrets` caches the first read."""
        settings = self.settings
        return read_secrets(settings.secrets_path, settings.secrets, settings.region)

    @cached_property
    def secrets(self) -> Secrets:
        return self.read_secrets()

    @cached_property
    def redis(self) -> Redis:
        return Redis(
            self.secrets.redis_url,
            self.secrets.redis_token,
            deadline_s=self.settings.redis_deadline_s,
            breaker=CircuitBreaker(on_change=self._redis_changed),
            remaining_s=remaining_s,
            on_failure=redis_failed,
            on_request=redis_called,
            on_refusal=redis_refused,
        )

    @cached_property
    def limiter(self) -> Limiter:
        limiter = Limiter(
            self.redis,
            self.settings.stage,
            self.secrets.pseudonym_key,
            on_limited=call_limited,
            on_away=limiter_away,
        )
        self._on_redis_back.append(limiter.discard_local)
        return limiter

    def seal(self) -> "Seal":
        from bedside.adapters.seal import Seal

        return Seal(self.secrets.seal_keys)

    @cached_property
    def cache(self) -> "Cache":
        from bedside.platform.transient.cache import Cache

        cache = Cache(
            self.redis,
            self.seal,
            self.settings.stage,
            self.secrets.pseudonym_key,
            patience_s=self.settings.redis_deadline_s,
            randomness=os.urandom,
            on_lookup=cache_looked_up,
        )
        self._on_redis_back.append(lambda: cache.redis_recovered(self.now_ms()))
        return cache

    @cached_property
    def drafts(self) -> "Drafts":
        from bedside.platform.transient.drafts import Drafts

        drafts = Drafts(self.redis, self.seal, self.settings.stage, self.secrets.pseudonym_key)
        self._on_redis_back.append(drafts.discard_local)
        return drafts

    @cached_property
    def submissions(self) -> "Submissions":
        from bedside.platform.transient.submissions import Submissions

        submissions = Submissions(self.redis, self.settings.stage, self.secrets.pseudonym_key)
        self._on_redis_back.append(submissions.discard_local)
        return submissions

    @cached_property
    def counters(self) -> "Counters":
        from bedside.platform.transient.counters import Counters

        return Counters(self.redis, self.settings.stage, self.secrets.pseudonym_key)

    @cached_property
    def idempotency(self) -> "Idempotency":
        from bedside.adapters.aws.idempotency import Idempotency

        return Idempotency(self.settings.idempotency_table)

    def once[Document: Mapping[str, Any]](
        self, caller: str, key: str | None, request: "BaseModel", work: Callable[[], Document]
    ) -> Document:
        """Run `work`, or return its stored result if the caller has sent this Idempotency-Key before."""
        if key is None:
            return work()
        body = request.model_dump(mode="json")
        return self.idempotency.once(caller, key, body, work, invocation.current())
