"""Requests go through a proxy where the environment names one, and past it where it says so."""

import base64
import socket
import threading
from collections.abc import Iterator

import pytest

from bedside.adapters.proxy import proxy_for
from bedside.adapters.rest import RestClient, RestError
from tests.fakes.hostile import hostile, ok
from tests.fakes.http_request import Request, read_request

NAMES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


class Spy:
    """A proxy that notes each request, and answers all of them in the same way."""

    def __init__(self, answer: bytes) -> None:
        self.requests: list[Request] = []
        self._answer = answer

    def __call__(self, connection: socket.socket, _over: threading.Event) -> None:
        request = read_request(connection)
        assert request
        self.requests.append(request)
        connection.sendall(self._answer)


@pytest.fixture
def plain() -> Iterator[tuple[Spy, str]]:
    spy = Spy(ok(b"by the proxy"))
    with hostile(spy) as origin:
        yield spy, origin


def test_plain_requests_go_to_the_proxy_with_the_whole_address(
    monkeypatch: pytest.MonkeyPatch, plain: tuple[Spy, str]
) -> None:
    """With the proxy's credentials, if it has any."""
    spy, origin = plain
    monkeypatch.setenv("http_proxy", origin.replace("//", "//user:p%40ss@"))
    answer = RestClient("http://redis.example/base").request("GET", "/path", {}, deadline_s=5)
    assert answer.body == b"by the proxy"
    [request] = spy.requests
    assert (request.method, request.path) == ("GET", "http://redis.example/base/path")
    assert request.headers["host"] == "redis.example"
    assert request.headers["proxy-authorization"] == f"Basic {base64.b64encode(b'user:p@ss').decode()}"


def test_tls_goes_through_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy learns the host and nothing of the request; if it refuses, nothing was sent."""
    spy = Spy(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    with hostile(spy) as origin:
        monkeypatch.setenv("HTTPS_PROXY", origin)
        with pytest.raises(RestError) as caught:
            RestClient("https://redis.example").request("GET", "/secret", {}, deadline_s=5)
    assert not caught.value.sent
    [request] = spy.requests
    assert (request.method, request.path, request.body) == ("CONNECT", "redis.example:443", b"")
    assert "secret" not in str(request.headers)


@pytest.mark.parametrize(
    ("variables", "scheme", "host", "found"),
    [
        ({}, "https", "a.example", None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https", "a.example", ("proxy", 3128)),
        ({"https_proxy": "proxy:3128"}, "https", "a.example", ("proxy", 3128)),
        ({"https_proxy": "http://proxy"}, "https", "a.example", ("proxy", 80)),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http", "a.example", None),
        ({"HTTP_PROXY": "http://evil:3128"}, "http", "a.example", None),
        ({"https_proxy": "http://proxy:1", "no_proxy": "b.example, .example"}, "https", "a.example", None),
        ({"https_proxy": "http://proxy:1", "NO_PROXY": "example"}, "https", "a.example", None),
        ({"https_proxy": "http://proxy:1", "no_proxy": "*"}, "https", "a.example", None),
        ({"https_proxy": "http://proxy:1", "no_proxy": "ample"}, "https", "a.example", ("proxy", 1)),
        ({"http_proxy": "http://proxy:1"}, "http", "127.0.0.1", None),
        ({"http_proxy": "http://proxy:1"}, "http", "localhost", None),
    ],
)
def test_the_usual_variables_decide(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], scheme: str, host: str, found: tuple[str, int] | None
) -> None:
    """As with curl, HTTP_PROXY counts in lower case only, and this machine is never asked through a proxy."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    proxy = proxy_for(scheme, host)
    assert (proxy and (proxy.host, proxy.port)) == found


def test_a_proxy_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the client is made, not at its first request."""
    monkeypatch.setenv("https_proxy", "socks5://proxy:1080")
    with pytest.raises(ValueError, match="proxy"):
        RestClient("https://redis.example")
