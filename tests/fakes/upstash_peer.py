"""`upstash-redis` in the shape of our own Redis client, so that the same tests can ask both."""

from types import SimpleNamespace
from typing import cast

import httpx
import pytest
import upstash_redis
from upstash_redis.errors import UpstashError

from bedside.adapters.redis.client import RedisError, Reply, Script


class UpstashPeer:
    """The package with its defaults. Its own errors and httpx's are RedisError here; whatever else it raises stays.

    It does not really sleep: `slept_s` is how long it would have. It makes True of a SET's OK, which is undone.
    """

    def __init__(self, url: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._client = upstash_redis.Redis(url, token, allow_telemetry=False)
        self._http = self._client._http._client  # noqa: SLF001  # to count what it sends
        self._http.event_hooks = {"request": [self._count]}
        self.requests = 0
        self.slept_s = 0.0
        monkeypatch.setattr("upstash_redis.http.time", SimpleNamespace(sleep=self._sleep))

    def execute(self, *command: str | int) -> Reply:
        try:
            reply = self._client.execute(list(command))
        except (UpstashError, httpx.HTTPError) as error:
            raise RedisError(str(error)) from error
        return "OK" if reply is True else cast("Reply", reply)

    def run(self, script: Script, keys: list[str], args: list[str | int]) -> Reply:
        tail = [len(keys), *keys, *args]
        try:
            return self.execute("EVALSHA", script.sha, *tail)
        except RedisError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
        return self.execute("EVAL", script.text, *tail)

    def close(self) -> None:
        self._client.close()  # type: ignore[no-untyped-call]  # the package's own gap

    def _count(self, _request: httpx.Request) -> None:
        self.requests += 1

    def _sleep(self, seconds: float) -> None:
        self.slept_s += seconds
