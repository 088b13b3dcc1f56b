"""Messages to browsers that are connected to API Gateway by WebSocket."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import LifoQueue
from typing import Final, Literal
from urllib.parse import quote

from bedside.adapters.aws.client import AwsError, AwsService
from bedside.kernel.invocation import remaining_s

# A push takes 10 to 20 ms. A browser that misses one catches up, so it is not worth a long wait.
_TRY_S: Final = 1
# One attempt, plus time to respond: unresponsive browsers must not delay the caller's response.
_NEEDED_S: Final = 2.5
_AT_ONCE: Final = 4
# A request gets only one attempt, so its connection must be fresh.
_MAX_IDLE_S: Final = 5
_GONE: Final = 410


class Sockets:
    """The connections of one WebSocket API, reached through its management endpoint."""

    def __init__(self, endpoint: str, region: str) -> None:
        # A connection serves one request at a time; the most recently used one is the least likely to be stale.
        self._idle: LifoQueue[AwsService] = LifoQueue()
        for _ in range(_AT_ONCE):
            self._idle.put(AwsService("execute-api", region, origin=endpoint, max_idle_s=_MAX_IDLE_S))

    def send(self, connections: Iterable[str], text: str) -> tuple[list[str], int]:
        """Send `text` to each connection; return the closed ones, and the number of others that were not reached.

        Stops sending when the invocation has less than 2.5 s left.
        """
        data = text.encode()
        ids = list(connections)
        if not ids:
            return [], 0
        with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(ids))) as pool:
            outcomes = list(pool.map(lambda connection: self._send_one(connection, data), ids))
        gone = [connection for connection, outcome in zip(ids, outcomes, strict=True) if outcome == "gone"]
        return gone, outcomes.count("failed")

    def _send_one(self, connection: str, data: bytes) -> Literal["sent", "gone", "failed"]:
        if remaining_s() < _NEEDED_S:
            return "failed"
        service = self._idle.get()
        try:
            service.request("POST", f"/@connections/{quote(connection, safe='')}", {}, data, try_s=_TRY_S)
        except AwsError as error:
            return "gone" if error.status == _GONE else "failed"
        finally:
            self._idle.put(service)
        return "sent"
