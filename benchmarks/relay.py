"""A relay in front of AWS that counts the requests to each service."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Relay:
    """Passes requests on to `target` (an http origin) unchanged; `counted` holds their number by service."""

    def __init__(self, target: str) -> None:
        self.counted: Counter[str] = Counter()
        relay, place = self, urlsplit(target).netloc

        class Passing(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body leave in two packets; without this the second waits 40 ms for the first's acknowledgement.
            disable_nagle_algorithm = True

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline()
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                relay.counted[_service(self.headers.get("authorization", ""))] += 1
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                connection = http.client.HTTPConnection(place)
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():  # Host too: it is signed
                    connection.putheader(name, value)
                connection.endheaders(body)
                answer = connection.getresponse()
                content = answer.read()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", answer.getheader("content-length") or str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                connection.close()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def relaying(target: str) -> Iterator[Relay]:
    """Return a relay that runs until the end of the block."""
    relay = Relay(target)
    thread = threading.Thread(target=relay.server.serve_forever, name="relay", daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.server.shutdown()
        relay.server.server_close()
        thread.join(5)


def _service(authorization: str) -> str:
    """Return the service that a request was signed for, from its credential's scope."""
    scope = authorization.partition("Credential=")[2].split(",")[0].split("/")
    return scope[3] if len(scope) > 3 else "unsigned"
