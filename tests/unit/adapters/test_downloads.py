"""Fetching from addresses that somebody else has given: only where it is expected, only for so long, only whole."""

import socket
import time
from typing import Any

import pytest

from bedside.adapters import downloads
from bedside.adapters.downloads import DownloadError, Downloads
from bedside.visits.settings import RECORDING_HOSTS
from tests.fakes.hostile import Behaviour, dripping, hostile, ok, refused, resetting, saying, silent
from tests.fakes.serving import Handler, serving

HOSTS = ("*.amazonaws.com", "storage.googleapis.com")


def fetch(origin: str, path: str = "/a.mp4?signature=s", deadline_s: float = 5) -> tuple[int | None, bytes]:
    with Downloads([origin, *HOSTS]).fetch(origin + path, deadline_s=deadline_s) as download:
        return download.length, b"".join(download.pieces)


def test_a_file_comes_whole() -> None:
    """With the length that was announced; asked for once, by its whole address, as it is."""
    asked: list[tuple[str, str]] = []

    class Store(Handler):
        def do_GET(self) -> None:  # noqa: N802  # the server's name for it
            asked.append((self.path, self.headers["Accept-Encoding"]))
            self.answer(200, b"v" * 1_000_000, "video/mp4")

    with serving(Store) as origin:
        assert fetch(origin) == (1_000_000, b"v" * 1_000_000)
    assert asked == [("/a.mp4?signature=s", "identity")]


def test_a_file_in_chunks_comes_whole() -> None:
    """Nobody says how long it is."""
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with hostile(saying(answer)) as origin:
        assert fetch(origin) == (None, b"abcde")


@pytest.mark.parametrize(
    "behaviour",
    [
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"),
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"),
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"),
        saying(b"nonsense\r\n\r\n"),
        saying(b""),
        resetting,
    ],
)
def test_what_does_not_come_whole_has_not_come(behaviour: Behaviour) -> None:
    """It is an error, never a shorter file."""
    with hostile(behaviour) as origin, pytest.raises(DownloadError) as failed:
        fetch(origin)
    assert not failed.value.dead


@pytest.mark.parametrize("behaviour", [silent, dripping])
def test_nobody_waits_longer_than_the_deadline(behaviour: Behaviour) -> None:
    """Neither for the first byte nor for the last."""
    with hostile(behaviour) as origin:
        began = time.monotonic()
        with pytest.raises(DownloadError):
            fetch(origin, deadline_s=0.4)
        assert time.monotonic() - began < 15


