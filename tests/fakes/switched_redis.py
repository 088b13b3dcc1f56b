"""Redis that goes away, or loses its answers, when a test says so."""

from collections.abc import Sequence

from bedside.adapters.redis.client import Redis, RedisError, Reply, Script


class SwitchedRedis(Redis):
    """The real client, with a switch: while `away` nothing is sent; while `silent` what is answered is lost."""

    away = False
    silent = False

    def execute(self, *command: str | int) -> Reply:
        self._begin()
        return self._end(super().execute(*command))

    def run(self, script: Script, keys: Sequence[str], args: Sequence[str | int]) -> Reply:
        self._begin()
        return self._end(super().run(script, keys, args))

    def _begin(self) -> None:
        if self.away:
            raise RedisError("switched off")

    def _end(self, reply: Reply) -> Reply:
        if self.silent:
            raise RedisError("the answer is lost")
        return reply
