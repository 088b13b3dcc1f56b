import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

type Reply = bytes | int | Error | Status | list[Reply] | None

_BUFFER_BYTES = 16 * 1024 * 1024


class Status(str):
    """A simple string, such as OK."""

    __slots__ = ()


class Error(str):
    """An error reply, word for word."""

    __slots__ = ()


class Pool:
    """At most `size` connections to a Redis server, speaking RESP2 word for word.

    A client library would reshape replies and error texts, which the bridge has to pass on as they are.
    """

    def __init__(self, path: str, size: int = 16) -> None:
        self._path = path
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._slots = asyncio.Semaphore(size)

    async def run(self, commands: Sequence[Sequence[bytes]]) -> list[Reply]:
        """Send commands back to back on one connection; raises OSError or IncompleteReadError if it is lost."""
        async with self._connection() as (reader, writer):
            writer.write(b"".join(encode(command) for command in commands))
            await writer.drain()
            return [await read(reader) for _ in commands]

    async def close(self) -> None:
        while self._free:
            _, writer = self._free.pop()
            writer.close()
            await writer.wait_closed()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        async with self._slots:
            # The server may have been restarted since: a connection it closed is of no use.
            while self._free and self._free[-1][0].at_eof():
                self._free.pop()[1].close()
            pair = self._free.pop() if self._free else await self._connect()
            try:
                yield pair
            except BaseException:
                pair[1].close()  # replies may be under way that the next user would take for its own
                raise
            self._free.append(pair)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(self._path, limit=_BUFFER_BYTES)


def encode(command: Sequence[bytes]) -> bytes:
    """Write a command as RESP2."""
    parts = [b"*%d\r\n" % len(command)]
    parts += [b"$%d\r\n%s\r\n" % (len(argument), argument) for argument in command]
    return b"".join(parts)


async def read(reader: asyncio.StreamReader) -> Reply:
    """Read one reply; raises IncompleteReadError if the connection ends and ValueError on anything but RESP2."""
    line = (await reader.readuntil(b"\r\n"))[:-2]
    kind, rest = line[:1], line[1:]
    match kind:
        case b"+":
            return Status(rest.decode())
        case b"-":
            return Error(rest.decode(errors="replace"))
        case b":":
            return int(rest)
        case b"$":
            return None if rest == b"-1" else (await reader.readexactly(int(rest) + 2))[:-2]
        case b"*":
            return None if rest == b"-1" else [await read(reader) for _ in range(int(rest))]
        case _:
            raise ValueError(f"not RESP2: {line[:40]!r}")
