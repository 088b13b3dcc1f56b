import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from local.cloud import Emulator
from local.deployment import client

FIXTURES = Path(__file__).parent / "fixtures"
BRIDGE_TOKEN = "token-of-the-bridge"


@dataclass(frozen=True)
class Stack:
    """The fixture stack in a cloud of its own."""

    emulator: Emulator
    state: Path
    outputs: dict[str, str]

    def aws(self, service: str) -> Any:
        return client(service, self.emulator)

    def http(self, **settings: Any) -> httpx.Client:
        """Return a client that the emulator takes for the front."""
        return httpx.Client(headers=self.emulator.front_header, trust_env=False, timeout=30, **settings)

    def connected(self, ticket: str) -> ClientConnection:
        """Connect to the live API as the front does."""
        return connect(f"{self.live}?ticket={ticket}", additional_headers=self.emulator.front_header)

    @property
    def described(self) -> dict[str, str]:
        """What a stack file says about the emulator."""
        return {
            "awsEndpointUrl": self.emulator.endpoint,
            "awsAccessKeyId": self.emulator.access_key,
            "awsSecretAccessKey": self.emulator.secret_key,
        }

    def api(self, name: str = "HttpApiId") -> str:
        return f"{self.emulator.endpoint}/_aws/execute-api/{self.outputs[name]}/$default"

    @property
    def live(self) -> str:
        return f"ws://127.0.0.1:{self.emulator.port}/_aws/execute-api/{self.outputs['LiveApiId']}/live"


@dataclass(frozen=True)
class Store:
    """A Redis-compatible server behind the bridge."""

    url: str
    socket: Path

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {BRIDGE_TOKEN}", **headers}, trust_env=False
        )


def free_port(count: int = 1) -> int:
    """Find `count` free ports in a row; gives the first."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first: int = probe.getsockname()[1]
        try:
            for port in range(first, first + count):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first
