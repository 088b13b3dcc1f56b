"""Checks what fake APIs answer against the OpenAPI document, so that pages are tested with what they really get."""

from typing import Any

from tests import contract

# What was answered and is not declared; a test in which something comes in here fails.
complaints: list[str] = []


class Declared:
    """Passes requests on to a fake, and notes answers of the API's calls that the document does not declare."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        key = contract.key_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if key is None:
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(receive, send)
        await self._app(scope, exchange.receive, exchange.send)
        if exchange.is_answered:
            try:
                contract.check_body(key, exchange.status, exchange.content_type, exchange.body.decode())
            except contract.UndeclaredError as error:
                complaints.append(str(error))


class _Exchange:
    """Keeps what goes through it of one answer."""

    def __init__(self, receive: Any, send: Any) -> None:
        self._receive = receive
        self._send = send
        self.status = 0
        self.content_type = ""
        self.body = b""
        # The page has gone away, so that nobody reads the answer.
        self.is_aborted = False

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer, which is not that of the pages to a call that this fake does not have."""
        return bool(self.status) and not self.is_aborted and b"/not-found" not in self.body

    async def receive(self) -> Any:
        message = await self._receive()
        self.is_aborted |= message["type"] == "http.disconnect"
        return message

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            self.content_type = headers.get("content-type", "")
        else:
            self.body += message.get("body", b"")
        await self._send(message)
