"""Messages to browsers that hold a WebSocket at API Gateway."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

# A push takes 10-20 ms; a browser that misses one catches up by itself, so nobody waits long for it.
_CONFIG: Final = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})
_AT_ONCE: Final = 4
_GONE: Final = 410


class Sockets:
    """The connections of one WebSocket API, reached through its management endpoint."""

    def __init__(self, endpoint: str) -> None:
        self._client: ApiGatewayManagementApiClient = boto3.client(
            "apigatewaymanagementapi", endpoint_url=endpoint, config=_CONFIG
        )

    def send(self, connections: "Iterable[str]", text: str) -> tuple[list[str], int]:
        """Send `text` to each connection, and return those that are gone and how many more could not be reached."""
        data = text.encode()
        ids = list(connections)
        if not ids:
            return [], 0
        with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(ids))) as pool:
            outcomes = list(pool.map(lambda connection: self._send_one(connection, data), ids))
        gone = [connection for connection, outcome in zip(ids, outcomes, strict=True) if outcome == "gone"]
        return gone, outcomes.count("failed")

    def _send_one(self, connection: str, data: bytes) -> str:
        try:
            self._client.post_to_connection(ConnectionId=connection, Data=data)
        except ClientError as error:
            return "gone" if error.response["ResponseMetadata"]["HTTPStatusCode"] == _GONE else "failed"
        except BotoCoreError:
            return "failed"
        return "sent"
