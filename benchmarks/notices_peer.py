"""Jobs in Redis, as BullMQ keeps them: a list of those that wait, one of those in work, and a hash for each job.

BullMQ's scripts (https://docs.bullmq.io/guide/architecture) do more, such as rate limits and parents; these do what one
notice needs: add a job unless its name is known, take the next one with a lock, and finish it.
"""

import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from local.resp import encode

_ADD: Final = b"""
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('HSET', KEYS[2], 'data', ARGV[2], 'attempts', 0)
redis.call('LPUSH', KEYS[1], ARGV[1])
return 1
"""
_TAKE: Final = b"""
local name = redis.call('RPOPLPUSH', KEYS[1], KEYS[2])
if not name then return nil end
redis.call('SET', KEYS[3] .. name .. ':lock', '1', 'PX', 30000)
redis.call('HINCRBY', KEYS[3] .. name, 'attempts', 1)
return {name, redis.call('HGET', KEYS[3] .. name, 'data')}
"""
_FINISH: Final = b"""
redis.call('LREM', KEYS[1], 0, ARGV[1])
redis.call('DEL', KEYS[2] .. ARGV[1] .. ':lock')
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
return redis.call('HSET', KEYS[2] .. ARGV[1], 'finishedOn', ARGV[2])
"""


class JobQueue:
    """One queue, on a connection of its own; it counts requests."""

    def __init__(self, path: Path) -> None:
        self.requests = 0
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._replies = self._socket.makefile("rb")
        self._scripts = {script: self._ask(b"SCRIPT", b"LOAD", script) for script in (_ADD, _TAKE, _FINISH)}
        self.requests = 0

    def add(self, name: str, data: Mapping[str, Any]) -> None:
        """Add a job, unless one of this name was added before."""
        self._run(_ADD, 2, "wait", f"job:{name}", name, json.dumps(data))

    def work(self, do: Callable[[str, Any], object]) -> None:
        """Do the next job, and finish it."""
        name, data = self._run(_TAKE, 3, "wait", "active", "job:")
        do(name.decode(), json.loads(data))
        self._run(_FINISH, 3, "active", "job:", "completed", name.decode(), "1795228200000")

    def close(self) -> None:
        self._replies.close()
        self._socket.close()

    def _run(self, script: bytes, keys: int, *arguments: str) -> Any:  # noqa: ANN401  # whatever Redis answers
        return self._ask(b"EVALSHA", self._scripts[script], str(keys).encode(), *(each.encode() for each in arguments))

    def _ask(self, *command: bytes) -> Any:  # noqa: ANN401  # as above
        self.requests += 1
        self._socket.sendall(encode(command))
        return self._read()

    def _read(self) -> Any:  # noqa: ANN401  # as above
        line = self._replies.readline()[:-2]
        match line[:1], line[1:]:
            case b"*", length:
                return [self._read() for _ in range(int(length))]
            case b"$", length:
                return self._replies.read(int(length) + 2)[:-2] if int(length) >= 0 else None
            case b"-", text:
                raise ValueError(text.decode())
            case _, text:
                return text
