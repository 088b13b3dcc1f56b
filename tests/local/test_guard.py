"""Every local port asks for its own host name, and lets no other site's page write."""

import pytest

from local.guard import LOOPBACK, Guard
from tests.local.asgi import Inner, answer, request

_OWN = LOOPBACK | {"192.0.2.7"}


@pytest.mark.parametrize(
    "host", ["localhost:8000", "LOCALHOST:8000", "127.0.0.1:9", "[::1]:8000", "localhost", "192.0.2.7:8000"]
)
def test_own_hosts_are_served(host: str) -> None:
    """The names of this machine, at any port: somebody may have forwarded another one."""
    assert answer(Guard(Inner(), _OWN), request("GET", "http://x/", {"Host": host})) == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example:8000", "localhost.evil.example", "evil.example/localhost", "localhost@evil.example", ""),
        *("localhost:8000:8000", "localhost:", "localhost.", "bucket.localhost:8000", "192.0.2.8:8000", "0.0.0.0:8000"),
    ],
)
def test_other_hosts_are_refused(host: str) -> None:
    """A name that was rebound to this machine is still the attacker's; the application never sees the request."""
    inner = Inner()
    for kind in ("http", "websocket"):
        assert answer(Guard(inner, _OWN), request("GET", "http://x/", {"Host": host}, kind)) == 403
    assert inner.scopes == []


def test_a_request_has_one_host() -> None:
    """Two Host headers, or none, could mean one thing here and another further on."""
    twice, none = request("GET", "http://localhost/"), request("GET", "http://localhost/")
    twice["headers"] = [(b"host", b"localhost"), (b"Host", b"evil.example")]
    none["headers"] = []
    assert answer(Guard(Inner()), twice) == answer(Guard(Inner()), none) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:3000", "localhost:8000", ""])
@pytest.mark.parametrize(
    ("method", "kind"), [("POST", "http"), ("DELETE", "http"), ("PUT", "http"), ("GET", "websocket")]
)
def test_other_origins_cannot_write(origin: str, method: str, kind: str) -> None:
    """Neither a form nor a socket of another page, also not of another port of this machine."""
    scope = request(method, "http://localhost:8000/hms/faults", {"Origin": origin}, kind)
    assert answer(Guard(Inner()), scope) == 403


def test_own_origin_and_scripts_can_write() -> None:
    """A page of ours, behind TLS or not, and what sends no Origin."""
    for headers in ({"Origin": "http://localhost:8000"}, {"Origin": "https://localhost:8000"}, {}):
        assert answer(Guard(Inner()), request("POST", "http://localhost:8000/", headers)) == 200


def test_other_origins_can_follow_links() -> None:
    """A GET changes nothing, and its answer cannot be read by another site's page."""
    assert answer(Guard(Inner()), request("GET", "http://localhost/", {"Origin": "http://evil.example"})) == 200
