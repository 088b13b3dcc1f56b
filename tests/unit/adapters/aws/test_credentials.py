"""Credentials come from the environment, or from a container's endpoint, where they are renewed in time."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bedside.adapters.aws import credentials
from bedside.adapters.aws.credentials import CredentialsError, current
from bedside.adapters.aws.s3 import Links
from bedside.adapters.aws.sigv4 import Credentials
from bedside.kernel.errors import UnavailableError
from tests.fakes.hostile import hostile, ok, refused, saying
from tests.fakes.serving import Handler, serving

NOW_MS = time.time_ns() // 1_000_000
HOUR_MS = 3_600_000


@pytest.fixture(autouse=True)
def container(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment yet, and nothing held."""
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(credentials, "_held", [])


@contextmanager
def endpoint(expires_ms: int) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """Serve credentials that expire then; gives the address, and what was asked with which token."""
    asked: list[tuple[str, str | None]] = []
    document = {
        "AccessKeyId": "ASIAEXAMPLE",
        "SecretAccessKey": "secret-of-the-container",
        "Token": "session",
        "Expiration": datetime.fromtimestamp(expires_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }

    class Endpoint(Handler):
        def do_GET(self) -> None:  # noqa: N802  # the name http.server calls
            asked.append((self.path, self.headers["Authorization"]))
            self.answer(200, json.dumps(document).encode())

    with serving(Endpoint) as origin:
        yield f"{origin}/2021-08-23/credentials?x=1", asked


def test_the_environments_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Lambda sets them without SnapStart; when they expire is not known."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", refused())
    assert current() == Credentials("AKIDEXAMPLE", "secret")


def test_a_containers_are_fetched_once_with_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until five minutes before they expire."""
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "token of SnapStart")
    with endpoint(NOW_MS + HOUR_MS) as (address, asked):
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)
        found = [current(), current()]
    assert asked == [("/2021-08-23/credentials?x=1", "token of SnapStart")]
    assert found[0] is found[1]
    assert (found[0].access_key, found[0].session_token) == ("ASIAEXAMPLE", "session")
    assert found[0].expires_ms == (NOW_MS + HOUR_MS) // 1000 * 1000
    assert "secret-of-the-container" not in repr(found[0])


def test_those_that_expire_soon_are_renewed_with_the_files_newest_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The platform replaces the file while the function runs."""
    token = tmp_path / "token"
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(token))
    with endpoint(NOW_MS + 4 * 60_000) as (address, asked):
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)
        for text in ("older\n", "newer\n"):
            token.write_text(text)
            current()
    assert [given for _, given in asked] == ["older", "newer"]


@pytest.mark.parametrize("address", ["http://169.254.170.2.example", "http://credentials.example/", "http://10.0.0.1/"])
def test_nobody_else_learns_the_token(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Plain HTTP is for this machine and the container's own service."""
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)
    with pytest.raises(CredentialsError, match="neither"):
        current()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"AccessKeyId": "A", "SecretAccessKey": "s", "Expiration": 7}']
)
def test_nonsense_is_an_error_that_does_not_quote_it(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    with hostile(saying(ok(content))) as origin:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", origin)
        with pytest.raises(CredentialsError, match="nonsense"):
            current()


def test_nobody_there_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor is a token file that is missing, or an environment that names nothing."""
    with pytest.raises(CredentialsError, match="names no"):
        current()
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", refused())
    with pytest.raises(CredentialsError, match="could not be fetched"):
        current()
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "none"))
    with pytest.raises(CredentialsError, match="token file"):
        current()
    with pytest.raises(UnavailableError):
        Links("photos", "us-east-1", "").download("key", now_ms=NOW_MS, life_s=60)


def test_a_link_never_outlives_what_signs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says, and what is promised of it, is the shorter of the two lives."""
    with endpoint(NOW_MS + 20 * 60_000) as (address, _):
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)
        links = Links("photos", "us-east-1", "")
        left_s = links.life_s(3600, NOW_MS)
        url = links.download("key", now_ms=NOW_MS, life_s=3600)
        # Asked while the endpoint is there: in a run of many minutes they are about to expire by now.
        assert links.life_s(60, NOW_MS) == 60
    assert 1199 <= left_s <= 1200
    assert f"X-Amz-Expires={left_s}&" in url