def test_nobody_waits_long_for_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much time there is for the whole."""
    monkeypatch.setattr(downloads, "_READ_S", 0.2)
    with hostile(silent) as origin:
        began = time.monotonic()
        with pytest.raises(DownloadError):
            fetch(origin, deadline_s=60)
        assert time.monotonic() - began < 15


def test_nobody_listens() -> None:
    """As where the provider is away."""
    with pytest.raises(DownloadError):
        fetch(refused())


@pytest.mark.parametrize(("status", "dead"), [(400, True), (403, True), (404, True), (410, True), (500, False)])
def test_a_link_may_be_of_no_use_any_more(status: int, dead: bool) -> None:  # noqa: FBT001  # parametrised
    """Which another link may mend, unlike a server that fails."""
    with (
        hostile(saying(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)) as origin,
        pytest.raises(DownloadError) as failed,
    ):
        fetch(origin)
    assert failed.value.dead is dead


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    """They could lead to where the address itself may not."""
    other: list[str] = []

    class Secret(Handler):
        def do_GET(self) -> None:  # noqa: N802  # the server's name for it
            other.append(self.path)
            self.answer(200, b"credentials")

    with (
        serving(Secret) as inside,
        hostile(
            saying(b"HTTP/1.1 %d X\r\nLocation: %s/\r\nContent-Length: 0\r\n\r\n" % (status, inside.encode()))
        ) as it,
        pytest.raises(DownloadError),
    ):
        fetch(it)
    assert other == []


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "https://169.254.169.254/",
        "https://[fd00:ec2::254]/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://example.org/a.mp4",
        "https://amazonaws.com.example.org/a.mp4",
        "https://example.org/?x=.amazonaws.com",
        "https://example.org#.amazonaws.com",
        "https://bucket.s3.amazonaws.com@example.org/",
        "https://example.org@bucket.s3.amazonaws.com/",
        "https://bucket.s3.amazonaws.com:8443/a.mp4",
        "http://bucket.s3.amazonaws.com/a.mp4",
        "file:///etc/passwd",
        "ftp://bucket.s3.amazonaws.com/a.mp4",
        "https://bucket.s3.amazonaws.com/a.mp4\r\nHost: example.org",
        "https://bücket.s3.amazonaws.com/a.mp4",
        "https://bucket.s3.amazonaws.com:x/",
        "https://[/",
        "//bucket.s3.amazonaws.com/a.mp4",
        "",
    ],
)
def test_other_addresses_are_not_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is connected to, nor asked for an address."""

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    with pytest.raises(DownloadError), Downloads(HOSTS).fetch(url, deadline_s=1):
        pass


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("bucket.s3.ap-south-1.amazonaws.com", True),
        ("bucket.with.dots.s3.ap-south-1.amazonaws.com", True),
        ("bucket.s3.amazonaws.com", True),
        ("s3.ap-south-1.amazonaws.com", True),
        ("s3.amazonaws.com", True),
        ("bucket.storage.googleapis.com", True),
        ("storage.googleapis.com", True),
        ("eu.prod.100ms.live", True),
        ("100ms.live", False),
        ("ec2-198-51-100-7.compute-1.amazonaws.com", False),
        ("abcdefgh12.execute-api.us-east-1.amazonaws.com", False),
        ("balancer-1234567890.us-east-1.elb.amazonaws.com", False),
        ("x.s3.y.us-east-1.elb.amazonaws.com", False),
        ("bucket.s3.x.example.org.amazonaws.com", False),
        ("x.s3.y.s3-website-us-east-1.amazonaws.com", False),
        ("bucket.s3-website.ap-south-1.amazonaws.com", False),
        ("amazonaws.com", False),
        (".s3.amazonaws.com.", False),
        ("bucket.s3.ap-south-1.amazonaws.com.example.org", False),
    ],
)
def test_of_a_large_provider_only_the_stores_are_asked(
    host: str,
    listed: bool,  # noqa: FBT001  # parametrised
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unless it is configured otherwise: other names of theirs belong to whoever has rented what is behind them."""
    asked: list[str] = []

    def resolved(name: str, *_: Any, **__: Any) -> Any:
        asked.append(name)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    downloads_by_default = Downloads(RECORDING_HOSTS.split(","))
    with pytest.raises(DownloadError), downloads_by_default.fetch(f"https://{host}/a.mp4", deadline_s=1):
        pass
    assert asked == [host] * listed


@pytest.mark.parametrize("address", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "::1"])
def test_a_listed_host_must_have_a_public_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name may have been pointed into our own network."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    def resolved(*_: Any, **__: Any) -> Any:
        return [(family, socket.SOCK_STREAM, 6, "", (address, 443))]

    def never(*_: Any) -> Any:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket.socket, "connect", never)
    with (
        pytest.raises(DownloadError, match="public"),
        Downloads(HOSTS).fetch("https://ec2-1.amazonaws.com/", deadline_s=1),
    ):
        pass


def test_what_is_done_with_it_fails_as_itself() -> None:
    """An error of whoever reads is not taken for one of the server's."""
    with (
        hostile(saying(ok(b"abc"))) as origin,
        pytest.raises(ValueError, match="mine"),
        Downloads([origin]).fetch(f"{origin}/", deadline_s=5),
    ):
        raise ValueError("mine")
