"""uvicorn's WebSocket protocol, which answers a handshake that it cannot parse instead of leaving it open."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_MALFORMED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Handshake(WebSocketsSansIOProtocol):
    """Reads a request again that uvicorn's HTTP parser has accepted, with tighter limits: 8 KB a line, 128 headers."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.handshake_initiated and self.conn.handshake_exc and not self.close_sent:
            # 414, 431, or nothing at all where it was not even HTTP.
            self.transport.write(b"".join(self.conn.data_to_send()) or _MALFORMED)
            self.close_sent = self.handshake_complete = True
            self.transport.close()
