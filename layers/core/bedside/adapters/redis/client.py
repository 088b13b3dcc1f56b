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


# A call to Redis leaves at least this much of the invocation, so that the caller can carry on without Redis.
_RESERVED_S: Final = 0.2


# Errors which mean that the server cannot serve any client now, as opposed to rejecting one command.
_SERVER_ERRORS: Final = (
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
    """Redis did not execute the command, for whatever reason; callers fall back to DynamoDB or this process."""


class CommandError(RedisError):
    """Redis rejected a command; the server itself is healthy."""


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script; its first line lets Upstash lock only the declared keys instead of the whole database."""

    source: str

    @property
    def text(self) -> str:
        return f"#!lua flags=allow-key-locking\n{self.source}"

    @property
    def sha(self) -> str:
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class Redis:
    """Client of one Upstash database.

    Every call raises RedisError if it does not finish within `deadline_s` seconds (0.3 by default), or 0.2 s before
    `remaining_s()` is up; while the breaker is open, it raises immediately. The only retry is for a script that the
    server has not cached, and so has not run. `on_failure` is called with the reason of every failure,
    `on_request` with the first key (or else the name) of every command that was sent and the seconds that it took, and
    `on_refusal` when the breaker lets no command through.
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
        on_request: Callable[[str, float], None] = lambda _key, _seconds: None,
        on_refusal: Callable[[], None] = lambda: None,
    ) -> None:
        self._rest = RestClient(url)
        self._breaker = breaker or CircuitBreaker()
        self._remaining_s = remaining_s
        self._on_failure = on_failure
        self._on_request = on_request
        self._on_refusal = on_refusal
        self._deadline_s = deadline_s
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            # Replies are base64-encoded, because JSON cannot carry arbitrary bytes.
            "Upstash-Encoding": "base64",
        }

    @property
    def requests(self) -> int:
        """The number of HTTP requests sent."""
        return self._rest.requests

    @property
    def state(self) -> State:
        """The state of Redis as seen by this process."""
        return self._breaker.state

    def execute(self, *command: str | int) -> Reply:
        """Run one command. Raises RedisError."""
        return self._call([str(part) for part in command])

    def run(self, script: Script, keys: Sequence[str], args: Sequence[str | int]) -> Reply:
        """Run a script in one request, or two if Redis has not cached it. Raises RedisError."""
        tail = [str(len(keys)), *keys, *(str(arg) for arg in args)]
        try:
            return self._call(["EVALSHA", script.sha, *tail], expected="NOSCRIPT")
        except CommandError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
        return self._call(["EVAL", script.text, *tail])

    def _call(self, command: list[str], *, expected: str = "\0") -> Reply:
        """Send a command if the breaker admits it, and report the outcome.

        A command error that starts with `expected` is not reported as a failure.
        """
        try:
            # Unescaped, so that a lone surrogate, which the server would reject, fails here.
            body = json.dumps(command, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise CommandError("not text") from error
        deadline_s = min(self._deadline_s, self._remaining_s() - _RESERVED_S)
        if deadline_s <= 0:
            raise RedisError("no time left")  # not Redis's fault, so not reported to the breaker
        if not self._breaker.admits():
            self._on_refusal()
            raise RedisError("Redis is away")
        started = time.monotonic()
        try:
            try:
                reply = self._post(body, deadline_s)
            finally:
                self._on_request(_key(command), time.monotonic() - started)
        except CommandError as error:
            self._breaker.succeeded(time.monotonic() - started)
            if not str(error).startswith(expected):
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
            message = str(document["error"])
            # Upstash answers a command that failed with 400.
            rejected = answer.status == 400 and not message.startswith(_SERVER_ERRORS)  # noqa: PLR2004  # see above
            raise (CommandError if rejected else RedisError)(message)
        if answer.status != 200 or "result" not in document:  # noqa: PLR2004  # HTTP OK
            raise RedisError(f"not a Redis answer: HTTP {answer.status}")
        try:
            return _decode(document["result"])
        except RecursionError as error:
            raise RedisError("not a Redis answer: too deep") from error


def _key(command: Sequence[str]) -> str:
    """Return a command's first key, or its name if it has none."""
    keys = command[3:] if command[0] in {"EVAL", "EVALSHA"} else command[1:]
    return keys[0] if keys else command[0]


def _decode(raw: object) -> Reply:
    """Decode a reply in `Upstash-Encoding: base64`, which leaves "OK", integers and null unencoded."""
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
