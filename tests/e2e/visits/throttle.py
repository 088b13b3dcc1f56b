"""A DynamoDB for one function that refuses some requests as too many, and else is the running product's own."""

import http.client
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

from tests.e2e.aws import Aws

_REFUSAL = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"made for a test"}'
_TYPE = "application/x-amz-json-1.0"


class Throttle:
    """Stands between a function and its record while it is open; refuses the next `refusals` requests."""

    def __init__(self, aws: Aws, function: str) -> None:
        self.refusals = 0
        self._aws = aws
        self._function = function
        self._origin = urlsplit(aws.stack["awsEndpointUrl"]).netloc
        self._one_at_a_time = threading.Lock()
        throttle = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, answer = throttle.serve(dict(self.headers), body)
                self.send_response(status)
                self.send_header("content-type", _TYPE)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def serve(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Return status and answer to a request."""
        with self._one_at_a_time:
            if self.refusals:
                self.refusals -= 1
                return 400, _REFUSAL
        upstream = http.client.HTTPConnection(self._origin, timeout=30)
        try:
            upstream.request("POST", "/", body, headers)
            answer = upstream.getresponse()
            return answer.status, answer.read()
        finally:
            upstream.close()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{self._server.server_port}"
        self._configured = self._aws.configured(self._function, AWS_ENDPOINT_URL_DYNAMODB=address)
        self._configured.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._configured.__exit__(None, None, None)
        self._server.shutdown()
        self._server.server_close()
