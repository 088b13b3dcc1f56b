"""API Gateway's @connections: POST /{stage}/@connections/{id} answers 200, 410 for those that left, or fails."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

from tests.fakes.serving import Handler, serving


@dataclass
class Connections:
    """What was said to whom; an id's first word says how it behaves: here, gone, broken or slow."""

    endpoint: str = ""
    heard: dict[str, list[str]] = field(default_factory=dict)
    # Set once nobody waits for the slow ones any more.
    over: threading.Event = field(default_factory=threading.Event)

    def forget(self) -> None:
        """Begin anew; requests that are still being answered count among those before."""
        self.over.set()
        self.heard, self.over = {}, threading.Event()


@contextmanager
def management(slow_s: float = 3) -> Iterator[Connections]:
    connections = Connections()

    class Api(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            heard, over = connections.heard, connections.over
            body, connection = self.body().decode(), unquote(self.path.rpartition("/@connections/")[2])
            if connection.startswith("gone"):
                self.answer(410, b'{"message":"Gone"}')
            elif connection.startswith("broken"):
                self.answer(500, b'{"message":"Internal server error"}')
            else:
                if connection.startswith("slow") and over.wait(slow_s):
                    return
                heard.setdefault(connection, []).append(body)
                self.answer(200, b"")

    with serving(Api) as origin:
        connections.endpoint = f"{origin}/live"
        yield connections
        connections.over.set()
