"""Redis over the Upstash REST API: one deadline per call, one error for every failure."""

import base64
import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bedside.adapters.redis.circuit_breaker import CircuitBreaker, State
from bedside.adapters.rest import RestClient, RestError

type Reply = str | int | list["Reply"] | None


# What is left of an invocation when a call to Redis ends, at the least: time to go on without it.
_SPARED_S: Final = 0.2


# Errors by which a server says that it cannot serve anybody now, as opposed to what it thinks of one command.
_UNFIT: Final = (
    "LOADING",
    "BUSY",
    "READONLY",
    "OOM",
    "MISCONF",
    "MASTERDOWN",
    "CLUSTERDOWN",
    "ERR max daily",
    "ERR max requests",
)


class RedisError(Exception):
    """Redis did not do what was asked, for whatever reason; callers go on from the record of truth."""


class CommandError(RedisError):
    """Redis refused a command: it is there and well, and the command is wrong."""


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script; its first line lets Upstash lock only the keys it names instead of the whole database."""

    source: str

    @property
    def text(self) -> str:
        return f"#!lua flags=allow-key-locking\n{self.source}"

    @property
    def sha(self) -> str:
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class Redis:
    """Commands to one Upstash database.

    Every call ends within `deadline_s` seconds (default of the product: 0.3), and 0.2 s before `remaining_s()` is up,
    or raises RedisError; while the breaker is open it raises at once. Nothing is retried except a script that the
    server has not cached, which it says without running it. `on_failure` hears of every failure with its reason.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        deadline_s: float,
        breaker: CircuitBreaker | None = None,
        remaining_s: Callable[[], float] = lambda: math.inf,
        on_failure: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self._rest = RestClient(url)
        self._breaker = breaker or CircuitBreaker()
        self._remaining_s = remaining_s
        self._on_failure = on_failure
        self._deadline_s = deadline_s
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            # Replies come back as base64, so that no byte is lost to JSON.
            "Upstash-Encoding": "base64",
        }

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent."""
        return self._rest.requests

    @property
    def state(self) -> State:
        """How Redis is, as far as this process knows."""
        return self._breaker.state

    def execute(self, *command: str | int) -> Reply:
        """Run one command; raises RedisError."""
        return self._told([str(part) for part in command])

    def run(self, script: Script, keys: Sequence[str], args: Sequence[str | int]) -> Reply:
        """Run a script in one request (two where Redis has not cached it); raises RedisError."""
        tail = [str(len(keys)), *keys, *(str(arg) for arg in args)]
        try:
            return self._told(["EVALSHA", script.sha, *tail], unless="NOSCRIPT")
        except CommandError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
        return self._told(["EVAL", script.text, *tail])

    def _told(self, command: list[str], *, unless: str = "\0") -> Reply:
        """Ask Redis if the breaker lets us, and tell how it went; a refusal that begins with `unless` is no failure."""
        try:
            # Unescaped, so that a lone surrogate, which the server would reject, already fails here.
            body = json.dumps(command, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise CommandError("not text") from error
        deadline_s = min(self._deadline_s, self._remaining_s() - _SPARED_S)
        if deadline_s <= 0:
            raise RedisError("no time left")  # which is not for Redis to answer for
        if not self._breaker.admits():
            raise RedisError("Redis is away")
        started = time.monotonic()
        try:
            reply = self._post(body, deadline_s)
        except CommandError as error:
            self._breaker.succeeded(time.monotonic() - started)
            if not str(error).startswith(unless):
                self._on_failure(str(error))
            raise
        except RedisError as error:
            self._breaker.failed()
            self._on_failure(str(error))
            raise
        self._breaker.succeeded(time.monotonic() - started)
        return reply

    def _post(self, body: bytes, deadline_s: float) -> Reply:
        try:
            answer = self._rest.request("POST", "/", self._headers, body, deadline_s=deadline_s)
            document = json.loads(answer.body)
        except RestError as error:
            raise RedisError(f"no answer: {error}") from error
        except (ValueError, RecursionError) as error:
            raise RedisError(f"not a Redis answer: {type(error).__name__}") from error
        if not isinstance(document, dict):
            raise RedisError("not a Redis answer")
        if "error" in document:
            said = str(document["error"])
            # Upstash answers a command that failed with 400.
            raise (CommandError if answer.status == 400 and not said.startswith(_UNFIT) else RedisError)(said)  # noqa: PLR2004  # see above
        if answer.status != 200 or "result" not in document:  # noqa: PLR2004  # HTTP OK
            raise RedisError(f"not a Redis answer: HTTP {answer.status}")
        try:
            return _decode(document["result"])
        except RecursionError as error:
            raise RedisError("not a Redis answer: too deep") from error


def _decode(raw: object) -> Reply:
    """Undo `Upstash-Encoding: base64`, which leaves "OK", integers and null as they are."""
    if raw is None or isinstance(raw, int):
        return raw
    if isinstance(raw, str):
        if raw == "OK":
            return raw
        try:
            return base64.b64decode(raw, validate=True).decode()
        except ValueError as error:
            raise RedisError("not a Redis answer: bad encoding") from error
    if isinstance(raw, list):
        return [_decode(part) for part in raw]
    raise RedisError("not a Redis answer: unknown type")
